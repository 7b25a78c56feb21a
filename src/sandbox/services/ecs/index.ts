// Elastic Container Service: the table of operations, and what else the sandbox knows of it. Each call first brings the region's ECS up to its instant, and a
// call that changed something lets the scheduler act on it at once.
import type { JsonService, Operation } from '../../model.ts';
import { withEcs } from './advance.ts';
import { createCluster, deleteCluster, describeClusters, listClusters, updateCluster } from './clusters.ts';
import {
  describeServiceDeployments,
  describeServiceRevisions,
  describeServices,
  listServiceDeployments,
  listServices,
} from './service-reads.ts';
import { createService, deleteService, updateService } from './services.ts';
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
  DeleteCluster: deleteCluster,
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
      'CreateServiceRequest.vpcLatticeConfigurations': 'there is no VPC Lattice',
      'UpdateServiceRequest.vpcLatticeConfigurations': 'there is no VPC Lattice',
      'UpdateServiceRequest.deploymentController': 'a service keeps the controller that it was made with',
      'LoadBalancer.advancedConfiguration': 'services are deployed by rolling updates alone',
      'LoadBalancer.loadBalancerName': 'there are no Classic Load Balancers',
      'ListTasksRequest.containerInstance': 'there are no container instances',
      'ListTasksRequest.daemonName': 'there are no daemons',
      'ListServicesRequest.resourceManagementType': 'there is one kind of services alone',
    },
  },
  errorCodes: { internal: 'ServerException' },
  stuck: ecsStuck,
  troubles: { 'tasks-hang': hangTasks },
  pieces: ecsPieces,
} as const satisfies JsonService;
