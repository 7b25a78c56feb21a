// What a policy holds: every call of a whole recovery, nothing that no type declares, and no more than its own pieces.
import { describe, expect, it } from 'vitest';
import { componentTypes } from '../../../src/components/index.ts';
import { policyFor, policyPurposes, type PolicyStatement } from '../../../src/permissions/policy.ts';
import {
  largestPolicy,
  policyDocument,
  policySize,
  terraformName,
  terraformText,
} from '../../../src/permissions/render.ts';
import type { ObservedCall } from '../../../src/sandbox/index.ts';
import { deployedRig, playbookOf, readShipped, seededRig } from '../../helpers/rig.ts';

const shipped = ['deployer-api', 'storefront'];
const account = 'eu-west-1:123456789012';

/** IAM's way of matching: `*` is any text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

function allows(statements: readonly PolicyStatement[], action: string, resource: string | undefined): boolean {
  return statements.some(
    (each) =>
      each.actions.includes(action) &&
      (resource === undefined || each.resources.some((pattern) => matches(pattern, resource))),
  );
}

/** The ARN that AWS compares, where the request tells it. */
function resourceOf({ service, operation, input }: ObservedCall): string | undefined {
  const text = (key: string): string | undefined => {
    const value = input[key];
    return typeof value === 'string' ? value : undefined;
  };
  const tail = (value: string | undefined): string => value?.slice(value.lastIndexOf('/') + 1) ?? '';
  switch (service) {
    case 'elasticloadbalancing': {
      if (operation.startsWith('Describe')) return '*';
      if (operation === 'CreateRule') return text('ListenerArn');
      return text('RuleArn') ?? text('TargetGroupArn') ?? text('ListenerArn') ?? text('LoadBalancerArn');
    }
    case 'ecs': {
      const name = text('service') ?? text('serviceName');
      return name === undefined ? undefined : `arn:aws:ecs:${account}:service/${tail(text('cluster'))}/${tail(name)}`;
    }
    case 'dynamodb': {
      const name = text('TableName');
      return name === undefined ? undefined : `arn:aws:dynamodb:${account}:table/${name}`;
    }
    default:
      return undefined;
  }
}

function refused(statements: readonly PolicyStatement[], calls: readonly ObservedCall[]): readonly string[] {
  return (
    calls
      // Needs no permission and cannot be denied [STS API].
      .filter((call) => call.operation !== 'GetCallerIdentity')
      .map((call) => ({ action: `${call.service}:${call.operation}`, resource: resourceOf(call) }))
      .filter(({ action, resource }) => !allows(statements, action, resource))
      .map(({ action, resource }) => `${action} ${resource ?? ''}`)
  );
}

