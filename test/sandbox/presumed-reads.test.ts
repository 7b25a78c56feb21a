// Is it there? Headings are those of the SPEC.md files of KMS, ACM, ECR, Secrets Manager, CloudWatch Logs and IAM.
import {
  DescribeCertificateCommand,
  ListCertificatesCommand,
  type ListCertificatesCommandInput,
} from '@aws-sdk/client-acm';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import { DescribeImagesCommand } from '@aws-sdk/client-ecr';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { lose, setStuck } from '../../src/sandbox/index.ts';
import { certificate } from './ecs-rig.ts';
import { account, minute, present, readsRig, refusal, region, start } from './reads-rig.ts';

describe('Keys', () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const arn = `arn:aws:kms:${region}:${account}:key/${id}`;

  it('tells a key by its id, its ARN and its alias', async () => {
    const { holds, kms } = readsRig();
    holds({ kind: 'key', key: arn }, { kind: 'key', key: 'alias/shop' });
    const told = async (KeyId: string) => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
    expect(await told(id)).toMatchObject({
      Arn: arn,
      KeyId: id,
      Enabled: true,
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
    });
    expect(await told(arn)).toEqual(await told(id));
    const byAlias = present(await told('alias/shop'));
    expect(await told(`arn:aws:kms:${region}:${account}:alias/shop`)).toEqual(byAlias);
    expect(await told(present(byAlias.KeyId))).toEqual(byAlias);
    // AWS's own are always there, as Terraform's provider takes for granted.
    expect(await told('alias/aws/dynamodb')).toMatchObject({
      KeyManager: 'AWS',
      Enabled: true,
      Description: 'Default key that protects my DynamoDB data when no other key is defined',
    });
  });

  it('tells states, and what is not there', async () => {
    const { holds, kms, world } = readsRig();
    holds({ kind: 'key', key: id, state: 'PendingDeletion' }, { kind: 'key', key: 'alias/shop' });
    const state = async (KeyId: string) => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      return [KeyMetadata?.KeyState, KeyMetadata?.Enabled];
    };
    expect(await state(id)).toEqual(['PendingDeletion', false]);
    setStuck(world, { kind: 'kms-key-disabled', resource: 'alias/shop' });
    expect(await state('alias/shop')).toEqual(['Disabled', false]);
    expect(await refusal(state('alias/none'))).toEqual({
      code: 'NotFoundException',
      message: `Alias arn:aws:kms:${region}:${account}:alias/none is not found.`,
    });
    const other = id.replace('0', 'f');
    expect(await refusal(state(other))).toEqual({
      code: 'NotFoundException',
      message: `Key 'arn:aws:kms:${region}:${account}:key/${other}' does not exist`,
    });
    expect(await refusal(state(arn.replace(region, 'us-east-1')))).toMatchObject({ code: 'NotFoundException' });
    // What is no id: pasted from AWS.
    expect(await refusal(state('aws/s3'))).toEqual({ code: 'NotFoundException', message: "Invalid keyId 'aws/s3'" });
  });
});

