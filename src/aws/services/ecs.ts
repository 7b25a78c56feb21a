// Amazon Elastic Container Service. Missing pieces are no errors there but entries under `failures` [ECS API].
import type { ECSClient } from '@aws-sdk/client-ecs';
import {
  always,
  answersFor,
  bears,
  bearsTags,
  belongs,
  each,
  has,
  hasOnce,
  hasOneOf,
  inEach,
  isAbout,
  lastPart,
  lists,
  listsTexts,
  memberAt,
  once,
  pagesBy,
  sameEnd,
  tagged,
  textAt,
  where,
  type Answer,
  type Members,
  type Proof,
  type Rule,
} from '../contract/rules.ts';
import { awsService } from './service.ts';

/** `api` and `api:7` are asked for; told is `arn:...:task-definition/api:7`. */
function isRevisionOf(own: string, of: string): boolean {
  const [told, asked] = [lastPart(own), lastPart(of)];
  return asked.includes(':') ? told === asked : told.startsWith(`${asked}:`);
}

/** A service's ARN does not name its cluster where the account has kept the short form [ECS developer guide, ARNs]. */
const cluster = belongs('cluster', 'services', 'clusterArn', sameEnd);

/** Rules for what is only told when it is asked for. */
function included(word: string, rule: Rule): Rule {
  return (answer: Answer) => {
    const { include } = answer.input;
    return Array.isArray(include) && include.includes(word) ? rule(answer) : undefined;
  };
}

/** What is left of a deleted service is told for a while, and nobody asks for more than its status. */
function isLive(service: Members): boolean {
  return textAt(service, 'status') !== 'INACTIVE';
}

/** Task sets of other controllers have their own task definitions [ECS API, DeploymentController]. */
function isRolledOut(service: Members): boolean {
  return isLive(service) && (textAt(service, 'deploymentController.type') ?? 'ECS') === 'ECS';
}

function isInVpc(service: Members): boolean {
  return memberAt(service, 'networkConfiguration') !== undefined;
}

/** [ECS API errors; captured] */
const noCluster = { ClusterNotFoundException: always };
const noService = { ...noCluster, ServiceNotFoundException: always };
/** With the text that is below [captured]. */
const noTaskDefinition = { ClientException: always };

