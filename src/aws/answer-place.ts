// Is what answers the place that was checked? Where an answer names the very piece that was asked for or changed, by its
// ARN, that ARN must bear the target's account and region. Once one does not, nothing is sent any more.
import { partitionOf } from './aws-hosts.ts';
import { ClassifiedError } from './errors.ts';

/**
 * The members that identify the piece which an operation is about; lists are gone through. ARNs in what a piece holds
 * (policies, images, secrets, items, roles, certificates, events, replicas) are nobody's place: they may lie anywhere.
 */
export const identifyingMembers: Readonly<Record<string, readonly string[]>> = {
  CreateCluster: ['cluster.clusterArn'],
  DeleteCluster: ['cluster.clusterArn'],
  DescribeClusters: ['clusters.clusterArn', 'failures.arn'],
  UpdateCluster: ['cluster.clusterArn'],
  CreateService: ['service.serviceArn', 'service.clusterArn'],
  DeleteService: ['service.serviceArn', 'service.clusterArn'],
  DescribeServices: ['services.serviceArn', 'services.clusterArn', 'failures.arn'],
  UpdateService: ['service.serviceArn', 'service.clusterArn'],
  DeregisterTaskDefinition: ['taskDefinition.taskDefinitionArn'],
  DescribeTaskDefinition: ['taskDefinition.taskDefinitionArn'],
  ListTaskDefinitions: ['taskDefinitionArns'],
  RegisterTaskDefinition: ['taskDefinition.taskDefinitionArn'],
  CreateLoadBalancer: ['LoadBalancers.LoadBalancerArn'],
  DescribeLoadBalancers: ['LoadBalancers.LoadBalancerArn'],
  CreateTargetGroup: ['TargetGroups.TargetGroupArn'],
  DescribeTargetGroups: ['TargetGroups.TargetGroupArn'],
  ModifyTargetGroup: ['TargetGroups.TargetGroupArn'],
  CreateListener: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
  DescribeListeners: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
  ModifyListener: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
  CreateRule: ['Rules.RuleArn'],
  DescribeRules: ['Rules.RuleArn'],
  ModifyRule: ['Rules.RuleArn'],
  DescribeTags: ['TagDescriptions.ResourceArn'],
  CreateTable: ['TableDescription.TableArn'],
  DeleteTable: ['TableDescription.TableArn'],
  DescribeTable: ['Table.TableArn'],
  UpdateTable: ['TableDescription.TableArn'],
};

/** Answers that name no piece: of these the map of endpoints alone says where they come from. */
export const identifyNothing: ReadonlySet<string> = new Set([
  // Compared by the guard, before anything else is sent.
  'GetCallerIdentity',
  'ListAccountAliases',
  // Attributes, tags, ids of subnets and security groups, or an empty answer.
  'DeleteListener',
  'DeleteLoadBalancer',
  'DeleteRule',
  'DeleteTargetGroup',
  'DescribeListenerCertificates',
  'DescribeLoadBalancerAttributes',
  'DescribeTargetGroupAttributes',
  'DescribeTargetHealth',
  'ModifyLoadBalancerAttributes',
  'ModifyTargetGroupAttributes',
  'SetIpAddressType',
  'SetSecurityGroups',
  'SetSubnets',
  // Items, without the table that they lie in.
  'BatchGetItem',
  'DeleteItem',
  'GetItem',
  'PutItem',
  'Scan',
  'UpdateItem',
  'ListTagsOfResource',
  // Route 53 has no ARNs in its answers.
  'ChangeResourceRecordSets',
  'ChangeTagsForResource',
  'CreateHealthCheck',
  'DeleteHealthCheck',
  'GetChange',
  'GetHealthCheckStatus',
  'GetHostedZone',
  'ListHealthChecks',
  'ListHostedZonesByName',
  'ListResourceRecordSets',
  'ListTagsForResources',
  'TestDNSAnswer',
  'UpdateHealthCheck',
]);

/** An answer came from another account or region than the one that was checked. */
export class AnotherPlace extends ClassifiedError {
  constructor(reason: string) {
    super('denied', reason, { code: 'AnotherPlace' });
    this.name = 'AnotherPlace';
  }
}

export interface AnswerPlace {
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

const paths = new Map(
  Object.entries(identifyingMembers).map(([operation, members]) => [operation, members.map((each) => each.split('.'))]),
);

/** Undefined when the answer is the place's own, or names no piece. */
export function elsewhereIn(operation: string, output: unknown, place: AnswerPlace): AnotherPlace | undefined {
  const members = paths.get(operation);
  if (members === undefined) return undefined;
  for (const path of members) {
    const arn = alienIn(output, path, 0, place);
    if (arn !== undefined) return new AnotherPlace(wordsFor(operation, arn, place));
  }
  return undefined;
}

/** The first ARN at the end of a path that bears another place. */
function alienIn(value: unknown, path: readonly string[], depth: number, place: AnswerPlace): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const each of value) {
      const arn = alienIn(each, path, depth, place);
      if (arn !== undefined) return arn;
    }
    return undefined;
  }
  const name = path[depth];
  if (name !== undefined) {
    return typeof value === 'object'
      ? alienIn((value as Readonly<Record<string, unknown>>)[name], path, depth + 1, place)
      : undefined;
  }
  if (typeof value !== 'string' || isOf(value, place)) return undefined;
  // What ECS failed to find may be told by name.
  return path[0] === 'failures' && !value.startsWith('arn:') ? undefined : value;
}

function isOf(arn: string, { account, region }: AnswerPlace): boolean {
  const [, partition, , itsRegion, itsAccount] = arn.split(':', 5);
  return itsAccount === account && itsRegion === region && partition === partitionOf(region);
}

function wordsFor(operation: string, arn: string, { account, region }: AnswerPlace): string {
  const [, partition = '?', , itsRegion = '?', itsAccount = '?'] = arn.split(':', 5);
  const own = partitionOf(region);
  const other = partition === own ? '' : `, partition ${partition}`;
  return (
    `${operation} was answered from another place: ${arn} lies in account ${itsAccount}, region ${itsRegion}${other}, ` +
    `and the work is in account ${account}, region ${region}${other === '' ? '' : `, partition ${own}`}: ` +
    'nothing more is sent'
  );
}
