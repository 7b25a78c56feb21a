// Headings are those of src/sandbox/services/ssm/SPEC.md.
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  RemoveTagsFromResourceCommand,
  SSMClient,
  type PutParameterCommandInput,
} from '@aws-sdk/client-ssm';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  countPieces,
  createWorld,
  Faults,
  heldUp,
  presume,
  releaseStuck,
  sandboxClientConfig,
  setStuck,
  snapshot,
  VirtualClock,
  type World,
} from '../../src/sandbox/index.ts';

const region = 'eu-west-1';
const arn = (name: string): string => `arn:aws:ssm:${region}:123456789012:parameter/${name}`;
const start = Date.UTC(2026, 8, 5, 10);

let world: World;
let clock: VirtualClock;
let faults: Faults;
let client: SSMClient;

beforeEach(() => {
  clock = new VirtualClock(start);
  world = createWorld({ clock });
  faults = new Faults();
  client = new SSMClient(sandboxClientConfig(world, 'ssm', region, { faults }));
});

function put(name: string, more: Partial<PutParameterCommandInput> = {}) {
  return client.send(new PutParameterCommand({ Name: name, Value: 'info', Type: 'String', ...more }));
}

async function refusal(call: Promise<unknown>): Promise<{ readonly name: string; readonly message: string }> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('it was not refused');
  return { name: error.name, message: error.message };
}

const valueOf = async (name: string, WithDecryption = true) =>
  (await client.send(new GetParameterCommand({ Name: name, WithDecryption }))).Parameter?.Value;

const described = async (name: string) => {
  const filter = { Key: 'Name', Option: 'Equals', Values: [name] };
  return (await client.send(new DescribeParametersCommand({ ParameterFilters: [filter] }))).Parameters?.[0];
};

describe('Names', () => {
  it.each([
    ['aws-own', 'ValidationException', 'can\'t be prefixed with "aws" or "ssm"'],
    ['SSMthing', 'ValidationException', 'can\'t be prefixed with "aws" or "ssm"'],
    ['/ssm/own', 'ValidationException', 'can\'t be prefixed with "ssm"'],
    ['/aws/service/x', 'AccessDeniedException', 'No access to reserved parameter name: /aws/service/x.'],
    ['a/b', 'ValidationException', 'Parameter name must be a fully qualified name.'],
    ['/a/b c', 'ValidationException', 'letters, numbers and the following 3 symbols .-_'],
    ['/a//b', 'ValidationException', 'sub-paths divided by slash symbol'],
    ['/x'.repeat(16), 'HierarchyLevelLimitExceededException', '15 levels'],
    ['x'.repeat(1000), 'ValidationException', '1011 characters'],
    ['', 'ValidationException', "Value '' at 'name' failed to satisfy constraint: Member must have length greater"],
  ])('%s is refused', async (name, code, text) => {
    expect(await refusal(put(name))).toEqual({ name: code, message: expect.stringContaining(text) as string });
  });

  it('have one slash in the ARN, which reads take too', async () => {
    await put('/a/b');
    await put('plain');
    expect((await described('/a/b'))?.ARN).toBe(arn('a/b'));
    expect((await described('plain'))?.ARN).toBe(arn('plain'));
    expect(await valueOf(arn('a/b'))).toBe('info');
  });

  it('of one level are read with a slash too, and told as they were asked for', async () => {
    await put('plain');
    const read = await client.send(new GetParameterCommand({ Name: '/plain' }));
    expect(read.Parameter).toMatchObject({ Name: '/plain', ARN: arn('plain') });
    const several = await client.send(new GetParametersCommand({ Names: ['/plain', '/plain/x'] }));
    expect(several.Parameters?.map(({ Name }) => Name)).toEqual(['/plain']);
    expect(several.InvalidParameters).toEqual(['/plain/x']);
  });

  it.each(['/a//b', 'a/b', '//plain'])('%s is not read', async (name) => {
    expect(await refusal(valueOf(name))).toEqual({
      name: 'ValidationException',
      message: expect.stringContaining('sub-paths divided by slash symbol') as string,
    });
  });

  it('of 15 levels are taken', async () => {
    expect(await put('/x'.repeat(15))).toMatchObject({ Version: 1 });
  });
});