const proofs: Readonly<Record<string, Proof>> = {
  DescribeClusters: {
    rules: [
      lists('clusters', 'clusterArn', 'clusterName', 'status'),
      answersFor({
        asked: 'clusters',
        list: 'clusters',
        by: ['clusterArn', 'clusterName'],
        refused: 'failures',
        same: sameEnd,
      }),
      once('clusters', 'clusterArn'),
      each('clusters', has('activeServicesCount', 'runningTasksCount'), tagged('tags', 'key', 'value')),
      // Empty lists too, of clusters that are gone as well [captured].
      included('TAGS', each('clusters', has('tags'))),
      included('SETTINGS', each('clusters', has('settings'), hasOnce('settings', 'name'))),
    ],
  },
  // A service without any tags is told without the member `tags`, whatever is included [recordings of AWS in the tests of Cloud
  // Custodian]: there is no telling whether they were left out.
  DescribeServices: {
    rules: [
      lists('services', 'serviceArn', 'serviceName', 'status', 'clusterArn'),
      cluster,
      answersFor({
        asked: 'services',
        list: 'services',
        by: ['serviceArn', 'serviceName'],
        refused: 'failures',
        same: sameEnd,
      }),
      once('services', 'serviceArn'),
      once('services', 'serviceName'),
      each(
        'services',
        has('desiredCount', 'runningCount', 'pendingCount'),
        tagged('tags', 'key', 'value'),
        where(isLive, has('loadBalancers', 'deployments')),
        where(isRolledOut, has('taskDefinition', 'deploymentConfiguration')),
        where(isInVpc, has('networkConfiguration.awsvpcConfiguration')),
        hasOnce('deployments', 'id'),
        inEach('loadBalancers', has('containerName', 'containerPort'), hasOneOf('targetGroupArn', 'loadBalancerName')),
        inEach('deployments', has('id', 'status', 'desiredCount', 'runningCount', 'pendingCount')),
        inEach('networkConfiguration.awsvpcConfiguration', hasOneOf('subnets')),
      ),
    ],
    missing: noCluster,
  },
  DescribeTaskDefinition: {
    rules: [
      bears(
        'taskDefinition.taskDefinitionArn',
        'taskDefinition.family',
        'taskDefinition.status',
        'taskDefinition.revision',
        'taskDefinition.containerDefinitions',
      ),
      isAbout('taskDefinition', 'taskDefinition.taskDefinitionArn', isRevisionOf),
      each('taskDefinition', hasOneOf('containerDefinitions'), hasOnce('containerDefinitions', 'name')),
      each('taskDefinition.containerDefinitions', has('name', 'image')),
      // An empty list too [recordings of AWS in the tests of Cloud Custodian].
      included('TAGS', bears('tags')),
      bearsTags('tags', 'key', 'value'),
    ],
    missing: noTaskDefinition,
  },
  // A prefix is asked for, so that other families may be told too [ECS API].
  ListTaskDefinitions: {
    rules: [
      listsTexts('taskDefinitionArns'),
      once('taskDefinitionArns'),
      belongs('familyPrefix', 'taskDefinitionArns', '', (own, of) => lastPart(own).startsWith(of)),
    ],
    paging: pagesBy('nextToken', 'nextToken'),
  },
  ListClusters: {
    rules: [listsTexts('clusterArns'), once('clusterArns')],
    paging: pagesBy('nextToken', 'nextToken'),
  },
  ListServices: {
    rules: [listsTexts('serviceArns'), once('serviceArns')],
    paging: pagesBy('nextToken', 'nextToken'),
    missing: noCluster,
  },
  ListTasks: {
    rules: [listsTexts('taskArns'), once('taskArns')],
    paging: pagesBy('nextToken', 'nextToken'),
    missing: noCluster,
  },
  DescribeTasks: {
    rules: [
      lists('tasks', 'taskArn', 'clusterArn', 'lastStatus'),
      belongs('cluster', 'tasks', 'clusterArn', sameEnd),
      answersFor({ asked: 'tasks', list: 'tasks', by: ['taskArn'], refused: 'failures', same: sameEnd }),
      once('tasks', 'taskArn'),
    ],
    missing: noCluster,
  },
  // The newest ones alone are asked for, and those that something else deploys have none [ECS API].
  ListServiceDeployments: {
    rules: [
      lists('serviceDeployments', 'serviceDeploymentArn', 'serviceArn', 'status'),
      once('serviceDeployments', 'serviceDeploymentArn'),
    ],
    missing: noService,
  },
  DescribeServiceRevisions: {
    rules: [
      lists('serviceRevisions', 'serviceRevisionArn', 'taskDefinition'),
      answersFor({
        asked: 'serviceRevisionArns',
        list: 'serviceRevisions',
        by: ['serviceRevisionArn'],
        refused: 'failures',
        same: sameEnd,
      }),
      once('serviceRevisions', 'serviceRevisionArn'),
    ],
    missing: noService,
  },
  CreateCluster: { rules: [bears('cluster.clusterArn')] },
  UpdateCluster: { rules: [bears('cluster.clusterArn')], missing: noCluster },
  PutClusterCapacityProviders: { rules: [bears('cluster.clusterArn')], missing: noCluster },
  DeleteCluster: { rules: [bears('cluster.clusterArn')], missing: noCluster },
  CreateService: { rules: [bears('service.serviceArn')], missing: noCluster },
  UpdateService: { rules: [bears('service.serviceArn')], missing: noService },
  DeleteService: { rules: [bears('service.serviceArn')], missing: noService },
  RegisterTaskDefinition: { rules: [bears('taskDefinition.taskDefinitionArn')] },
  DeregisterTaskDefinition: { rules: [bears('taskDefinition.taskDefinitionArn')], missing: noTaskDefinition },
};

/** [ECS: "Request throttling for the Amazon ECS API"] */
const rates = {
  'cluster-modify': { burst: 20, refill: 1 },
  'cluster-read': { burst: 50, refill: 20 },
  'task-definition-modify': { burst: 20, refill: 1 },
  'task-definition-delete': { burst: 5, refill: 1 },
  'task-definition-read': { burst: 50, refill: 20 },
  'service-modify': { burst: 50, refill: 5 },
  'service-read': { burst: 100, refill: 20 },
  'tag-modify': { burst: 20, refill: 10 },
  'tag-read': { burst: 50, refill: 20 },
  'other-modify': { burst: 10, refill: 1 },
  'other-read': { burst: 50, refill: 20 },
};

