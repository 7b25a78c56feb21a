// All settings of a world's pieces as AWS tells them, asked with the SDK's clients: relight has no part in it.
import {
  DescribeClustersCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
} from '@aws-sdk/client-ecs';
import {
  DescribeListenerAttributesCommand,
  DescribeListenerCertificatesCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type Listener,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeContinuousBackupsCommand,
  DescribeContributorInsightsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  GetResourcePolicyCommand,
  ListTagsOfResourceCommand,
} from '@aws-sdk/client-dynamodb';
import {
  ListHealthChecksCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand as ListRoute53TagsCommand,
} from '@aws-sdk/client-route-53';
import { DescribeParametersCommand, GetParameterCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ssm';
import { revealingClient } from '../../../src/aws/revealing.ts';
import { dynamodb } from '../../../src/aws/services/dynamodb.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { elbv2 } from '../../../src/aws/services/elbv2.ts';
import { route53 } from '../../../src/aws/services/route53.ts';
import { ssm } from '../../../src/aws/services/ssm.ts';
import type { Harness } from '../../../src/rehearse/world/harness.ts';
import { toJson } from '../../../src/util/json.ts';

/** By path: `containerDefinitions[app].user`. */
export type Leaves = ReadonlyMap<string, string>;

/** Settings of the pieces that are there, by component. */
export type Told = ReadonlyMap<string, Leaves>;

type Ask = (harness: Harness) => Promise<unknown>;

/** All that AWS tells of a piece; undefined when it is not there. */
const asking: Readonly<Record<string, Ask>> = {
  cluster: async ({ operator }) => {
    const include = ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] as const;
    const { clusters = [] } = await operator
      .client(ecs)
      .send(new DescribeClustersCommand({ clusters: ['shop'], include: [...include] }));
    return clusters.find((each) => each.status === 'ACTIVE');
  },
  tasks: async ({ operator }) => {
    const client = operator.client(ecs);
    const { services = [] } = await client
      .send(new DescribeServicesCommand({ cluster: 'shop', services: ['api'] }))
      .catch(noneFound({ services: [] }));
    const running = services.find((each) => each.status === 'ACTIVE')?.taskDefinition;
    const { taskDefinitionArns = [] } = await client.send(
      new ListTaskDefinitionsCommand({ familyPrefix: 'api', sort: 'DESC', status: 'ACTIVE' }),
    );
    const [newest] = taskDefinitionArns;
    if (newest === undefined) return undefined;
    const taskDefinition = running !== undefined && taskDefinitionArns.includes(running) ? running : newest;
    const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
    return { ...answer.taskDefinition, tags: answer.tags };
  },
  service: async ({ operator }) => {
    const { services = [] } = await operator
      .client(ecs)
      .send(new DescribeServicesCommand({ cluster: 'shop', services: ['api'], include: ['TAGS'] }))
      .catch(noneFound({ services: [] }));
    const found = services.find((each) => each.status === 'ACTIVE');
    if (found === undefined) return undefined;
    const primary = found.deployments?.find((each) => each.status === 'PRIMARY');
    const { serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations } = primary ?? {};
    return { ...found, serviceConnectConfiguration, volumeConfigurations, vpcLatticeConfigurations };
  },
  balancer: async (harness) => {
    const balancer = await balancerIn(harness);
    if (balancer === undefined) return undefined;
    const LoadBalancerArn = balancer.LoadBalancerArn;
    const answer = await harness.operator
      .client(elbv2)
      .send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    return { ...balancer, Attributes: answer.Attributes, Tags: await tagsOf(harness, LoadBalancerArn) };
  },
  group: async (harness) => {
    const client = harness.operator.client(elbv2);
    const { TargetGroups = [] } = await client
      .send(new DescribeTargetGroupsCommand({ Names: ['api'] }))
      .catch(noneFound({ TargetGroups: [] }));
    const [group] = TargetGroups;
    if (group === undefined) return undefined;
    const { TargetGroupArn } = group;
    const { Attributes } = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    return { ...group, Attributes, Tags: await tagsOf(harness, TargetGroupArn) };
  },
  listener: async (harness) => {
    const listener = await listenerIn(harness);
    if (listener === undefined) return undefined;
    const client = harness.operator.client(elbv2);
    const { ListenerArn } = listener;
    const { Attributes } = await client.send(new DescribeListenerAttributesCommand({ ListenerArn }));
    const { Certificates = [] } =
      listener.Protocol === 'HTTPS' ? await client.send(new DescribeListenerCertificatesCommand({ ListenerArn })) : {};
    const more = Certificates.map((each) => each.CertificateArn).sort();
    return { ...listener, Attributes, AllCertificates: more, Tags: await tagsOf(harness, ListenerArn) };
  },
  rule: async (harness) => {
    const listener = await listenerIn(harness);
    if (listener === undefined) return undefined;
    const { Rules = [] } = await harness.operator
      .client(elbv2)
      .send(new DescribeRulesCommand({ ListenerArn: listener.ListenerArn }));
    const rule = Rules.find((each) => each.IsDefault !== true);
    return rule === undefined ? undefined : { ...rule, Tags: await tagsOf(harness, rule.RuleArn) };
  },
  check: async ({ operator }) => {
    const client = operator.client(route53);
    const { HealthChecks = [] } = await client.send(new ListHealthChecksCommand({}));
    const [check] = HealthChecks;
    if (check === undefined) return undefined;
    const { ResourceTagSet } = await client.send(
      new ListRoute53TagsCommand({ ResourceId: check.Id, ResourceType: 'healthcheck' }),
    );
    return { ...check.HealthCheckConfig, Tags: ResourceTagSet?.Tags };
  },
  name: async ({ operator }) => {
    const client = operator.client(route53);
    const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'shop.example' }));
    const { ResourceRecordSets = [] } = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: HostedZones[0]?.Id }),
    );
    return ResourceRecordSets.find((each) => each.Name === 'api.shop.example.' && each.Type === 'A');
  },
  state: async ({ operator }) => {
    const client = operator.client(dynamodb);
    const TableName = 'shop-state';
    const { Table } = await client.send(new DescribeTableCommand({ TableName })).catch(noneFound({ Table: undefined }));
    if (Table === undefined || Table.TableStatus === 'DELETING') return undefined;
    const ResourceArn = Table.TableArn;
    const [live, backups, insights, policy, { Tags }] = await Promise.all([
      client.send(new DescribeTimeToLiveCommand({ TableName })),
      client.send(new DescribeContinuousBackupsCommand({ TableName })),
      client.send(new DescribeContributorInsightsCommand({ TableName })),
      client.send(new GetResourcePolicyCommand({ ResourceArn })).catch(noneFound({ Policy: undefined })),
      client.send(new ListTagsOfResourceCommand({ ResourceArn })),
    ]);
    const { PointInTimeRecoveryDescription: recovery } = backups.ContinuousBackupsDescription ?? {};
    const { BillingModeSummary, ...described } = Table;
    return {
      ...described,
      // AWS tells the mode of a table that has been on demand alone.
      BillingMode: BillingModeSummary?.BillingMode ?? 'PROVISIONED',
      TimeToLive: live.TimeToLiveDescription,
      PointInTimeRecovery: { on: recovery?.PointInTimeRecoveryStatus, days: recovery?.RecoveryPeriodInDays },
      ContributorInsights: { on: insights.ContributorInsightsStatus, mode: insights.ContributorInsightsMode },
      ResourcePolicy: policy.Policy,
      Tags,
    };
  },
  entry: async ({ operator }) => {
    const { Item } = await operator
      .client(dynamodb)
      .send(new GetItemCommand({ TableName: 'shop-state', Key: { id: { S: 'api' } }, ConsistentRead: true }))
      .catch(noneFound({ Item: undefined }));
    return Item;
  },
  level: (harness) => parameter(harness, '/shop/level'),
  key: (harness) => parameter(harness, '/shop/key'),
};

