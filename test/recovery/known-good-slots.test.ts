// The slots of a table of known good, where writers are cut off, overtaken, denied, behind and ahead, and the table is busy: no
// version is lost but the oldest, and nothing is told that was not found or done.
import { describe, expect, test } from 'vitest';
import {
  all,
  beginning,
  busy,
  itemAt,
  kept,
  machine,
  namesIn,
  never,
  pieceOf,
  put,
  rigWithTable,
  split,
  textIn,
  version,
} from '../helpers/known-good.ts';
import type { Rig } from '../helpers/rig.ts';

/** What a machine that is switched off in the middle of it leaves: after so many writes nothing more of it arrives. */
async function cutOff(rig: Rig, number: number, writes: number): Promise<void> {
  rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth: writes + 1, times: 99, kind: 'reset-before' });
  expect(await machine(rig).keep(split(number), never)).toMatchObject({ kind: 'failed' });
  rig.faults.clear();
}

describe('a version of several items that is cut off again and again', () => {
  test('costs no more than one of those that are whole', async () => {
    const rig = await rigWithTable();
    const whole = Array.from({ length: 10 }, (_, index) => version(index + 1));
    await kept(rig, ...whole);
    for (let number = 20; number < 32; number += 1) await cutOff(rig, number, 2);
    const left = whole.slice(1).reverse();
    expect(await namesIn(rig)).toEqual(left.map(({ name }) => name));
    await kept(rig, split(40));
    expect(await namesIn(rig)).toEqual([split(40), ...left].map(({ name }) => name));
  });

  test('never takes the place of the last one that is whole', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1));
    for (let slot = 1; slot < 10; slot += 1) {
      await put(rig, { LockID: { S: `${beginning}${slot}` }, of: { S: 'somebody else' } });
    }
    expect(await machine(rig).keep(split(2), never)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('no item is left to write into') as string,
    });
    expect(await machine(rig).heads()).toMatchObject({ versions: [{ name: version(1).name }] });
    // In one write there is the one or the other.
    await kept(rig, version(3));
    expect(await machine(rig).heads()).toMatchObject({ versions: [{ name: version(3).name }] });
  });

  test('leaves no part that nobody knows of: the next one in its place empties them', async () => {
    const rig = await rigWithTable();
    await cutOff(rig, 1, 3);
    expect(textIn(await itemAt(rig, '0/one'), 'body')).not.toBe('');
    await kept(rig, version(2));
    expect(await namesIn(rig)).toEqual([version(2).name]);
    expect([textIn(await itemAt(rig, '0/one'), 'body'), textIn(await itemAt(rig, '0/two'), 'body')]).toEqual(['', '']);
  });
});

describe('two writers at one slot', () => {
  /** Alice has begun a version, Bob takes its place, and then Alice's parts arrive. */
  test('never mix: whoever was overtaken takes another one, and both are whole', async () => {
    const rig = await rigWithTable();
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth: 2, times: 2, kind: 'latency', latencyMs: 500 });
    const alice = machine(rig).keep(split(1), never);
    await rig.clock.sleep(200);
    const bob = machine(rig).keep(split(2), never);
    expect(await bob).toMatchObject({ kind: 'kept' });
    expect(await alice).toMatchObject({ kind: 'kept' });
    expect([...(await namesIn(rig))].sort()).toEqual([split(1).name, split(2).name]);
    for (const each of [split(1), split(2)]) {
      const read = await machine(rig).read({ name: each.name });
      expect(read).toMatchObject({ troubles: [], versions: [{ name: each.name, pieces: each.pieces }] });
    }
  });

  test('one of which forgets: nothing of what was written meanwhile is forgotten, and that is told', async () => {
    const rig = await rigWithTable();
    await kept(rig, split(1));
    // The first write of the one who forgets is late.
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth: 1, times: 1, kind: 'latency', latencyMs: 500 });
    const forgetting = machine(rig).forget();
    await rig.clock.sleep(200);
    const item = await itemAt(rig, 0);
    await put(rig, { ...item, stamp: { S: 'another' } });
    expect(await forgetting).toEqual({
      names: [],
      failed: [
        {
          item: `dynamodb://relight, item ${beginning}0`,
          name: split(1).name,
          why: 'somebody else has written there meanwhile',
        },
      ],
    });
    expect(await machine(rig).read(all)).toMatchObject({ troubles: [], versions: [{ pieces: split(1).pieces }] });
  });
});

