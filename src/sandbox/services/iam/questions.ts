// What a call asks of policies: actions, each on the ARNs that AWS has for it ["Service Authorization Reference"]. Where neither
// the input says an ARN nor the names in it give one, and where an action has none, the resource is `*`.
import type { PlacedAction } from '../../authorization.ts';
import type { Input, World } from '../../model.ts';
import type { Question } from './condition-keys.ts';
import { findTaskDefinition } from '../ecs/task-definitions.ts';
import { keyArn } from '../kms/find.ts';
import { secretNamed } from '../secretsmanager/store.ts';
import { keyUses } from '../ssm/key-use.ts';
import { arnOfRole } from './store.ts';

/** @returns one at least */
export function questionsOf(call: PlacedAction, world: World): readonly Question[] {
  const resources = resourcesOf(call, world);
  const tagging = taggingAction(call);
  return [
    ...actionsOf(call).flatMap((action) => resources.map((resource) => ({ call, action, resource }))),
    ...passedRoles(call, world),
    ...usedKeys(call, world),
    ...(tagging === undefined ? [] : resources).map((resource) => ({
      ...{ call, action: tagging ?? '', resource: madeBy(call, resource) },
      more: { createAction: call.operation },
    })),
  ];
}

/** What a call makes, where that is another thing than the one it acts on. Nobody knows its id yet. */
function madeBy({ account, input, operation, region }: PlacedAction, resource: string): string {
  switch (operation) {
    case 'RunTask':
    case 'StartTask':
      return `arn:aws:ecs:${region}:${account}:task/${clusterName(input)}/*`;
    case 'CreateListener':
      return `${resource.replace(':loadbalancer/', ':listener/')}/*`;
    case 'CreateRule':
      return `${resource.replace(':listener/', ':listener-rule/')}/*`;
    default:
      return resource;
  }
}

/** What actions of a service begin with, where it is not the service's name. */
const prefixes: Readonly<Record<string, string>> = { tagging: 'tag' };

/** A transaction asks for what it does. */
function actionsOf({ input, operation, service }: PlacedAction): readonly string[] {
  const items: unknown = input['TransactItems'];
  if (service !== 'dynamodb' || !Array.isArray(items)) return [`${prefixes[service] ?? service}:${operation}`];
  const words: Readonly<Record<string, string>> = {
    ConditionCheck: 'ConditionCheckItem',
    Delete: 'DeleteItem',
    Get: 'GetItem',
    Put: 'PutItem',
    Update: 'UpdateItem',
  };
  const kinds = (items as readonly unknown[]).flatMap((each) =>
    typeof each === 'object' && each !== null ? Object.keys(each) : [],
  );
  const found = [...new Set(kinds)].flatMap((kind) => words[kind] ?? []);
  return found.length === 0 ? [`${service}:${operation}`] : found.map((word) => `dynamodb:${word}`);
}

/** Who gives a role to a service needs `iam:PassRole` for it [IAM user guide, "Grant permissions to pass a role"]. */
function passedRoles(call: PlacedAction, world: World): readonly Question[] {
  const { input, operation, service } = call;
  const passed = (roles: readonly unknown[], passedTo: string): readonly Question[] =>
    [...new Set(roles.filter((role) => typeof role === 'string' && role !== ''))].map((role) => ({
      ...{ call, action: 'iam:PassRole', resource: arnOfRole(world, String(role)) },
      more: { passedTo },
    }));
  switch (`${service}:${operation}`) {
    case 'ecs:RegisterTaskDefinition':
      return passed([input['executionRoleArn'], input['taskRoleArn']], 'ecs-tasks.amazonaws.com');
    case 'ecs:RunTask':
    case 'ecs:StartTask': {
      const { executionRoleArn, taskRoleArn } = (input['overrides'] ?? {}) as Input;
      return passed([executionRoleArn, taskRoleArn], 'ecs-tasks.amazonaws.com');
    }
    case 'ecs:CreateService':
      return passed([input['role']], 'ecs.amazonaws.com');
    case 'application-autoscaling:RegisterScalableTarget':
      return passed([input['RoleARN']], 'application-autoscaling.amazonaws.com');
    default:
      return [];
  }
}

/** What a service asks of KMS for its caller. */
function usedKeys(call: PlacedAction, world: World): readonly Question[] {
  if (call.service !== 'ssm') return [];
  return keyUses(call, world).map(({ action, key, parameter }) => ({
    ...{ call, action, resource: key },
    more: { parameterArn: parameter, via: `ssm.${call.region}.amazonaws.com` },
  }));
}

