// Amazon DynamoDB. `{}` is a real answer of some operations: GetItem's "there is no such item".
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  always,
  bears,
  bearsTags,
  each,
  has,
  hasOnce,
  hasOneOf,
  inEach,
  isAbout,
  lists,
  memberAt,
  pagesBy,
  textAt,
  where,
  type Answer,
  type Members,
  type Proof,
} from '../contract/rules.ts';
import { awsService } from './service.ts';

/** Every table that was asked is told, with a list that may be empty, unless all of its keys were left unprocessed. */
function answersForKeys({ input, output }: Answer): string | undefined {
  const asked = (input['RequestItems'] ?? {}) as Readonly<Record<string, Members>>;
  for (const [table, request] of Object.entries(asked)) {
    const keys = keysIn(request);
    const left = keysIn((output['UnprocessedKeys'] as Members | undefined)?.[table]);
    const items = (output['Responses'] as Members | undefined)?.[table];
    if (!Array.isArray(items)) {
      if (left.length < keys.length) return `nothing of table ${table}`;
      continue;
    }
    const names = Object.keys(keys[0] ?? {});
    const wanted = new Set(keys.map((key) => fingerprint(key, names)));
    const told = (items as readonly Members[]).map((item) => fingerprint(item, names));
    if (told.some((item) => !wanted.has(item))) return `an item of table ${table} that was not asked for`;
    if (new Set(told).size < told.length) return `an item of table ${table} twice`;
  }
  return undefined;
}

function keysIn(request: unknown): readonly Members[] {
  const keys = memberAt(request, 'Keys');
  return Array.isArray(keys) ? (keys as readonly Members[]) : [];
}

/** AWS normalises numbers: `1.0` comes back as `1`. */
function fingerprint(attributes: Members, names: readonly string[]): string {
  return JSON.stringify(
    names.map((name) => {
      const value = attributes[name];
      const number = memberAt(value, 'N');
      const bytes = memberAt(value, 'B');
      if (typeof number === 'string') return ['N', Number(number)];
      if (bytes instanceof Uint8Array) return ['B', Buffer.from(bytes).toString('base64')];
      return value ?? null;
    }),
  );
}

const table = bears('TableDescription.TableArn', 'TableDescription.TableName');

/** Of a table that goes, its keys are told no more [DynamoDB API, DeleteTable]. */
function stays(description: Members): boolean {
  return textAt(description, 'TableStatus') !== 'DELETING';
}

/** The summary is left out only of tables that were never paid for by request, and those have a capacity [DynamoDB API]. */
function isProvisioned(description: Members): boolean {
  return description['BillingModeSummary'] === undefined;
}

/** With HTTP 400 [DynamoDB API errors]. */
const noTable = { ResourceNotFoundException: always };

const proofs: Readonly<Record<string, Proof>> = {
  BatchGetItem: { rules: [answersForKeys], missing: noTable },
  GetItem: { rules: [], missing: noTable },
  DescribeTable: {
    rules: [
      bears('Table.TableArn', 'Table.TableName', 'Table.TableStatus'),
      isAbout('TableName', 'Table.TableName', (own, of) => own === of || of.endsWith(`/${own}`)),
      each(
        'Table',
        where(
          stays,
          hasOneOf('KeySchema'),
          hasOneOf('AttributeDefinitions'),
          inEach('KeySchema', has('AttributeName', 'KeyType')),
          inEach('AttributeDefinitions', has('AttributeName', 'AttributeType')),
          hasOnce('KeySchema', 'KeyType'),
          hasOnce('AttributeDefinitions', 'AttributeName'),
          where(
            isProvisioned,
            has('ProvisionedThroughput.ReadCapacityUnits', 'ProvisionedThroughput.WriteCapacityUnits'),
          ),
        ),
        has('ItemCount'),
      ),
    ],
    missing: noTable,
  },
  ListTagsOfResource: {
    rules: [lists('Tags', 'Key'), bearsTags('Tags', 'Key', 'Value')],
    paging: pagesBy('NextToken', 'NextToken'),
    missing: noTable,
  },
  Scan: {
    rules: [bears('Count', 'ScannedCount')],
    paging: pagesBy('ExclusiveStartKey', 'LastEvaluatedKey'),
    missing: noTable,
  },
  DescribeTimeToLive: { rules: [bears('TimeToLiveDescription.TimeToLiveStatus')], missing: noTable },
  DescribeContinuousBackups: {
    rules: [bears('ContinuousBackupsDescription.ContinuousBackupsStatus')],
    missing: { TableNotFoundException: always },
  },
  GetResourcePolicy: { rules: [bears('Policy')], missing: { ...noTable, PolicyNotFoundException: always } },
  // Of a table for which nobody has asked for them, no status is told.
  DescribeContributorInsights: { rules: [bears('TableName')], missing: noTable },
  DescribeKinesisStreamingDestination: { rules: [bears('TableName')], missing: noTable },
  UpdateTimeToLive: { rules: [], missing: noTable },
  UpdateContinuousBackups: { rules: [], missing: { TableNotFoundException: always } },
  UpdateContributorInsights: { rules: [], missing: noTable },
  PutResourcePolicy: { rules: [], missing: noTable },
  DeleteResourcePolicy: { rules: [], missing: { ...noTable, PolicyNotFoundException: always } },
  CreateTable: { rules: [table] },
  UpdateTable: { rules: [table], missing: noTable },
  DeleteTable: { rules: [table], missing: noTable },
  // Without return values asked for, `{}` is all.
  PutItem: { rules: [], missing: noTable },
  UpdateItem: { rules: [], missing: noTable },
  DeleteItem: { rules: [], missing: noTable },
};