describe('what was not forgotten is told', () => {
  test('where the table denies it in the middle: which versions are, which are not, and why', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1), version(2), version(3));
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth: 3, times: 1, kind: 'access-denied' });
    const { failed, names } = await machine(rig).forget();
    expect(names).toHaveLength(2);
    expect(failed).toMatchObject([{ why: expect.stringContaining('AccessDenied') as string }]);
    expect(await namesIn(rig)).toEqual(failed.map(({ name }) => name));
  });

  test('where parts of it could not be emptied; once more forgets the rest', async () => {
    const rig = await rigWithTable();
    await kept(rig, split(1));
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth: 2, times: 1, kind: 'access-denied' });
    expect(await machine(rig).forget(split(1).name)).toMatchObject({ names: [], failed: [{ name: split(1).name }] });
    rig.faults.clear();
    expect(await machine(rig).forget(split(1).name)).toEqual({ names: [split(1).name], failed: [] });
    expect([textIn(await itemAt(rig, '0/one'), 'body'), textIn(await itemAt(rig, '0/two'), 'body')]).toEqual(['', '']);
  });

  test('where an item could not be read, which may be the one that is meant', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1), version(2));
    const hidden = busy(rig, (key) => key === `${beginning}1`);
    const failed = [
      { item: `dynamodb://relight, item ${beginning}1`, name: null, why: expect.stringContaining('busy') as string },
    ];
    expect(await machine(rig, {}, hidden).forget(version(2).name)).toEqual({ names: [], failed });
    expect(await machine(rig, {}, hidden).forget()).toEqual({ names: [version(1).name], failed });
    expect(await namesIn(rig)).toEqual([version(2).name]);
  });
});

describe('a table that is busy', () => {
  test('is asked again after a pause that grows, and what it leaves out is not called damaged', async () => {
    const rig = await rigWithTable();
    await kept(rig, split(1));
    const before = rig.clock.now();
    const read = await machine(
      rig,
      {},
      busy(rig, (key) => key.endsWith('/0/one')),
    ).read(all);
    expect(rig.clock.now() - before).toBe(350);
    expect(read).toMatchObject({
      kind: 'read',
      troubles: [`dynamodb://relight, item ${beginning}0/one was not told: the table is busy`],
      versions: [{ name: split(1).name }],
    });
    const twice = busy(rig, (_key, call) => call <= 2);
    expect(await machine(rig, {}, twice).read(all)).toMatchObject({
      troubles: [],
      versions: [{ pieces: split(1).pieces }],
    });
  });
});

describe('what is read', () => {
  /** Bytes of bodies that were sent to us. */
  const bodies = (rig: Rig): number => rig.wire.filter(({ operation }) => operation === 'BatchGetItem').length;

  test('is the newest version that has the piece, and of the others their heads', async () => {
    const rig = await rigWithTable();
    const more = version(1, {}, { pieces: { 'load-balancer': pieceOf(1_000), one: pieceOf(1_000) } });
    await kept(rig, more, version(2), version(3));
    rig.wire.length = 0;
    const read = await machine(rig).read({ components: ['load-balancer'] });
    expect(read).toMatchObject({ versions: [{ name: version(3).name }] });
    expect(read.kind === 'read' && read.versions).toHaveLength(1);
    expect(bodies(rig)).toBe(2);
    const asked = rig.wire.map(({ input }) => (input['RequestItems'] as { relight: { Keys: unknown[] } }).relight);
    expect(asked.map(({ Keys }) => Keys.length)).toEqual([10, 1]);
    expect(asked[0]).toHaveProperty('ProjectionExpression');
    // What only an older one has is from there.
    expect(await machine(rig).read(all)).toMatchObject({ versions: [{ name: version(3).name }, { name: more.name }] });
    expect(await machine(rig).read({ name: version(2).name })).toMatchObject({ versions: [{ name: version(2).name }] });
  });

  test('is in the order in which it was written, whatever the clocks of the machines say', async () => {
    const rig = await rigWithTable();
    const ahead = version(1, {}, { name: '20360101T000000Z-00aa', at: '2036-01-01T00:00:00.000Z' });
    await kept(rig, ahead, version(2), version(3));
    expect(await namesIn(rig)).toEqual([version(3).name, version(2).name, ahead.name]);
    // What makes room is the oldest as well.
    await kept(rig, ...Array.from({ length: 8 }, (_, index) => version(index + 10)));
    expect(await namesIn(rig)).not.toContain(ahead.name);
    expect(await namesIn(rig)).toContain(version(2).name);
  });

  test('waits no longer than two seconds, reading and writing together', async () => {
    const rig = await rigWithTable();
    rig.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind: 'latency', latencyMs: 1_500 });
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'hang' });
    const before = rig.clock.now();
    const table = machine(rig);
    expect(await table.heads()).toMatchObject({ kind: 'read' });
    expect(await table.keep(version(1), never)).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('no answer within 2 s') as string,
    });
    expect(rig.clock.now() - before).toBe(2_000);
  });
});
