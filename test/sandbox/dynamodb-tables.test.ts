// Indexes that come and go, backups, restores and the settings of tables: src/sandbox/services/dynamodb/SPEC.md, through the AWS SDK.
import {
  CreateBackupCommand,
  CreateTableCommand,
  DeleteBackupCommand,
  DeleteItemCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DescribeBackupCommand,
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeEndpointsCommand,
  DescribeKinesisStreamingDestinationCommand,
  DescribeLimitsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListBackupsCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand,
  ScanCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type CreateTableCommandInput,
  type TableDescription,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  awsTimings,
  createWorld,
  dispatch,
  sandboxClientConfig,
  VirtualClock,
  type World,
} from '../../src/sandbox/index.ts';

const minute = 60_000;
const day = 86_400_000;
const start = Date.UTC(2026, 8, 5, 10);
const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders';

let world: World;
let clock: VirtualClock;
let client: DynamoDBClient;

beforeEach(() => {
  clock = new VirtualClock(start);
  world = createWorld({ clock });
  client = new DynamoDBClient(sandboxClientConfig(world, 'dynamodb'));
});

const orders: CreateTableCommandInput = {
  TableName: 'orders',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

/** ACTIVE, and ready for backups. */
async function made(more: Partial<CreateTableCommandInput> = {}): Promise<void> {
  await client.send(new CreateTableCommand({ ...orders, ...more }));
  clock.advance(awsTimings.tableCreate + awsTimings.backupsEnable);
}

const described = async (TableName = 'orders'): Promise<TableDescription | undefined> =>
  (await client.send(new DescribeTableCommand({ TableName }))).Table;
const update = (change: Partial<UpdateTableCommandInput>): Promise<unknown> =>
  client.send(new UpdateTableCommand({ TableName: 'orders', ...change }));
const put = (id: string, more: Record<string, AttributeValue> = {}): Promise<unknown> =>
  client.send(new PutItemCommand({ TableName: 'orders', Item: { id: { S: id }, ...more } }));
const ids = async (TableName: string): Promise<(string | undefined)[]> =>
  ((await client.send(new ScanCommand({ TableName }))).Items ?? []).map((item) => item['id']?.S).sort();

async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  return `${error.name}: ${error.message}`;
}

const invalid = (text: string): string => `ValidationException: One or more parameter values were invalid: ${text}`;

