// Records, health checks, tables, items and parameters that have every setting, recovered by a playbook that says what it
// must: all is there afterwards.
import {
  DescribeTimeToLiveCommand,
  GetItemCommand,
  GetResourcePolicyCommand,
  PutItemCommand,
  TagResourceCommand,
} from '@aws-sdk/client-dynamodb';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { UpdateHealthCheckCommand, ListHealthChecksCommand } from '@aws-sdk/client-route-53';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { ssm } from '../../src/aws/services/ssm.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { accepting } from '../helpers/accepting.ts';
import { deployedRig, playbookOf, unfinished, type Rig } from '../helpers/rig.ts';
import { settingsOf } from '../helpers/richer.ts';

const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: data }
target: { account: '123456789012', region: eu-west-1 }
components:
`;

/** What a playbook has to say of each. */
const bare = `${head}
  state: { type: dynamodb/table, spec: { name: shop-state, hashKey: { name: id } } }
  entry: { type: dynamodb/item, spec: { table: '\${state.name}', key: { id: api }, attributes: { status: up } } }
  check: { type: route53/health-check, spec: { protocol: HTTPS, fqdn: api.shop.example } }
  api:
    type: route53/record
    spec:
      zone: shop.example
      name: api.shop.example
      type: A
      ttl: 60
      values: [192.0.2.1]
      setIdentifier: eu
      healthCheck: '\${check.id}'
  level: { type: ssm/parameter, spec: { name: /shop/level, type: String, value: info } }
`;

/** The same pieces with all that goes together. */
const full = `${head}
  state:
    type: dynamodb/table
    spec:
      name: shop-state
      hashKey: { name: id, type: S }
      billingMode: PROVISIONED
      readCapacity: 6
      writeCapacity: 5
      attributeDefinitions: [{ attributeName: status, attributeType: S }]
      globalSecondaryIndexes:
        - indexName: by-status
          keySchema: [{ attributeName: status, keyType: HASH }]
          projection: { projectionType: INCLUDE, nonKeyAttributes: [owner] }
          provisionedThroughput: { readCapacityUnits: 2, writeCapacityUnits: 1 }
      streamSpecification: { streamEnabled: true, streamViewType: NEW_IMAGE }
      sseSpecification:
        enabled: true
        sseType: KMS
        kmsMasterKeyId: 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555'
      tableClass: STANDARD_INFREQUENT_ACCESS
      timeToLive: { enabled: true, attributeName: expires }
      pointInTimeRecovery: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 9 }
      contributorInsights: { enabled: true, mode: THROTTLED_KEYS }
      resourcePolicy: '{"Statement":[]}'
  entry:
    type: dynamodb/item
    spec:
      table: '\${state.name}'
      key: { id: api }
      attributes:
        status: up
        names: { SS: [a, b] }
        sizes: { NS: [1, '2.50'] }
        big: { N: '12345678901234567890' }
        bytes: { B: AAE= }
        many: { BS: [AAE=, AQI=] }
        history: [r1, { deep: [true, null] }]
        settings: { level: 3, nested: { on: false } }
        odd: { M: { N: a map whose only key is a type } }
        nothing: null
  check:
    type: route53/health-check
    spec:
      protocol: HTTPS
      fqdn: api.shop.example
      ipAddress: 198.51.100.7
      port: 8443
      path: /health
      searchString: well
      interval: 10
      failureThreshold: 4
      measureLatency: true
      enableSni: false
      inverted: true
      disabled: true
      regions: [eu-west-1, us-east-1, us-west-2]
  api:
    type: route53/record
    spec:
      zone: shop.example
      name: api.shop.example
      type: A
      ttl: 60
      values: [192.0.2.1]
      setIdentifier: eu
      region: eu-west-1
      healthCheck: '\${check.id}'
  level:
    type: ssm/parameter
    spec:
      name: /shop/level
      type: String
      value: info
      tier: Advanced
      description: how loud
      allowedPattern: '^[a-z]+$'
      dataType: text
      policies: [{ type: Expiration, attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } }]
      tags: { team: shop }