/** An answer for what is not there; every other error is one. */
function noneFound<Answer>(answer: Answer): (error: unknown) => Answer {
  return (error) => {
    if (error instanceof Error && error.name.includes('NotFound')) return answer;
    throw error;
  };
}

async function balancerIn({ operator }: Harness): Promise<LoadBalancer | undefined> {
  const { LoadBalancers = [] } = await operator
    .client(elbv2)
    .send(new DescribeLoadBalancersCommand({ Names: ['shop'] }))
    .catch(noneFound({ LoadBalancers: [] }));
  return LoadBalancers[0];
}

async function listenerIn(harness: Harness): Promise<Listener | undefined> {
  const balancer = await balancerIn(harness);
  if (balancer === undefined) return undefined;
  const { Listeners = [] } = await harness.operator
    .client(elbv2)
    .send(new DescribeListenersCommand({ LoadBalancerArn: balancer.LoadBalancerArn }));
  return Listeners[0];
}

async function tagsOf({ operator }: Harness, arn: string | undefined): Promise<unknown> {
  const { TagDescriptions } = await operator
    .client(elbv2)
    .send(new DescribeTagsCommand({ ResourceArns: arn === undefined ? [] : [arn] }));
  return TagDescriptions?.[0]?.Tags;
}

async function parameter({ operator }: Harness, name: string): Promise<unknown> {
  const client = operator.client(ssm);
  const { Parameters = [] } = await client.send(
    new DescribeParametersCommand({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [name] }] }),
  );
  const [found] = Parameters;
  if (found === undefined) return undefined;
  const { Parameter } = await revealingClient(client).send(
    new GetParameterCommand({ Name: name, WithDecryption: true }),
  );
  const { TagList } = await client.send(
    new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: name }),
  );
  return { ...found, Value: Parameter?.Value, Tags: TagList };
}