const byCustomer = {
  AttributeDefinitions: [{ AttributeName: 'customer', AttributeType: 'S' }],
  GlobalSecondaryIndexUpdates: [
    {
      Create: {
        IndexName: 'byCustomer',
        KeySchema: [{ AttributeName: 'customer', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    },
  ],
} as const satisfies Partial<UpdateTableCommandInput>;

describe('Indexes that come and go', () => {
  const query = (): Promise<unknown> =>
    client.send(
      new QueryCommand({
        TableName: 'orders',
        IndexName: 'byCustomer',
        KeyConditionExpression: 'customer = :c',
        ExpressionAttributeValues: { ':c': { S: 'kim' } },
      }),
    );
  const remove = { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'byCustomer' } }] };

  test('a new one is allocated, filled from what is there, and read', async () => {
    await made();
    await put('1', { customer: { S: 'kim' } });
    await put('2');
    await update(byCustomer);
    const state = async (): Promise<unknown> => {
      const { GlobalSecondaryIndexes: [index] = [], TableStatus } = (await described()) ?? {};
      return [TableStatus, index?.IndexStatus, index?.Backfilling];
    };
    expect(await state()).toEqual(['UPDATING', 'CREATING', false]);
    expect(await refusal(update(remove))).toContain('Index creation is in resource allocation phase');
    expect(await refusal(update({ BillingMode: 'PAY_PER_REQUEST' }))).toContain('ResourceInUseException');
    clock.advance(awsTimings.indexAllocation);
    expect(await state()).toEqual(['ACTIVE', 'CREATING', true]);
    expect(await refusal(query())).toBe(
      'ValidationException: Cannot read from backfilling global secondary index: byCustomer',
    );
    expect(await refusal(client.send(new DeleteTableCommand({ TableName: 'orders' })))).toContain(
      'Cannot delete table while indexes are being created, updated, or deleted',
    );
    await put('3', { customer: { S: 'kim' } });
    clock.advance(awsTimings.indexBackfill);
    expect(await state()).toEqual(['ACTIVE', 'ACTIVE', undefined]);
    expect(await query()).toMatchObject({ Count: 2 });
    expect((await described())?.AttributeDefinitions).toHaveLength(2);
    clock.advance(6 * 60 * minute);
    expect((await described())?.GlobalSecondaryIndexes?.[0]).toMatchObject({ ItemCount: 2 });
  });

  test('one that goes takes its attribute with it, and its name may be had again', async () => {
    await made();
    await put('1', { customer: { S: 'kim' }, name: { S: 'kim' } });
    await update(byCustomer);
    clock.advance(awsTimings.indexAllocation + awsTimings.indexBackfill);
    expect(await query()).toMatchObject({ Count: 1 });
    await update(remove);
    expect(await described()).toMatchObject({
      TableStatus: 'UPDATING',
      GlobalSecondaryIndexes: [{ IndexStatus: 'DELETING' }],
    });
    expect(await refusal(update({ BillingMode: 'PAY_PER_REQUEST' }))).toContain(
      "Can't change table IOPS when an index is being deleted. Table: orders Indexes: [byCustomer]",
    );
    clock.advance(awsTimings.indexDelete);
    const { AttributeDefinitions, GlobalSecondaryIndexes } = (await described()) ?? {};
    expect(GlobalSecondaryIndexes).toBeUndefined();
    expect(AttributeDefinitions).toEqual([{ AttributeName: 'id', AttributeType: 'S' }]);
    expect(await refusal(query())).toContain('The table does not have the specified index: byCustomer');
    const [{ Create }] = byCustomer.GlobalSecondaryIndexUpdates;
    await update({
      AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
      GlobalSecondaryIndexUpdates: [{ Create: { ...Create, KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }] } }],
    });
    clock.advance(awsTimings.indexAllocation + awsTimings.indexBackfill);
    const again = new QueryCommand({
      TableName: 'orders',
      IndexName: 'byCustomer',
      KeyConditionExpression: '#n = :c',
      ExpressionAttributeNames: { '#n': 'name' },
      ExpressionAttributeValues: { ':c': { S: 'kim' } },
    });
    expect(await client.send(again)).toMatchObject({ Count: 1 });
  });

  test('one comes or goes at a time', async () => {
    await made();
    const [{ Create }] = byCustomer.GlobalSecondaryIndexUpdates;
    const other = { Create: { ...Create, IndexName: 'other' } };
    const limit =
      'LimitExceededException: Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table';
    const both = { ...byCustomer, GlobalSecondaryIndexUpdates: [{ Create }, other] };
    expect(await refusal(update(both))).toBe(limit);
    await update(byCustomer);
    clock.advance(awsTimings.indexAllocation);
    expect(await refusal(update({ ...byCustomer, GlobalSecondaryIndexUpdates: [other] }))).toBe(limit);
    await update(remove);
    clock.advance(awsTimings.indexDelete);
    expect((await described())?.GlobalSecondaryIndexes).toBeUndefined();
  });

  test('what cannot be is told in the words that were observed', async () => {
    await made();
    const { GlobalSecondaryIndexUpdates } = byCustomer;
    expect(await refusal(update({ GlobalSecondaryIndexUpdates }))).toBe(
      invalid('AttributeDefinitions is not specified for index: byCustomer'),
    );
    expect(await refusal(update(remove))).toBe(
      'ResourceNotFoundException: Requested resource not found: Index byCustomer for table orders',
    );
    expect(await refusal(update({ GlobalSecondaryIndexUpdates: [] }))).toContain('or TableClass is required');
    expect(await refusal(update({ GlobalSecondaryIndexUpdates: [{}] }))).toContain(
      'GlobalSecondaryIndexUpdate.Delete must not be null',
    );
    expect(await refusal(update({ ...byCustomer, TableClass: 'STANDARD' }))).toBe(
      invalid('TableClass modification must be the only operation in the request'),
    );
    const keys = ['a', 'b', 'c', 'd'].map((AttributeName) => ({ AttributeName, KeyType: 'HASH' as const }));
    const [{ Create }] = byCustomer.GlobalSecondaryIndexUpdates;
    const wide = { ...byCustomer, GlobalSecondaryIndexUpdates: [{ Create: { ...Create, KeySchema: keys } }] };
    expect(await refusal(update(wide))).toContain('NotModelledBySandbox');
    await update(byCustomer);
    clock.advance(awsTimings.indexAllocation + awsTimings.indexBackfill);
    expect(await refusal(update(byCustomer))).toBe(
      'ValidationException: Attempting to create an index which already exists',
    );
  });

  test('another throughput of an index leaves the table ACTIVE', async () => {
    const ProvisionedThroughput = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    const [{ Create }] = byCustomer.GlobalSecondaryIndexUpdates;
    await made({
      BillingMode: 'PROVISIONED',
      ProvisionedThroughput,
      AttributeDefinitions: [...(orders.AttributeDefinitions ?? []), ...byCustomer.AttributeDefinitions],
      GlobalSecondaryIndexes: [{ ...Create, ProvisionedThroughput }],
    });
    const units = (ReadCapacityUnits: number): Promise<unknown> =>
      update({
        GlobalSecondaryIndexUpdates: [
          { Update: { IndexName: 'byCustomer', ProvisionedThroughput: { ReadCapacityUnits, WriteCapacityUnits: 5 } } },
        ],
      });
    expect(await refusal(units(5))).toContain('The provisioned throughput for the index byCustomer will not change.');
    await units(6);
    expect(await described()).toMatchObject({
      TableStatus: 'ACTIVE',
      GlobalSecondaryIndexes: [{ IndexStatus: 'UPDATING', ProvisionedThroughput: { ReadCapacityUnits: 6 } }],
    });
    clock.advance(awsTimings.indexUpdate);
    expect((await described())?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe('ACTIVE');
  });
});

