// Versions, labels, paths and filters of Parameter Store: src/sandbox/services/ssm/SPEC.md, through the AWS SDK.
import {
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  LabelParameterVersionCommand,
  PutParameterCommand,
  SSMClient,
  UnlabelParameterVersionCommand,
  type GetParametersByPathCommandInput,
  type ParameterStringFilter,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWorld, sandboxClientConfig, VirtualClock } from '../../src/sandbox/index.ts';

const start = Date.UTC(2026, 8, 5, 10);
let clock: VirtualClock;
let client: SSMClient;

beforeEach(() => {
  clock = new VirtualClock(start);
  client = new SSMClient(sandboxClientConfig(createWorld({ clock }), 'ssm'));
});

const put = (Name: string, Value: string, more: Partial<PutParameterCommandInput> = {}): Promise<unknown> =>
  client.send(new PutParameterCommand({ Name, Value, Type: 'String', ...more }));

async function refusal(call: Promise<unknown>): Promise<string> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  return `${error.name}: ${error.message}`;
}

const read = async (Name: string) => (await client.send(new GetParameterCommand({ Name }))).Parameter;
const history = async (Name: string) => (await client.send(new GetParameterHistoryCommand({ Name }))).Parameters ?? [];
const label = (Labels: string[], ParameterVersion?: number) =>
  client.send(new LabelParameterVersionCommand({ Name: '/a/b', Labels, ParameterVersion }));

describe('Versions and labels', () => {
  it('earlier versions are kept, told and read by their number', async () => {
    await put('/a/b', 'one', { Description: 'the first' });
    clock.advance(60_000);
    await put('/a/b', 'two', { Overwrite: true, Description: 'the second' });
    expect(await history('/a/b')).toMatchObject([
      { Version: 1, Value: 'one', Description: 'the first', LastModifiedDate: new Date(start), Labels: [] },
      { Version: 2, Value: 'two', Description: 'the second', LastModifiedDate: new Date(start + 60_000) },
    ]);
    expect(await read('/a/b:1')).toMatchObject({ Name: '/a/b', Selector: ':1', Value: 'one', Version: 1 });
    const arn = (await read('/a/b'))?.ARN ?? '';
    expect(await read(`${arn}:1`)).toMatchObject({ Value: 'one' });
    expect(await read('/a/b')).toMatchObject({ Value: 'two' });
    expect(await refusal(read('/a/b:3'))).toBe(
      'ParameterVersionNotFound: Systems Manager could not find version 3 of /a/b. Verify the version and try again.',
    );
    expect(await refusal(read('/a/none:1'))).toBe('ParameterNotFound: UnknownError');
    const several = await client.send(new GetParametersCommand({ Names: ['/a/b:1', '/a/b:7'] }));
    expect(several).toMatchObject({ Parameters: [{ Value: 'one' }], InvalidParameters: ['/a/b:7'] });
  });

  it('a label stands for one version, and moves', async () => {
    await put('/a/b', 'one');
    await put('/a/b', 'two', { Overwrite: true });
    expect(await label(['prod', '1st', 'aws-own', 'dev'], 1)).toMatchObject({
      InvalidLabels: ['1st', 'aws-own'],
      ParameterVersion: 1,
    });
    expect(await read('/a/b:prod')).toMatchObject({ Value: 'one', Selector: ':prod' });
    await label(['prod']);
    expect((await history('/a/b')).map(({ Labels }) => Labels)).toEqual([['dev'], ['prod']]);
    const off = new UnlabelParameterVersionCommand({ Name: '/a/b', ParameterVersion: 2, Labels: ['prod', 'dev'] });
    expect(await client.send(off)).toMatchObject({ RemovedLabels: ['prod'], InvalidLabels: ['dev'] });
    expect(await refusal(read('/a/b:prod'))).toContain('ParameterVersionNotFound');
    expect(await refusal(label(['x'], 9))).toContain('could not find version 9');
    await label(Array.from({ length: 10 }, (_, index) => `l${String(index)}`));
    expect(await refusal(label(['eleventh']))).toContain('ParameterVersionLabelLimitExceeded');
  });

  it('there are a hundred at most, and the oldest makes room unless a label holds it', async () => {
    await put('/a/b', '1');
    for (let version = 2; version <= 101; version += 1) await put('/a/b', String(version), { Overwrite: true });
    const newest = await client.send(new GetParameterHistoryCommand({ Name: '/a/b', MaxResults: 50 }));
    expect(newest.Parameters?.[0]?.Version).toBe(2);
    expect(newest.NextToken).toBeDefined();
    await label(['keep'], 2);
    expect(await refusal(put('/a/b', 'more', { Overwrite: true }))).toMatch(
      /^ParameterMaxVersionLimitExceeded: .* Version 2, the oldest version, can't be deleted/,
    );
  });
});

