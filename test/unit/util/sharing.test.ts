import { describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../src/util/clock.ts';
import { createSharing, gatherMilliseconds } from '../../../src/util/sharing.ts';

function answering(): (items: readonly string[]) => Promise<ReadonlyMap<string, string>> {
  return (items) => Promise.resolve(new Map(items.map((each) => [each, `about ${each}`])));
}

describe('what is asked at about the same time', () => {
  test('goes out together, each item once, and begins after all have asked', async () => {
    const clock = new VirtualClock(0);
    const { together } = createSharing(clock);
    const begun: number[] = [];
    const read = vi.fn((items: readonly string[]) => {
      begun.push(clock.now());
      return answering()(items);
    });
    const answers = await Promise.all([
      together('tags', ['a', 'b'], read),
      clock.sleep(gatherMilliseconds - 1).then(() => together('tags', ['b', 'c'], read)),
    ]);
    expect(read.mock.calls).toEqual([[['a', 'b', 'c']]]);
    expect(begun).toEqual([gatherMilliseconds]);
    expect(answers.map((each) => each.get('b'))).toEqual(['about b', 'about b']);
    await together('tags', ['a'], read);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('of another kind goes out alone', async () => {
    const { together } = createSharing(new VirtualClock(0));
    const read = vi.fn(answering());
    await Promise.all([together('tags', ['a'], read), together('changes', ['a'], read)]);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('that fails is told to all who asked', async () => {
    const { together } = createSharing(new VirtualClock(0));
    const read = (): Promise<never> => Promise.reject(new Error('denied'));
    const asked = [together('tags', ['a'], read), together('tags', ['b'], read)];
    expect(await Promise.allSettled(asked)).toMatchObject([
      { status: 'rejected', reason: { message: 'denied' } },
      { status: 'rejected', reason: { message: 'denied' } },
    ]);
  });

  test('one by one: what comes while one is under way gathers until that is over', async () => {
    const clock = new VirtualClock(0);
    const { together } = createSharing(clock);
    const sent: (readonly [number, readonly string[]])[] = [];
    const send = async (items: readonly string[]): Promise<ReadonlyMap<string, string>> => {
      sent.push([clock.now(), items]);
      await clock.sleep(1_000);
      if (items.includes('first')) throw new Error('refused');
      return answering()(items);
    };
    const options = { within: 200, oneByOne: true };
    const asked = [
      together('zone', ['first'], send, options),
      clock.sleep(300).then(() => together('zone', ['second'], send, options)),
      clock.sleep(900).then(() => together('zone', ['third'], send, options)),
    ];
    await Promise.allSettled(asked);
    expect(sent).toEqual([
      [200, ['first']],
      [1_200, ['second', 'third']],
    ]);
  });
});

describe('what is kept for a session', () => {
  test('is read once, until it is forgotten', async () => {
    const { forget, kept } = createSharing(new VirtualClock(0));
    const read = vi.fn(() => Promise.resolve('Z1'));
    expect(await Promise.all([kept('zone', read), kept('zone', read)])).toEqual(['Z1', 'Z1']);
    await kept('zone', read);
    expect(read).toHaveBeenCalledTimes(1);
    forget('zone');
    await kept('zone', read);
    expect(read).toHaveBeenCalledTimes(2);
  });

  test('is no failure, and nothing that does not last', async () => {
    const { kept } = createSharing(new VirtualClock(0));
    await expect(kept('zone', () => Promise.reject(new Error('throttled')))).rejects.toThrow('throttled');
    expect(
      await kept(
        'zone',
        () => Promise.resolve('none'),
        (answer) => answer !== 'none',
      ),
    ).toBe('none');
    expect(await kept('zone', () => Promise.resolve('Z1'))).toBe('Z1');
  });
});

test('what was forgotten while it was read does not take away what was read anew', async () => {
  const { forget, kept } = createSharing(new VirtualClock(0));
  let fail: (error: Error) => void = () => undefined;
  const first = kept('zone', () => new Promise((_resolve, reject) => (fail = reject)));
  forget('zone');
  const second = kept('zone', () => Promise.resolve('Z2'));
  fail(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await second;
  const read = vi.fn(() => Promise.resolve('Z3'));
  expect(await kept('zone', read)).toBe('Z2');
  expect(read).not.toHaveBeenCalled();
});
