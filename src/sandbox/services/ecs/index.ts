// Elastic Container Service: the table of operations, and what else the sandbox knows of it. Each call first brings the region's ECS up to its instant, and a
// call that changed something lets the scheduler act on it at once.
import type { JsonService, Operation } from '../../model.ts';
import { withEcs } from './advance.ts';
import {
  deleteAccountSetting,
  listAccountSettings,
  putAccountSetting,
  putAccountSettingDefault,
} from './account-settings.ts';
import { ecsAuthorization } from './authorization.ts';
import {
  createCapacityProvider,
  deleteCapacityProvider,
  describeCapacityProviders,
  updateCapacityProvider,
  presumedCapacityProvider,
} from './capacity-providers.ts';
import {
  createCluster,
  deleteCluster,
  describeClusters,
  listClusters,
  putClusterCapacityProviders,
  updateCluster,
  updateClusterSettings,
} from './clusters.ts';
import { describeServiceDeployments, describeServiceRevisions, listServiceDeployments } from './deployment-reads.ts';
import { runTask } from './run-task.ts';
import { createService } from './service-create.ts';
import { deleteService } from './service-delete.ts';
import { describeServices, listServices } from './service-reads.ts';
import { updateService } from './service-update.ts';
import { stopServiceDeployment } from './stop-deployment.ts';
import {
  createTaskSet,
  deleteTaskSet,
  describeTaskSets,
  updateServicePrimaryTaskSet,
  updateTaskSet,
} from './task-sets.ts';
import {
  describeContainerInstances,
  listContainerInstances,
  presumedContainerInstance,
  startTask,
} from './container-instances.ts';
import { listTagsForResource, tagResource, untagResource } from './tags.ts';
import {
  deleteTaskDefinitions,
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitionFamilies,
  listTaskDefinitions,
  registerTaskDefinition,
} from './task-definitions.ts';
import { ecsPieces } from './pieces.ts';
import { ecsRates } from './rates.ts';
import { emptyEcsStore } from './store.ts';
import { ecsStuck } from './stuck.ts';
import { ecsTimings } from './timings.ts';
import { describeTasks, listTasks, stopTaskByHand } from './tasks.ts';
import { inputs } from './inputs.ts';
import { hangTasks } from './trouble.ts';

const operations: Readonly<Record<string, Operation>> = {
  CreateCluster: createCluster,
  DescribeClusters: describeClusters,
  ListClusters: listClusters,
  UpdateCluster: updateCluster,
  UpdateClusterSettings: updateClusterSettings,
  PutClusterCapacityProviders: putClusterCapacityProviders,
  DeleteCluster: deleteCluster,
  CreateCapacityProvider: createCapacityProvider,
  DescribeCapacityProviders: describeCapacityProviders,
  UpdateCapacityProvider: updateCapacityProvider,
  DeleteCapacityProvider: deleteCapacityProvider,
  ListAccountSettings: listAccountSettings,
  PutAccountSetting: putAccountSetting,
  PutAccountSettingDefault: putAccountSettingDefault,
  DeleteAccountSetting: deleteAccountSetting,
  RegisterTaskDefinition: registerTaskDefinition,
  DescribeTaskDefinition: describeTaskDefinition,
  ListTaskDefinitions: listTaskDefinitions,
  ListTaskDefinitionFamilies: listTaskDefinitionFamilies,
  DeregisterTaskDefinition: deregisterTaskDefinition,
  DeleteTaskDefinitions: deleteTaskDefinitions,
  CreateService: createService,
  UpdateService: updateService,
  DeleteService: deleteService,
  DescribeServices: describeServices,
  ListServices: listServices,
  ListServiceDeployments: listServiceDeployments,
  DescribeServiceDeployments: describeServiceDeployments,
  DescribeServiceRevisions: describeServiceRevisions,
  StopServiceDeployment: stopServiceDeployment,
  CreateTaskSet: createTaskSet,
  DescribeTaskSets: describeTaskSets,
  UpdateTaskSet: updateTaskSet,
  DeleteTaskSet: deleteTaskSet,
  UpdateServicePrimaryTaskSet: updateServicePrimaryTaskSet,
  RunTask: runTask,
  StartTask: startTask,
  ListContainerInstances: listContainerInstances,
  DescribeContainerInstances: describeContainerInstances,
  ListTasks: listTasks,
  DescribeTasks: describeTasks,
  StopTask: stopTaskByHand,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};

export const ecsService = {
  name: 'ecs',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'AmazonEC2ContainerServiceV20141113',
  errorNamespace: '',
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, withEcs(operation)])),
  store: { name: 'ecs', empty: emptyEcsStore },
  rates: ecsRates,
  timings: ecsTimings,
  // Documented as eventually consistent, without a figure (unverified); Terraform allows two minutes.
  stale: { withinMs: 2_000 },
  inputs: {
    model: inputs,
    code: 'InvalidParameterException',
    notModelled: {
      'RunTaskRequest.volumeConfigurations': 'there are no EBS volumes',
      'LoadBalancer.loadBalancerName': 'there are no Classic Load Balancers',
      'StartTaskRequest.volumeConfigurations': 'there are no EBS volumes',
      'ListTasksRequest.daemonName': 'there are no daemons',
      'ListServicesRequest.resourceManagementType': 'there is one kind of services alone',
    },
  },
  authorization: ecsAuthorization,
  errorCodes: { internal: 'ServerException' },
  stuck: ecsStuck,
  troubles: { 'tasks-hang': hangTasks },
  pieces: ecsPieces,
  presumes: [presumedContainerInstance, presumedCapacityProvider],
} as const satisfies JsonService;