describe('Settings of tables', () => {
  test('a stream is made, ends, and another one is made', async () => {
    await made({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } });
    const first = await described();
    expect(first).toMatchObject({
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
      LatestStreamArn: `${arn}/stream/2026-09-05T10:00:00.000`,
      LatestStreamLabel: '2026-09-05T10:00:00.000',
    });
    const stream = (StreamEnabled: boolean, StreamViewType?: 'NEW_IMAGE'): Promise<unknown> =>
      update({ StreamSpecification: { StreamEnabled, StreamViewType } });
    expect(await refusal(stream(true, 'NEW_IMAGE'))).toBe(
      'ValidationException: Table already has an enabled stream: TableName: orders',
    );
    await stream(false);
    expect(await described()).toMatchObject({ TableStatus: 'UPDATING', LatestStreamLabel: first?.LatestStreamLabel });
    clock.advance(awsTimings.tableUpdate);
    expect((await described())?.StreamSpecification).toBeUndefined();
    expect(await refusal(stream(false))).toBe('ValidationException: Table has no stream to disable: TableName: orders');
    expect(await refusal(stream(true))).toBe(invalid('If stream is being enabled then UpdateViewType is required'));
    await stream(true, 'NEW_IMAGE');
    expect((await described())?.LatestStreamArn).not.toBe(first?.LatestStreamArn);
  });

  test('encryption changes beside the table, which stays ACTIVE', async () => {
    await made();
    expect(await refusal(update({ SSESpecification: { Enabled: false } }))).toBe(
      invalid('Table is already encrypted by default'),
    );
    await update({ SSESpecification: { Enabled: true } });
    expect(await described()).toMatchObject({ TableStatus: 'ACTIVE', SSEDescription: { Status: 'UPDATING' } });
    clock.advance(awsTimings.encryptionUpdate);
    // Told by its id, by which KMS knows it.
    const told = (await described())?.SSEDescription;
    const arn: unknown = expect.stringMatching(/^arn:aws:kms:eu-west-1:123456789012:key\/[0-9a-f-]{36}$/);
    expect(told).toEqual({ Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: arn });
    const kms = new KMSClient(sandboxClientConfig(world, 'kms'));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: told?.KMSMasterKeyArn }));
    const key = KeyMetadata?.Arn ?? '';
    expect(KeyMetadata).toMatchObject({ Arn: told?.KMSMasterKeyArn, KeyManager: 'AWS' });
    const same = { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: key } as const;
    expect(await refusal(update({ SSESpecification: same }))).toContain(
      'Table is already encrypted with given KMSMasterKeyId.',
    );
    await update({ SSESpecification: { Enabled: false } });
    clock.advance(awsTimings.encryptionUpdate);
    expect((await described())?.SSEDescription).toBeUndefined();
    const keyAlone = { SSESpecification: { Enabled: true, KMSMasterKeyId: key } };
    expect(await refusal(update(keyAlone))).toBe(invalid('SSEType KMS is required if KMSMasterKeyId is specified'));
  });

  test('class, on-demand limits and protection', async () => {
    await made({ OnDemandThroughput: { MaxReadRequestUnits: 40, MaxWriteRequestUnits: 10 } });
    expect((await described())?.OnDemandThroughput).toEqual({ MaxReadRequestUnits: 40, MaxWriteRequestUnits: 10 });
    await update({ OnDemandThroughput: { MaxReadRequestUnits: 50, MaxWriteRequestUnits: 20 } });
    expect(await described()).toMatchObject({ TableStatus: 'ACTIVE', OnDemandThroughput: { MaxReadRequestUnits: 50 } });
    await update({ TableClass: 'STANDARD_INFREQUENT_ACCESS' });
    expect((await described())?.TableStatus).toBe('UPDATING');
    await update({ DeletionProtectionEnabled: true });
    expect(await refusal(update({ TableClass: 'STANDARD' }))).toContain('ResourceInUseException');
    clock.advance(awsTimings.tableUpdate);
    expect(await described()).toMatchObject({
      DeletionProtectionEnabled: true,
      TableClassSummary: { TableClass: 'STANDARD_INFREQUENT_ACCESS' },
    });
    expect(await refusal(client.send(new DeleteTableCommand({ TableName: 'orders' })))).toBe(
      'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
    const provisioned = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    await update({ BillingMode: 'PROVISIONED', ProvisionedThroughput: provisioned });
    expect((await described())?.OnDemandThroughput).toBeUndefined();
  });

  test('what is not modelled is refused by its name', async () => {
    await made();
    const replica = { ReplicaUpdates: [{ Create: { RegionName: 'eu-central-1' } }] };
    expect(await refusal(update(replica))).toMatch(/^NotModelledBySandbox: .*replicaUpdates/);
  });

  test('limits and endpoints', async () => {
    expect(await client.send(new DescribeLimitsCommand({}))).toMatchObject({
      AccountMaxReadCapacityUnits: 80_000,
      TableMaxWriteCapacityUnits: 40_000,
    });
    expect((await client.send(new DescribeEndpointsCommand({}))).Endpoints).toEqual([
      { Address: 'dynamodb.eu-west-1.amazonaws.com', CachePeriodInMinutes: 1440 },
    ]);
  });
});

