// What ends a run before its steps do: once, with one reason, and never after it is over by itself.
import { describe, expect, test } from 'vitest';
import { RunEnd, watchForEnd, type Ending } from '../../../src/run/ending.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

interface Watched {
  readonly clock: VirtualClock;
  readonly ending: Ending;
  readonly stop: AbortController;
  /** What was told, in order. */
  readonly told: readonly string[];
}

function watched({ deadline = 90_000, stopped = false } = {}): Watched {
  const clock = new VirtualClock(0);
  const stop = new AbortController();
  if (stopped) stop.abort();
  const told: string[] = [];
  const onEnd = ({ kind }: RunEnd): void => void told.push(kind);
  return { clock, stop, told, ending: watchForEnd({ clock, stop: stop.signal, deadline, onEnd }) };
}

describe('a run', () => {
  test('ends when whoever runs it says so', () => {
    const { ending, stop, told } = watched();
    expect(ending.signal.aborted).toBe(false);
    stop.abort();
    expect(ending.signal.reason).toMatchObject({ kind: 'interrupted' });
    expect(told).toEqual(['interrupted']);
  });

  test('that is told to stop before it begins has ended', () => {
    const { ending, told } = watched({ stopped: true });
    expect(ending.signal.reason).toMatchObject({ kind: 'interrupted' });
    expect(told).toEqual(['interrupted']);
  });

  test('ends when its deadline is over, and not before; its words tell the minutes that it had', async () => {
    const { clock, ending, told } = watched({ deadline: 90_000 });
    await clock.sleep(89_999);
    expect(told).toEqual([]);
    await clock.sleep(2);
    expect(told).toEqual(['deadline']);
    expect(ending.signal.reason).toBeInstanceOf(RunEnd);
    expect((ending.signal.reason as RunEnd).message).toContain("the run's 1.5 min are over");
  });

  test('has one end: what comes after it is not told', async () => {
    const { clock, ending, stop, told } = watched();
    ending.end(new RunEnd('lock', 'lost'));
    stop.abort();
    ending.end(new RunEnd('credentials', 'gone'));
    await clock.sleep(120_000);
    expect(told).toEqual(['lock']);
    expect(ending.signal.reason).toMatchObject({ kind: 'lock' });
  });

  test('that is over by itself is ended by nothing', async () => {
    const { clock, ending, stop, told } = watched();
    ending.close();
    stop.abort();
    ending.end(new RunEnd('lock', 'lost'));
    await clock.sleep(120_000);
    expect(told).toEqual([]);
    expect(ending.signal.aborted).toBe(false);
  });
});