describe.each(shipped)('the policy of %s', (name) => {
  const text = readShipped(`${name}.yaml`);
  const playbook = playbookOf(text);
  const policy = (purpose: 'scan' | 'recover'): readonly PolicyStatement[] =>
    policyFor(playbook, componentTypes, purpose);

  it.each(policyPurposes)('for %s is this', async (purpose) => {
    const json = `${JSON.stringify(policyDocument(policy(purpose)), null, 2)}\n`;
    await expect(json).toMatchFileSnapshot(`../../golden/permissions-${name}-${purpose}.json`);
    // What is optional may have to stand in a policy of its own.
    const needed = policy(purpose).filter(({ sid }) => !sid.startsWith('OptionalReads'));
    expect(policySize(needed)).toBeLessThan(largestPolicy);
  });

  it('covers every call of a deployment and of a repair', async () => {
    const rig = await seededRig(playbook);
    const { report } = await rig.recover('repair');
    expect(report.result).toBe('succeeded');
    expect(refused(policy('recover'), rig.wire)).toEqual([]);
    const service = [...playbook.components.values()].find((each) => each.type === 'ecs/service');
    await rig.break([service?.id ?? '']);
    rig.wire.length = 0;
    const repaired = await rig.recover('repair');
    expect(repaired.report.result).toBe('succeeded');
    expect(refused(policy('recover'), rig.wire)).toEqual([]);
    expect(new Set(rig.wire.map((each) => each.operation)).size).toBeGreaterThan(15);
    // Where the call tells its resource, that was compared too.
    expect(rig.wire.filter((each) => (resourceOf(each) ?? '*') !== '*').length).toBeGreaterThan(3);
  });

  it('covers every call of a rebuild and of a teardown', async () => {
    const rig = await deployedRig(text);
    expect((await rig.fork().recover('rebuild')).report.result).toBe('succeeded');
    const rebuilt = rig.fork();
    await rebuilt.recover('rebuild');
    expect(refused(policy('recover'), rebuilt.wire)).toEqual([]);
    await rig.recover('teardown', { verify: false });
    expect(rig.wire.some((each) => each.operation === 'DeleteService')).toBe(true);
    expect(refused(policy('recover'), rig.wire)).toEqual([]);
  });

  it('for scan covers every call of a look, and no change', async () => {
    const rig = await deployedRig(text);
    rig.wire.length = 0;
    await rig.look();
    expect(rig.wire.length).toBeGreaterThan(5);
    expect(refused(policy('scan'), rig.wire)).toEqual([]);
    const changes = [...componentTypes.values()].flatMap((type) => type.traits.permissions.write);
    expect(
      policy('scan')
        .flatMap((each) => each.actions)
        .filter((each) => changes.includes(each)),
    ).toEqual([]);
  });

  it('holds no action that no type of the playbook declares, but for the optional reads of what pieces need', () => {
    const declared = [...playbook.components.values()].flatMap((component) => {
      const type = componentTypes.get(component.type);
      return [
        ...(type?.traits.permissions.read ?? []),
        ...(component.shared ? [] : (type?.traits.permissions.readOwned ?? [])),
        ...(component.shared ? [] : (type?.traits.permissions.write ?? [])),
      ];
    });
    const given = policy('recover')
      .filter(({ sid }) => !sid.startsWith('OptionalReads'))
      .flatMap((each) => each.actions);
    expect(given.filter((each) => !declared.includes(each))).toEqual(['iam:ListAccountAliases']);
  });

  it('is a sound document', () => {
    const sids = policy('recover').map((each) => each.sid);
    expect(new Set(sids).size).toBe(sids.length);
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
    for (const { actions, resources } of policy('recover')) {
      expect(actions).toEqual([...new Set(actions)].sort());
      expect(resources).toEqual([...new Set(resources)].sort());
      for (const each of [...actions, ...resources]) expect(each).not.toContain('${');
      for (const each of resources) expect(each).toMatch(/^(\*|arn:aws:[a-z0-9-]+:[^:]*:[^:]*:.+)$/);
    }
  });
});