describe('Paths and filters', () => {
  const byPath = async (more: Partial<GetParametersByPathCommandInput>) =>
    ((await client.send(new GetParametersByPathCommand({ Path: '/app', ...more }))).Parameters ?? []).map(
      ({ Name }) => Name,
    );
  const described = async (...ParameterFilters: ParameterStringFilter[]) =>
    ((await client.send(new DescribeParametersCommand({ ParameterFilters }))).Parameters ?? []).map(({ Name }) => Name);

  beforeEach(async () => {
    await put('/app/db', 'x', { Tags: [{ Key: 'team', Value: 'shop' }] });
    await put('/app/web/url', 'x', { Type: 'StringList' });
    await put('/application', 'x');
    await put('plain', 'x');
  });

  it('a hierarchy is read by level, or whole', async () => {
    expect(await byPath({})).toEqual(['/app/db']);
    expect(await byPath({ Recursive: true })).toEqual(['/app/db', '/app/web/url']);
    expect(await byPath({ Path: '/app/', Recursive: true, MaxResults: 1 })).toEqual(['/app/db']);
    const strings = [{ Key: 'Type', Option: 'Equals', Values: ['StringList'] }];
    expect(await byPath({ Recursive: true, ParameterFilters: strings })).toEqual(['/app/web/url']);
    await client.send(new LabelParameterVersionCommand({ Name: '/app/db', Labels: ['live'] }));
    expect(await byPath({ ParameterFilters: [{ Key: 'Label', Values: ['live'] }] })).toEqual(['/app/db']);
    expect(await byPath({ Path: '/' })).toEqual(['/application', 'plain']);
    expect(await refusal(byPath({ Path: 'app' }))).toContain('The parameter name must begin with a forward slash "/"');
    expect(await refusal(byPath({ MaxResults: 11 }))).toContain(
      "Value '11' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 10",
    );
    expect(await refusal(byPath({ ParameterFilters: [{ Key: 'Name', Values: ['x'] }] }))).toBe(
      'InvalidFilterKey: The following filter key is not valid: Name. Valid filter keys include: [Type, KeyId].',
    );
  });

  it('parameters are described by path, tag and data type', async () => {
    expect(await described({ Key: 'Path', Values: ['/app'] })).toEqual(['/app/db']);
    expect(await described({ Key: 'Path', Option: 'Recursive', Values: ['/app'] })).toEqual([
      '/app/db',
      '/app/web/url',
    ]);
    expect(await described({ Key: 'tag:team', Values: ['shop'] })).toEqual(['/app/db']);
    expect(await described({ Key: 'tag:team' })).toEqual(['/app/db']);
    expect(await described({ Key: 'DataType', Values: ['text'] })).toHaveLength(4);
    expect(
      await described({ Key: 'Name', Option: 'BeginsWith', Values: ['/app/'] }, { Key: 'Type', Values: ['String'] }),
    ).toEqual(['/app/db']);
  });

  it.each<readonly [string, readonly ParameterStringFilter[]]>([
    [
      'InvalidFilterKey: The following filter key is not valid: Label. Valid filter keys include: [Path, Name, Type, KeyId, Tier].',
      [{ Key: 'Label', Values: ['x'] }],
    ],
    ['InvalidFilterValue: The following filter values are missing : null for filter key Name', [{ Key: 'Name' }]],
    [
      'InvalidFilterKey: The following filter is duplicated in the request: Name. A request can contain only one occurrence of a specific filter.',
      [
        { Key: 'Name', Values: ['a'] },
        { Key: 'Name', Values: ['b'] },
      ],
    ],
    [
      'ValidationException: Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global parameters, please specify within a global namespace.',
      [{ Key: 'Path', Values: ['/aws'] }],
    ],
    [
      'InvalidFilterOption: The following filter option is not valid: Equals. Valid options include: [Recursive, OneLevel].',
      [{ Key: 'Path', Option: 'Equals', Values: ['/a'] }],
    ],
    [
      'InvalidFilterOption: The following filter value is not valid: test. Valid values include: [String, StringList, SecureString].',
      [{ Key: 'Type', Values: ['test'] }],
    ],
    [
      "ValidationException: 1 validation error detected: Value 'Color' at 'parameterFilters.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType",
      [{ Key: 'Color', Values: ['x'] }],
    ],
  ])('%s', async (message, filters) => {
    expect(await refusal(described(...filters))).toBe(message);
  });

  it('several are deleted at once', async () => {
    const gone = await client.send(new DeleteParametersCommand({ Names: ['/app/db', '/none'] }));
    expect(gone).toMatchObject({ DeletedParameters: ['/app/db'], InvalidParameters: ['/none'] });
    expect(await refusal(read('/app/db'))).toContain('ParameterNotFound');
  });

  it('what is not modelled is refused by its name', async () => {
    const old = new DescribeParametersCommand({ Filters: [{ Key: 'Name', Values: ['x'] }] });
    expect(await refusal(client.send(old))).toMatch(/^NotModelledBySandbox: .* filters/);
  });
});
