// A lock in a table that is missing, denied, out of reach, or holds something else: each is told apart, with its remedy.
import { CreateTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamodb } from '../../../src/aws/services/dynamodb.ts';
import type { LockRecord } from '../../../src/run/lock/record.ts';
import { LockTrouble, type LockStore } from '../../../src/run/lock/store.ts';
import { tableLockStore } from '../../../src/run/lock/table-store.ts';
import { ownerNamed } from '../../helpers/lock.ts';
import { bench, type Bench } from '../../helpers/aws.ts';

async function withTable(): Promise<Bench> {
  const where = bench();
  await where.aws.client(dynamodb).send(
    new CreateTableCommand({
      TableName: 'locks',
      KeySchema: [{ AttributeName: 'LockID', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'LockID', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await where.clock.sleep(60_000);
  return where;
}

const record: LockRecord = {
  version: 1,
  fence: 1,
  stamp: 'one',
  leaseMs: 30_000,
  state: 'held',
  owner: ownerNamed('alice'),
  touchedAt: '2026-01-02T03:04:05.000Z',
  breaker: null,
};

async function troubleOf(store: LockStore): Promise<LockTrouble> {
  const read = await store.read().catch((error: unknown) => error);
  const exchanged = await store.exchange(undefined, record).catch((error: unknown) => error);
  if (!(read instanceof LockTrouble) || !(exchanged instanceof LockTrouble)) throw new Error('no trouble');
  expect(exchanged.kind).toBe(read.kind);
  return read;
}

const without = 'Without it: --lock file, which keeps out only runs on this machine';

describe('a lock in a table', () => {
  it('is exchanged by who has seen what is there', async () => {
    const store = tableLockStore((await withTable()).aws, 'locks', 'shop');
    expect(store.place).toBe('DynamoDB table locks, item shop');
    expect(await store.read()).toBeUndefined();
    expect(await store.exchange(undefined, record)).toBe('done');
    expect(await store.read()).toEqual(record);
    expect(await store.exchange(undefined, { ...record, stamp: 'two' })).toBe('moved');
  });

  it('that is missing is told with the command that makes it', async () => {
    const trouble = await troubleOf(tableLockStore(bench().aws, 'locks', 'shop'));
    expect(trouble.kind).toBe('missing');
    expect(trouble.lines).toHaveLength(2);
    expect(trouble.lines[0]).toMatch(/^the lock \(DynamoDB table locks, item shop\) cannot be used: ResourceNotFound/);
    expect(trouble.lines[0]).toMatch(/Make the table: aws dynamodb create-table .*--table-name locks/);
    expect(trouble.lines[1]).toBe(without);
    expect(trouble.cause).toBeInstanceOf(Error);
  });

  it('that may not be used is told with the permissions that it needs', async () => {
    const where = await withTable();
    where.faults.add({ kind: 'access-denied', service: 'dynamodb' });
    const trouble = await troubleOf(tableLockStore(where.aws, 'locks', 'shop', '--unlocked'));
    expect(trouble.kind).toBe('denied');
    expect(trouble.message).toContain('It needs dynamodb:GetItem and dynamodb:UpdateItem');
    expect(trouble.message).toContain('Without it: --unlocked, which');
  });

  it('that does not answer is out of reach', async () => {
    const where = await withTable();
    where.faults.add({ kind: 'error-500', service: 'dynamodb' });
    const trouble = await troubleOf(tableLockStore(where.aws, 'locks', 'shop'));
    expect(trouble.kind).toBe('unreachable');
    expect(trouble.message).toContain(without);
    expect(trouble.message).not.toContain('It needs');
  });

  it('that holds something else is damaged, and is not called out of reach', async () => {
    const where = await withTable();
    const Item = { LockID: { S: 'shop' }, stamp: { S: 'x' } };
    await where.aws.client(dynamodb).send(new PutItemCommand({ TableName: 'locks', Item }));
    const trouble = await tableLockStore(where.aws, 'locks', 'shop')
      .read()
      .catch((error: unknown) => error);
    expect(trouble).toMatchObject({ kind: 'damaged' });
    expect(String(trouble)).toMatch(/cannot be read: it is no lock of this relight: \w+: /);
    expect(String(trouble)).toContain('then delete the item by hand');
  });
});