describe('a policy', () => {
  const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: small }
target: { account: '123456789012', region: REGION }
components:
`;
  const statements = (components: string, region = 'eu-west-1', purpose: 'scan' | 'recover' = 'recover') =>
    policyFor(playbookOf(head.replace('REGION', region) + components), componentTypes, purpose);
  const resourcesOf = (all: readonly PolicyStatement[], action: string): readonly string[] =>
    all.filter((each) => each.actions.includes(action)).flatMap((each) => each.resources);

  const table = `  table: { type: dynamodb/table, spec: { name: state, hashKey: { name: id } } }\n`;

  it('reads shared pieces and changes owned ones', () => {
    const owned = statements(table).flatMap((each) => each.actions);
    const shared = statements(`  table: { type: dynamodb/table, shared: true, spec: { name: state } }\n`);
    expect(owned).toContain('dynamodb:DeleteTable');
    expect(statements(table)).toContainEqual(
      expect.objectContaining({
        actions: ['dynamodb:Scan'],
        resources: ['arn:aws:dynamodb:eu-west-1:123456789012:table/state'],
        conditions: { StringEquals: { 'dynamodb:Select': ['COUNT'] } },
      }),
    );
    expect(shared.flatMap((each) => each.actions)).toEqual(['dynamodb:DescribeTable', 'dynamodb:ListTagsOfResource']);
  });

  it('asks for the alias only where one is named', () => {
    expect(statements(table).flatMap((each) => each.actions)).not.toContain('iam:ListAccountAliases');
  });

  it.each([
    ['cn-north-1', 'arn:aws-cn:dynamodb:cn-north-1:123456789012:table/state'],
    ['us-gov-west-1', 'arn:aws-us-gov:dynamodb:us-gov-west-1:123456789012:table/state'],
  ])('knows the partition of %s', (region, arn) => {
    expect(resourcesOf(statements(table, region), 'dynamodb:DescribeTable')).toEqual([arn]);
  });

  it('covers the lock where it is a table: reading it to look, writing it to recover', () => {
    const locked = (purpose: 'scan' | 'recover') =>
      policyFor(
        playbookOf(`${head.replace('REGION', 'eu-west-1')}${table}lock: dynamodb://locks\n`),
        componentTypes,
        purpose,
      );
    const arn = 'arn:aws:dynamodb:eu-west-1:123456789012:table/locks';
    expect(resourcesOf(locked('recover'), 'dynamodb:GetItem')).toEqual([arn]);
    expect(resourcesOf(locked('recover'), 'dynamodb:UpdateItem')).toEqual([arn]);
    expect(resourcesOf(locked('scan'), 'dynamodb:GetItem')).toEqual([arn]);
    expect(resourcesOf(locked('scan'), 'dynamodb:UpdateItem')).toEqual([]);
    expect(resourcesOf(statements(table), 'dynamodb:GetItem')).toEqual([]);
  });

  const record = (zone: string, name: string, id = 'record'): string =>
    `  ${id}: { type: route53/record, spec: { zone: ${zone}, name: '${name}', type: A, ttl: 60, values: [192.0.2.1] } }\n`;

  it('limits records to their names, as Route 53 normalizes them, and to their zone where its id is told', () => {
    const all = statements(record('Z0123456789', '*.Shop.example.'));
    const change = all.find((each) => each.actions.includes('route53:ChangeResourceRecordSets'));
    expect(change).toMatchObject({
      resources: ['arn:aws:route53:::hostedzone/Z0123456789'],
      conditions: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': [
            '\\052.shop.example',
            '_relight-a.any.shop.example',
          ],
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'TXT'],
        },
      },
    });
    expect(resourcesOf(all, 'route53:ListHostedZonesByName')).toEqual([]);
    expect(terraformText(all, 'small')).toContain('values   = ["\\\\052.shop.example", "_relight-a.any.shop.example"]');
  });

  it('joins what the records of several zones need', () => {
    const all = statements(record('Z0123456789', 'a.example') + record('shop.example', 'b.shop.example', 'other'));
    const changes = all.filter((each) => each.actions.includes('route53:ChangeResourceRecordSets'));
    expect(changes).toHaveLength(1);
    // The zone of which the name alone is known may be any.
    expect(changes[0]?.resources).toEqual(['arn:aws:route53:::hostedzone/*']);
    expect(JSON.stringify(changes[0]?.conditions)).toContain(
      '["_relight-a.a.example","_relight-a.b.shop.example","a.example","b.shop.example"]',
    );
  });

  const tasks = (roles: string): string =>
    `  tasks: { type: ecs/task-definition, spec: { family: api, containers: [{ name: api, image: api }]${roles} } }\n`;

  it('passes the roles that task definitions name, to ECS tasks alone', () => {
    expect(statements(tasks('')).flatMap((each) => each.actions)).not.toContain('iam:PassRole');
    const all = statements(tasks(', executionRole: runner, taskRole: "arn:aws:iam::123456789012:role/app/api"'));
    expect(all.find((each) => each.actions.includes('iam:PassRole'))).toMatchObject({
      resources: ['arn:aws:iam::123456789012:role/app/api', 'arn:aws:iam::123456789012:role/runner'],
      conditions: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com'] } },
    });
  });

  it('follows a rule to its listener and its load balancer', () => {
    const all = statements(`  lb: { type: elbv2/load-balancer, shared: true, spec: { name: front, type: network } }
  listener: { type: elbv2/listener, shared: true, spec: { loadBalancer: '\${lb.arn}', port: 80 } }
  rule:
    type: elbv2/listener-rule
    spec: { listener: '\${listener.arn}', priority: 1, conditions: { pathPattern: [/a] }, redirect: { host: b.example } }
`);
    const arn = (kind: string): string => `arn:aws:elasticloadbalancing:${account}:${kind}/net/front/*`;
    expect(resourcesOf(all, 'elasticloadbalancing:CreateRule')).toEqual([arn('listener')]);
    expect(resourcesOf(all, 'elasticloadbalancing:DeleteRule')).toEqual([arn('listener-rule')]);
  });

  it('is written for Terraform', async () => {
    const playbook = playbookOf(readShipped('deployer-api.yaml'));
    const text = terraformText(
      policyFor(playbook, componentTypes, 'recover'),
      terraformName('deployer-api', 'recover'),
    );
    await expect(text).toMatchFileSnapshot('../../golden/permissions-deployer-api-recover.tf');
    expect(text.split('{').length).toBe(text.split('}').length);
  });
});
