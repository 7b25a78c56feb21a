// All that AWS tells of a world's pieces, by names that stay: what is there afterwards is compared with what was before.
import {
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import * as dns from '@aws-sdk/client-route-53';
import { DescribeParametersCommand, GetParametersCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ssm';
import { toJson, type Json } from '../../src/util/json.ts';
import type { Hands } from './hands.ts';

/** By kind and name: `target group web`. */
export type Described = Readonly<Record<string, Json>>;

/** What AWS gives each piece anew, and what tells of its life. */
const passing: ReadonlySet<string> = new Set([
  ...['createdAt', 'updatedAt', 'registeredAt', 'deregisteredAt', 'registeredBy', 'createdBy', 'revision', 'id'],
  ...['events', 'currentServiceRevisions', 'currentServiceDeployment', 'rolloutStateReason', 'startedBy'],
  ...['CreatedTime', 'CreationTime', 'CreationDate', 'LastModifiedDate', 'LastModifiedUser', 'Version'],
  ...['CallerReference', 'HealthCheckVersion', 'LaunchTime', 'AlarmARN', 'AlarmName'],
  ...['CreationDateTime', 'TableId', 'TableSizeBytes', 'LatestStreamLabel', 'LatestStreamArn', 'Alarms'],
  ...['EarliestRestorableDateTime', 'LatestRestorableDateTime', 'LastIncreaseDateTime', 'LastDecreaseDateTime'],
  ...[
    'LastUpdateToPayPerRequestDateTime',
    'PolicyARN',
    'ScalableTargetARN',
    'taskSetArn',
    'stabilityStatusAt',
    'externalId',
    'statistics',
  ],
]);

/** Ids that AWS gives anew, by what they are the ids of. */
class Names {
  readonly #names = new Map<string, string>();

  set(id: string | undefined, name: string): void {
    if (id !== undefined && id !== '') this.#names.set(id, name);
  }

  /** A text with the names in it. */
  text(value: string): string {
    const plain = this.plain(value);
    return typeof plain === 'string' ? plain : value;
  }

  /** Without ids, times, relight's own tags and the order of tags. */
  plain(value: unknown): Json {
    // An ARN before the part of it that another one is.
    const names = [...this.#names].sort(([left], [right]) => right.length - left.length);
    const walk = (each: Json): Json => {
      if (typeof each === 'string') {
        const lower = each.toLowerCase();
        for (const [id, name] of names) {
          // Route 53 tells names of load balancers in lower case.
          const at = lower.indexOf(id.toLowerCase());
          if (at >= 0) return each.slice(0, at) + name + each.slice(at + id.length);
        }
        return each;
      }
      if (Array.isArray(each)) {
        const items: readonly Json[] = each;
        const tags = items.filter(isTag);
        if (tags.length < items.length) return items.map(walk);
        return tags
          .filter((item) => !keyOf(item).startsWith('relight:'))
          .toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
      }
      if (typeof each !== 'object' || each === null) return each;
      return Object.fromEntries(
        Object.entries(each)
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .flatMap(([name, part]) => (passing.has(name) ? [] : [[name, walk(part)]])),
      );
    };
    return walk(toJson(value));
  }
}

function isTag(value: Json): value is { readonly [key: string]: Json } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const words = Object.keys(value).map((each) => each.toLowerCase());
  return words.length === 2 && words.includes('key') && words.includes('value');
}

function keyOf(tag: { readonly [key: string]: Json }): string {
  return JSON.stringify(tag['Key'] ?? tag['key'] ?? '').slice(1, -1);
}

type Pages = readonly { readonly name: string; readonly told: unknown }[];

export async function describe(hands: Hands): Promise<Described> {
  const names = new Names();
  const pieces: Pages = [
    ...(await balancing(hands, names)),
    ...(await containers(hands, names)),
    ...(await zones(hands, names)),
    ...(await parameters(hands)),
    ...(await tables(hands)),
    ...(await scaling(hands)),
  ];
  const described: Record<string, Json> = {};
  for (const { name, told } of pieces) {
    const plain = names.text(name);
    // Two health checks may ask for the same.
    const others = Object.keys(described).filter((each) => each.startsWith(plain)).length;
    described[plain in described ? `${plain}, ${others + 1}` : plain] = names.plain(told);
  }
  return described;
}

async function balancing({ elb: client }: Hands, names: Names): Promise<Pages> {
  const pieces: { name: string; told: unknown }[] = [];
  const { LoadBalancers = [] } = await client.send(new elb.DescribeLoadBalancersCommand({}));
  const { TargetGroups = [] } = await client.send(new elb.DescribeTargetGroupsCommand({}));
  for (const { LoadBalancerArn, LoadBalancerName, DNSName } of LoadBalancers) {
    names.set(LoadBalancerArn, `<load balancer ${LoadBalancerName ?? ''}>`);
    names.set(DNSName, `<name of ${LoadBalancerName ?? ''}>`);
  }
  for (const { TargetGroupArn, TargetGroupName } of TargetGroups) {
    names.set(TargetGroupArn, `<target group ${TargetGroupName ?? ''}>`);
  }
  const tagsOf = async (arn: string | undefined): Promise<unknown> => {
    const { TagDescriptions } = await client.send(new elb.DescribeTagsCommand({ ResourceArns: [arn ?? ''] }));
    return TagDescriptions?.[0]?.Tags ?? [];
  };
  for (const balancer of LoadBalancers) {
    const { LoadBalancerArn, LoadBalancerName = '' } = balancer;
    const { Attributes } = await client.send(new elb.DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
    const tags = await tagsOf(LoadBalancerArn);
    pieces.push({
      name: `load balancer ${LoadBalancerName}`,
      told: { ...balancer, attributes: sorted(Attributes), tags },
    });
    const { Listeners = [] } = await client.send(new elb.DescribeListenersCommand({ LoadBalancerArn }));
    for (const listener of Listeners) {
      const { ListenerArn, Port = 0 } = listener;
      const name = `listener ${LoadBalancerName}:${Port}`;
      names.set(ListenerArn, `<${name}>`);
      const { Attributes: own } = await client.send(new elb.DescribeListenerAttributesCommand({ ListenerArn }));
      const { Certificates } = await client.send(new elb.DescribeListenerCertificatesCommand({ ListenerArn }));
      const certificates = Certificates?.map((each) => JSON.stringify(each)).sort();
      const listenerTags = await tagsOf(ListenerArn);
      pieces.push({ name, told: { ...listener, attributes: sorted(own), certificates, tags: listenerTags } });
      const { Rules = [] } = await client.send(new elb.DescribeRulesCommand({ ListenerArn }));
      for (const rule of Rules) {
        if (rule.IsDefault === true) continue;
        const ruleName = `rule ${LoadBalancerName}:${Port} at ${rule.Priority ?? ''}`;
        names.set(rule.RuleArn, `<${ruleName}>`);
        pieces.push({ name: ruleName, told: { ...rule, tags: await tagsOf(rule.RuleArn) } });
      }
    }
  }
  for (const group of TargetGroups) {
    const { TargetGroupArn, TargetGroupName = '' } = group;
    const { Attributes } = await client.send(new elb.DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
    const { TargetHealthDescriptions = [] } = await client.send(
      new elb.DescribeTargetHealthCommand({ TargetGroupArn }),
    );
    const health = TargetHealthDescriptions.filter((each) => each.TargetHealth?.State !== 'draining').map(
      ({ Target, TargetHealth }) => {
        // A host gives out ports of its own from here on.
        const port = Target?.Port !== undefined && Target.Port >= 32_768 ? 'a port of the host' : Target?.Port;
        return `${TargetHealth?.State ?? ''} on ${port ?? ''}`;
      },
    );
    const tags = await tagsOf(TargetGroupArn);
    pieces.push({
      name: `target group ${TargetGroupName}`,
      told: { ...group, attributes: sorted(Attributes), health, tags },
    });
  }
  return pieces;
}

function sorted(attributes: readonly { Key?: string | undefined; Value?: string | undefined }[] = []): unknown {
  return Object.fromEntries(attributes.map(({ Key, Value }) => [Key, Value]).sort());
}

async function containers({ ecs: client }: Hands, names: Names): Promise<Pages> {
  const pieces: { name: string; told: unknown }[] = [];
  const { clusterArns = [] } = await client.send(new ecs.ListClustersCommand({}));
  const { clusters = [] } = await client.send(
    new ecs.DescribeClustersCommand({
      clusters: clusterArns,
      include: ['TAGS', 'SETTINGS', 'CONFIGURATIONS', 'ATTACHMENTS', 'STATISTICS'],
    }),
  );
  for (const cluster of clusters) {
    pieces.push({ name: `cluster ${cluster.clusterName ?? ''}`, told: cluster });
    const { serviceArns = [] } = await client.send(
      new ecs.ListServicesCommand({ cluster: cluster.clusterArn, maxResults: 100 }),
    );
    if (serviceArns.length === 0) continue;
    const services: ecs.Service[] = [];
    // AWS describes ten at once.
    for (let from = 0; from < serviceArns.length; from += 10) {
      const asked = serviceArns.slice(from, from + 10);
      const answer = await client.send(
        new ecs.DescribeServicesCommand({ cluster: cluster.clusterArn, services: asked, include: ['TAGS'] }),
      );
      services.push(...(answer.services ?? []));
    }
    for (const service of services) {
      const name = `service ${cluster.clusterName ?? ''}/${service.serviceName ?? ''}`;
      const { taskDefinition: definition, tags } = await client.send(
        new ecs.DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition, include: ['TAGS'] }),
      );
      const family = definition?.family ?? '';
      names.set(service.taskDefinition, `<task definition ${family}>`);
      for (const { id } of [...(service.deployments ?? []), ...(service.taskSets ?? [])]) names.set(id, '<deployment>');
      const { taskArns = [] } = await client.send(
        new ecs.ListTasksCommand({ cluster: cluster.clusterArn, serviceName: service.serviceName }),
      );
      pieces.push({ name, told: { ...service, tasks: taskArns.length } });
      pieces.push({ name: `task definition ${family} of ${name}`, told: { ...definition, tags } });
    }
  }
  return pieces;
}

async function zones({ dns: client }: Hands, names: Names): Promise<Pages> {
  const pieces: { name: string; told: unknown }[] = [];
  const { HealthChecks = [] } = await client.send(new dns.ListHealthChecksCommand({}));
  for (const check of HealthChecks) {
    const { HealthCheckConfig: config, Id } = check;
    const name = `health check of ${config?.FullyQualifiedDomainName ?? config?.IPAddress ?? config?.Type ?? ''}`;
    const { ResourceTagSet } = await client.send(
      new dns.ListTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: Id }),
    );
    const tags = ResourceTagSet?.Tags ?? [];
    names.set(Id, `<${names.text(name)}>`);
    pieces.push({ name, told: { ...check, Id: undefined, tags } });
  }
  const { HostedZones = [] } = await client.send(new dns.ListHostedZonesCommand({}));
  for (const { Id, Name } of HostedZones) {
    const { ResourceRecordSets = [] } = await client.send(
      new dns.ListResourceRecordSetsCommand({ HostedZoneId: Id?.replace('/hostedzone/', '') }),
    );
    for (const record of ResourceRecordSets) {
      if (record.Name === Name && (record.Type === 'NS' || record.Type === 'SOA')) continue;
      const name = `record ${record.Name ?? ''} ${record.Type ?? ''} ${record.SetIdentifier ?? ''}`.trim();
      pieces.push({ name, told: record });
    }
  }
  return pieces;
}