const recovery = (PointInTimeRecoveryEnabled: boolean, RecoveryPeriodInDays?: number): Promise<unknown> =>
  client.send(
    new UpdateContinuousBackupsCommand({
      TableName: 'orders',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled, RecoveryPeriodInDays },
    }),
  );
const continuous = async (TableName = 'orders') =>
  (await client.send(new DescribeContinuousBackupsCommand({ TableName }))).ContinuousBackupsDescription;

describe('Point-in-time recovery', () => {
  test('is off until it is asked for, and then tells what can be restored', async () => {
    await made();
    expect(await continuous()).toEqual({
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
    });
    expect(await refusal(recovery(false, 7))).toBe(
      'ValidationException: Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery.',
    );
    expect(await refusal(recovery(true, 36))).toContain(
      "at 'pointInTimeRecoverySpecification.recoveryPeriodInDays' failed to satisfy constraint: Member must have value less than or equal to 35",
    );
    const since = new Date(clock.now());
    await recovery(true);
    clock.advance(3 * minute);
    const told = {
      PointInTimeRecoveryStatus: 'ENABLED',
      RecoveryPeriodInDays: 35,
      EarliestRestorableDateTime: since,
      LatestRestorableDateTime: since,
    };
    expect((await continuous())?.PointInTimeRecoveryDescription).toEqual(told);
    await recovery(true, 2);
    clock.advance(7 * day);
    expect((await continuous())?.PointInTimeRecoveryDescription).toEqual({
      ...told,
      RecoveryPeriodInDays: 2,
      EarliestRestorableDateTime: new Date(clock.now() - 2 * day),
      LatestRestorableDateTime: new Date(clock.now() - 5 * minute),
    });
    await recovery(false);
    expect((await continuous())?.PointInTimeRecoveryDescription).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
  });

  test('there is none of a new table for some seconds, nor of one that is not there', async () => {
    await client.send(new CreateTableCommand(orders));
    expect(await refusal(recovery(true))).toBe('TableNotFoundException: Table not found: orders');
    clock.advance(awsTimings.tableCreate);
    expect(await refusal(recovery(true))).toBe(
      'ContinuousBackupsUnavailableException: Backups are being enabled for the table: orders. Please retry later',
    );
    clock.advance(awsTimings.backupsEnable);
    await recovery(true);
  });

  test('restores a table as it was, without the settings that a restore loses', async () => {
    await made({
      DeletionProtectionEnabled: true,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
      SSESpecification: { Enabled: true },
      Tags: [{ Key: 'team', Value: 'shop' }],
    });
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'expires' };
    await client.send(new UpdateTimeToLiveCommand({ TableName: 'orders', TimeToLiveSpecification }));
    await recovery(true);
    await put('1', { state: { S: 'new' } });
    await put('2');
    clock.advance(minute);
    const then = clock.now();
    clock.advance(minute);
    await put('1', { state: { S: 'spoilt' } });
    await put('3');
    await client.send(new DeleteItemCommand({ TableName: 'orders', Key: { id: { S: '2' } } }));
    clock.advance(10 * minute);

    const restore = (RestoreDateTime: Date, TargetTableName = 'orders-then'): Promise<unknown> =>
      client.send(
        new RestoreTableToPointInTimeCommand({ SourceTableName: 'orders', TargetTableName, RestoreDateTime }),
      );
    expect(await refusal(restore(new Date(start)))).toBe(
      "InvalidRestoreTimeException: RestoreDateTime '2026-09-05T10:00:00Z' must be within EarliestRestorableDateTime " +
        `'2026-09-05T10:00:15Z' and LatestRestorableDateTime '2026-09-05T10:07:15Z'`,
    );
    expect(await refusal(restore(new Date(then), 'orders'))).toBe(
      'TableAlreadyExistsException: Table already exists: orders',
    );
    await restore(new Date(then));
    expect(await described('orders-then')).toMatchObject({
      TableStatus: 'CREATING',
      RestoreSummary: { SourceTableArn: arn, RestoreDateTime: new Date(then), RestoreInProgress: true },
    });
    const ResourceArn = `${arn}-then`;
    const tag = new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'team', Value: 'shop' }] });
    expect(await refusal(client.send(tag))).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: orders-then not found',
    );
    expect(await refusal(client.send(new CreateTableCommand({ ...orders, TableName: 'orders-then' })))).toBe(
      'ResourceInUseException: Table is being used: orders-then',
    );
    clock.advance(awsTimings.tableRestore);
    const table = await described('orders-then');
    expect(table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      SSEDescription: { Status: 'ENABLED' },
      DeletionProtectionEnabled: false,
      ItemCount: 2,
    });
    for (const lost of ['RestoreSummary', 'StreamSpecification', 'LatestStreamArn', 'TableClassSummary']) {
      expect(table).not.toHaveProperty(lost);
    }
    expect(await ids('orders-then')).toEqual(['1', '2']);
    const first = new GetItemCommand({ TableName: 'orders-then', Key: { id: { S: '1' } } });
    expect((await client.send(first)).Item).toEqual({ id: { S: '1' }, state: { S: 'new' } });
    expect((await client.send(new ListTagsOfResourceCommand({ ResourceArn }))).Tags).toEqual([]);
    expect((await continuous('orders-then'))?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'DISABLED',
    );
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: 'orders-then' }));
    expect(ttl.TimeToLiveDescription?.TimeToLiveStatus).toBe('DISABLED');
    expect(await ids('orders')).toEqual(['1', '3']);
  });

  test('what a restore needs is checked in AWS’s order', async () => {
    await made();
    const restore = (more: object): Promise<string> =>
      refusal(
        client.send(
          new RestoreTableToPointInTimeCommand({ SourceTableName: 'orders', TargetTableName: 'copy', ...more }),
        ),
      );
    expect(await restore({})).toContain('Either one of RestoreDateTime or UseLatestRestorableTime must be specified');
    const both = { UseLatestRestorableTime: true, RestoreDateTime: new Date(start) };
    expect(await restore(both)).toContain('Both RestoreDateTime and UseLatestRestorableTime cannot be set');
    const latest = { UseLatestRestorableTime: true };
    expect(await restore(latest)).toBe(
      "PointInTimeRecoveryUnavailableException: Point in time recovery is not enabled for table 'orders'",
    );
    expect(await restore({ ...latest, SourceTableName: 'none' })).toBe('TableNotFoundException: Table not found: none');
    expect(await restore({ ...latest, SourceTableArn: arn })).toContain('Must provide exactly one of');
    expect(await restore({ ...latest, TargetTableName: 'bad name!' })).toContain("at 'targetTableName'");
  });
});

