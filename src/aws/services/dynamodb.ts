// Amazon DynamoDB. `{}` is a real answer of some operations: GetItem's "there is no such item".
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { bears, isAbout, lists, memberAt, pagesBy, type Answer, type Members, type Proof } from '../contract/rules.ts';
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
    const alien = (items as readonly unknown[]).some(
      (item) => typeof item !== 'object' || item === null || !wanted.has(fingerprint(item as Members, names)),
    );
    if (alien) return `an item of table ${table} that was not asked for`;
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

const proofs: Readonly<Record<string, Proof>> = {
  BatchGetItem: { rules: [answersForKeys] },
  GetItem: { rules: [] },
  DescribeTable: {
    rules: [
      bears('Table.TableArn', 'Table.TableName', 'Table.TableStatus'),
      isAbout('TableName', 'Table.TableName', (own, of) => own === of || of.endsWith(`/${own}`)),
    ],
  },
  ListTagsOfResource: { rules: [lists('Tags', 'Key')], paging: pagesBy('NextToken', 'NextToken') },
  Scan: { rules: [bears('Count', 'ScannedCount')], paging: pagesBy('ExclusiveStartKey', 'LastEvaluatedKey') },
  CreateTable: { rules: [table] },
  UpdateTable: { rules: [table] },
  DeleteTable: { rules: [table] },
  // Without return values asked for, `{}` is all.
  PutItem: { rules: [] },
  UpdateItem: { rules: [] },
  DeleteItem: { rules: [] },
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
  ]),
});