function bucketOf(operation: string, read: boolean): keyof typeof rates {
  if (operation.includes('Tag')) return read ? 'tag-read' : 'tag-modify';
  if (operation === 'DeleteTaskDefinitions') return 'task-definition-delete';
  if (operation.includes('Cluster')) return read ? 'cluster-read' : 'cluster-modify';
  if (operation.includes('TaskDefinition')) return read ? 'task-definition-read' : 'task-definition-modify';
  if (operation.includes('Service')) return read ? 'service-read' : 'service-modify';
  return read ? 'other-read' : 'other-modify';
}

export const ecs = awsService({
  name: 'ecs',
  signingName: 'ecs',
  settingsName: 'ecs',
  protocol: 'json',
  accountWide: false,
  load: async () => {
    const { ECSClient: Client } = await import('@aws-sdk/client-ecs');
    return (settings): ECSClient => new Client(settings);
  },
  rates,
  bucketOf,
  reads: new Set([
    'DescribeCapacityProviders',
    'DescribeClusters',
    'DescribeContainerInstances',
    'DescribeServiceDeployments',
    'DescribeServiceRevisions',
    'DescribeServices',
    'DescribeTaskDefinition',
    'DescribeTaskSets',
    'DescribeTasks',
    'GetTaskProtection',
    'ListAccountSettings',
    'ListAttributes',
    'ListClusters',
    'ListContainerInstances',
    'ListServiceDeployments',
    'ListServices',
    'ListServicesByNamespace',
    'ListTagsForResource',
    'ListTaskDefinitionFamilies',
    'ListTaskDefinitions',
    'ListTasks',
  ]),
  errorCodes: {
    ClusterNotFoundException: 'not-found',
    ServiceNotFoundException: 'not-found',
    UpdateInProgressException: 'conflict',
    ClusterContainsServicesException: 'conflict',
    ClusterContainsTasksException: 'conflict',
    ServerException: 'unavailable',
  },
  errorTexts: [
    // Wait and look again [ECS CreateService, DeleteService; terraform-provider-aws].
    { code: 'InvalidParameterException', text: 'still Draining', class: 'conflict' },
    { code: 'InvalidParameterException', text: 'does not have an associated load balancer', class: 'conflict' },
    { code: 'InvalidParameterException', text: 'service linked role exists', class: 'conflict' },
    { code: 'InvalidParameterException', text: 'deployments are active', class: 'conflict' },
    // Hides a missing one [ECS DescribeTaskDefinition].
    { code: 'ClientException', text: 'Unable to describe task definition', class: 'not-found' },
  ],
  proofs,
  identifyingMembers: {
    CreateCluster: ['cluster.clusterArn'],
    DeleteCluster: ['cluster.clusterArn'],
    DescribeClusters: ['clusters.clusterArn', 'failures.arn'],
    PutClusterCapacityProviders: ['cluster.clusterArn'],
    UpdateCluster: ['cluster.clusterArn'],
    CreateService: ['service.serviceArn', 'service.clusterArn'],
    DeleteService: ['service.serviceArn', 'service.clusterArn'],
    DescribeServices: ['services.serviceArn', 'services.clusterArn', 'failures.arn'],
    UpdateService: ['service.serviceArn', 'service.clusterArn'],
    ListClusters: ['clusterArns'],
    ListServices: ['serviceArns'],
    ListTasks: ['taskArns'],
    DescribeTasks: ['tasks.taskArn', 'tasks.clusterArn'],
    ListServiceDeployments: ['serviceDeployments.serviceDeploymentArn', 'serviceDeployments.serviceArn'],
    DescribeServiceRevisions: ['serviceRevisions.serviceRevisionArn', 'serviceRevisions.serviceArn', 'failures.arn'],
    DeregisterTaskDefinition: ['taskDefinition.taskDefinitionArn'],
    DescribeTaskDefinition: ['taskDefinition.taskDefinitionArn'],
    ListTaskDefinitions: ['taskDefinitionArns'],
    RegisterTaskDefinition: ['taskDefinition.taskDefinitionArn'],
  },
  identifyNothing: new Set(),
});