/** Tags at creation need the permission to tag [developer guides, "Grant permission to tag resources on creation"]. */
function taggingAction({ input, operation, service }: PlacedAction): string | undefined {
  const said = input['tags'] ?? input['Tags'];
  const isNone = typeof said !== 'object' || said === null || Object.keys(said).length === 0;
  if (isNone || !/^(Create|Register|Run|Start|Put)/.test(operation)) return undefined;
  switch (service) {
    case 'dynamodb':
    case 'ecs':
    case 'logs':
      return `${service}:TagResource`;
    case 'elasticloadbalancing':
      return 'elasticloadbalancing:AddTags';
    case 'iam':
      return operation === 'CreatePolicy' ? 'iam:TagPolicy' : 'iam:TagRole';
    case 'ssm':
      return 'ssm:AddTagsToResource';
    default:
      return undefined;
  }
}

function resourcesOf(call: PlacedAction, world: World): readonly string[] {
  const { account, input, region, service } = call;
  const own = (kind: string, name: unknown): readonly string[] =>
    typeof name !== 'string' || name === ''
      ? []
      : name.startsWith('arn:')
        ? [name]
        : [`arn:aws:${service}:${region}:${account}:${kind}${name}`];
  const found = (namers[service] ?? said)(input, own, call, world);
  return found.length === 0 ? ['*'] : [...new Set(found)];
}

type Own = (kind: string, name: unknown) => readonly string[];
type Namer = (input: Input, own: Own, call: PlacedAction, world: World) => readonly string[];

const said: Namer = (input) => arnsIn(input, 3);
const nothing: Namer = () => [];