describe('Backups', () => {
  const backup = async (BackupName = 'nightly'): Promise<string> => {
    const { BackupDetails } = await client.send(new CreateBackupCommand({ TableName: 'orders', BackupName }));
    expect(BackupDetails).toMatchObject({ BackupName, BackupStatus: 'CREATING', BackupType: 'USER' });
    return BackupDetails?.BackupArn ?? '';
  };
  const list = async (more: object = {}): Promise<(string | undefined)[]> =>
    ((await client.send(new ListBackupsCommand(more))).BackupSummaries ?? []).map(({ BackupArn }) => BackupArn);
  const remove = (BackupArn: string): Promise<unknown> => client.send(new DeleteBackupCommand({ BackupArn }));

  test('are described with what they know of their table, listed and deleted', async () => {
    await made({ StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } });
    const first = await backup();
    expect(first).toMatch(new RegExp(`^${arn}/backup/0\\d{13}-[0-9a-f]{8}$`));
    const { BackupDescription } = await client.send(new DescribeBackupCommand({ BackupArn: first }));
    expect(BackupDescription).toMatchObject({
      BackupDetails: { BackupStatus: 'AVAILABLE', BackupCreationDateTime: new Date(clock.now()) },
      SourceTableDetails: { TableName: 'orders', TableArn: arn, BillingMode: 'PAY_PER_REQUEST' },
      SourceTableFeatureDetails: { StreamDescription: { StreamViewType: 'NEW_IMAGE' } },
    });
    clock.advance(minute);
    const second = await backup();
    expect(await list({ TableName: 'orders' })).toEqual([first, second]);
    expect(await list({ TimeRangeUpperBound: new Date(clock.now()) })).toEqual([first]);
    expect(await list({ TimeRangeLowerBound: new Date(clock.now()) })).toEqual([second]);
    const page = await client.send(new ListBackupsCommand({ Limit: 1 }));
    expect(page.LastEvaluatedBackupArn).toBe(first);
    expect(await list({ ExclusiveStartBackupArn: first })).toEqual([second]);
    expect(await remove(first)).toMatchObject({ BackupDescription: { BackupDetails: { BackupStatus: 'DELETED' } } });
    expect(await list()).toEqual([second]);
    expect(await refusal(remove(first))).toMatch(/^BackupNotFoundException/);
    expect(await refusal(remove(`${arn}/nothing/at/all`))).toBe('ValidationException: Invalid Backup ARN');
    expect(await refusal(remove(first.replace('123456789012', '210987654321')))).toBe(
      'AccessDeniedException: Access is denied',
    );
  });

  test('outlive their table, and are restored into a new one, one at a time', async () => {
    await made();
    await put('1');
    const BackupArn = await backup();
    await put('2');
    await client.send(new DeleteTableCommand({ TableName: 'orders' }));
    clock.advance(awsTimings.tableDelete);
    expect(await list({ TableName: 'orders' })).toEqual([BackupArn]);
    const restore = (TargetTableName: string, more: object = {}): Promise<unknown> =>
      client.send(new RestoreTableFromBackupCommand({ TargetTableName, BackupArn, ...more }));
    await restore('orders');
    expect(await refusal(restore('orders'))).toBe(
      `TableInUseException: Table: orders is already being restored from backup: ${BackupArn}`,
    );
    expect(await refusal(restore('other'))).toBe(
      `BackupInUseException: Backup is being used to restore another table: ${BackupArn}`,
    );
    expect(await refusal(remove(BackupArn))).toContain('BackupInUseException');
    clock.advance(awsTimings.tableRestore);
    expect(await ids('orders')).toEqual(['1']);
    await put('3');
    expect(await ids('orders')).toEqual(['1', '3']);
    await restore('other');
    clock.advance(awsTimings.tableRestore);
    expect(await ids('other')).toEqual(['1']);
  });

  test('of a table that is deleted with its recovery on are kept for 35 days, and nobody deletes them', async () => {
    await made();
    await recovery(true);
    await put('1');
    await client.send(new DeleteTableCommand({ TableName: 'orders' }));
    clock.advance(awsTimings.tableDelete);
    expect(await list()).toEqual([]);
    const { BackupSummaries: [kept] = [] } = await client.send(new ListBackupsCommand({ BackupType: 'SYSTEM' }));
    expect(kept).toMatchObject({ BackupName: 'orders$DeletedTableBackup', BackupType: 'SYSTEM' });
    const BackupArn = kept?.BackupArn ?? '';
    expect(BackupArn).toMatch(/-00000000$/);
    expect(await refusal(remove(BackupArn))).toContain('User is not allowed to delete the system backup');
    await client.send(new RestoreTableFromBackupCommand({ TargetTableName: 'orders', BackupArn }));
    clock.advance(awsTimings.tableRestore);
    expect(await ids('orders')).toEqual(['1']);
    clock.advance(35 * day);
    expect(await list({ BackupType: 'ALL' })).toEqual([]);
  });

  test('are restored with other billing and indexes, and with none that the table did not have', async () => {
    const [{ Create }] = byCustomer.GlobalSecondaryIndexUpdates;
    await made({
      AttributeDefinitions: [...(orders.AttributeDefinitions ?? []), ...byCustomer.AttributeDefinitions],
      GlobalSecondaryIndexes: [Create],
    });
    const BackupArn = await backup();
    const restore = (TargetTableName: string, more: object): Promise<unknown> =>
      client.send(new RestoreTableFromBackupCommand({ TargetTableName, BackupArn, ...more }));
    const units = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    expect(await refusal(restore('copy', { ProvisionedThroughputOverride: units }))).toBe(
      'ValidationException: Invalid Request: Cannot override ProvisionedThroughput unless BillingMode is PROVISIONED',
    );
    expect(await refusal(restore('copy', { BillingModeOverride: 'PROVISIONED' }))).toBe(
      'ValidationException: Invalid Request: Must override ProvisionedThroughput if BillingMode is overridden to PROVISIONED',
    );
    const other = { ...Create, KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }] };
    expect(await refusal(restore('copy', { GlobalSecondaryIndexOverride: [other] }))).toContain(
      'cannot be created during the restore operation',
    );
    await restore('copy', {
      BillingModeOverride: 'PROVISIONED',
      ProvisionedThroughputOverride: units,
      GlobalSecondaryIndexOverride: [],
    });
    const copy = await described('copy');
    expect(copy).toMatchObject({ ProvisionedThroughput: units, AttributeDefinitions: [{ AttributeName: 'id' }] });
    expect(copy).not.toHaveProperty('GlobalSecondaryIndexes');
  });
});