describe('Certificates', () => {
  const other = certificate.replace(/1$/, '2');

  it('tells state and users of a certificate, and expires it', async () => {
    const { acm, balancer, clock, group, holds, listener } = readsRig();
    holds({ kind: 'certificate', arn: certificate, domain: 'shop.example.org', notAfter: start + 10 * minute });
    const balanced = await balancer();
    const { TargetGroupArn } = await group();
    await listener(balanced.LoadBalancerArn, TargetGroupArn, {
      ...{ Protocol: 'HTTPS', Port: 443, Certificates: [{ CertificateArn: certificate }] },
    });
    const told = async () =>
      (await acm.send(new DescribeCertificateCommand({ CertificateArn: certificate }))).Certificate;
    expect(await told()).toMatchObject({
      Status: 'ISSUED',
      DomainName: 'shop.example.org',
      InUseBy: [balanced.LoadBalancerArn],
      NotAfter: new Date(start + 10 * minute),
      // As LocalStack recorded them from AWS.
      ...{ KeyAlgorithm: 'RSA-2048', SignatureAlgorithm: 'SHA256WITHRSA' },
      ...{ Issuer: 'Amazon', Subject: 'CN=shop.example.org' },
      KeyUsages: [{ Name: 'DIGITAL_SIGNATURE' }, { Name: 'KEY_ENCIPHERMENT' }],
      ExtendedKeyUsages: [
        { Name: 'TLS_WEB_SERVER_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.1' },
        { Name: 'TLS_WEB_CLIENT_AUTHENTICATION', OID: '1.3.6.1.5.5.7.3.2' },
      ],
    });
    clock.advance(10 * minute);
    expect((await told())?.Status).toBe('EXPIRED');
    expect(await refusal(acm.send(new DescribeCertificateCommand({ CertificateArn: other })))).toEqual({
      code: 'ResourceNotFoundException',
      message: `Could not find certificate ${other}.`,
    });
  });

  it('lists them by state, in pages', async () => {
    const { acm, holds } = readsRig();
    holds({ kind: 'certificate', arn: other, status: 'PENDING_VALIDATION' });
    const list = async (input: ListCertificatesCommandInput) => await acm.send(new ListCertificatesCommand(input));
    const arns = async (input: ListCertificatesCommandInput) =>
      (await list(input)).CertificateSummaryList?.map(({ CertificateArn }) => CertificateArn);
    expect(await arns({})).toEqual([certificate, other]);
    expect(await arns({ CertificateStatuses: ['PENDING_VALIDATION'] })).toEqual([other]);
    expect(await arns({ Includes: { keyTypes: ['EC_prime256v1'] } })).toEqual([]);
    expect(await arns({ Includes: { keyTypes: ['RSA_2048'] } })).toEqual([certificate, other]);
    // One that is not there yet is for nothing yet.
    const usages = (await list({})).CertificateSummaryList?.map(({ KeyUsages }) => KeyUsages);
    expect(usages).toEqual([['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'], []]);
    const { NextToken } = await list({ MaxItems: 1 });
    expect(await arns({ MaxItems: 1, NextToken: present(NextToken) })).toEqual([other]);
    expect(await refusal(arns({ NextToken: 'mine' }))).toMatchObject({ code: 'ValidationException' });
  });
});

describe('Images', () => {
  const registry = `${account}.dkr.ecr.${region}.amazonaws.com`;

  it('tells an image by tag and by digest, and what is not there', async () => {
    const { ecr, holds, world } = readsRig();
    const digest = `sha256:${'ab'.repeat(32)}`;
    holds(
      { kind: 'image', image: `${registry}/shop/api:1.2` },
      { kind: 'image', image: `${registry}/shop/api@${digest}` },
    );
    const told = async (imageId?: { imageTag?: string; imageDigest?: string }, repositoryName = 'shop/api') =>
      (await ecr.send(new DescribeImagesCommand({ repositoryName, ...(imageId && { imageIds: [imageId] }) })))
        .imageDetails;
    expect(await told({ imageTag: '1.2' })).toMatchObject([{ imageTags: ['1.2'], registryId: account }]);
    expect(await told({ imageDigest: digest })).toMatchObject([{ imageDigest: digest }]);
    expect(await told()).toHaveLength(2);
    expect(await refusal(told({ imageTag: 'latest' }))).toEqual({
      code: 'ImageNotFoundException',
      message:
        `The image with imageId {imageDigest:'null', imageTag:'latest'} does not exist within the repository with name ` +
        `'shop/api' in the registry with id '${account}'`,
    });
    expect(await refusal(told(undefined, 'shop/web'))).toEqual({
      code: 'RepositoryNotFoundException',
      message: `The repository with name 'shop/web' does not exist in the registry with id '${account}'`,
    });

    lose(world, { kind: 'image', id: `${registry}/shop/api:1.2`, region });
    expect(await refusal(told({ imageTag: '1.2' }))).toMatchObject({ code: 'ImageNotFoundException' });
    expect(await told()).toHaveLength(1);
  });

  it('gives a tag to one image of its repository', async () => {
    const { ecr, holds } = readsRig();
    const [one, two] = ['1', '2'].map((each) => `sha256:${each.repeat(64)}`);
    holds({ kind: 'image', image: `${registry}/api:v1@${one ?? ''}` });
    holds({ kind: 'image', image: `${registry}/api:v1@${two ?? ''}` });
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: 'api' }));
    expect(imageDetails?.map(({ imageDigest, imageTags }) => [imageDigest, imageTags])).toEqual([
      [one, undefined],
      [two, ['v1']],
    ]);
  });

  it('is of ECR only', () => {
    const { holds } = readsRig();
    expect(() => {
      holds({ kind: 'image', image: 'nginx:1' });
    }).toThrow('"nginx:1" is no image of ECR');
  });
});

