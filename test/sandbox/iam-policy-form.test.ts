// What IAM says of policies that are not well written, and that it takes what looks odd. Documents and texts are those of moto's
// tests (tests/test_iam/test_iam_policies.py); that AWS refuses and takes them is verified by LocalStack
// (tests/aws/services/iam/test_iam_policies.py).
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  SetDefaultPolicyVersionCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { allow, rig, role, trust } from './iam-rig.ts';

const bucket = 'arn:aws:s3:::example_bucket';
const listing = { Action: 's3:ListBucket', Resource: bucket };
const named = { Sid: 'one', Effect: 'Allow', ...listing };
const statement = (members: object): object => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', ...members },
});
const of = (resource: unknown): object => statement({ ...listing, Resource: resource });
const when = (Condition: unknown): object => statement({ ...listing, Condition });

const syntax = 'Syntax errors in policy.';
const parsing = 'The policy failed legacy parsing';
const version = 'Policy document must be version 2012-10-17 or greater.';
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.';
const actions = 'Policy statement must contain actions.';
const resources = 'Policy statement must contain resources.';

describe('Forms of policies', () => {
  it.each<[text: string, documents: (string | object)[]]>([
    [
      syntax,
      [
        'no JSON',
        { Version: '2012-10-17' },
        { Version: '2013-10-17', Statement: named },
        { Version: '2012-10-17', Statement: [] },
        { Version: '2012-10-17', Statement: ['one'] },
        { Version: '2012-10-17', Statement: listing },
        { ...statement(listing), Extra: 'field' },
        { ...statement(listing), Id: {} },
        statement({ ...listing, Extra: 'field' }),
        statement({ ...listing, Sid: [] }),
        statement({ ...listing, Effect: 'invalid' }),
        statement({ ...listing, NotAction: 's3:*' }),
        statement({ ...listing, NotResource: [] }),
        statement({ ...listing, Action: [[]] }),
        of([bucket, {}]),
        when([]),
        when({ a: 'b' }),
        when({ DateGreaterThan: [] }),
        when({ DateGreaterThan: { a: {} } }),
        when({ x: { a: '1' } }),
        when({ 'ForAnyValue::StringEqualsIfExists': { a: 'b' } }),
      ],
    ],
    [version, [{ Statement: named }, { Version: '2008-10-17', Statement: named }, { Statement: [named, named] }]],
    [
      parsing,
      [
        statement({ ...listing, Effect: 'denY' }),
        { Version: '2012-10-17', Statement: [{ ...named, Effect: 'aLLow' }, named] },
        of('arn:aws:s3::example_bucket'),
        of('arn:aws::::example_bucket'),
        of('arn:aws::x'),
        statement({ Action: 's3:*', NotResource: 'arn:aws:s3::example_bucket' }),
        statement({ Resource: 'arn:aws:s3::example_bucket' }),
        when({ DateGreaterThan: { a: 'soon' } }),
        when({ DateLessThanEquals: { a: '234-13' } }),
        when({ DateLessThanEquals: { a: '2016-12-13t2:00:00.593194+1' } }),
        when({ DateLessThanEquals: { a: '2016-12-13t2:00:00.1999999999+10:59' } }),
        when({ DateLessThan: { a: '9223372036854775808' } }),
      ],
    ],
    [
      'Statement IDs (SID) in a single policy must be unique.',
      [{ Version: '2012-10-17', Statement: [named, { Sid: 'one', Effect: 'Allow' }] }],
    ],
    [actions, [statement({}), statement({ Resource: bucket }), statement({ ...listing, Action: [] })]],
    [vendor, [statement({ Action: 'invalid' }), statement({ NotAction: '', Resource: bucket })]],
    ['Policy document should not specify a principal.', [statement({ ...listing, Principal: '*' })]],
    [resources, [statement({ Action: 's3:*' }), of([])]],
    ['Resource  must be in ARN format or "*".', [of('')]],
    ['Resource x must be in ARN format or "*".', [of('x'), statement({ Action: 's:3:List', Resource: ['x'] })]],
    ['Partition "x" is not valid for resource "arn:x:*:*:*:*".', [of('a:x')]],
    ['Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".', [of('a:b:c:d:e:f:g:h')]],
    ['Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".', [of('aws:s3:::example_bucket')]],
    ['Resource vendor must be fully qualified and cannot contain regexes.', [of('arn:aws')]],
    ['Resource arn:aws:s3:us-east-1::x can not contain region information.', [of('arn:aws:s3:us-east-1::x')]],
    ['IAM resource arn:aws:iam:us-east-1::x cannot contain region information.', [of('arn:aws:iam:us-east-1::x')]],
    [
      'IAM resource path must either be "*" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, ' +
        'server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.',
      [of('arn:aws:iam:::example')],
    ],
    ['Actions/Condition can contain only one colon.', [statement({ ...listing, Action: 's3:List:Bucket' })]],
    ['Vendor a a is not valid', [statement({ ...listing, Action: 'a a:ListBucket' })]],
  ])('%s', async (message, documents) => {
    const { iam } = rig();
    for (const [index, document] of documents.entries()) {
      const PolicyDocument = typeof document === 'string' ? document : JSON.stringify(document);
      const made = iam.send(new CreatePolicyCommand({ PolicyName: `p${String(index)}`, PolicyDocument }));
      await expect(made, PolicyDocument).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message });
    }
  });

  it.each([
    of([bucket, '*']),
    of('arn:aws:s33:::example_bucket'),
    of('arn:aws:fdsasf'),
    of('arn:aws:invalid-service:us-east-1::x'),
    of('arn:aws:s3:us-west-2:123456789012:accesspoint/a/object/*'),
    of('arn:aws:iam::*:user/${aws:username}'),
    statement({ Action: 'iam: odd but taken ', Resource: bucket }),
    statement({ Action: '*', Resource: bucket }),
    statement({ NotAction: 's3.s:List', NotResource: '*' }),
    { Version: '2012-10-17', Id: 'x', Statement: [{ ...named, Sid: '' }, { ...named, Sid: '' }, named] },
    when({}),
    when({ x: {}, DateGreaterThan: {} }),
    when({ DateGreaterThan: { 'aws:CurrentTime': [] } }),
    when({ DateGreaterThan: { 'aws:CurrentTime': '01T' } }),
    when({ DateLessThanEquals: { 'aws:CurrentTime': '2016-12-13t2:00:00.593194+23' } }),
    when({ DateLessThan: { 'aws:CurrentTime': '-292275054' } }),
  ])('%j is taken', async (document) => {
    const made = rig().iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: JSON.stringify(document) }));
    await expect(made).resolves.toMatchObject({ Policy: { PolicyName: 'p' } });
  });

  it('a policy of a role may be of any version', async () => {
    const { iam } = rig();
    await role(iam);
    const own = { RoleName: 'ops', PolicyName: 'p' };
    await iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument: JSON.stringify({ Statement: named }) }));
    const broken = iam.send(new PutRolePolicyCommand({ ...own, PolicyDocument: JSON.stringify(statement({})) }));
    await expect(broken).rejects.toThrow(actions);
  });

  // Recorded by LocalStack: tests/aws/services/iam/test_iam_roles.py.
  it.each([
    ['This policy contains invalid Json', 'no JSON'],
    ['AssumeRole policy may only specify STS AssumeRole actions.', trust({ Action: 'sts:InvalidAction' })],
    ['Has prohibited field Resource', trust({ Resource: bucket })],
  ])('a trust policy: %s', async (message, PolicyDocument) => {
    const { iam } = rig();
    await role(iam);
    await expect(
      iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'ops', PolicyDocument })),
    ).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message });
  });
});