describe('Parameters', () => {
  it('are made once, and overwritten on request', async () => {
    expect(await put('/a/b')).toMatchObject({ Version: 1, Tier: 'Standard' });
    expect(await refusal(put('/a/b'))).toEqual({
      name: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
    expect(await put('/a/b', { Value: 'debug', Overwrite: true })).toMatchObject({ Version: 2 });
    expect(await valueOf('/a/b')).toBe('debug');
  });

  it('keep what an overwrite leaves out', async () => {
    const Policies = '[{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Days"}}]';
    const all = { Description: 'd', AllowedPattern: '^[a-z]+$', DataType: 'text', Policies, Tier: 'Advanced' } as const;
    await put('/a/b', { ...all, Type: 'SecureString', KeyId: 'alias/own', Tags: [{ Key: 'k', Value: 'v' }] });
    const before = await described('/a/b');
    await put('/a/b', { Value: 'x', Type: undefined, Overwrite: true });
    expect(await described('/a/b')).toEqual({ ...before, Version: 2 });
    expect(before).toMatchObject({ KeyId: 'alias/own', Tier: 'Advanced', LastModifiedDate: new Date(start) });
    expect(before?.Policies).toEqual([
      {
        PolicyText: expect.stringContaining('"Days"') as string,
        PolicyType: 'NoChangeNotification',
        PolicyStatus: 'Pending',
      },
    ]);
    await put('/a/b', { Value: 'x', Type: undefined, Overwrite: true, Policies: '[{}]' });
    expect((await described('/a/b'))?.Policies).toEqual([]);
  });

  it.each<readonly [string, Partial<PutParameterCommandInput>, string, string]>([
    [
      'no type',
      { Type: undefined },
      'ValidationException',
      'A parameter type is required when you create a parameter.',
    ],
    [
      'an unknown type',
      { Type: 'Text' as 'String' },
      'ValidationException',
      'enum value set: [String, StringList, SecureString]',
    ],
    [
      'no value',
      { Value: '' },
      'ValidationException',
      "at 'value' failed to satisfy constraint: Member must have length",
    ],
    ['another parameter in a value', { Value: '{{ssm:other}}' }, 'ValidationException', "can't nest another parameter"],
    ['a key and no secret', { KeyId: 'alias/x' }, 'ValidationException', 'KeyId is required for SecureString'],
    ['a key that is none', { Type: 'SecureString', KeyId: 'a b' }, 'ValidationException', 'regular expression pattern'],
    [
      'a value too long',
      { Value: 'x'.repeat(4097) },
      'ValidationException',
      'a maximum parameter value of 4096 characters',
    ],
    ['a value far too long', { Value: 'x'.repeat(8193), Tier: 'Advanced' }, 'ValidationException', '8192 characters'],
    [
      'policies of a standard one',
      { Policies: '[{"Type":"Expiration"}]' },
      'ValidationException',
      'advanced-parameter tier',
    ],
    ['an unknown policy', { Policies: '[{"Type":"X"}]', Tier: 'Advanced' }, 'InvalidPolicyTypeException', 'Invalid'],
    ['policies that are none', { Policies: '{', Tier: 'Advanced' }, 'InvalidPolicyAttributeException', 'Invalid'],
    ['a broken pattern', { AllowedPattern: '(' }, 'InvalidAllowedPatternException', 'not valid'],
    ['a value beside the pattern', { AllowedPattern: '^\\d+$' }, 'ParameterPatternMismatchException', '^\\d+$'],
    [
      'tags and overwrite',
      { Overwrite: true, Tags: [] },
      'ValidationException',
      "tags and overwrite can't be used together",
    ],
  ])('%s is refused', async (_what, more, code, text) => {
    expect(await refusal(put('/a/b', more))).toEqual({ name: code, message: expect.stringContaining(text) as string });
    expect(await described('/a/b')).toBeUndefined();
  });

  it('do not change their type in a hierarchy', async () => {
    await put('/a/b');
    await put('plain');
    const change = { Type: 'SecureString', Overwrite: true } as const;
    expect((await refusal(put('/a/b', change))).name).toBe('HierarchyTypeMismatchException');
    expect(await put('plain', change)).toMatchObject({ Version: 2 });
  });

  it('are advanced for good, or when they need it', async () => {
    const long = 'x'.repeat(5000);
    expect(await put('/a/b', { Value: long, Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Advanced' });
    expect(await put('/a/c', { Tier: 'Intelligent-Tiering' })).toMatchObject({ Tier: 'Standard' });
    expect(await put('/a/b', { Overwrite: true })).toMatchObject({ Tier: 'Advanced' });
    expect((await refusal(put('/a/b', { Overwrite: true, Tier: 'Standard' }))).message).toContain(
      "You can't downgrade a parameter from the advanced-parameter tier",
    );
  });

  it('are gone when they are deleted, and their names free', async () => {
    await put('/a/b');
    await client.send(new DeleteParameterCommand({ Name: '/a/b' }));
    const again = client.send(new DeleteParameterCommand({ Name: '/a/b' }));
    expect(await refusal(again)).toEqual({ name: 'ParameterNotFound', message: 'UnknownError' });
    expect(await put('/a/b')).toMatchObject({ Version: 1 });
  });

  it('belong to a region, and are counted with their tags', async () => {
    await put('/a/b', {
      Tags: [
        { Key: 'relight:playbook', Value: 'shop' },
        { Key: 'relight:component', Value: 'level' },
      ],
    });
    const elsewhere = new SSMClient(sandboxClientConfig(world, 'ssm', 'us-east-1'));
    const answer = await elsewhere.send(new GetParametersCommand({ Names: ['/a/b'] }));
    expect(answer).toMatchObject({ Parameters: [], InvalidParameters: ['/a/b'] });
    expect(countPieces(world, region, 'shop')).toMatchObject({ level: 1 });
    expect(Object.keys((snapshot(world).regions[region]?.['ssm'] as { parameters: object }).parameters)).toEqual([
      '/a/b',
    ]);
  });
});

describe('Values', () => {
  it('are told for those that are there, by ten names at most', async () => {
    await put('/a/b');
    await put('/a/list', { Type: 'StringList', Value: 'a,b' });
    const { InvalidParameters, Parameters } = await client.send(
      new GetParametersCommand({ Names: ['/a/list', '/a/none', '/a/b'] }),
    );
    expect(InvalidParameters).toEqual(['/a/none']);
    expect(Parameters).toEqual([
      {
        ARN: arn('a/list'),
        DataType: 'text',
        LastModifiedDate: new Date(start),
        Name: '/a/list',
        Type: 'StringList',
        Value: 'a,b',
        Version: 1,
      },
      expect.objectContaining({ Name: '/a/b', Value: 'info' }),
    ]);
    const eleven = Array.from({ length: 11 }, (_, index) => `/a/${String(index)}`);
    const many = client.send(new GetParametersCommand({ Names: eleven }));
    expect((await refusal(many)).message).toContain('less than or equal to 10');
    expect((await refusal(client.send(new GetParametersCommand({ Names: [] })))).name).toBe('ValidationException');
    expect((await refusal(valueOf('/a/none'))).name).toBe('ParameterNotFound');
  });

  it('of a SecureString are ciphertext unless they are decrypted', async () => {
    await put('/a/secret', { Type: 'SecureString', Value: 'swordfish-17' });
    expect(await valueOf('/a/secret')).toBe('swordfish-17');
    const cipher = await valueOf('/a/secret', false);
    expect(cipher).toMatch(/^AQICAH/);
    expect(Buffer.from(cipher ?? '', 'base64').toString()).not.toContain('swordfish');
    expect((await described('/a/secret'))?.KeyId).toBe('alias/aws/ssm');
    expect((await described('/a/secret'))?.Description).toBeUndefined();
  });

  it('are of a data type that there is', async () => {
    expect(await put('image', { DataType: 'aws:ec2:image' })).toMatchObject({ Version: 1 });
    expect(await refusal(put('odd', { DataType: 'Text' }))).toEqual({
      name: 'ValidationException',
      message: 'The following data type is not supported: Text (Data type names are all lowercase.)',
    });
  });

  it('of secrets are not told', async () => {
    presume(world, [{ kind: 'secret', secret: 'db' }]);
    const path = '/aws/reference/secretsmanager/';
    expect(await refusal(valueOf(`${path}none`))).toEqual({
      name: 'ParameterNotFound',
      message:
        'An error occurred (ParameterNotFound) when referencing Secrets Manager: ' + `Secret ${path}none not found.`,
    });
    expect(await refusal(valueOf(`${path}db`, false))).toEqual({
      name: 'ValidationException',
      message: 'WithDecryption flag must be True for retrieving a Secret Manager secret.',
    });
    expect(await refusal(valueOf(`${path}db`))).toMatchObject({ name: 'NotModelledBySandbox' });
    const several = (...Names: string[]) => client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    expect(await refusal(several(`${path}db`))).toMatchObject({ name: 'NotModelledBySandbox' });
    expect((await several(`${path}none`)).InvalidParameters).toEqual([`${path}none`]);
  });

  it('want a key that is enabled', async () => {
    await put('/a/secret', { Type: 'SecureString', KeyId: 'alias/own' });
    const stuck = { kind: 'kms-key-disabled', resource: 'alias/own', region } as const;
    setStuck(world, stuck);
    expect(heldUp(world, stuck)).toBe(1);
    expect((await refusal(valueOf('/a/secret'))).name).toBe('InvalidKeyId');
    expect(await valueOf('/a/secret', false)).toMatch(/^AQICAH/);
    expect((await refusal(put('/a/secret', { Type: 'SecureString', Overwrite: true }))).name).toBe('InvalidKeyId');
    await put('/a/other', { Type: 'SecureString' });
    releaseStuck(world, stuck);
    expect(await valueOf('/a/secret')).toBe('info');
  });

  it('are described in pages, by filters', async () => {
    for (let index = 0; index < 12; index += 1) await put(`/a/${String(index).padStart(2, '0')}`);
    await put('/b', { Type: 'StringList', Tier: 'Advanced' });
    const first = await client.send(new DescribeParametersCommand({}));
    expect(first.Parameters).toHaveLength(10);
    const rest = await client.send(new DescribeParametersCommand({ NextToken: first.NextToken, MaxResults: 50 }));
    expect(rest.Parameters?.map(({ Name }) => Name)).toEqual(['/a/10', '/a/11', '/b']);
    expect(rest.NextToken).toBeUndefined();
    const by = async (Key: string, Option: string | undefined, ...Values: string[]) =>
      (await client.send(new DescribeParametersCommand({ ParameterFilters: [{ Key, Option, Values }] }))).Parameters
        ?.length;
    expect(await by('Name', 'Equals', '/a/01', '/b')).toBe(2);
    expect(await by('Name', 'BeginsWith', '/a/0')).toBe(10);
    expect(await by('Name', 'Contains', '1')).toBe(3);
    expect(await by('Tier', undefined, 'Advanced')).toBe(1);
    expect(await by('Type', 'Equals', 'StringList')).toBe(1);
    expect((await refusal(by('Label', 'Equals', 'x'))).name).toBe('InvalidFilterKey');
    expect((await refusal(by('Name', 'Like', 'x'))).name).toBe('InvalidFilterOption');
    const empty = client.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name' }] }));
    expect(await refusal(empty)).toEqual({
      name: 'InvalidFilterValue',
      message: 'The following filter values are missing : null for filter key Name',
    });
    expect((await refusal(by('Name', 'Equals'))).message).toContain("at 'parameterFilters.1.member.values'");
    expect((await refusal(client.send(new DescribeParametersCommand({ NextToken: 'x' })))).name).toBe(
      'InvalidNextToken',
    );
    expect((await refusal(client.send(new DescribeParametersCommand({ MaxResults: 51 })))).message).toContain('50');
  });
});

describe('Tags', () => {
  const of = { ResourceType: 'Parameter', ResourceId: '/a/b' } as const;
  const tags = async () => (await client.send(new ListTagsForResourceCommand(of))).TagList;

  it('are put on, replaced and taken off', async () => {
    await put('/a/b', { Tags: [{ Key: 'a', Value: '1' }] });
    const more = [
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ];
    await client.send(new AddTagsToResourceCommand({ ...of, Tags: more }));
    expect(await tags()).toEqual(more);
    await client.send(new RemoveTagsFromResourceCommand({ ...of, TagKeys: ['a'] }));
    expect(await tags()).toEqual([{ Key: 'b', Value: '' }]);
  });

  it('are 50 at most, of parameters that are there', async () => {
    expect((await refusal(tags())).name).toBe('InvalidResourceId');
    await put('/a/b', { Tags: [{ Key: 'own', Value: '1' }] });
    const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${String(index)}`, Value: '' }));
    expect((await refusal(client.send(new AddTagsToResourceCommand({ ...of, Tags })))).name).toBe('TooManyTagsError');
    const other = new ListTagsForResourceCommand({ ...of, ResourceType: 'Document' });
    expect((await refusal(client.send(other))).name).toBe('InvalidResourceType');
    const odd = new AddTagsToResourceCommand({ ...of, Tags: [{ Key: 'a#b', Value: '' }] });
    expect((await refusal(client.send(odd))).name).toBe('ValidationException');
  });
});

describe('Rates, stale reads', () => {
  it('let three parameters be written at once, and 40 values be read', async () => {
    faults.add({ kind: 'request-rates', service: 'ssm' });
    for (const name of ['/1', '/2', '/3']) await put(name);
    expect(await refusal(put('/4'))).toEqual({ name: 'ThrottlingException', message: 'Rate exceeded' });
    for (let index = 0; index < 40; index += 1) await valueOf('/1');
    expect((await refusal(valueOf('/1'))).name).toBe('ThrottlingException');
    clock.advance(1_000);
    expect(await put('/4')).toMatchObject({ Version: 1 });
  });

  it('may answer from before a write, for a second', async () => {
    await put('/a/b');
    clock.advance(5_000);
    faults.add({ kind: 'stale', service: 'ssm' });
    await put('/a/b', { Value: 'debug', Overwrite: true });
    expect(await valueOf('/a/b')).toBe('info');
    clock.advance(1_000);
    expect(await valueOf('/a/b')).toBe('debug');
  });

  it('fail in the words of the service', async () => {
    faults.add({ kind: 'error-500', service: 'ssm' });
    expect((await refusal(valueOf('/a/b'))).name).toBe('InternalServerError');
  });
});
