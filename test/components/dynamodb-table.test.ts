// What is special about tables: shared ones are known by name alone, keys are for ever, deletion protection is respected.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import type { Target } from '../../src/components/contract.ts';
import { table } from '../../src/components/dynamodb-table/index.ts';
import type { TableSpec, TableState } from '../../src/components/dynamodb-table/schema.ts';
import { bench, changing, establish, look, reading, settle, specOf, stateOf, type Bench } from '../helpers/aws.ts';

function target(more: object = {}): Target<TableSpec> {
  return { id: 'state', spec: specOf(table, { name: 'deployer-state', ...more }) };
}

const hashKey = { name: 'service', type: 'S' };

describe('a table', () => {
  it('can be observed by name alone, but not made', async () => {
    const where = bench();
    const failure: unknown = await table.create(target(), changing(where)).catch((error: unknown) => error);
    expect(classify(failure)).toMatchObject({
      class: 'invalid',
      message: expect.stringContaining('hashKey') as string,
    });
    expect(where.wire).toEqual([]);

    await establish(table, target({ hashKey }), where);
    expect(table.diff(target().spec, await stateOf(table, target(), where))).toEqual([]);
  });

  it('is settling while it is made and while it goes', async () => {
    const where = bench();
    const wanted = target({ hashKey });
    await table.create(wanted, changing(where));
    const state = await stateOf(table, wanted, where);
    expect(table.readiness(state, wanted.spec)).toMatchObject({ kind: 'settling', direction: 'coming' });
    const ready = await settle(table, wanted, where, 'create');
    if (ready === undefined) throw new Error('not there');
    await table.delete(wanted, ready, changing(where));
    expect(table.readiness(await stateOf(table, wanted, where), wanted.spec)).toMatchObject({ direction: 'going' });
    await settle(table, wanted, where, 'delete');
  });

  it('must be replaced for another key, also for one that was taken away', async () => {
    const where = bench();
    const state = await establish(table, target({ hashKey, rangeKey: { name: 'version', type: 'N' } }), where);
    const differences = [
      ...table.diff(target({ hashKey: { name: 'id', type: 'S' } }).spec, state),
      ...table.diff(target({ hashKey, rangeKey: { name: 'version', type: 'S' } }).spec, state),
    ];
    expect(differences.map((each) => each.path)).toEqual(['hashKey', 'rangeKey', 'rangeKey']);
    for (const { path } of differences) expect(table.traits.immutable).toContain(path);
  });

  it('stays when it is protected', async () => {
    const where = bench();
    const wanted = target({ hashKey, deletionProtection: true });
    const state = await establish(table, wanted, where);
    await expect(table.delete(wanted, state, changing(where))).rejects.toThrow(/protection/i);
    expect((await look(table, wanted, where)).kind).toBe('present');
  });

  it('is not adopted from another owner', async () => {
    const where = bench();
    const wanted = target({ hashKey });
    await table.create(wanted, changing(where, { tags: { 'relight:playbook': 'another' } }));
    await settle(table, wanted, where, 'create');
    await expect(table.create(wanted, changing(where))).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it.each([
    ['CREATING', 'settling'],
    ['UPDATING', 'settling'],
    ['DELETING', 'settling'],
    ['ACTIVE', 'ready'],
    ['INACCESSIBLE_ENCRYPTION_CREDENTIALS', 'unhealthy'],
    ['ARCHIVING', 'unhealthy'],
    ['ARCHIVED', 'unhealthy'],
    ['REPLICATION_NOT_AUTHORIZED', 'unhealthy'],
  ])('in status %s is %s', async (status, kind) => {
    const where = bench();
    const state = await establish(table, target({ hashKey }), where);
    expect(table.readiness({ ...state, status }, target().spec).kind).toBe(kind);
  });
});

describe('what a table holds', () => {
  async function filled(items: number, bytes = 1): Promise<{ where: Bench; state: TableState }> {
    const where = bench();
    const state = await establish(table, target({ hashKey }), where);
    for (let number = 0; number < items; number += 1) {
      const Item = { service: { S: `service-${number}` }, text: { S: 'x'.repeat(bytes) } };
      await where.aws.client(dynamodb).send(new PutItemCommand({ TableName: 'deployer-state', Item }));
    }
    where.wire.length = 0;
    return { where, state };
  }

  it.each([
    [0, 0, undefined],
    [1, 0, 'items'],
    [2, 2, undefined],
    [3, 2, "items beside the playbook's own 2"],
  ])('%i items, %i of them the playbook’s', async (items, own, answer) => {
    const { where, state } = await filled(items);
    expect(await table.safety.holds?.(state, own, reading(where))).toBe(answer);
    // Counted, never read; and no more of them than it takes.
    expect(where.wire.map((call) => call.input)).toEqual([
      { TableName: 'deployer-state', Select: 'COUNT', ConsistentRead: true, Limit: own + 1 },
    ]);
  });

  it('is counted over pages that end before their limit', async () => {
    const { where, state } = await filled(4, 390_000);
    expect(await table.safety.holds?.(state, 4, reading(where))).toBeUndefined();
    expect(await table.safety.holds?.(state, 3, reading(where))).toBe("items beside the playbook's own 3");
    expect(where.wire.length).toBeGreaterThan(2);
  });

  it('is nothing while it is made, and once it is gone', async () => {
    const where = bench();
    await table.create(target({ hashKey }), changing(where));
    const coming = await stateOf(table, target(), where);
    expect(await table.safety.holds?.(coming, 0, reading(where))).toBeUndefined();
    const gone = { ...coming, name: 'deployer-locks', status: 'ACTIVE' };
    expect(await table.safety.holds?.(gone, 0, reading(where))).toBeUndefined();
  });
});