const namers: Readonly<Record<string, Namer>> = {
  'application-autoscaling': (input) => arnsIn(input['ResourceARN'], 1),
  dynamodb: (input, own) => {
    const tables = own('table/', input['TableName']);
    const index = input['IndexName'];
    if (tables.length > 0) return typeof index === 'string' ? tables.map((each) => `${each}/index/${index}`) : tables;
    const items = input['RequestItems'];
    if (typeof items === 'object' && items !== null) return Object.keys(items).flatMap((name) => own('table/', name));
    return [...arnsIn(input, 3), ...tablesIn(input['TransactItems']).flatMap((name) => own('table/', name))];
  },
  ec2: nothing,
  ecr: ({ registryId, repositoryName: name }, _own, { account, region }) =>
    typeof name === 'string'
      ? [`arn:aws:ecr:${region}:${typeof registryId === 'string' ? registryId : account}:repository/${name}`]
      : [],
  ecs: (input, own, { operation, region }, { data }) => {
    // These have no resources.
    if (
      /^(List(?!Tags|ServiceDeployments)|DescribeTaskDefinition|DeregisterTaskDefinition|DescribeCapacity|.*AccountSetting)/.test(
        operation,
      )
    ) {
      return [];
    }
    const cluster = clusterName(input);
    const { capacityProvider, containerInstances, taskDefinitions, taskSet, taskSets } = input;
    if (Array.isArray(taskDefinitions)) return taskDefinitions.flatMap((each) => own('task-definition/', each));
    if (operation === 'DescribeContainerInstances' && Array.isArray(containerInstances)) {
      return containerInstances.flatMap((each) => own(`container-instance/${cluster}/`, each));
    }
    if (operation.endsWith('CapacityProvider')) return own('capacity-provider/', capacityProvider ?? input['name']);
    if (/TaskSets?$/.test(operation) && typeof input['service'] === 'string') {
      const within = `task-set/${cluster}/${lastOf(input['service'])}/`;
      if (operation === 'CreateTaskSet') return own(within, '*');
      const sets: readonly unknown[] = Array.isArray(taskSets) ? taskSets : [taskSet];
      if (operation !== 'UpdateServicePrimaryTaskSet') return sets.flatMap((each) => own(within, each));
    }
    if (Array.isArray(input['tasks'])) return input['tasks'].flatMap((each) => own(`task/${cluster}/`, each));
    if (typeof input['task'] === 'string') return own(`task/${cluster}/`, input['task']);
    const service = input['service'] ?? input['serviceName'];
    if (typeof service === 'string') return own(`service/${cluster}/`, service);
    const services = input['services'];
    if (Array.isArray(services)) return services.flatMap((each) => own(`service/${cluster}/`, each));
    if (/Cluster(s|Settings|CapacityProviders)?$/.test(operation)) {
      const names: readonly unknown[] = Array.isArray(input['clusters'])
        ? input['clusters']
        : [input['cluster'] ?? input['clusterName']];
      return names.flatMap((each) => own('cluster/', each));
    }
    const definition = input['taskDefinition'] ?? input['family'];
    if (typeof definition !== 'string') return arnsIn(input, 2);
    const local = data.regions[region];
    const known =
      local === undefined || operation === 'RegisterTaskDefinition' ? undefined : findTaskDefinition(local, definition);
    // A family stands for its latest revision; for all that it may have, where one is made.
    return known === undefined
      ? own('task-definition/', definition.includes(':') ? definition : `${definition}:*`)
      : [known.arn];
  },
  elasticloadbalancing: (input, own, { operation }) => {
    if (operation.startsWith('Describe')) return [];
    switch (operation) {
      case 'CreateLoadBalancer':
        return own(`loadbalancer/${input['Type'] === 'network' ? 'net' : 'app'}/`, under(input['Name']));
      case 'CreateTargetGroup':
        return own('targetgroup/', under(input['Name']));
      case 'SetRulePriorities':
        return arnsIn(input['RulePriorities'], 2);
      case 'AddTags':
      case 'RemoveTags':
        return arnsIn(input['ResourceArns'], 1);
      default: {
        // What it changes, not what it refers to.
        const names = ['RuleArn', 'ListenerArn', 'LoadBalancerArn', 'TargetGroupArn', 'ResourceArn'];
        return arnsIn(names.map((name) => input[name]).find((each) => typeof each === 'string') ?? {}, 1);
      }
    }
  },
  iam: (input, _own, { operation }, world) => {
    if (typeof input['RoleName'] === 'string') {
      const path = operation === 'CreateRole' && typeof input['Path'] === 'string' ? input['Path'] : undefined;
      return [arnOfRole(world, input['RoleName'], path)];
    }
    if (typeof input['PolicyName'] === 'string') {
      const path = typeof input['Path'] === 'string' ? input['Path'] : '/';
      return [`arn:aws:iam::${world.data.account}:policy${path}${input['PolicyName']}`];
    }
    return arnsIn(input, 1);
  },
  // The alias of a key is no resource of calls that use the key [KMS developer guide, "Using aliases to control access"].
  kms: ({ KeyId: key }, _own, { account, region }, { data }) =>
    typeof key === 'string' ? [keyArn(key, { account, local: data.regions[region], region }) ?? '*'] : [],
  // But for tags, a group is asked for as all that is in it; the groups of an account likewise, as one without a name
  // [CloudWatch Logs user guide, "Resource ARNs"; hashicorp/terraform-provider-aws#8804].
  logs: (input, own, { operation }) =>
    arnsIn(input, 1).length > 0
      ? arnsIn(input, 1)
      : operation === 'DescribeLogGroups'
        ? own('log-group:', ':log-stream:')
        : own('log-group:', input['logGroupName']).map((group) => `${group}:log-stream:`),
  route53: (input, _own, { operation }) => {
    if (operation === 'TestDNSAnswer') return [];
    const zones = [input['Id'], input['HostedZoneId'], input['hostedzoneid']].filter((id) => typeof id === 'string');
    if (typeof input['HealthCheckId'] === 'string') return [`arn:aws:route53:::healthcheck/${input['HealthCheckId']}`];
    const type = input['ResourceType'];
    if (typeof type === 'string') {
      const { ResourceIds: ids } = (input['body'] ?? {}) as Input;
      const named: readonly unknown[] = Array.isArray(ids) ? ids : [input['ResourceId']];
      return named.flatMap((id) => (typeof id === 'string' ? [`arn:aws:route53:::${type}/${id}`] : []));
    }
    const kind = operation === 'GetChange' ? 'change' : 'hostedzone';
    return zones.map((id) => `arn:aws:route53:::${kind}/${lastOf(id)}`);
  },
  // Policies know a secret by its whole ARN, however much of it a call says.
  secretsmanager: ({ SecretId: id }, own, { region }, { data }) => {
    const local = data.regions[region];
    const known = local === undefined || typeof id !== 'string' ? undefined : secretNamed(local, id);
    return known === undefined ? own('secret:', id) : [known.arn];
  },
  ssm: (input, own) => {
    const names: readonly unknown[] = Array.isArray(input['Names'])
      ? input['Names']
      : [input['Name'] ?? input['Path'] ?? input['ResourceId']];
    return names.flatMap((name) => own('parameter/', typeof name === 'string' ? name.replace(/^\//, '') : undefined));
  },
  // Not the policies that limit the session.
  sts: ({ RoleArn: role }) => arnsIn(role, 1),
  tagging: nothing,
};

function clusterName(input: Input): string {
  return typeof input['cluster'] === 'string' ? lastOf(input['cluster']) : 'default';
}

/** What is created gets an id that nobody knows yet. */
function under(name: unknown): string | undefined {
  return typeof name === 'string' ? `${name}/*` : undefined;
}

function tablesIn(items: unknown): readonly unknown[] {
  if (!Array.isArray(items)) return [];
  return (items as (Readonly<Record<string, Input | null>> | null)[]).flatMap((each) =>
    Object.values(each ?? {}).map((inside) => inside?.['TableName']),
  );
}

/** ARNs among the values of an input, as deep as services put them: a list of them, tags of one. */
function arnsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return /^arn:[^:]*:[^:]+:[^:]*:\w*:./.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  return Object.values(value).flatMap((each) => arnsIn(each, depth - 1));
}

function lastOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}
