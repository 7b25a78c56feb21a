// What is special about tables: shared ones are known by name alone, keys are for ever, deletion protection is respected.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import type { Target } from '../../src/components/contract.ts';
import { table } from '../../src/components/dynamodb-table/index.ts';
import type { TableSpec, TableState } from '../../src/components/dynamodb-table/schema.ts';
import {
  bench,
  changing,
  establish,
  look,
  made,
  reading,
  settle,
  specOf,
  stateOf,
  type Bench,
} from '../helpers/aws.ts';

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

  it('must be replaced for another key; a sort key that is not said stays', async () => {
    const where = bench();
    const state = await establish(table, target({ hashKey, rangeKey: { name: 'version', type: 'N' } }), where);
    const differences = [
      ...table.diff(target({ hashKey: { name: 'id', type: 'S' } }).spec, state),
      ...table.diff(target({ hashKey, rangeKey: { name: 'version', type: 'S' } }).spec, state),
    ];
    expect(differences.map((each) => each.path)).toEqual(['hashKey', 'rangeKey']);
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

describe('the settings of a table', () => {
  const indexed = {
    hashKey,
    attributeDefinitions: [
      { attributeName: 'status', attributeType: 'S' },
      { attributeName: 'owner', attributeType: 'S' },
    ],
  };
  const index = (indexName: string, attributeName: string): object => ({
    indexName,
    keySchema: [{ attributeName, keyType: 'HASH' }],
    projection: { projectionType: 'ALL' },
  });

  it('are changed in place, one at a time, until all is as it is said', async () => {
    const where = bench();
    const before = await establish(table, target({ hashKey }), where);
    const wanted = target({
      ...indexed,
      billingMode: 'PROVISIONED',
      readCapacity: 5,
      writeCapacity: 4,
      globalSecondaryIndexes: [index('by-status', 'status'), index('by-owner', 'owner')],
      streamSpecification: { streamEnabled: true, streamViewType: 'KEYS_ONLY' },
      sseSpecification: { enabled: true, sseType: 'KMS' },
      tableClass: 'STANDARD_INFREQUENT_ACCESS',
      timeToLive: { enabled: true, attributeName: 'expires' },
      pointInTimeRecovery: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 5 },
      contributorInsights: { enabled: true },
      resourcePolicy: '{"Statement":[]}',
      deletionProtection: true,
    });
    where.wire.length = 0;
    await made(table, wanted, where, { isThere: true });
    const after = await settle(table, wanted, where, 'update');
    expect(after).toMatchObject({ hashKey: before.hashKey, billingMode: 'PROVISIONED', deletionProtection: true });
    const updates = where.wire.filter(({ operation }) => operation === 'UpdateTable').map(({ input }) => input);
    expect(
      updates.map((input) =>
        Object.keys(input)
          .filter((name) => name !== 'TableName')
          .join(),
      ),
    ).toEqual([
      'BillingMode,ProvisionedThroughput',
      'AttributeDefinitions,GlobalSecondaryIndexUpdates',
      'AttributeDefinitions,GlobalSecondaryIndexUpdates',
      'StreamSpecification',
      'SSESpecification',
      'TableClass',
      'DeletionProtectionEnabled',
    ]);
    // What is as it is said is not sent again.
    where.wire.length = 0;
    await table.update(wanted, await stateOf(table, wanted, where), [], changing(where));
    expect(where.wire.filter(({ operation }) => operation.startsWith('Update'))).toEqual([]);
  });

  it('go where they are taken away', async () => {
    const where = bench();
    const all = target({
      ...indexed,
      globalSecondaryIndexes: [index('by-status', 'status'), index('by-owner', 'owner')],
      onDemandThroughput: { maxReadRequestUnits: 50, maxWriteRequestUnits: 40 },
      timeToLive: { enabled: true, attributeName: 'expires' },
      pointInTimeRecovery: { pointInTimeRecoveryEnabled: true },
      resourcePolicy: '{"Statement":[]}',
      deletionProtection: true,
    });
    await establish(table, all, where);
    // AWS takes no change of time to live for up to an hour after the last one.
    await where.clock.sleep(60 * 60_000);
    const off = target({
      timeToLive: { enabled: false, attributeName: 'expires' },
      pointInTimeRecovery: { pointInTimeRecoveryEnabled: false },
      resourcePolicy: '',
    });
    await made(table, off, where, { isThere: true });
    for (const path of ['globalSecondaryIndexes[by-owner]', 'onDemandThroughput', 'deletionProtection']) {
      const state = (await settle(table, off, where, 'update')) as TableState;
      await table.update(off, state, [{ path, desired: undefined, actual: 'x' }], changing(where));
      await where.clock.sleep(15 * 60_000);
    }
    const after = await settle(table, off, where, 'update');
    const { spec } = table.undo.specOf(off.spec, after as TableState, undefined);
    expect(spec).toMatchObject({ globalSecondaryIndexes: [{ indexName: 'by-status' }], deletionProtection: false });
    expect(Object.keys(spec)).not.toEqual(
      expect.arrayContaining(['onDemandThroughput', 'timeToLive', 'pointInTimeRecovery', 'resourcePolicy']),
    );
  });

  it('that DescribeTable does not tell are asked for where the playbook speaks of them, and before a delete', async () => {
    const where = bench();
    await establish(table, target({ hashKey, timeToLive: { enabled: true, attributeName: 'expires' } }), where);
    const reads = (): readonly string[] =>
      where.wire.map(({ operation }) => operation).filter((each) => !/^(DescribeTable|ListTagsOfResource)$/.test(each));
    where.wire.length = 0;
    const state = await stateOf(table, target({ hashKey }), where);
    expect(reads()).toEqual([]);
    await table.observe([{ ...target({ hashKey }), takenAway: ['timeToLive'] }], reading(where));
    expect(reads()).toEqual(['DescribeTimeToLive']);
    const captured = await table.undo.capture?.(target({ hashKey }), state, reading(where), true);
    expect(table.undo.specOf(target().spec, state, captured)).toMatchObject({
      spec: { timeToLive: { enabled: true, attributeName: 'expires' } },
      notRepresented: [],
    });
    // All of a table that goes has to be known; of another one what can be.
    where.faults.add({ kind: 'access-denied', operation: 'GetResourcePolicy' });
    await expect(table.undo.capture?.(target(), state, reading(where), true)).rejects.toThrow();
    const half = await table.undo.capture?.(target(), state, reading(where), false);
    expect(table.undo.specOf(target().spec, state, half).notRepresented).toEqual([
      'resourcePolicy, which could not be read',
    ]);
  });

  it('say nothing of what every new table has', () => {
    const told = (description: object, billingMode = 'PAY_PER_REQUEST'): readonly string[] =>
      Object.keys(
        table.undo.specOf(target().spec, { ...bare, billingMode, description: description as never }, null).spec,
      ).slice(4);
    const bare: TableState = {
      ...{ arn: 'arn', name: 'deployer-state', status: 'ACTIVE', hashKey: { name: 'id', type: 'S' }, itemCount: 0 },
      ...{ rangeKey: undefined, billingMode: '', readCapacity: 5, writeCapacity: 5, deletionProtection: false },
      description: null,
    };
    const warm = (read: number, write: number): object => ({
      WarmThroughput: { ReadUnitsPerSecond: read, WriteUnitsPerSecond: write, Status: 'ACTIVE' },
    });
    expect(told(warm(12_000, 4_000))).toEqual([]);
    expect(told(warm(50_000, 4_000))).toEqual(['warmThroughput']);
    expect(told({ OnDemandThroughput: { MaxReadRequestUnits: -1, MaxWriteRequestUnits: -1 } })).toEqual([]);
    expect(told({ SSEDescription: { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: 'arn:key' } })).toEqual([
      'sseSpecification',
    ]);
    expect(table.undo.specOf(target().spec, { ...bare, description: { Replicas: [{}] } }, {}).notRepresented).toEqual([
      'Replicas',
    ]);
  });

  it('of another way of time to live are not taken apart for it', async () => {
    const where = bench();
    const one = target({ hashKey, timeToLive: { enabled: true, attributeName: 'expires' } });
    const state = await establish(table, one, where);
    const other = target({ hashKey, timeToLive: { enabled: true, attributeName: 'until' } });
    const change = table.update(other, state, table.diff(other.spec, state), changing(where));
    await expect(change).rejects.toThrow('is on for the attribute expires');
    expect(table.diff(one.spec, await stateOf(table, one, where))).toEqual([]);
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