async function parameters({ ssm: client }: Hands): Promise<Pages> {
  const { Parameters = [] } = await client.send(new DescribeParametersCommand({}));
  return Promise.all(
    Parameters.map(async (parameter) => {
      const Names = [parameter.Name ?? ''];
      const values = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
      const { TagList } = await client.send(
        new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: parameter.Name }),
      );
      const told = { ...parameter, value: values.Parameters?.[0]?.Value, tags: TagList };
      return { name: `parameter ${parameter.Name ?? ''}`, told };
    }),
  );
}

async function tables({ dynamodb: client }: Hands): Promise<Pages> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  return Promise.all(
    TableNames.map(async (TableName) => {
      const { Table } = await client.send(new DescribeTableCommand({ TableName }));
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
      const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
      const { Tags } = await client.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
      const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      const items = Items.map((each) => [String(each['id']?.S), each] as const);
      const AttributeDefinitions = Table?.AttributeDefinitions?.toSorted((left, right) =>
        String(left.AttributeName) < String(right.AttributeName) ? -1 : 1,
      );
      const told = {
        ...Table,
        AttributeDefinitions,
        ttl: TimeToLiveDescription,
        backups: backups.ContinuousBackupsDescription,
        Tags,
        items: Object.fromEntries(items),
      };
      return { name: `table ${TableName}`, told: { ...told, ItemCount: items.length } };
    }),
  );
}

async function scaling({ scaling: client }: Hands): Promise<Pages> {
  const { ScalableTargets = [] } = await client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' }));
  const { ScalingPolicies = [] } = await client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }));
  return [
    ...ScalableTargets.map((told) => ({ name: `scalable target ${told.ResourceId ?? ''}`, told })),
    ...ScalingPolicies.map((told) => ({ name: `scaling policy ${told.PolicyName ?? ''}`, told })),
  ];
}
