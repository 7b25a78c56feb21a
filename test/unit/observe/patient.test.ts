// Looking again at what could not be seen: what is waited for, for how long, and what is told meanwhile.
import { describe, expect, test } from 'vitest';
import type { UnknownReason } from '../../../src/components/contract.ts';
import { observePatiently, type Patience, type Waiting } from '../../../src/observe/patient.ts';
import { scriptedRig, startOfTime, type ScriptedRig } from '../../helpers/scripted-rig.ts';

interface Looked {
  readonly told: readonly Waiting[];
  /** Seconds after the beginning of each look. */
  readonly looksAt: readonly number[];
  readonly seconds: number;
  readonly kinds: Readonly<Record<string, string>>;
}

async function lookPatiently(rig: ScriptedRig, patience: Patience = {}): Promise<Looked> {
  const told: Waiting[] = [];
  const looksAt: number[] = [];
  const since = (): number => (rig.clock.now() - startOfTime) / 1000;
  const before = rig.world.looks.length;
  const looks = rig.world.looks;
  const push = looks.push.bind(looks);
  looks.push = (...each) => {
    looksAt.push(since());
    return push(...each);
  };
  const { byId } = await observePatiently(rig.playbook, rig.graph.createOrder, rig.observeContext, {
    tell: (waiting) => told.push(waiting),
    ...patience,
  });
  expect(looks.length - before).toBe(looksAt.length);
  return { told, looksAt, seconds: since(), kinds: Object.fromEntries([...byId].map(([id, { kind }]) => [id, kind])) };
}

function unseenFor(rig: ScriptedRig, seconds: number, reason: UnknownReason, ...names: readonly string[]): void {
  for (const name of names) {
    rig.world.see(name, (real) =>
      rig.clock.now() < startOfTime + seconds * 1000
        ? { kind: 'unknown', reason, detail: `${reason} of ${name}`, at: real.at }
        : real,
    );
  }
}

const unseenIn = (waiting: Waiting | undefined): readonly string[] =>
  waiting === undefined || waiting.kind === 'seen' ? [] : waiting.unseen.map((each) => each.component);

test('what is seen at once is not looked at again, and nothing is told', async () => {
  expect(await lookPatiently(scriptedRig('a; b'))).toEqual({
    told: [],
    looksAt: [0],
    seconds: 0,
    kinds: { a: 'present', b: 'present' },
  });
});

describe('what passes', () => {
  test.each(['throttled', 'unavailable', 'timeout'] as const)('%s is waited for until it is seen', async (reason) => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 40, reason, 'a');
    const { told, kinds, seconds } = await lookPatiently(rig);
    expect(told).toEqual([
      { kind: 'waiting', unseen: [{ component: 'a', detail: `${reason} of a` }], milliseconds: 120_000 },
      { kind: 'seen', milliseconds: 65_000 },
    ]);
    expect(kinds).toEqual({ a: 'present', b: 'present' });
    expect(seconds).toBe(65);
  });

  test.each(['denied', 'invalid', 'upstream', 'status'] as const)('%s is not: one look', async (reason) => {
    const rig = scriptedRig('a');
    unseenFor(rig, 40, reason, 'a');
    expect(await lookPatiently(rig)).toMatchObject({ told: [], looksAt: [0], kinds: { a: 'unknown' } });
  });

  test('is not waited for where it is left out anyway', async () => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 1_000, 'throttled', 'a');
    expect(await lookPatiently(rig, { excluded: new Set(['a']) })).toMatchObject({ told: [], looksAt: [0] });
    unseenFor(rig, 10, 'throttled', 'b');
    const { told } = await lookPatiently(rig, { excluded: new Set(['a']) });
    expect(unseenIn(told[0])).toEqual(['b']);
    expect(told.at(-1)?.kind).toBe('seen');
  });
});

describe('the looks', () => {
  test('begin after 5, 15, 35, 65, 95 and 120 s, and none after that', async () => {
    const rig = scriptedRig('a');
    unseenFor(rig, 1_000, 'throttled', 'a');
    const { told, looksAt, kinds } = await lookPatiently(rig);
    expect(looksAt).toEqual([0, 5, 15, 35, 65, 95, 120]);
    expect(told.map(({ kind, milliseconds }) => [kind, milliseconds])).toEqual([
      ['waiting', 120_000],
      ['given-up', 120_000],
    ]);
    expect(unseenIn(told.at(-1))).toEqual(['a']);
    expect(kinds).toEqual({ a: 'unknown' });
  });

  test('end with the deadline of the playbook, where that is shorter', async () => {
    const rig = scriptedRig('a', { recovery: { deadline: 20_000 } });
    unseenFor(rig, 1_000, 'throttled', 'a');
    const { told, looksAt } = await lookPatiently(rig);
    expect(looksAt).toEqual([0, 5, 15, 20]);
    expect(told[0]?.milliseconds).toBe(20_000);
  });

  test('are only at what could not be seen: what was seen stays as it was', async () => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 1, 'throttled', 'a');
    await lookPatiently(rig);
    expect([...rig.world.looks]).toEqual([['a', 'b'], ['a']]);
  });

  test('tell anew when others are waited for, and say nothing twice', async () => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 30, 'throttled', 'a');
    unseenFor(rig, 80, 'unavailable', 'b');
    const { told } = await lookPatiently(rig);
    expect(told.map((each) => [each.kind, ...unseenIn(each)])).toEqual([
      ['waiting', 'a', 'b'],
      ['waiting', 'b'],
      ['seen'],
    ]);
    expect(told[1]?.milliseconds).toBe(85_000);
  });
});

test('nobody need be told', async () => {
  const rig = scriptedRig('a');
  const look = (): Promise<unknown> => observePatiently(rig.playbook, rig.graph.createOrder, rig.observeContext);
  unseenFor(rig, 10, 'throttled', 'a');
  await look();
  expect(rig.clock.now() - startOfTime).toBe(15_000);
  unseenFor(rig, 1_000, 'throttled', 'a');
  await look();
  expect(rig.clock.now() - startOfTime).toBe(135_000);
});

describe('a stop', () => {
  test('ends the waiting at once: what has been seen until then is the answer', async () => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 1_000, 'throttled', 'a');
    const stop = new AbortController();
    void rig.clock.sleep(7_000).then(() => {
      stop.abort();
    });
    const { told, kinds, seconds } = await lookPatiently(rig, { stop: stop.signal });
    expect(told.map((each) => each.kind)).toEqual(['waiting', 'given-up']);
    expect(kinds).toEqual({ a: 'unknown', b: 'present' });
    expect(seconds).toBe(7);
  });

  test('during the first look: nobody is told that it is looked at again', async () => {
    const rig = scriptedRig('a; b');
    unseenFor(rig, 1_000, 'timeout', 'a');
    const stop = new AbortController();
    stop.abort();
    const { told, kinds, seconds } = await lookPatiently(rig, { stop: stop.signal });
    expect(told.map((each) => each.kind)).toEqual(['given-up']);
    expect(kinds).toEqual({ a: 'unknown', b: 'present' });
    expect(seconds).toBe(0);
  });

  test('is the only thing that may: a clock that breaks is a bug, and thrown', async () => {
    const rig = scriptedRig('a');
    unseenFor(rig, 1_000, 'throttled', 'a');
    const clock = { now: () => rig.clock.now(), sleep: () => Promise.reject(new Error('the clock broke')) };
    await expect(
      observePatiently(rig.playbook, rig.graph.createOrder, { ...rig.observeContext, clock }),
    ).rejects.toThrow('the clock broke');
  });
});
