// What policies are asked about calls to ECS.
import type { NeededPermission, PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import { inputMember, ofPermission } from '../../condition-keys.ts';
import type { Input } from '../../model.ts';
import { arnsIn, arnsNamed, callOn, lastPart, taggingOnCreation } from '../../permissions.ts';
import type { WorldData } from '../../world-data.ts';
import { passingRoles } from '../iam/pass-role.ts';
import { findTaskDefinition } from './task-definitions.ts';

export const ecsAuthorization: ServiceAuthorization = {
  permissions: (call, data) => {
    const resources = resourcesOf(call, data);
    return [
      ...callOn(call, resources),
      ...passedRoles(call, data),
      ...taggingOnCreation(call, 'ecs:TagResource', startsTasks(call) ? [newTasks(call)] : resources),
    ];
  },
  conditionKeys: {
    'capacity-provider': ({ input }) => providersIn(input['capacityProviderStrategy']),
    cluster: clusterOf,
    CreateAction: ofPermission,
    'enable-execute-command': inputMember('enableExecuteCommand'),
    service: (_call, resource) => (/:service\//.test(resource) ? [resource] : undefined),
    'task-definition': (call, _resource, data) => {
      const name = call.input['taskDefinition'];
      if (typeof name !== 'string') return undefined;
      const known = knownDefinition(call, name, data);
      return known === undefined ? arnsNamed(call, 'task-definition/', name) : [known];
    },
  },
  hasResourceTags: true,
};

function startsTasks({ operation }: PlacedCall): boolean {
  return operation === 'RunTask' || operation === 'StartTask';
}

/** Nobody knows their ids yet. */
function newTasks({ account, input, region }: PlacedCall): string {
  return `arn:aws:ecs:${region}:${account}:task/${clusterName(input)}/*`;
}

function passedRoles(call: PlacedCall, data: WorldData): readonly NeededPermission[] {
  const { input, operation } = call;
  const toTasks = 'ecs-tasks.amazonaws.com';
  if (operation === 'RegisterTaskDefinition') {
    return passingRoles([input['executionRoleArn'], input['taskRoleArn']], toTasks, data);
  }
  if (startsTasks(call)) {
    const { executionRoleArn, taskRoleArn } = (input['overrides'] ?? {}) as Input;
    return passingRoles([executionRoleArn, taskRoleArn], toTasks, data);
  }
  return operation === 'CreateService' ? passingRoles([input['role']], 'ecs.amazonaws.com', data) : [];
}

const withoutResources =
  /^(List(?!Tags|ServiceDeployments)|DescribeTaskDefinition|DeregisterTaskDefinition|DescribeCapacity|.*AccountSetting)/;

function resourcesOf(call: PlacedCall, data: WorldData): readonly string[] {
  const { input, operation } = call;
  if (withoutResources.test(operation)) return [];
  const own = (kind: string, name: unknown): readonly string[] => arnsNamed(call, kind, name);
  const cluster = clusterName(input);
  const { capacityProvider, containerInstances, taskDefinitions, taskSet, taskSets } = input;
  if (Array.isArray(taskDefinitions)) return taskDefinitions.flatMap((each) => own('task-definition/', each));
  if (operation === 'DescribeContainerInstances' && Array.isArray(containerInstances)) {
    return containerInstances.flatMap((each) => own(`container-instance/${cluster}/`, each));
  }
  if (operation.endsWith('CapacityProvider')) return own('capacity-provider/', capacityProvider ?? input['name']);
  if (/TaskSets?$/.test(operation) && typeof input['service'] === 'string') {
    const within = `task-set/${cluster}/${lastPart(input['service'])}/`;
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
  const known = operation === 'RegisterTaskDefinition' ? undefined : knownDefinition(call, definition, data);
  if (known !== undefined) return [known];
  // A family stands for its latest revision; for all that it may have, where one is made.
  return own('task-definition/', definition.includes(':') ? definition : `${definition}:*`);
}

/** The ARN of a task definition that is there. */
function knownDefinition({ region }: PlacedCall, name: string, { regions }: WorldData): string | undefined {
  const local = regions[region];
  return local === undefined ? undefined : findTaskDefinition(local, name)?.arn;
}

function clusterName(input: Input): string {
  return typeof input['cluster'] === 'string' ? lastPart(input['cluster']) : 'default';
}

/** The cluster of a call, by name or ARN; the default one where a call that has one says nothing. */
function clusterOf(call: PlacedCall): readonly string[] | undefined {
  if (/TaskDefinition|Clusters?$|CapacityProviders?$|AccountSetting|Tag/.test(call.operation)) return undefined;
  const name = call.input['cluster'];
  return arnsNamed(call, 'cluster/', typeof name === 'string' ? name : 'default');
}

function providersIn(strategy: unknown): readonly string[] | undefined {
  if (!Array.isArray(strategy)) return undefined;
  const found = (strategy as (Input | null)[]).map((each) => each?.['capacityProvider']);
  return found.length === 0 ? undefined : found.filter((each) => typeof each === 'string');
}