describe('Secrets', () => {
  it('tells a secret by its name, its ARN and the beginning of its ARN', async () => {
    const { holds, secrets } = readsRig();
    holds({ kind: 'secret', secret: 'shop/db', value: 'swordfish', tags: { team: 'a' } });
    const told = async (SecretId: string) => await secrets.send(new DescribeSecretCommand({ SecretId }));
    const byName = await told('shop/db');
    expect(byName.ARN).toMatch(
      new RegExp(`^arn:aws:secretsmanager:${region}:${account}:secret:shop/db-[A-Za-z0-9]{6}$`),
    );
    expect(byName).toMatchObject({ Name: 'shop/db', Tags: [{ Key: 'team', Value: 'a' }] });
    expect(Object.values(byName.VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']]);
    expect((await told(present(byName.ARN))).Name).toBe('shop/db');
    expect((await told(present(byName.ARN).slice(0, -7))).Name).toBe('shop/db');
    const value = await secrets.send(new GetSecretValueCommand({ SecretId: 'shop/db' }));
    expect(value).toMatchObject({ SecretString: 'swordfish', VersionStages: ['AWSCURRENT'] });
  });

  it('is presumed by what a task definition names', async () => {
    const { holds, secrets } = readsRig();
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:shop/db-AbCdEf`;
    holds({ kind: 'secret', secret: `${arn}:password:AWSCURRENT:` });
    expect(await secrets.send(new DescribeSecretCommand({ SecretId: 'shop/db' }))).toMatchObject({ ARN: arn });
  });

  it('refuses what is not there and values of what is deleted, which only lists hide', async () => {
    const { holds, secrets } = readsRig();
    const value = (SecretId: string, more = {}) => secrets.send(new GetSecretValueCommand({ SecretId, ...more }));
    holds({ kind: 'secret', secret: 'kept' }, { kind: 'secret', secret: 'going', deleted: true });
    expect(await refusal(value('none'))).toEqual({
      code: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    expect(await refusal(value('kept', { VersionStage: 'AWSPENDING' }))).toEqual({
      code: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    });
    // As LocalStack recorded it from AWS; so the secret without tags below.
    const { VersionId } = await value('kept');
    expect(await refusal(value('kept', { VersionId, VersionStage: 'AWSPENDING' }))).toEqual({
      code: 'InvalidRequestException',
      message: 'You provided a VersionStage that is not associated to the provided VersionId.',
    });
    expect(await secrets.send(new DescribeSecretCommand({ SecretId: 'kept' }))).not.toHaveProperty('Tags');
    expect(await refusal(value('going'))).toMatchObject({ code: 'InvalidRequestException' });
    const going = await secrets.send(new DescribeSecretCommand({ SecretId: 'going' }));
    expect(going.DeletedDate).toEqual(new Date(start));
    const names = async (input: ListSecretsCommandInput) =>
      (await secrets.send(new ListSecretsCommand(input))).SecretList?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['kept']);
    expect(await names({ IncludePlannedDeletion: true })).toEqual(['kept', 'going']);
    expect(await names({ Filters: [{ Key: 'name', Values: ['!ke'] }], IncludePlannedDeletion: true })).toEqual([
      'going',
    ]);
  });
});

describe('Log groups', () => {
  it('makes, keeps, tells and deletes them', async () => {
    const { holds, logs: client } = readsRig();
    holds({ kind: 'log-group', name: '/shop/web' });
    await client.send(new logs.CreateLogGroupCommand({ logGroupName: '/shop/api', tags: { team: 'a' } }));
    await client.send(new logs.PutRetentionPolicyCommand({ logGroupName: '/shop/api', retentionInDays: 30 }));
    const { logGroups = [] } = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: '/shop' }));
    const arn = `arn:aws:logs:${region}:${account}:log-group:/shop/api`;
    expect(logGroups).toMatchObject([
      { logGroupName: '/shop/api', retentionInDays: 30, arn: `${arn}:*`, logGroupArn: arn, creationTime: start },
      { logGroupName: '/shop/web', logGroupClass: 'STANDARD' },
    ]);
    await client.send(new logs.TagResourceCommand({ resourceArn: arn, tags: { tier: 'web' } }));
    expect((await client.send(new logs.ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual({
      ...{ team: 'a', tier: 'web' },
    });
    await client.send(new logs.DeleteLogGroupCommand({ logGroupName: '/shop/api' }));
    const pattern = await client.send(new logs.DescribeLogGroupsCommand({ logGroupNamePattern: 'SHOP' }));
    expect(pattern.logGroups?.map(({ logGroupName }) => logGroupName)).toEqual(['/shop/web']);
    // As LocalStack recorded it from AWS: only a search by prefix tells these.
    expect(logGroups[0]).toMatchObject({ storedBytes: 0, deletionProtectionEnabled: false });
    expect(pattern.logGroups?.[0]).not.toHaveProperty('storedBytes');
    expect(pattern.logGroups?.[0]).not.toHaveProperty('deletionProtectionEnabled');
  });

  it('refuses doubles, what is not there and numbers of days that CloudWatch does not have', async () => {
    const { holds, logs: client } = readsRig();
    holds({ kind: 'log-group', name: 'web' });
    expect(await refusal(client.send(new logs.CreateLogGroupCommand({ logGroupName: 'web' })))).toEqual({
      code: 'ResourceAlreadyExistsException',
      message: 'The specified log group already exists',
    });
    expect(await refusal(client.send(new logs.DeleteLogGroupCommand({ logGroupName: 'none' })))).toEqual({
      code: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
    // As LocalStack recorded them from AWS.
    const both = new logs.DescribeLogGroupsCommand({ logGroupNamePrefix: 'w', logGroupNamePattern: 'w' });
    expect(await refusal(client.send(both))).toEqual({
      code: 'InvalidParameterException',
      message: 'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    });
    const long = new logs.CreateLogGroupCommand({ logGroupName: 'w'.repeat(513) });
    expect(await refusal(client.send(long))).toEqual({
      code: 'InvalidParameterException',
      message: 'Invalid LogGroup or LogStream, both must have length less than or equal to 512.',
    });
    const days = new logs.PutRetentionPolicyCommand({ logGroupName: 'web', retentionInDays: 2 });
    expect(await refusal(client.send(days))).toMatchObject({ code: 'InvalidParameterException' });
    await client.send(new logs.CreateLogGroupCommand({ logGroupName: 'kept', deletionProtectionEnabled: true }));
    expect(await refusal(client.send(new logs.DeleteLogGroupCommand({ logGroupName: 'kept' })))).toMatchObject({
      code: 'ValidationException',
    });
  });
});

describe('Roles', () => {
  it('tells a role of the account, whatever its path, and refuses what is not there', async () => {
    const { holds, iam } = readsRig();
    const arn = `arn:aws:iam::${account}:role/shop/task`;
    holds({ kind: 'role', role: arn }, { kind: 'role', role: 'arn:aws:iam::210987654321:role/foreign' });
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'task' }));
    expect(Role).toMatchObject({ Arn: arn, Path: '/shop/', RoleName: 'task', CreateDate: new Date(start) });
    expect(JSON.parse(decodeURIComponent(present(Role?.AssumeRolePolicyDocument)))).toMatchObject({
      Statement: [{ Principal: { Service: 'ecs-tasks.amazonaws.com' } }],
    });
    for (const name of ['none', 'foreign']) {
      expect(await refusal(iam.send(new GetRoleCommand({ RoleName: name })))).toEqual({
        code: 'NoSuchEntity',
        message: `The role with name ${name} cannot be found.`,
      });
    }
  });
});