const dataReads = ['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems'];

export const dynamodb = awsService({
  name: 'dynamodb',
  signingName: 'dynamodb',
  settingsName: 'dynamodb',
  protocol: 'json',
  accountWide: false,
  load: async () => {
    const { DynamoDBClient: Client } = await import('@aws-sdk/client-dynamodb');
    return (settings): DynamoDBClient => new Client(settings);
  },
  // It can be led elsewhere by an account's id in the credentials or in an ARN, and by a call of its own.
  clientSettings: { accountIdEndpointMode: 'disabled', endpointDiscoveryEnabled: false },
  // Unverified and modest.
  rates: { data: { burst: 100, refill: 100 }, control: { burst: 10, refill: 10 } },
  bucketOf: (operation) => (operation.includes('Item') || dataReads.includes(operation) ? 'data' : 'control'),
  reads: new Set([
    'BatchGetItem',
    'DescribeBackup',
    'DescribeContinuousBackups',
    'DescribeContributorInsights',
    'DescribeEndpoints',
    'DescribeExport',
    'DescribeGlobalTable',
    'DescribeGlobalTableSettings',
    'DescribeImport',
    'DescribeKinesisStreamingDestination',
    'DescribeLimits',
    'DescribeTable',
    'DescribeTableReplicaAutoScaling',
    'DescribeTimeToLive',
    'GetItem',
    'GetResourcePolicy',
    'ListBackups',
    'ListContributorInsights',
    'ListExports',
    'ListGlobalTables',
    'ListImports',
    'ListTables',
    'ListTagsOfResource',
    'Query',
    'Scan',
    'TransactGetItems',
  ]),
  errorCodes: {
    // For some time after a table was made.
    ContinuousBackupsUnavailableException: 'conflict',
    PolicyNotFoundException: 'not-found',
    TableNotFoundException: 'not-found',
    ProvisionedThroughputExceededException: 'throttled',
    ResourceInUseException: 'conflict',
    TransactionConflictException: 'conflict',
  },
  proofs,
  identifyingMembers: {
    CreateTable: ['TableDescription.TableArn'],
    DeleteTable: ['TableDescription.TableArn'],
    DescribeTable: ['Table.TableArn'],
    UpdateTable: ['TableDescription.TableArn'],
  },
  // Items, without the table that they lie in.
  identifyNothing: new Set([
    'BatchGetItem',
    'DeleteItem',
    'GetItem',
    'PutItem',
    'Scan',
    'UpdateItem',
    'ListTagsOfResource',
    'DeleteResourcePolicy',
    'DescribeContinuousBackups',
    'DescribeContributorInsights',
    'DescribeKinesisStreamingDestination',
    'DescribeTimeToLive',
    'GetResourcePolicy',
    'PutResourcePolicy',
    'UpdateContinuousBackups',
    'UpdateContributorInsights',
    'UpdateTimeToLive',
  ]),
});