describe('Forms of requests', () => {
  const told = async (operation: string, input: unknown): Promise<unknown> => {
    const { body, status } = await dispatch(world, {
      method: 'POST',
      path: '/',
      query: {},
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: JSON.stringify(input),
      service: 'dynamodb',
      region: 'eu-west-1',
    });
    return { status, ...(JSON.parse(Buffer.from(body).toString()) as object) };
  };

  test('several faults are told together, in AWS’s order', async () => {
    const input = {
      TableName: 'a b',
      Key: { id: { S: '1' } },
      ReturnConsumedCapacity: 'ALL',
      ExpressionAttributeNames: 7,
    };
    expect(await told('GetItem', input)).toMatchObject({
      status: 400,
      __type: 'com.amazon.coral.service#SerializationException',
      message: 'Unexpected field type',
    });
    expect(await told('GetItem', { ...input, ExpressionAttributeNames: undefined })).toMatchObject({
      status: 400,
      __type: 'com.amazon.coral.validate#ValidationException',
      message:
        "2 validation errors detected: Value 'a b' at 'tableName' failed to satisfy constraint: Member must satisfy " +
        "regular expression pattern: [a-zA-Z0-9_.-]+; Value 'ALL' at 'returnConsumedCapacity' failed to satisfy constraint: " +
        'Member must satisfy enum value set: [INDEXES, TOTAL, NONE]',
    });
  });

  test('ten at most', async () => {
    const item = { Put: { TableName: '', Item: {}, ReturnValuesOnConditionCheckFailure: 'SOME' } };
    expect(await told('TransactWriteItems', { TransactItems: Array.from({ length: 9 }, () => item) })).toMatchObject({
      message: expect.stringMatching(/^10 validation errors detected: (Value [^;]+; ){9}Value [^;]+$/) as string,
    });
  });

  test('the most of a batch is told of the map, as AWS does', async () => {
    const writes = Array.from({ length: 26 }, (_, at) => ({ PutRequest: { Item: { id: { S: String(at) } } } }));
    expect(await told('BatchWriteItem', { RequestItems: { orders: writes } })).toMatchObject({
      message: expect.stringContaining(
        "at 'requestItems' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less " +
          'than or equal to 25, Member must have length greater than or equal to 1]',
      ) as string,
    });
  });
});

