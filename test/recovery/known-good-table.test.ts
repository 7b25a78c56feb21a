// Known good in a table, against the embedded AWS: written whole or not at all, only in its own table and key space, read by
// others, and given up after two seconds whatever is the matter with the table.
import { BatchGetItemCommand, DeleteTableCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/aws/connect.ts';
import { GateRefusal } from '../../src/aws/gate.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { tableScope } from '../../src/aws/tables/table-scope.ts';
import { digestOf } from '../../src/playbook/digest.ts';
import { beginningOf } from '../../src/cli/state/known-good-slots.ts';
import {
  all,
  beginning,
  itemAt,
  kept,
  machine,
  namesIn,
  never,
  pieceOf,
  place,
  put,
  rigWithTable,
  split,
  text,
  textIn,
  version,
  type Item,
} from '../helpers/known-good.ts';
import { deployedRig, mutations } from '../helpers/rig.ts';

describe('what is kept', () => {
  test('is read by another machine, whole, and written by one conditional PutItem into the table', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1));
    const read = await machine(rig).read(all);
    expect(read).toMatchObject({
      kind: 'read',
      troubles: [],
      versions: [
        {
          ...version(1),
          item: `dynamodb://relight, item ${beginning}0`,
        },
      ],
    });
    const writes = mutations(rig.wire);
    expect(writes.map((each) => each.operation)).toEqual(['PutItem']);
    expect(writes[0]?.input).toMatchObject({
      TableName: 'relight',
      ConditionExpression: 'attribute_not_exists(#key)',
      Item: { LockID: { S: `${beginning}0` } },
    });
  });

  test('is not written again while the newest says the same', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1));
    rig.wire.length = 0;
    const again = await machine(rig).keep(version(2), (newest) => newest.facts === 'facts 1');
    expect(again).toEqual({ kind: 'same' });
    expect(mutations(rig.wire)).toEqual([]);
  });

  test('are the last ten versions, newest first; the oldest makes room', async () => {
    const rig = await rigWithTable();
    const many = Array.from({ length: 13 }, (_, index) => version(index + 1));
    await kept(rig, ...many);
    expect(await namesIn(rig)).toEqual(
      many
        .slice(3)
        .map((each) => each.name)
        .reverse(),
    );
  });

  test('by two at once is both: whoever finds the place taken takes another one', async () => {
    const rig = await rigWithTable();
    const [alice, bob] = [machine(rig), machine(rig)];
    // Both have seen the same free places.
    await Promise.all([alice.read(all), bob.read(all)]);
    const both = await Promise.all([alice.keep(version(1), never), bob.keep(version(2), never)]);
    expect(both.map((each) => each.kind)).toEqual(['kept', 'kept']);
    expect(await namesIn(rig)).toEqual([version(2).name, version(1).name]);
  });

  test('is forgotten: one, then all; what was damaged too', async () => {
    const rig = await rigWithTable();
    await kept(rig, version(1), version(2), version(3));
    expect(await machine(rig).forget(version(2).name)).toEqual({ names: [version(2).name], failed: [] });
    expect(await namesIn(rig)).toEqual([version(3).name, version(1).name]);
    const item = await itemAt(rig, 0);
    await put(rig, { ...item, body: { S: '{' } });
    expect((await machine(rig).forget()).names.toSorted()).toEqual([version(1).name, version(3).name]);
    expect(await namesIn(rig)).toEqual([]);
    expect(JSON.stringify([await itemAt(rig, 0), await itemAt(rig, 1), await itemAt(rig, 2)])).not.toContain(
      'front","',
    );
    await kept(rig, version(4));
  });
});