`;

interface World {
  readonly rig: Rig;
  readonly before: unknown;
}

/** A world that a full playbook has made, and a playbook that says little. */
async function rich(): Promise<World> {
  const made = await deployedRig(full);
  const Tags = [{ Key: 'team', Value: 'shop' }];
  const ResourceArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/shop-state';
  await made.operator.client(dynamodb).send(new TagResourceCommand({ ResourceArn, Tags }));
  const before = await settingsOf(made);
  return { rig: made.withPlaybook(playbookOf(bare)), before };
}

describe('pieces that have every setting', () => {
  test('are no drift to a playbook that says little', async () => {
    const { rig } = await rich();
    expect([...(await rig.status()).values()].filter((each) => each.verdict !== 'healthy')).toEqual([]);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });

  test('keep them when what the playbook says is repaired', async () => {
    const { before, rig } = await rich();
    const { HealthChecks = [] } = await rig.operator.client(route53).send(new ListHealthChecksCommand({}));
    const drifted = rig.withPlaybook(
      playbookOf(
        bare
          .replace('fqdn: api.shop.example }', 'fqdn: api.shop.example, failureThreshold: 4 }')
          .replace('hashKey: { name: id }', 'hashKey: { name: id }, deletionProtection: false'),
      ),
    );
    await rig.operator
      .client(route53)
      .send(new UpdateHealthCheckCommand({ HealthCheckId: HealthChecks[0]?.Id, FailureThreshold: 9 }));
    await rig.operator
      .client(dynamodb)
      .send(new PutItemCommand({ TableName: 'shop-state', Item: await item(rig, 'down') }));
    await rig.operator
      .client(ssm)
      .send(new PutParameterCommand({ Name: '/shop/level', Value: 'debug', Overwrite: true, Tier: 'Advanced' }));
    const { plan, report } = await drifted.recover('repair', {
      verify: false,
      // Nobody knows who wrote it.
      accepted: accepting('entry:ownership'),
    });
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.map(({ id }) => id).sort()).toEqual(['check.update', 'entry.update', 'level.update']);
    expect(await settingsOf(drifted)).toEqual(before);
  });

  test('keep them when all is torn down and made again', async () => {
    const { before, rig } = await rich();
    const { plan, report } = await rig.recover('rebuild', { verify: false, accepted: accepting('entry:ownership') });
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.filter(({ action }) => action === 'create').map(({ component }) => component)).toEqual(
      expect.arrayContaining(['state', 'entry', 'check', 'api']),
    );
    expect(await settingsOf(rig)).toEqual(before);
    // Asked of AWS itself.
    const client = rig.operator.client(dynamodb);
    expect(await client.send(new DescribeTimeToLiveCommand({ TableName: 'shop-state' }))).toMatchObject({
      TimeToLiveDescription: { AttributeName: 'expires' },
    });
    const ResourceArn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/shop-state';
    expect(await client.send(new GetResourcePolicyCommand({ ResourceArn }))).toMatchObject({
      Policy: '{"Statement":[]}',
    });
    expect(await item(rig, 'up')).toEqual({
      id: { S: 'api' },
      status: { S: 'up' },
      names: { SS: ['a', 'b'] },
      sizes: { NS: expect.arrayContaining(['1', '2.5']) as string[] },
      big: { N: '12345678901234567890' },
      bytes: { B: new Uint8Array([0, 1]) },
      many: { BS: [new Uint8Array([0, 1]), new Uint8Array([1, 2])] },
      history: { L: [{ S: 'r1' }, { M: { deep: { L: [{ BOOL: true }, { NULL: true }] } } }] },
      settings: { M: { level: { N: '3' }, nested: { M: { on: { BOOL: false } } } } },
      odd: { M: { N: { S: 'a map whose only key is a type' } } },
      nothing: { NULL: true },
    });
  });
});

describe('another way of routing', () => {
  const routed = (routing: string): string => `${head}
  api:
    type: route53/record
    spec: { zone: shop.example, name: w.shop.example, type: A, ttl: 60, values: [192.0.2.1], setIdentifier: eu, ${routing} }
`;

  test('takes the place of the one that is there, and the plan tells which one that is', async () => {
    const rig = (await deployedRig(routed('region: eu-west-1'))).withPlaybook(playbookOf(routed('weight: 10')));
    const accepted = accepting('api:ownership');
    const { plan } = await rig.plan('repair', { accepted });
    expect(plan.components[0]).toMatchObject({ settings: { displaced: ['region'] } });
    expect(planText(plan, plainPaint)).toMatch(/makes way for what the playbook says: region/);
    const { report } = await rig.recover('repair', { verify: false, accepted });
    expect(unfinished(report)).toEqual([]);
    const after = await settingsOf(rig);
    expect(after).toMatchObject({ api: { spec: { weight: 10, setIdentifier: 'eu' } } });
    expect(JSON.stringify(after)).not.toContain('region');
    expect((await rig.plan('repair', { accepted })).plan.steps).toEqual([]);
  });

  test('stays where the playbook says none', async () => {
    const rig = (await deployedRig(routed('region: eu-west-1'))).withPlaybook(
      playbookOf(
        routed('region: eu-west-1').replace('eu, region: eu-west-1 }', 'eu }').replace('192.0.2.1', '192.0.2.2'),
      ),
    );
    const { report } = await rig.recover('repair', { verify: false, accepted: accepting('api:ownership') });
    expect(unfinished(report)).toEqual([]);
    expect(await settingsOf(rig)).toMatchObject({ api: { spec: { region: 'eu-west-1', values: ['192.0.2.2'] } } });
  });
});

describe('an alias of a CloudFront distribution', () => {
  const alias = (more: string): string => `${head}
  apex:
    type: route53/record
    spec:
      zone: shop.example
      name: shop.example
      type: A
      alias: { dnsName: d111111abcdef8.cloudfront.net, hostedZoneId: Z2FDTNDATAQYW2${more} }
`;

  test('is made with what AWS takes, and answers', async () => {
    const rig = await deployedRig(alias(''));
    expect(await settingsOf(rig)).toMatchObject({ apex: { spec: { alias: { evaluateTargetHealth: false } } } });
    await rig.break(['apex']);
    const { plan, report } = await rig.recover('repair');
    expect(plan.steps.map(({ id }) => id)).toContain('apex.create');
    expect(unfinished(report)).toEqual([]);
  });

  test('is refused with what AWS does not take', () => {
    expect(() => playbookOf(alias(', evaluateTargetHealth: true'))).toThrow('"evaluateTargetHealth" is true');
  });
});

/** The item as it is, with another status. */
async function item(
  rig: Rig,
  status: string,
): Promise<NonNullable<ConstructorParameters<typeof PutItemCommand>[0]['Item']>> {
  const answer = await rig.operator
    .client(dynamodb)
    .send(new GetItemCommand({ TableName: 'shop-state', Key: { id: { S: 'api' } }, ConsistentRead: true }));
  return { ...answer.Item, status: { S: status } };
}