/** What tells of one very piece, and of its life. */
const own = new Set([
  // Containers.
  ...[
    'activeServicesCount',
    'attachments',
    'attachmentsStatus',
    'clusterArn',
    'pendingTasksCount',
    'runningTasksCount',
  ],
  ...['registeredContainerInstancesCount', 'statistics', 'status', 'registeredAt', 'registeredBy', 'revision'],
  ...['taskDefinition', 'taskDefinitionArn', 'createdAt', 'createdBy', 'deployments', 'events', 'pendingCount'],
  ...['runningCount', 'serviceArn', 'taskSets', 'currentServiceRevisions', 'currentServiceDeployment'],
  // Load balancing.
  ...[
    'CreatedTime',
    'State',
    'LoadBalancerArn',
    'LoadBalancerArns',
    'TargetGroupArn',
    'ListenerArn',
    'RuleArn',
    'DNSName',
  ],
  // Data.
  ...[
    'CreationDateTime',
    'ItemCount',
    'TableSizeBytes',
    'TableId',
    'TableStatus',
    'LatestStreamArn',
    'LatestStreamLabel',
  ],
  ...['LastIncreaseDateTime', 'LastDecreaseDateTime', 'NumberOfDecreasesToday', 'IndexStatus', 'IndexSizeBytes'],
  ...['LastUpdateToPayPerRequestDateTime', 'LastUpdateDateTime', 'Backfilling', 'WarmThroughput'],
  ...['LastModifiedDate', 'LastModifiedUser', 'Version'],
]);

/** @param ids of health checks that are there */
function leavesOf(value: unknown, ids: ReadonlySet<string>, except: ReadonlySet<string>): Leaves {
  const leaves = new Map<string, string>();
  const walk = (part: unknown, path: string): void => {
    if (part === null || typeof part !== 'object') {
      leaves.set(path, plain(JSON.stringify(part), ids));
      return;
    }
    if (Array.isArray(part)) {
      const items: readonly unknown[] = part;
      if (items.every((each) => each === null || typeof each !== 'object')) {
        if (items.length > 0) leaves.set(path, plain(JSON.stringify(items), ids));
        return;
      }
      items.forEach((each, index) => {
        walk(each, `${path}[${keyOf(each) ?? index}]`);
      });
      return;
    }
    for (const [name, each] of Object.entries(part)) {
      if (except.has(name) && !path.includes('Action')) continue;
      if (/^relight:/.test(name)) continue;
      walk(each, path === '' ? name : `${path}.${name}`);
    }
  };
  walk(value, '');
  for (const path of leaves.keys()) if (/\[relight:/.test(path)) leaves.delete(path);
  return leaves;
}

/** By what an item is told apart where AWS gives items names. */
function keyOf(item: unknown): string | undefined {
  if (item === null || typeof item !== 'object') return undefined;
  const { AttributeName, IndexName, key, Key, name } = item as Readonly<Record<string, unknown>>;
  const found = name ?? key ?? Key ?? IndexName ?? AttributeName;
  return typeof found === 'string' ? found : undefined;
}

/** Without what AWS makes up anew for each piece. */
function plain(text: string, checks: ReadonlySet<string>): string {
  return text
    .replaceAll(/\/[0-9a-f]{16}\b/g, '/#')
    .replaceAll(/(task-definition\/api):\d+/g, '$1:#')
    .replaceAll(/-\d+(?=\.eu-west-1\.elb)/g, '-#')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) => (checks.has(id) ? '<check>' : id));
}

/** @param components those that the playbook owns */
export async function toldOf(harness: Harness, components: readonly string[]): Promise<Told> {
  const { HealthChecks = [] } = components.includes('name')
    ? await harness.operator.client(route53).send(new ListHealthChecksCommand({}))
    : {};
  const ids = new Set(HealthChecks.map((each) => each.Id ?? ''));
  const all = new Map<string, Leaves>();
  for (const component of components) {
    const found = await asking[component]?.(harness);
    if (found !== undefined) all.set(component, leavesOf(toJson(found), ids, component === 'entry' ? new Set() : own));
  }
  return all;
}