describe('more than an item holds', () => {
  test('is split, an item for each component, and read as one', async () => {
    const rig = await rigWithTable();
    await kept(rig, split(1));
    const read = await machine(rig).read(all);
    expect(read).toMatchObject({ troubles: [], versions: [{ name: split(1).name, pieces: split(1).pieces }] });
    expect(mutations(rig.wire).map(({ input }) => (input['Item'] as { LockID: { S: string } }).LockID.S)).toEqual([
      `${beginning}0`,
      `${beginning}0/one`,
      `${beginning}0/two`,
      `${beginning}0`,
    ]);
  });

  test('a component that is too large by itself is left out, and told with its size', async () => {
    const rig = await rigWithTable();
    const whole = version(1, {}, { pieces: { one: pieceOf(450_000), two: pieceOf(1_000) } });
    const reason = 'it takes 440 KB, and an item holds no more than 400';
    expect(await machine(rig).keep(whole, never)).toEqual({ kind: 'kept', notKept: { one: reason } });
    const read = await machine(rig).read(all);
    expect(read).toMatchObject({ troubles: [], versions: [{ pieces: { two: {} }, notKept: { one: reason } }] });
  });

  test.each([1, 2, 3, 4])('cut off at write %d: the versions before it are whole, and the next one is', async (nth) => {
    const rig = await rigWithTable();
    await kept(rig, version(1));
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', nth, times: 99, kind: 'reset-before' });
    const cut = await machine(rig).keep(split(2), never);
    expect(cut).toMatchObject({ kind: 'failed' });
    rig.faults.clear();
    expect(await namesIn(rig)).toEqual([version(1).name]);
    await kept(rig, split(3));
    expect(await namesIn(rig)).toEqual([split(3).name, version(1).name]);
  });

  test('a part that is of another version is left out, and told', async () => {
    const rig = await rigWithTable();
    await kept(rig, split(1));
    const part = await itemAt(rig, '0/one');
    await put(rig, { ...part, name: { S: 'another' } });
    const read = await machine(rig).read(all);
    if (read.kind === 'failed') throw new Error(read.why);
    expect(read.troubles).toEqual([expect.stringMatching(/item .*\/0\/one is not used: it is damaged/)]);
    expect(Object.keys(read.versions[0]?.pieces ?? {})).toEqual(['two']);
  });
});

describe('what is there and is not ours', () => {
  test.each([
    ['cut off', (item: Item) => ({ ...item, body: { S: textIn(item, 'body').slice(0, 50) } })],
    [
      'edited',
      (item: Item) => ({
        ...item,
        body: { S: textIn(item, 'body').replace('web', 'dba') },
      }),
    ],
    ['something else', (item: Item) => ({ LockID: item.LockID, a: { S: 'b' } })],
  ])('%s: left out, told, left as it is by the writer, and no hindrance', async (_what, damage) => {
    const rig = await rigWithTable();
    await kept(rig, version(1), version(2));
    const damaged = damage(await itemAt(rig, 1));
    await put(rig, damaged);
    const read = await machine(rig).read(all);
    if (read.kind === 'failed') throw new Error(read.why);
    expect(read.versions.map((each) => each.name)).toEqual([version(1).name]);
    expect(read.troubles).toEqual([expect.stringMatching(/item .*\/1 is not used: it is damaged, of another place/)]);
    for (let number = 3; number < 15; number += 1) await kept(rig, version(number));
    expect(await itemAt(rig, 1)).toEqual(damaged);
  });

  test.each([
    ['account', { account: '210987654321' }],
    ['region', { region: 'eu-west-2' }],
    ['playbook', { playbook: 'side' }],
    ['kind of place', { sandbox: true }],
    ['endpoint', { endpoint: 'http://127.0.0.1:4566' }],
  ] as const)('of another %s: not seen; and copied to a key of this one, not used', async (_what, other) => {
    const rig = await rigWithTable();
    expect(beginningOf({ ...place, ...other })).not.toBe(beginning);
    await kept(rig, version(1));
    const foreign = machine(rig, { ...other, account: place.account });
    if (!('account' in other)) expect(await foreign.read(all)).toMatchObject({ versions: [] });
    // Sealed again by somebody who knows how.
    const item = await itemAt(rig, 0);
    const { state, name, at, said, bodyDigest } = Object.fromEntries(
      Object.keys(item).map((field) => [field, textIn(item, field)]),
    );
    const turn = Number((item['turn'] as { N: string }).N);
    const edited = JSON.stringify({ ...(JSON.parse(said ?? '') as object), ...other });
    const key = `${beginning}5`;
    const seal = digestOf({ turn, state, name, at, said: edited, bodyDigest, key });
    await put(rig, { ...item, LockID: { S: key }, said: { S: edited }, seal: { S: seal } });
    const read = await machine(rig).read(all);
    expect(read).toMatchObject({
      versions: [{ name: version(1).name }],
      troubles: [expect.stringContaining('/5 is not used: it is damaged, of another place')],
    });
    // The same with nothing edited is only in the wrong item.
    const unedited = digestOf({ turn, state, name, at, said, bodyDigest, key });
    await put(rig, { ...item, LockID: { S: key }, seal: { S: unedited } });
    expect(await machine(rig).heads()).toMatchObject({ troubles: [], versions: [{}, {}] });
  });
});