// Recorded by LocalStack: tests/aws/services/iam/test_iam_roles.py, test_iam_policies.py and test_iam.py.
describe('Answers about roles and policies', () => {
  it('a new role is told without its settings, and without tags where it has none', async () => {
    const { iam } = rig();
    const made = { AssumeRolePolicyDocument: trust(), Description: 'said' };
    const { Role } = await iam.send(new CreateRoleCommand({ ...made, RoleName: 'ops' }));
    const always = ['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'Path', 'RoleId', 'RoleName'];
    expect(Object.keys(Role ?? {}).sort()).toEqual(always);
    const told = await iam.send(new GetRoleCommand({ RoleName: 'ops' }));
    expect(Object.keys(told.Role ?? {}).sort()).toEqual(
      [...always, 'Description', 'MaxSessionDuration', 'RoleLastUsed'].sort(),
    );
    const tagged = { ...made, RoleName: 'tagged', Tags: [{ Key: 'a', Value: 'b' }] };
    expect((await iam.send(new CreateRoleCommand(tagged))).Role?.Tags).toEqual(tagged.Tags);
    const { Roles } = await iam.send(new ListRolesCommand({}));
    expect(Roles?.map((each) => [each.Description, each.MaxSessionDuration, each.Tags])).toEqual([
      ['said', 3600, undefined],
      ['said', 3600, undefined],
    ]);
  });

  it('that a policy has no tags is told by GetPolicy alone', async () => {
    const { iam } = rig();
    const made = await iam.send(new CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('ecs:*') }));
    expect(made.Policy?.Tags).toBeUndefined();
    const told = await iam.send(new GetPolicyCommand({ PolicyArn: made.Policy?.Arn }));
    expect(told.Policy?.Tags).toEqual([]);
  });

  it('versions and ARNs that there are not', async () => {
    const { iam } = rig();
    await role(iam);
    const gone = 'arn:aws:iam::123456789012:policy/gone';
    const missing = { name: 'NoSuchEntityException', $metadata: { httpStatusCode: 404 } };
    const message = `Policy ${gone} version v1 does not exist or is not attachable.`;
    const version = { PolicyArn: gone, VersionId: 'v1' };
    await expect(iam.send(new GetPolicyVersionCommand(version))).rejects.toMatchObject({ ...missing, message });
    await expect(iam.send(new SetDefaultPolicyVersionCommand(version))).rejects.toMatchObject({ ...missing, message });
    await expect(
      iam.send(new AttachRolePolicyCommand({ RoleName: 'ops', PolicyArn: 'longpolicynamebutnoarn' })),
    ).rejects.toMatchObject({ name: 'InvalidInputException', message: 'ARN longpolicynamebutnoarn is not valid.' });
    await expect(
      iam.send(new GetPolicyVersionCommand({ PolicyArn: gone, VersionId: "x' at 'versionId' failed to satisfy" })),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value at 'versionId' failed to satisfy constraint: Member must satisfy regular " +
        String.raw`expression pattern: v[1-9][0-9]*(\.[A-Za-z0-9-]*)?`,
    });
  });

  it('conditions on odd dates hold as they say', async () => {
    const { assume, ecs, iam } = rig();
    await role(iam);
    const may = async (date: string): Promise<boolean> => {
      const PolicyDocument = allow('ecs:ListClusters', { DateGreaterThan: { 'aws:CurrentTime': date } });
      await iam.send(new PutRolePolicyCommand({ RoleName: 'ops', PolicyName: 'p', PolicyDocument }));
      const client = ecs(await assume('ops'));
      return client.send(new ListClustersCommand({})).then(
        () => true,
        () => false,
      );
    };
    // The clock stands at 2026-09-05T10:00Z.
    expect(await may('2026-9-5t9:59:59.9Z')).toBe(true);
    expect(await may('2026-09-05T11:59:59+02')).toBe(true);
    expect(await may('2026-09-05T12:00:01+02:00')).toBe(false);
    expect(await may('2026-09-05T07:59-02:00')).toBe(true);
    expect(await may('01T')).toBe(true);
    expect(await may('-1')).toBe(true);
  });
});
