// A run and its lock, against the embedded AWS: the lock in a DynamoDB table, what a run does that loses it, and that
// nothing leaves the machine while it is in doubt.
import { DescribeTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import type { AwsAccess } from '../../src/aws/access.ts';
import { connect } from '../../src/aws/connect.ts';
import { HeldBack } from '../../src/aws/gate.ts';
import { createLockTable, exchangeLockItem } from '../../src/aws/tables/lock-table.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { execute, look, planFrom } from '../../src/engine.ts';
import type { RunReport } from '../../src/report/report.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/run/journal/journal.ts';
import { acquire, breakLock } from '../../src/run/lock/acquire.ts';
import { LeaseLost, type Lease, type LeaseState } from '../../src/run/lock/lease.ts';
import { tableLockStore } from '../../src/run/lock/table-store.ts';
import { claimOf, clocksOn, ownerNamed } from '../helpers/lock.ts';
import { deployedRig, mutations, readShipped, seededRig, playbookOf, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');
const key = 'relight/deployer-api';

/** An access of the lock's own, as faults of the rig strike it. */
function accessIn(rig: Rig): AwsAccess {
  const aws = connect(rig.sandbox.access('eu-west-1', 'change'));
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

async function withTable(): Promise<{ rig: Rig; aws: AwsAccess }> {
  const rig = await seededRig(playbookOf(text));
  const aws = accessIn(rig);
  await createLockTable(aws, 'locks', rig.clock);
  rig.wire.length = 0;
  return { rig, aws };
}

async function itemOf(aws: AwsAccess): Promise<unknown> {
  const { Item } = await aws
    .client(dynamodb)
    .send(new GetItemCommand({ TableName: 'locks', Key: { LockID: { S: key } }, ConsistentRead: true }));
  return Item;
}

describe('a lock in a DynamoDB table', () => {
  test('is taken, kept, refused to others, given back and taken again: one item, never deleted, its fence added to', async () => {
    const { rig, aws } = await withTable();
    const store = tableLockStore(aws, 'locks', key);
    const clocks = clocksOn(rig.clock);
    const first = await acquire(claimOf('alice', store, clocks));
    if (first.kind !== 'held') throw new Error('not taken');
    await rig.clock.sleep(120_000);
    expect(first.lease.state()).toEqual({ kind: 'sure' });
    const other = tableLockStore(accessIn(rig), 'locks', key);
    expect(await acquire(claimOf('bob', other, clocks))).toMatchObject({
      kind: 'refused',
      holder: { owner: ownerNamed('alice') },
    });
    expect(await first.lease.release()).toBeUndefined();
    const second = await acquire(claimOf('bob', other, clocks));
    expect(second).toMatchObject({ kind: 'held', after: null, lease: { fence: 2 } });
    expect(await itemOf(aws)).toMatchObject({ fence: { N: '2' }, state: { S: 'held' } });
    if (second.kind === 'held') await second.lease.release();
    expect(await itemOf(aws)).toMatchObject({ fence: { N: '2' }, state: { S: 'free' } });
    const writes = mutations(rig.wire);
    expect(new Set(writes.map((call) => call.operation))).toEqual(new Set(['UpdateItem']));
    for (const { input } of writes) {
      expect(input['UpdateExpression']).toContain('ADD #fence :step');
      expect(input['ConditionExpression']).toMatch(/^(attribute_not_exists\(#key\)|#stamp = :seen)$/);
    }
    const { Table } = await aws.client(dynamodb).send(new DescribeTableCommand({ TableName: 'locks' }));
    expect(Table?.KeySchema).toEqual([{ AttributeName: 'LockID', KeyType: 'HASH' }]);
  });

  test('a dead holder is followed after a whole lease, also where every third answer is lost', async () => {
    const { rig, aws } = await withTable();
    const clocks = clocksOn(rig.clock);
    const store = tableLockStore(aws, 'locks', key);
    // Written by a process that was killed right after.
    const dead = { ...claimOf('alice', store, clocks), leaseMs: 30_000 };
    const taken = await acquire(dead);
    const item = await store.read();
    if (taken.kind !== 'held' || item === undefined) throw new Error('not taken');
    await taken.lease.release();
    const back = await store.read();
    await exchangeLockItem(aws, 'locks', key, back, { ...item, fence: 1, stamp: 'last-sign' });
    for (const nth of [3, 6, 9]) rig.faults.add({ service: 'dynamodb', nth, kind: 'reset-after' });
    const before = rig.clock.now();
    const result = await acquire(claimOf('bob', store, clocks));
    expect(result).toMatchObject({ kind: 'held', after: { owner: ownerNamed('alice') }, lease: { fence: 2 } });
    expect(rig.clock.now() - before).toBeGreaterThanOrEqual(30_000);
    if (result.kind === 'held') await result.lease.release();
  });

  test('an exchange whose answer is lost is known to be ours', async () => {
    const { rig, aws } = await withTable();
    const store = tableLockStore(aws, 'locks', key);
    rig.faults.add({ service: 'dynamodb', operation: 'UpdateItem', nth: 1, kind: 'reset-after' });
    const result = await acquire(claimOf('alice', store, clocksOn(rig.clock)));
    expect(result).toMatchObject({ kind: 'held', lease: { fence: 1 } });
    if (result.kind === 'held') await result.lease.release();
  });

  test.each([
    [
      'the table is missing',
      'nowhere',
      undefined,
      'missing',
      'aws dynamodb create-table --region eu-west-1 --table-name nowhere',
    ],
    ['the caller may not', 'locks', 'access-denied', 'denied', 'dynamodb:GetItem and dynamodb:UpdateItem'],
    ['nobody answers', 'locks', 'error-503', 'unreachable', '--lock file'],
  ] as const)('says what to do when %s', async (_, table, fault, kind, remedy) => {
    const { rig, aws } = await withTable();
    if (fault !== undefined) rig.faults.add({ service: 'dynamodb', kind: fault });
    const attempt = acquire(claimOf('alice', tableLockStore(aws, table, key), clocksOn(rig.clock)));
    await expect(attempt).rejects.toMatchObject({ name: 'LockTrouble', kind });
    await expect(attempt).rejects.toThrow(remedy);
  });

  test('an item of something else is damaged, and stays as it is', async () => {
    const { rig, aws } = await withTable();
    await exchangeLockItem(aws, 'locks', key, undefined, { stamp: 'x', fence: 1 });
    const before = await itemOf(aws);
    const attempt = acquire(claimOf('alice', tableLockStore(aws, 'locks', key), clocksOn(rig.clock)));
    await expect(attempt).rejects.toMatchObject({ kind: 'damaged' });
    expect(await itemOf(aws)).toEqual(before);
  });
});

// --- A run that holds one ----------------------------------------------------------------------------------------------

/** A lease that the test holds in its hand. */
function leaseInHand(): { lease: Lease; set: (state: LeaseState) => void } {
  let state: LeaseState = { kind: 'sure' };
  const lost = new AbortController();
  const waiting = new Set<() => void>();
  const lease: Lease = {
    place: 'memory',
    owner: ownerNamed('alice'),
    fence: 7,
    state: () => state,
    untilSure: async () => {
      while (state.kind === 'shaky') await new Promise<void>((resolve) => waiting.add(resolve));
      if (state.kind === 'lost') throw new LeaseLost(state.why);
    },
    left: () => 30_000,
    lost: lost.signal,
    release: () => Promise.resolve(undefined),
  };
  const set = (next: LeaseState): void => {
    state = next;
    if (next.kind === 'lost') lost.abort(new LeaseLost(next.why));
    for (const wake of waiting) wake();
    waiting.clear();
  };
  return { lease, set };
}

async function run(
  rig: Rig,
  lease: Lease,
  onRecord: (journal: MemoryJournal) => void,
): Promise<{ report: RunReport; journal: MemoryJournal }> {
  const session = await rig.open('change');
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind: 'repair' });
  rig.wire.length = 0;
  let journal: MemoryJournal | undefined;
  const report = await execute(session, assessed, plan, {
    openJournal: (sink) =>
      (journal = createMemoryJournal('run-1', rig.clock, (record) => {
        sink(record);
        if (journal !== undefined) onRecord(journal);
      })),
    prober: rig.sandbox.prober,
    verify: true,
    stop: new AbortController().signal,
    lease,
  });
  if (journal === undefined) throw new Error('no journal');
  return { report, journal };
}

async function brokenRig(): Promise<Rig> {
  const rig = await deployedRig(text);
  await rig.break(['load-balancer', 'service', 'state-entry']);
  return rig;
}

describe('a run under a lock', () => {
  test('says in its journal which, and does what it does without one', async () => {
    const { lease } = leaseInHand();
    const { report, journal } = await run(await brokenRig(), lease, () => undefined);
    expect(report.result).toBe('succeeded');
    expect(journal.records[0]).toMatchObject({ type: 'run-started', lock: { place: 'memory', fence: 7 } });
  });

  test('that is lost in the middle sends nothing more, says why, and a second run goes on', async () => {
    const rig = await brokenRig();
    const { lease, set } = leaseInHand();
    let sentBefore: number | undefined;
    const { report, journal } = await run(rig, lease, ({ records }) => {
      if (sentBefore !== undefined || records.filter((each) => each.type === 'step-acted').length < 2) return;
      sentBefore = mutations(rig.wire).length;
      set({ kind: 'lost', why: 'it is now held by bob@desk (pid 1)' });
    });
    expect(sentBefore).toBeGreaterThan(0);
    expect(mutations(rig.wire)).toHaveLength(sentBefore ?? 0);
    expect(['partial', 'failed']).toContain(report.result);
    expect(report.interruption).toContain('the lock was lost: it is now held by bob@desk (pid 1)');
    expect(journal.records).toContainEqual(
      expect.objectContaining({ type: 'step-skipped', because: 'the run lost its lock' }),
    );
    expect((await rig.recover('repair')).report.result).toBe('succeeded');
  });

  test('that is lost before the first step is refused and changes nothing', async () => {
    const rig = await brokenRig();
    const { lease, set } = leaseInHand();
    const { report } = await run(rig, lease, ({ records }) => {
      if (records.length === 1) set({ kind: 'lost', why: 'it was broken' });
    });
    expect(report.result).toBe('refused');
    expect(report.interruption).toContain('it was broken');
    expect(mutations(rig.wire)).toEqual([]);
  });

  test('that is in doubt holds changes back, after the signature too, and sends them once it is sure', async () => {
    const rig = await brokenRig();
    const { lease, set } = leaseInHand();
    let intended = 0;
    let held = 0;
    const { report, journal } = await run(rig, lease, ({ records }) => {
      // Right after the intention is written, while the call is being made ready.
      if (records.at(-1)?.type !== 'step-intended' || (intended += 1) !== 1) return;
      const sent = mutations(rig.wire).length;
      set({ kind: 'shaky', why: 'not renewed' });
      void rig.clock.sleep(10_000).then(() => {
        held = mutations(rig.wire).length - sent;
        set({ kind: 'sure' });
      });
    });
    expect(held).toBe(0);
    expect(report.result).toBe('succeeded');
    const [first] = journal.records.flatMap((each) => (each.type === 'step-intended' ? [each.step] : []));
    const attempts = journal.records.flatMap((each) =>
      each.type === 'step-intended' && each.step === first ? [each.attempt] : [],
    );
    // The one that was held back, and the one that left.
    expect(attempts).toEqual([1, 2]);
  });

  test('a change that is held back never reaches the wire, and a read does', async () => {
    const rig = await brokenRig();
    const aws = accessIn(rig);
    aws.gate.guardChanges({ obstacle: () => 'the lock is lost', left: () => 1_000 });
    rig.wire.length = 0;
    await expect(createLockTable(aws, 'other', rig.clock)).rejects.toThrow(HeldBack);
    await expect(createLockTable(aws, 'other', rig.clock)).rejects.toThrow(
      'CreateTable was not sent: the lock is lost',
    );
    expect(rig.wire).toEqual([]);
    await aws.client(dynamodb).send(new DescribeTableCommand({ TableName: 'deployer-state' }));
    expect(rig.wire).toHaveLength(1);
  });

  test('a change may take no longer than the lock is good for', async () => {
    const rig = await brokenRig();
    const aws = accessIn(rig);
    aws.gate.guardChanges({ obstacle: () => undefined, left: () => 1_000 });
    rig.faults.add({ service: 'dynamodb', operation: 'CreateTable', kind: 'hang' });
    const before = rig.clock.now();
    await expect(createLockTable(aws, 'other', rig.clock)).rejects.toThrow(
      'dynamodb:CreateTable gave no answer within 1 s',
    );
    expect(rig.clock.now() - before).toBe(1_000);
  });

  test('broken by somebody else stops within a heartbeat', async () => {
    const { rig, aws } = await withTable();
    const store = tableLockStore(aws, 'locks', key);
    const clocks = clocksOn(rig.clock);
    const taken = await acquire(claimOf('alice', store, clocks));
    if (taken.kind !== 'held') throw new Error('not taken');
    const { lease } = taken;
    let breaking: Promise<unknown> | undefined;
    const { report } = await run(rig, lease, ({ records }) => {
      if (records.at(-1)?.type !== 'step-acted') return;
      breaking ??= breakLock({ ...claimOf('bob', store, clocks), by: { user: 'bob', host: 'laptop', pid: 1 } });
    });
    expect(report.interruption).toContain('it was broken by bob@laptop');
    expect(report.result).not.toBe('succeeded');
    await lease.release();
    expect(await breaking).toMatchObject({ kind: 'stopped' });
  });
});
