// The DynamoDB part of the sandbox's contract, src/sandbox/services/dynamodb/SPEC.md, through the AWS SDK.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TagResourceCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UntagResourceCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  AttributeValueUpdate,
  UpdateItemCommandOutput,
  AttributeValue,
  CreateTableCommandInput,
  QueryCommandInput,
  ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import {
  awsTimings,
  createWorld,
  dispatch,
  fork,
  instantTimings,
  sandboxClientConfig,
  VirtualClock,
} from '../../src/sandbox/index.ts';
import type { Timings, World } from '../../src/sandbox/index.ts';
import {
  addDecimals,
  decimalOf,
  decimalOrder,
  formatDecimal,
  parseDecimal,
} from '../../src/sandbox/services/dynamodb/decimal.ts';
import { orderText } from '../../src/sandbox/services/dynamodb/order.ts';
import fc from 'fast-check';

interface Setting {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly client: DynamoDBClient;
}

function setting(timings: Timings = instantTimings): Setting {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const world = createWorld({ clock, timings });
  return { world, clock, client: new DynamoDBClient(sandboxClientConfig(world, 'dynamodb')) };
}

const music: CreateTableCommandInput = {
  TableName: 'Music',
  KeySchema: [
    { AttributeName: 'artist', KeyType: 'HASH' },
    { AttributeName: 'track', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'artist', AttributeType: 'S' },
    { AttributeName: 'track', AttributeType: 'N' },
    { AttributeName: 'genre', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byGenre',
      KeySchema: [{ AttributeName: 'genre', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byOwnGenre',
      KeySchema: [
        { AttributeName: 'artist', KeyType: 'HASH' },
        { AttributeName: 'genre', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};
const locks: CreateTableCommandInput = {
  TableName: 'locks',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

const song = (
  artist: string,
  track: number,
  more: Record<string, AttributeValue> = {},
): Record<string, AttributeValue> => ({
  artist: { S: artist },
  track: { N: String(track) },
  ...more,
});
const lock = (id: string): Record<string, AttributeValue> => ({ id: { S: id } });

async function withMusic(): Promise<Setting> {
  const made = setting();
  await made.client.send(new CreateTableCommand(music));
  return made;
}

async function withLocks(): Promise<Setting> {
  const made = setting();
  await made.client.send(new CreateTableCommand(locks));
  return made;
}

function invalid(message: string): object {
  return { name: 'ValidationException', message };
}

describe('Tables', () => {
  test('a created table is described with its indexes, and told of once', async () => {
    const { client, world } = await withMusic();
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'Music' }));
    expect(Table).toMatchObject({
      TableName: 'Music',
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:eu-west-1:${world.data.account}:table/Music`,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      ProvisionedThroughput: { ReadCapacityUnits: 0, WriteCapacityUnits: 0 },
      ItemCount: 0,
      DeletionProtectionEnabled: false,
      GlobalSecondaryIndexes: [{ IndexName: 'byGenre', IndexStatus: 'ACTIVE' }],
      LocalSecondaryIndexes: [{ IndexName: 'byOwnGenre' }],
    });
    expect(Table?.CreationDateTime).toEqual(new Date(Date.UTC(2026, 0, 1)));
    await expect(client.send(new CreateTableCommand(music))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Table already exists: Music',
    });
  });

  test('missing tables have their texts, for tables, items and backups', async () => {
    const { client } = setting();
    const described = client.send(new DescribeTableCommand({ TableName: 'None' }));
    await expect(described).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found: Table: None not found',
    });
    const read = client.send(new GetItemCommand({ TableName: 'None', Key: lock('a') }));
    await expect(read).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: 'Requested resource not found',
    });
    const backups = client.send(new DescribeContinuousBackupsCommand({ TableName: 'None' }));
    await expect(backups).rejects.toMatchObject({ name: 'TableNotFoundException', message: 'Table not found: None' });
  });

  test.each<readonly [string, Partial<CreateTableCommandInput>]>([
    [
      'One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED',
      { BillingMode: 'PROVISIONED' },
    ],
    [
      'One or more parameter values were invalid: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions',
      {
        AttributeDefinitions: [
          { AttributeName: 'id', AttributeType: 'S' },
          { AttributeName: 'other', AttributeType: 'S' },
        ],
      },
    ],
    [
      'Invalid KeySchema: The first KeySchemaElement is not a HASH key type',
      { KeySchema: [{ AttributeName: 'id', KeyType: 'RANGE' }] },
    ],
    [
      "1 validation error detected: Value 'ab' at 'tableName' failed to satisfy constraint: Member must have length greater than or equal to 3",
      { TableName: 'ab' },
    ],
    [
      "1 validation error detected: Value 'a b c' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
      { TableName: 'a b c' },
    ],
  ])('%s', async (message, change) => {
    const { client } = setting();
    await expect(client.send(new CreateTableCommand({ ...locks, ...change }))).rejects.toMatchObject(invalid(message));
  });

  test('names are listed in order, page by page, per region', async () => {
    const { client, world } = setting();
    for (const TableName of ['ccc', 'aaa', 'bbb']) await client.send(new CreateTableCommand({ ...locks, TableName }));
    const first = await client.send(new ListTablesCommand({ Limit: 2 }));
    expect(first).toMatchObject({ TableNames: ['aaa', 'bbb'], LastEvaluatedTableName: 'bbb' });
    const rest = await client.send(new ListTablesCommand({ ExclusiveStartTableName: 'bbb' }));
    expect(rest.TableNames).toEqual(['ccc']);
    expect(rest.LastEvaluatedTableName).toBeUndefined();
    const elsewhere = new DynamoDBClient(sandboxClientConfig(world, 'dynamodb', 'us-east-1'));
    expect((await elsewhere.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test('an ARN names a table', async () => {
    const { client, world } = await withLocks();
    const TableName = `arn:aws:dynamodb:eu-west-1:${world.data.account}:table/locks`;
    await client.send(new PutItemCommand({ TableName, Item: lock('a') }));
    expect((await client.send(new GetItemCommand({ TableName: 'locks', Key: lock('a') }))).Item).toEqual(lock('a'));
  });

  test('items are counted every six hours', async () => {
    const { client, clock } = await withLocks();
    await client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a') }));
    const count = async (): Promise<number | undefined> =>
      (await client.send(new DescribeTableCommand({ TableName: 'locks' }))).Table?.ItemCount;
    expect(await count()).toBe(0);
    clock.advance(6 * 3_600_000);
    expect(await count()).toBe(1);
    await client.send(new DeleteItemCommand({ TableName: 'locks', Key: lock('a') }));
    expect(await count()).toBe(1);
    clock.advance(6 * 3_600_000);
    expect(await count()).toBe(0);
  });
});

describe('Table states', () => {
  const status = async (client: DynamoDBClient): Promise<string | undefined> =>
    (await client.send(new DescribeTableCommand({ TableName: 'locks' }))).Table?.TableStatus;

  test('creating, active, updating, deleting, gone', async () => {
    const { client, clock } = setting(awsTimings);
    await client.send(new CreateTableCommand(locks));
    expect(await status(client)).toBe('CREATING');
    const early = client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a') }));
    await expect(early).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(client.send(new DeleteTableCommand({ TableName: 'locks' }))).rejects.toMatchObject({
      name: 'ResourceInUseException',
      message: 'Attempt to change a resource which is still in use: Table is being created: locks',
    });
    clock.advance(awsTimings.tableCreate);
    expect(await status(client)).toBe('ACTIVE');
    const provisioned = { ReadCapacityUnits: 5, WriteCapacityUnits: 5 };
    await client.send(
      new UpdateTableCommand({ TableName: 'locks', BillingMode: 'PROVISIONED', ProvisionedThroughput: provisioned }),
    );
    expect(await status(client)).toBe('UPDATING');
    await client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a') }));
    clock.advance(awsTimings.tableUpdate);
    const same = client.send(new UpdateTableCommand({ TableName: 'locks', ProvisionedThroughput: provisioned }));
    await expect(same).rejects.toMatchObject({
      message: expect.stringContaining('The provisioned throughput for the table will not change.') as string,
    });
    const deleted = await client.send(new DeleteTableCommand({ TableName: 'locks' }));
    expect(deleted.TableDescription?.TableStatus).toBe('DELETING');
    await client.send(new DeleteTableCommand({ TableName: 'locks' }));
    const late = client.send(new GetItemCommand({ TableName: 'locks', Key: lock('a') }));
    await expect(late).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    clock.advance(awsTimings.tableDelete);
    await expect(status(client)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await client.send(new CreateTableCommand(locks));
    clock.advance(awsTimings.tableCreate);
    expect((await client.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(0);
  });

  test('deletion protection holds until it is switched off', async () => {
    const { client } = setting();
    await client.send(new CreateTableCommand({ ...locks, DeletionProtectionEnabled: true }));
    await expect(client.send(new DeleteTableCommand({ TableName: 'locks' }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await client.send(new UpdateTableCommand({ TableName: 'locks', DeletionProtectionEnabled: false }));
    await client.send(new DeleteTableCommand({ TableName: 'locks' }));
    await expect(status(client)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('Keys and items', () => {
  test.each<readonly [string, Record<string, AttributeValue>]>([
    ['One or more parameter values were invalid: Missing the key track in the item', { artist: { S: 'a' } }],
    [
      'One or more parameter values were invalid: Type mismatch for key track expected: N actual: S',
      { artist: { S: 'a' }, track: { S: '1' } },
    ],
    [
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: artist',
      { artist: { S: '' }, track: { N: '1' } },
    ],
    [
      'One or more parameter values were invalid: Type mismatch for Index Key genre Expected: S Actual: N IndexName: byOwnGenre',
      song('a', 1, { genre: { N: '1' } }),
    ],
    [
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
      song('x'.repeat(2049), 1),
    ],
    ['Item size has exceeded the maximum allowed size', song('a', 1, { big: { S: 'x'.repeat(409_600) } })],
    [
      '1 validation error detected: One or more parameter values were invalid: An string set  may not be empty',
      song('a', 1, { set: { SS: [] } }),
    ],
    [
      '1 validation error detected: One or more parameter values were invalid: Input collection [b, b] contains duplicates.',
      song('a', 1, { set: { SS: ['b', 'b'] } }),
    ],
    [
      '1 validation error detected: The parameter cannot be converted to a numeric value: one',
      song('a', 1, { n: { N: 'one' } }),
    ],
  ])('%s', async (message, Item) => {
    const { client } = await withMusic();
    await expect(client.send(new PutItemCommand({ TableName: 'Music', Item }))).rejects.toMatchObject(invalid(message));
  });

  test('a key must be the whole key and nothing else', async () => {
    const { client } = await withMusic();
    for (const Key of [
      { artist: { S: 'a' } },
      song('a', 1, { more: { S: 'x' } }),
      { artist: { S: 'a' }, other: { N: '1' } },
    ]) {
      const read = client.send(new GetItemCommand({ TableName: 'Music', Key }));
      await expect(read).rejects.toMatchObject(invalid('The provided key element does not match the schema'));
    }
  });

  test('equal numbers are the same key', async () => {
    const { client } = await withMusic();
    await client.send(new PutItemCommand({ TableName: 'Music', Item: { artist: { S: 'a' }, track: { N: '10.0' } } }));
    const { Item } = await client.send(
      new GetItemCommand({ TableName: 'Music', Key: { artist: { S: 'a' }, track: { N: '1e1' } } }),
    );
    expect(Item).toEqual(song('a', 10));
  });

  test('attribute names that mean something in JavaScript mean nothing here', async () => {
    const { client } = await withLocks();
    const Item = JSON.parse('{"id":{"S":"a"},"__proto__":{"S":"x"},"constructor":{"N":"1"}}') as Record<
      string,
      AttributeValue
    >;
    await client.send(new PutItemCommand({ TableName: 'locks', Item }));
    const missing = client.send(
      new DeleteItemCommand({ TableName: 'locks', Key: lock('a'), ConditionExpression: 'attribute_exists(toString)' }),
    );
    await expect(missing).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    await client.send(
      new UpdateItemCommand({
        TableName: 'locks',
        Key: lock('a'),
        UpdateExpression: 'SET hasOwnProperty = #p',
        ExpressionAttributeNames: { '#p': '__proto__' },
      }),
    );
    const { Items } = await client.send(new ScanCommand({ TableName: 'locks' }));
    expect(Object.entries(Items?.[0] ?? {})).toContainEqual(['hasOwnProperty', { S: 'x' }]);
  });

  test('what is returned: nothing, the old, the new, the updated', async () => {
    const { client } = await withLocks();
    const update = async (
      ReturnValues: 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW' | 'NONE',
    ): Promise<unknown> => {
      const { Attributes } = await client.send(
        new UpdateItemCommand({
          TableName: 'locks',
          Key: lock('a'),
          UpdateExpression: 'ADD fence :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues,
        }),
      );
      return Attributes;
    };
    expect(await update('ALL_OLD')).toBeUndefined();
    expect(await update('ALL_NEW')).toEqual({ ...lock('a'), fence: { N: '2' } });
    expect(await update('UPDATED_OLD')).toEqual({ fence: { N: '2' } });
    expect(await update('UPDATED_NEW')).toEqual({ fence: { N: '4' } });
    expect(await update('NONE')).toBeUndefined();
    const put = client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a'), ReturnValues: 'ALL_NEW' }));
    await expect(put).rejects.toMatchObject(
      invalid('1 validation error detected: ReturnValues can only be ALL_OLD or NONE'),
    );
  });

  test('a failed condition carries the item when asked to', async () => {
    const { client } = await withLocks();
    const Item = { ...lock('a'), owner: { S: 'me' } };
    await client.send(new PutItemCommand({ TableName: 'locks', Item }));
    const acquire = { TableName: 'locks', Item, ConditionExpression: 'attribute_not_exists(id)' } as const;
    const told = client.send(new PutItemCommand({ ...acquire, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }));
    await expect(told).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item,
    });
    const silent = await client.send(new PutItemCommand(acquire)).catch((error: unknown) => error);
    expect(silent).not.toHaveProperty('Item.id');
  });

  test('removing from an item that does not exist does nothing', async () => {
    const { client } = await withLocks();
    await client.send(new UpdateItemCommand({ TableName: 'locks', Key: lock('a'), UpdateExpression: 'REMOVE a, b.c' }));
    expect((await client.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(0);
  });

  test('AttributeUpdates say what an update expression could say', async () => {
    const { client } = await withLocks();
    const update = (AttributeUpdates: Record<string, AttributeValueUpdate>): Promise<UpdateItemCommandOutput> =>
      client.send(
        new UpdateItemCommand({ TableName: 'locks', Key: lock('a'), AttributeUpdates, ReturnValues: 'ALL_NEW' }),
      );
    expect((await update({ gone: { Action: 'DELETE' } })).Attributes).toBeUndefined();
    const made = await update({ owner: { Value: { S: 'me' } }, fence: { Action: 'ADD', Value: { N: '2' } } });
    expect(made.Attributes).toEqual({ ...lock('a'), owner: { S: 'me' }, fence: { N: '2' } });
    const more = await update({
      owner: { Action: 'DELETE' },
      fence: { Action: 'ADD', Value: { N: '3' } },
      tags: { Action: 'PUT', Value: { SS: ['x', 'y'] } },
      list: { Action: 'ADD', Value: { L: [{ S: '1' }] } },
    });
    expect(more.Attributes).toEqual({
      ...lock('a'),
      fence: { N: '5' },
      tags: { SS: ['x', 'y'] },
      list: { L: [{ S: '1' }] },
    });
    const last = await update({
      tags: { Action: 'DELETE', Value: { SS: ['x'] } },
      list: { Action: 'ADD', Value: { L: [{ S: '2' }] } },
    });
    expect(last.Attributes).toMatchObject({ tags: { SS: ['y'] }, list: { L: [{ S: '1' }, { S: '2' }] } });
    const wrong: readonly [AttributeValueUpdate, string][] = [
      [{ Action: 'PUT' }, 'Only DELETE action is allowed when no attribute value is specified'],
      [{ Action: 'ADD', Value: { S: 'x' } }, 'ADD action is not supported for the type S'],
      [{ Action: 'DELETE', Value: { S: 'x' } }, 'DELETE action with value is not supported for the type S'],
    ];
    for (const [value, text] of wrong) {
      await expect(update({ owner: value })).rejects.toMatchObject({
        name: 'ValidationException',
        message: expect.stringContaining(`One or more parameter values were invalid: ${text}`) as string,
      });
    }
    await expect(update({ id: { Value: { S: 'b' } } })).rejects.toThrow('This attribute is part of the key');
  });

  test('legacy parameters are refused by name', async () => {
    const { client } = await withLocks();
    const Expected = { id: { Exists: false } };
    await expect(
      client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a'), Expected })),
    ).rejects.toMatchObject({ name: 'NotModelledBySandbox', message: expect.stringContaining('expected') as string });
    const both = { TableName: 'locks', Item: lock('a'), Expected, ConditionExpression: 'attribute_not_exists(id)' };
    await expect(client.send(new PutItemCommand(both))).rejects.toMatchObject(
      invalid(
        '1 validation error detected: Can not use both expression and non-expression parameters in the same request: ' +
          'Non-expression parameters: {Expected} Expression parameters: {ConditionExpression}',
      ),
    );
  });

  test('wrong JSON types and invalid values carry their own namespaces', async () => {
    const { world } = await withLocks();
    const answer = async (Item: unknown): Promise<unknown> => {
      const request = {
        method: 'POST',
        path: '/',
        query: {},
        headers: { 'x-amz-target': 'DynamoDB_20120810.PutItem' },
        body: JSON.stringify({ TableName: 'locks', Item }),
        service: 'dynamodb',
        region: 'eu-west-1',
      } as const;
      const { status, headers, body } = await dispatch(world, request);
      return { status, type: headers['content-type'], body: JSON.parse(Buffer.from(body).toString()) as unknown };
    };
    expect(await answer({ id: { S: 7 } })).toEqual({
      status: 400,
      type: 'application/x-amz-json-1.0',
      body: {
        __type: 'com.amazon.coral.service#SerializationException',
        message: 'NUMBER_VALUE cannot be converted to String',
      },
    });
    expect(await answer({ id: {} })).toMatchObject({
      body: {
        __type: 'com.amazon.coral.validate#ValidationException',
        message: 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes',
      },
    });
  });

  test('a copied world goes its own way', async () => {
    const { client, world, clock } = await withLocks();
    await client.send(new PutItemCommand({ TableName: 'locks', Item: lock('a') }));
    await client.send(new ScanCommand({ TableName: 'locks' }));
    const other = new DynamoDBClient(sandboxClientConfig(fork(world, new VirtualClock(clock.now())), 'dynamodb'));
    await other.send(new PutItemCommand({ TableName: 'locks', Item: lock('b') }));
    expect((await other.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(2);
    expect((await client.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(1);
  });
});

describe('Numbers', () => {
  const number = fc
    .tuple(fc.bigInt({ min: -(10n ** 37n), max: 10n ** 37n }), fc.integer({ min: -60, max: 60 }))
    .map(([coefficient, exponent]) => ({ text: `${coefficient}e${exponent}`, coefficient, exponent }));
  /** As an integer of the smallest unit used. */
  const scaled = ({ coefficient, exponent }: { coefficient: bigint; exponent: number }): bigint =>
    coefficient * 10n ** BigInt(exponent + 60);

  test('sums are exact, and told in plain digits', () => {
    const close = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: -9, max: 9 }));
    fc.assert(
      fc.property(close, close, ([a, p], [b, q]) => {
        const sum = addDecimals(decimalOf(`${a}e${p}`), decimalOf(`${b}e${q}`));
        if (typeof sum === 'string') throw new Error(sum);
        const again = decimalOf(formatDecimal(sum));
        expect(again).toEqual(sum);
        expect(formatDecimal(sum)).not.toMatch(/e|^-?0\d|\.\d*0$/i);
        expect(sum.coefficient * 10n ** BigInt(sum.exponent + 9)).toBe(
          a * 10n ** BigInt(p + 9) + b * 10n ** BigInt(q + 9),
        );
      }),
    );
  });

  test('the sortable text sorts as the numbers do', () => {
    fc.assert(
      fc.property(number, number, (a, b) => {
        const [x, y] = [decimalOrder(decimalOf(a.text)), decimalOrder(decimalOf(b.text))];
        const order = scaled(a) < scaled(b) ? -1 : scaled(a) > scaled(b) ? 1 : 0;
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(order);
      }),
    );
  });

  test('strings sort by their UTF-8 bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const [x = '', y = ''] = [orderText({ S: a }), orderText({ S: b })];
        expect(x < y ? -1 : x > y ? 1 : 0).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test.each([
    ['1e126', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
    ['1e-131', 'Number underflow. Attempting to store a number with magnitude smaller than supported range'],
    ['1'.repeat(39), 'Attempting to store more than 38 significant digits in a Number'],
    ['NaN', 'The parameter cannot be converted to a numeric value: NaN'],
    [' 1', 'The parameter cannot be converted to a numeric value:  1'],
    ['1e99999999999', 'Number overflow. Attempting to store a number with magnitude larger than supported range'],
  ])('%s is refused', (text, problem) => {
    expect(parseDecimal(text)).toBe(problem);
  });

  test.each([
    ['+3', '3'],
    ['-17.4E37', `-174${'0'.repeat(36)}`],
    ['.123', '0.123'],
    ['0001.230', '1.23'],
    ['0e1000', '0'],
    ['-0', '0'],
  ])('%s is %s', (text, plain) => {
    expect(formatDecimal(decimalOf(text))).toBe(plain);
  });
});

describe('Expressions', () => {
  async function refusal(expression: {
    condition?: string;
    update?: string;
    values?: Record<string, AttributeValue>;
  }): Promise<unknown> {
    const { client } = await withLocks();
    return client
      .send(
        new UpdateItemCommand({
          TableName: 'locks',
          Key: lock('a'),
          ConditionExpression: expression.condition,
          UpdateExpression: expression.update,
          ExpressionAttributeValues: expression.values,
        }),
      )
      .catch((error: unknown) => error);
  }

  test.each<readonly [string, Parameters<typeof refusal>[0]]>([
    [
      '1 validation error detected: Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"',
      { update: 'INVALID SYNTAX HERE' },
    ],
    [
      '1 validation error detected: Invalid UpdateExpression: Syntax error; token: "_", near: "SET _123"',
      { update: 'SET _123 = a' },
    ],
    ['1 validation error detected: Invalid UpdateExpression: The expression can not be empty;', { update: '' }],
    [
      '1 validation error detected: Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: owner',
      { condition: 'owner = a' },
    ],
    [
      '1 validation error detected: Invalid ConditionExpression: The expression has redundant parentheses;',
      { condition: '((attribute_not_exists(a)))' },
    ],
    [
      '1 validation error detected: Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a]',
      { condition: 'contains(a, a)' },
    ],
    [
      '1 validation error detected: Invalid ConditionExpression: The function is not allowed to be used this way in an expression; function: size',
      { condition: 'size(a)' },
    ],
    [
      '1 validation error detected: Invalid ConditionExpression: Invalid function name; function: dog',
      { condition: 'dog(a)' },
    ],
    [
      '1 validation error detected: Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
      { condition: 'a = :v' },
    ],
    [
      '1 validation error detected: Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}',
      { condition: 'attribute_exists(a)', values: { ':v': { N: '1' } } },
    ],
    [
      '1 validation error detected: Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]',
      { update: 'REMOVE a, a.b' },
    ],
    [
      '1 validation error detected: Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
      { update: 'SET a = b SET c = d' },
    ],
    [
      'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key',
      { update: 'SET id = :v', values: { ':v': { S: 'x' } } },
    ],
    ['The provided expression refers to an attribute that does not exist in the item', { update: 'SET a = b' }],
    [
      'The document path provided in the update expression is invalid for update',
      { update: 'SET a.b = :v', values: { ':v': { S: 'x' } } },
    ],
    [
      '1 validation error detected: ExpressionAttributeValues can only be specified when using expressions',
      { values: { ':v': { N: '1' } } },
    ],
  ])('%s', async (message, expression) => {
    expect(await refusal(expression)).toMatchObject(invalid(message));
  });

  test('4096 bytes are the most', async () => {
    const condition = (length: number): string => `attribute_exists(${'a'.repeat(length - 18)})`;
    expect(await refusal({ condition: condition(4096) })).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(await refusal({ condition: condition(4097) })).toMatchObject({
      message: expect.stringContaining('Expression size has exceeded the maximum allowed size') as string,
    });
  });

  test('new elements beyond the end of a list follow each other in the order of their positions', async () => {
    const { client } = await withLocks();
    await client.send(
      new PutItemCommand({ TableName: 'locks', Item: { ...lock('a'), l: { L: [{ S: '0' }, { S: '1' }] } } }),
    );
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: 'locks',
        Key: lock('a'),
        UpdateExpression: 'REMOVE l[0] SET l[9] = :nine, l[5] = :five, l[1] = :one',
        ExpressionAttributeValues: { ':nine': { S: '9' }, ':five': { S: '5' }, ':one': { S: 'one' } },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const { Items } = await client.send(new ScanCommand({ TableName: 'locks' }));
    expect(Items?.[0]?.['l']).toEqual({ L: [{ S: 'one' }, { S: '5' }, { S: '9' }] });
    expect(Attributes).toEqual({ l: { L: [{ S: 'one' }, { S: '5' }] } });
  });
});

describe('Query and Scan', () => {
  async function filled(): Promise<Setting> {
    const made = await withMusic();
    for (const track of [10, 2, 1, -3, 30]) {
      const genre = { S: track > 5 ? 'loud' : 'quiet' };
      await made.client.send(
        new PutItemCommand({ TableName: 'Music', Item: song('a', track, { genre, text: { S: 'x' } }) }),
      );
    }
    await made.client.send(new PutItemCommand({ TableName: 'Music', Item: song('b', 5) }));
    return made;
  }
  const query = async ({ client }: Setting, more: Partial<QueryCommandInput>): Promise<readonly string[]> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'Music',
        KeyConditionExpression: 'artist = :a',
        ...more,
        ExpressionAttributeValues: { ':a': { S: 'a' }, ...more.ExpressionAttributeValues },
      }),
    );
    return Items.map((item) => item['track']?.N ?? '');
  };

  test('items come by their sort key, both ways, within conditions', async () => {
    const made = await filled();
    expect(await query(made, {})).toEqual(['-3', '1', '2', '10', '30']);
    expect(await query(made, { ScanIndexForward: false, Limit: 2 })).toEqual(['30', '10']);
    const two = { ExpressionAttributeValues: { ':t': { N: '2' } } };
    expect(await query(made, { KeyConditionExpression: 'artist = :a AND track > :t', ...two })).toEqual(['10', '30']);
    expect(await query(made, { KeyConditionExpression: ':t >= track AND artist = :a', ...two })).toEqual([
      '-3',
      '1',
      '2',
    ]);
    const range = { ':t': { N: '1' }, ':u': { N: '10' } };
    expect(
      await query(made, {
        KeyConditionExpression: 'artist = :a AND track BETWEEN :t AND :u',
        ExpressionAttributeValues: range,
      }),
    ).toEqual(['1', '2', '10']);
  });

  test('pages follow each other, also when the item at the seam is gone', async () => {
    const made = await filled();
    const { client } = made;
    const page = {
      TableName: 'Music',
      KeyConditionExpression: 'artist = :a',
      ExpressionAttributeValues: { ':a': { S: 'a' } },
    };
    const first = await client.send(new QueryCommand({ ...page, Limit: 2 }));
    expect(first.LastEvaluatedKey).toEqual(song('a', 1));
    await client.send(new DeleteItemCommand({ TableName: 'Music', Key: song('a', 1) }));
    const { LastEvaluatedKey: ExclusiveStartKey } = first;
    expect(await query(made, { ExclusiveStartKey })).toEqual(['2', '10', '30']);
    expect(await query(made, { ExclusiveStartKey, ScanIndexForward: false })).toEqual(['-3']);
    const last = await client.send(new QueryCommand({ ...page, Limit: 4 }));
    expect(last.LastEvaluatedKey).toEqual(song('a', 30));
    expect((await client.send(new QueryCommand({ ...page, Limit: 5 }))).LastEvaluatedKey).toBeUndefined();
  });

  test('a page reads a megabyte, and counts what it filters out', async () => {
    const { client } = await withLocks();
    for (const id of ['a', 'b', 'c', 'd']) {
      await client.send(
        new PutItemCommand({ TableName: 'locks', Item: { ...lock(id), big: { S: 'x'.repeat(380_000) } } }),
      );
    }
    const first = await client.send(
      new ScanCommand({ TableName: 'locks', FilterExpression: 'attribute_not_exists(big)' }),
    );
    expect(first).toMatchObject({ Count: 0, ScannedCount: 3 });
    const { LastEvaluatedKey: ExclusiveStartKey } = first;
    const rest = await client.send(new ScanCommand({ TableName: 'locks', ExclusiveStartKey }));
    expect(rest.ScannedCount).toBe(1);
    expect(rest.LastEvaluatedKey).toBeUndefined();
  });

  test('indexes follow writes and hold what they project', async () => {
    const made = await filled();
    const { client } = made;
    const loud = {
      IndexName: 'byGenre',
      KeyConditionExpression: 'genre = :g',
      ExpressionAttributeValues: { ':g': { S: 'loud' } },
    };
    const ask = async (): Promise<unknown> =>
      (await client.send(new QueryCommand({ TableName: 'Music', ...loud }))).Items?.map(
        (item) => Object.keys(item).length,
      );
    expect(await ask()).toEqual([3, 3]);
    const key = song('a', 30);
    await client.send(new UpdateItemCommand({ TableName: 'Music', Key: key, UpdateExpression: 'REMOVE genre' }));
    expect(await ask()).toEqual([3]);
    await client.send(new PutItemCommand({ TableName: 'Music', Item: { ...key, genre: { S: 'loud' } } }));
    expect(await ask()).toEqual([3, 3]);
    await client.send(new DeleteItemCommand({ TableName: 'Music', Key: song('a', 10) }));
    expect(await ask()).toEqual([3]);
    const consistent = client.send(new QueryCommand({ TableName: 'Music', ...loud, ConsistentRead: true }));
    await expect(consistent).rejects.toMatchObject(
      invalid('Consistent reads are not supported on global secondary indexes'),
    );
    const all = client.send(new QueryCommand({ TableName: 'Music', ...loud, Select: 'ALL_ATTRIBUTES' }));
    await expect(all).rejects.toMatchObject({ name: 'ValidationException' });
    const local = await client.send(
      new QueryCommand({
        TableName: 'Music',
        IndexName: 'byOwnGenre',
        KeyConditionExpression: 'artist = :a AND begins_with(genre, :g)',
        ExpressionAttributeValues: { ':a': { S: 'a' }, ':g': { S: 'qu' } },
        Select: 'ALL_ATTRIBUTES',
      }),
    );
    expect(local.Items?.map((item) => item['text']?.S)).toEqual(['x', 'x', 'x']);
  });

  test('partitions come in the order of their hash, whatever the type of the key', async () => {
    const { client } = setting();
    for (const [type, values] of [
      // What AWS answers for A and B: moto, test_scan_with_alternating_hash_keys.
      ['S', ['A', 'B']],
      // Of bytes that were written by hand: 0x80 for 0, 0xc1 0x02 for 1, 0x3e 0x62 0x66 for -3.
      ['N', ['0.07', '10', '-3', '-1.5', '1', '123456', '0']],
      ['B', ['Ag==', 'AQ==', 'AA==']],
    ] as const) {
      const keys = values.map((value): AttributeValue =>
        type === 'B' ? { B: Buffer.from(value, 'base64') } : type === 'N' ? { N: value } : { S: value },
      );
      const TableName = `by-${type}`;
      await client.send(
        new CreateTableCommand({
          ...locks,
          TableName,
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: type }],
        }),
      );
      for (const id of keys.toReversed()) await client.send(new PutItemCommand({ TableName, Item: { id } }));
      const { Items } = await client.send(new ScanCommand({ TableName }));
      const text = (id: AttributeValue | undefined): string | undefined =>
        id?.S ?? id?.N ?? (id?.B === undefined ? undefined : Buffer.from(id.B).toString('base64'));
      expect(Items?.map(({ id }) => text(id))).toEqual(values);
    }
  });

  test.each([
    ['ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName', 'ALL_PROJECTED_ATTRIBUTES', {}],
    [
      'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
      'SPECIFIC_ATTRIBUTES',
      {},
    ],
    [
      'Cannot specify the ProjectionExpression when choosing to get only the Count',
      'COUNT',
      { ProjectionExpression: 'track' },
    ],
    [
      'Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES',
      'ALL_ATTRIBUTES',
      { ProjectionExpression: 'track' },
    ],
  ] as const)('Select: %s', async (message, Select, more) => {
    const { client } = await withMusic();
    await expect(client.send(new ScanCommand({ TableName: 'Music', Select, ...more }))).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
    const query = { TableName: 'Music', KeyConditionExpression: 'artist = :a' };
    const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } };
    await expect(client.send(new QueryCommand({ ...query, ...values, Select, ...more }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: `1 validation error detected: ${message}`,
    });
  });

  test('a limit of nothing is told without the number by a Query', async () => {
    const { client } = await withMusic();
    const values = { ExpressionAttributeValues: { ':a': { S: 'a' } } };
    const query = { TableName: 'Music', KeyConditionExpression: 'artist = :a', ...values, Limit: 0 };
    const problem = 'failed to satisfy constraint: Member must have value greater than or equal to 1';
    await expect(client.send(new QueryCommand(query))).rejects.toMatchObject({
      message: `1 validation error detected: Value at 'Limit' ${problem}`,
    });
    await expect(client.send(new ScanCommand({ TableName: 'Music', Limit: 0 }))).rejects.toMatchObject({
      message: `1 validation error detected: Value '0' at 'limit' ${problem}`,
    });
  });

  test('segments share the table among them', async () => {
    const { client } = await withLocks();
    const ids = Array.from({ length: 40 }, (_, index) => `lock-${index}`);
    for (const id of ids) await client.send(new PutItemCommand({ TableName: 'locks', Item: lock(id) }));
    const found: string[] = [];
    for (const Segment of [0, 1, 2]) {
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      let pages = 0;
      do {
        const page: ScanCommandOutput = await client.send(
          new ScanCommand({ TableName: 'locks', Segment, TotalSegments: 3, Limit: 7, ExclusiveStartKey }),
        );
        found.push(...(page.Items ?? []).map((item) => item['id']?.S ?? ''));
        ExclusiveStartKey = page.LastEvaluatedKey;
        pages += 1;
      } while (ExclusiveStartKey !== undefined);
      expect(pages).toBeGreaterThan(1);
    }
    expect(found.sort()).toEqual(ids.sort());
  });

  test.each([
    ['Query condition missed key schema element: artist', 'track = :t'],
    ['Query key condition not supported', 'artist < :a'],
    ['Invalid operator used in KeyConditionExpression: OR', 'artist = :a OR track = :t'],
    ['KeyConditionExpressions must only contain one condition per key', 'artist = :a AND artist = :b'],
    ['Query condition missed key schema element: track', 'artist = :a AND label = :t'],
    [
      'One or more parameter values were invalid: Condition parameter type does not match schema type',
      'artist = :a AND track = :b',
    ],
    [
      'Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: begins_with, operand type: N',
      'artist = :a AND begins_with(track, :t)',
    ],
  ])('%s', async (message, KeyConditionExpression) => {
    const { client } = await withMusic();
    const all: Record<string, AttributeValue> = { ':a': { S: 'a' }, ':b': { S: 'b' }, ':t': { N: '1' } };
    const used = Object.entries(all).filter(([name]) => KeyConditionExpression.includes(name));
    const asked = client.send(
      new QueryCommand({
        TableName: 'Music',
        KeyConditionExpression,
        ExpressionAttributeValues: Object.fromEntries(used),
      }),
    );
    await expect(asked).rejects.toMatchObject(invalid(message));
  });
});

describe('Batches', () => {
  const keys = (count: number): Record<string, AttributeValue>[] =>
    Array.from({ length: count }, (_, index) => lock(`id-${index}`));

  test('writes and reads many, without the missing ones', async () => {
    const { client } = await withLocks();
    const put = keys(25).map((Item) => ({ PutRequest: { Item } }));
    expect((await client.send(new BatchWriteItemCommand({ RequestItems: { locks: put } }))).UnprocessedItems).toEqual(
      {},
    );
    const read = await client.send(new BatchGetItemCommand({ RequestItems: { locks: { Keys: keys(100) } } }));
    expect(read.Responses?.['locks']).toHaveLength(25);
    expect(read.UnprocessedKeys).toEqual({});
  });

  test('limits and duplicates', async () => {
    const { client } = await withLocks();
    const written = (Items: Record<string, AttributeValue>[]): Promise<unknown> =>
      client.send(
        new BatchWriteItemCommand({ RequestItems: { locks: Items.map((Item) => ({ PutRequest: { Item } })) } }),
      );
    await expect(written(keys(26))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(written([lock('a'), lock('a')])).rejects.toMatchObject(
      invalid('Provided list of item keys contains duplicates'),
    );
    const read = client.send(new BatchGetItemCommand({ RequestItems: { locks: { Keys: [lock('a'), lock('a')] } } }));
    await expect(read).rejects.toMatchObject(invalid('Provided list of item keys contains duplicates'));
    const many = client.send(new BatchGetItemCommand({ RequestItems: { locks: { Keys: keys(101) } } }));
    await expect(many).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await client.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(0);
  });

  test('16 MB are read, the rest is unprocessed', async () => {
    const { client } = await withLocks();
    const ids = keys(50);
    for (const id of ids) {
      await client.send(new PutItemCommand({ TableName: 'locks', Item: { ...id, big: { S: 'x'.repeat(400_000) } } }));
    }
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { locks: { Keys: ids, ProjectionExpression: 'id' } } }),
    );
    expect(Responses?.['locks']).toHaveLength(41);
    expect(UnprocessedKeys?.['locks']).toMatchObject({ ProjectionExpression: 'id', Keys: ids.slice(41) });
  });
});

describe('Transactions', () => {
  const increment = (id: string, condition?: string) => ({
    Update: {
      TableName: 'locks',
      Key: lock(id),
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ConditionExpression: condition,
    },
  });

  test('all or nothing, with a reason for each action', async () => {
    const { client } = await withLocks();
    await client.send(new PutItemCommand({ TableName: 'locks', Item: { ...lock('a'), n: { N: '1' } } }));
    const failing = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          increment('b'),
          {
            ConditionCheck: {
              TableName: 'locks',
              Key: lock('a'),
              ConditionExpression: 'attribute_not_exists(id)',
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    );
    await expect(failing).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { n: { N: '1' } } },
      ],
    });
    expect((await client.send(new ScanCommand({ TableName: 'locks' }))).Count).toBe(1);
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [increment('a', 'attribute_exists(id)'), { Put: { TableName: 'locks', Item: lock('b') } }],
      }),
    );
    const { Responses } = await client.send(
      new TransactGetItemsCommand({
        TransactItems: ['a', 'b', 'c'].map((id) => ({ Get: { TableName: 'locks', Key: lock(id) } })),
      }),
    );
    expect(Responses).toEqual([{ Item: { ...lock('a'), n: { N: '2' } } }, { Item: lock('b') }, {}]);
  });

  test('a wrong key is told before conditions are looked at, an empty one refuses the request', async () => {
    const { client } = await withLocks();
    const put = (Item: Record<string, AttributeValue>, ConditionExpression?: string) => ({
      Put: { TableName: 'locks', Item, ConditionExpression },
    });
    const wrong = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [put({ id: { N: '7' } }), put({ id: { N: '8' } }), put(lock('a'), 'attribute_exists(id)')],
      }),
    );
    await expect(wrong).rejects.toMatchObject({
      CancellationReasons: [
        {
          Code: 'ValidationError',
          Message: 'One or more parameter values were invalid: Type mismatch for key id expected: S actual: N',
        },
        { Code: 'None' },
        { Code: 'None' },
      ],
    });
    const empty = client.send(new TransactWriteItemsCommand({ TransactItems: [put({ id: { S: '' } })] }));
    await expect(empty).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('one action an item, 1 to 100 actions, 4 MB', async () => {
    const { client } = await withLocks();
    const twice = client.send(new TransactWriteItemsCommand({ TransactItems: [increment('a'), increment('a')] }));
    await expect(twice).rejects.toMatchObject(
      invalid('Transaction request cannot include multiple operations on one item'),
    );
    const none = client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(none).rejects.toMatchObject(
      invalid(
        "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1",
      ),
    );
    const many = Array.from({ length: 101 }, (_, index) => increment(`id-${index}`));
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: many }))).rejects.toMatchObject({
      message: expect.stringContaining('Member must have length less than or equal to 100') as string,
    });
    const large = Array.from({ length: 12 }, (_, index) => ({
      Put: { TableName: 'locks', Item: { ...lock(`id-${index}`), big: { S: 'x'.repeat(380_000) } } },
    }));
    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: large }))).rejects.toMatchObject({
      message: expect.stringContaining('size cannot exceed') as string,
    });
  });

  test('a token makes a transaction happen once, for ten minutes', async () => {
    const { client, clock } = await withLocks();
    const twice = { ClientRequestToken: 'token', TransactItems: [increment('a')] };
    const count = async (): Promise<string | undefined> =>
      (await client.send(new GetItemCommand({ TableName: 'locks', Key: lock('a') }))).Item?.['n']?.N;
    await client.send(new TransactWriteItemsCommand(twice));
    await client.send(new TransactWriteItemsCommand(twice));
    expect(await count()).toBe('1');
    const other = client.send(
      new TransactWriteItemsCommand({ ClientRequestToken: 'token', TransactItems: [increment('b')] }),
    );
    await expect(other).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    clock.advance(600_000);
    await client.send(new TransactWriteItemsCommand(twice));
    expect(await count()).toBe('2');
  });
});

describe('Tags and time to live', () => {
  test('tags come and go, ten a page', async () => {
    const { client, world } = await withLocks();
    const ResourceArn = `arn:aws:dynamodb:eu-west-1:${world.data.account}:table/locks`;
    const Tags = Array.from({ length: 12 }, (_, index) => ({ Key: `k${index}`, Value: 'v' }));
    await client.send(new TagResourceCommand({ ResourceArn, Tags }));
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['k0'] }));
    const first = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(first.Tags).toEqual(Tags.slice(1, 11));
    const rest = await client.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken: first.NextToken }));
    expect(rest).toMatchObject({ Tags: Tags.slice(11) });
    expect(rest.NextToken).toBeUndefined();
  });

  test('time to live takes its time', async () => {
    const { client, clock } = setting(awsTimings);
    await client.send(new CreateTableCommand(locks));
    clock.advance(awsTimings.tableCreate);
    const status = async (): Promise<string | undefined> =>
      (await client.send(new DescribeTimeToLiveCommand({ TableName: 'locks' }))).TimeToLiveDescription
        ?.TimeToLiveStatus;
    const update = (Enabled: boolean): Promise<unknown> =>
      client.send(
        new UpdateTimeToLiveCommand({
          TableName: 'locks',
          TimeToLiveSpecification: { Enabled, AttributeName: 'expires' },
        }),
      );
    expect(await status()).toBe('DISABLED');
    await update(true);
    expect(await status()).toBe('ENABLING');
    await expect(update(false)).rejects.toMatchObject({ name: 'ValidationException' });
    clock.advance(awsTimings.timeToLiveChange);
    expect(await status()).toBe('ENABLED');
    await expect(update(true)).rejects.toMatchObject(invalid('TimeToLive is already enabled'));
    const other = { Enabled: true, AttributeName: 'other' };
    await expect(
      client.send(new UpdateTimeToLiveCommand({ TableName: 'locks', TimeToLiveSpecification: other })),
    ).rejects.toMatchObject(
      invalid('TimeToLive is active on a different AttributeName: current AttributeName is expires'),
    );
  });
});