describe('a table that is', () => {
  const faults = {
    denied: { kind: 'access-denied' },
    throttled: { kind: 'throttle' },
    slow: { kind: 'hang' },
    down: { kind: 'error-503' },
    'cut off': { kind: 'reset-before' },
  } as const;

  test.each(Object.entries(faults))('%s costs no more than two seconds, and is told once', async (_what, fault) => {
    const rig = await rigWithTable();
    await kept(rig, version(1));
    rig.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', ...fault });
    rig.faults.add({ service: 'dynamodb', operation: 'PutItem', ...fault });
    const before = rig.clock.now();
    const table = machine(rig);
    const read = await table.read(all);
    expect(read).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining('dynamodb://relight cannot be used: ') as string,
    });
    expect(await table.keep(version(2), never)).toMatchObject({
      kind: 'failed',
      why: read.kind === 'failed' ? read.why : '',
    });
    expect(rig.clock.now() - before).toBeLessThanOrEqual(2_000);
    rig.faults.clear();
    expect(await namesIn(rig)).toEqual([version(1).name]);
  });

  test('slow: given up after two seconds sharp, with nothing left under way', async () => {
    const rig = await rigWithTable();
    rig.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind: 'hang' });
    const before = rig.clock.now();
    expect(await machine(rig).read(all)).toMatchObject({
      kind: 'failed',
      why: expect.stringMatching(/no answer within 2 s|within 2 s/) as string,
      unseen: true,
    });
    expect(rig.clock.now() - before).toBe(2_000);
  });

  test('missing: told with the command that makes it', async () => {
    const rig = await deployedRig(text);
    const read = await machine(rig).read(all);
    expect(read).toMatchObject({
      kind: 'failed',
      why: expect.stringContaining(
        'Make the table: aws dynamodb create-table --region eu-west-1 --table-name relight ',
      ) as string,
      unseen: false,
    });
  });

  test.each(Object.entries(faults))(
    '%s: a recovery beside it does the same, in the same time',
    async (_what, fault) => {
      const rig = await rigWithTable();
      await rig.break(['load-balancer']);
      const undisturbed = rig.fork();
      rig.faults.add({ service: 'dynamodb', ...fault });
      const table = machine(rig);
      const reading = table.read(all);
      const recovery = await rig.recover('repair');
      const expected = await undisturbed.recover('repair');
      expect(recovery.report.result).toBe('succeeded');
      expect(recovery.report.durationSeconds).toBe(expected.report.durationSeconds);
      expect(recovery.report.awsCalls).toBe(expected.report.awsCalls);
      expect(recovery.plan.steps.map((each) => each.id)).toEqual(expected.plan.steps.map((each) => each.id));
      expect(await reading).toMatchObject({ kind: 'failed' });
    },
  );
});

describe('the writer', () => {
  test('can do nothing else: not in another table, nor another item, nor by another operation', async () => {
    const rig = await rigWithTable();
    const scope = tableScope('relight', { beginning });
    const aws = connect({ ...rig.sandbox.access('eu-west-1', 'change'), scope });
    aws.gate.openForReads();
    aws.gate.openForChanges();
    const client = aws.client(dynamodb);
    const own = { LockID: { S: `${beginning}0` } };
    const lock = { LockID: { S: 'relight/front@123456789012.eu-west-1' } };
    await client.send(new PutItemCommand({ TableName: 'relight', Item: own }));
    await client.send(new GetItemCommand({ TableName: 'relight', Key: own }));
    rig.wire.length = 0;
    const refused = [
      new PutItemCommand({ TableName: 'relight', Item: lock }),
      new PutItemCommand({ TableName: 'registry', Item: own }),
      new GetItemCommand({ TableName: 'relight', Key: lock }),
      new BatchGetItemCommand({ RequestItems: { relight: { Keys: [own, lock] } } }),
      new BatchGetItemCommand({ RequestItems: { relight: { Keys: [own] }, registry: { Keys: [own] } } }),
      new DeleteTableCommand({ TableName: 'relight' }),
    ];
    for (const each of refused) await expect(client.send(each as never)).rejects.toBeInstanceOf(GateRefusal);
    expect(rig.wire).toEqual([]);
  });

  test('asks once, and writes once', async () => {
    const rig = await rigWithTable();
    await machine(rig).keep(version(1), never);
    expect(rig.wire.map((each) => each.operation)).toEqual(['BatchGetItem', 'PutItem']);
  });
});