describe('Policies and insights of tables', () => {
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const told = (): Promise<unknown> => client.send(new GetResourcePolicyCommand({ ResourceArn: arn }));

  test('a policy is kept as it was sent, and goes', async () => {
    await made({});
    expect(await refusal(told())).toContain('PolicyNotFoundException');
    const { RevisionId } = await client.send(new PutResourcePolicyCommand({ ResourceArn: arn, Policy: policy }));
    expect(await told()).toMatchObject({ Policy: policy, RevisionId });
    const other = { ResourceArn: arn, Policy: '{}', ExpectedRevisionId: 'another' };
    expect(await refusal(client.send(new PutResourcePolicyCommand(other)))).toContain('PolicyNotFoundException');
    expect(await refusal(client.send(new PutResourcePolicyCommand({ ...other, Policy: '{' })))).toContain(
      'Invalid policy',
    );
    await client.send(new DeleteResourcePolicyCommand({ ResourceArn: arn }));
    await client.send(new DeleteResourcePolicyCommand({ ResourceArn: arn }));
    expect(await refusal(told())).toContain('PolicyNotFoundException');
  });

  test('a table is made with one', async () => {
    await made({ ResourcePolicy: policy });
    expect(await told()).toMatchObject({ Policy: policy });
  });

  test('insights are on and off, of the table and of an index', async () => {
    await made({});
    const insights = (IndexName?: string): Promise<unknown> =>
      client.send(new DescribeContributorInsightsCommand({ TableName: 'orders', IndexName }));
    const turn = (ContributorInsightsAction: 'ENABLE' | 'DISABLE', IndexName?: string): Promise<unknown> =>
      client.send(new UpdateContributorInsightsCommand({ TableName: 'orders', IndexName, ContributorInsightsAction }));
    expect(await insights()).toMatchObject({ ContributorInsightsStatus: 'DISABLED' });
    await turn('ENABLE');
    expect(await insights()).toMatchObject({ ContributorInsightsStatus: 'ENABLED' });
    expect(await insights('by-status')).toMatchObject({ ContributorInsightsStatus: 'DISABLED' });
    await turn('DISABLE');
    expect(await insights()).toMatchObject({ ContributorInsightsStatus: 'DISABLED' });
  });

  test('nothing streams into Kinesis', async () => {
    await made({});
    const answer = await client.send(new DescribeKinesisStreamingDestinationCommand({ TableName: 'orders' }));
    expect(answer.KinesisDataStreamDestinations).toEqual([]);
  });
});
