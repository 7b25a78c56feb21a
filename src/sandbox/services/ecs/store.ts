// What one region's ECS holds. Plain JSON; a task's and a service's states follow from the instants kept here.
import type { RegionData } from '../../world-data.ts';
import type { CapacityStore } from './capacity-store.ts';
import type { Json, Tag } from './json.ts';

export type { Json, Tag } from './json.ts';

export interface ClusterRecord {
  arn: string;
  name: string;
  status: 'ACTIVE' | 'INACTIVE';
  settings: { name: string; value: string }[];
  configuration: Json | null;
  capacityProviders: string[];
  defaultCapacityProviderStrategy: Json[];
  serviceConnectDefaults: Json | null;
  tags: Tag[];
  /** Service names, ACTIVE, DRAINING and INACTIVE, to service keys. */
  services: Record<string, string>;
  /** ARNs of tasks that are not purged yet, in order of creation. */
  tasks: Record<string, true>;
}

export interface PortMapping {
  containerPort: number;
  hostPort: number;
  protocol: string;
}

export interface TaskDefinitionRecord {
  arn: string;
  family: string;
  revision: number;
  status: 'ACTIVE' | 'INACTIVE' | 'DELETE_IN_PROGRESS';
  networkMode: string;
  registeredAt: number;
  registeredBy: string;
  deregisteredAt: number | null;
  deleteRequestedAt: number | null;
  /** The whole definition as DescribeTaskDefinition answers, without what the fields above say. */
  body: Json;
  containers: { name: string; image: string; ports: PortMapping[] }[];
  requires: string[];
  tags: Tag[];
}

/** What a task set of a service is made from; a change of any of it makes a new deployment. */
export interface DeploymentSpec {
  taskDefinition: string;
  launchType: string | null;
  capacityProviderStrategy: Json[];
  platformVersion: string | null;
  networkConfiguration: Json | null;
  loadBalancers: ServiceLoadBalancer[];
  serviceRegistries: Json[];
  serviceConnectConfiguration: Json | null;
  volumeConfigurations: Json[];
  /** None where nobody gave any. */
  vpcLatticeConfigurations?: Json[];
}

export interface ServiceLoadBalancer {
  targetGroupArn: string;
  containerName: string;
  containerPort: number;
  /** What a deployment that shifts traffic needs. */
  advancedConfiguration?: Json;
}

export interface DeploymentRecord {
  /** The number behind `ecs-svc/`, also the id of its service revision. */
  id: string;
  createdAt: number;
  updatedAt: number;
  spec: DeploymentSpec;
  desiredCount: number;
  failedTasks: number;
  rolloutState: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  rolloutStateReason: string;
  /** Of a deployment that shifts traffic. */
  shift?: TrafficShift;
}

/** How far the traffic of a blue/green deployment has shifted to its tasks. */
export interface TrafficShift {
  /** Whether its tasks are in the alternate target groups. */
  alternate: boolean;
  /** Percent of the production traffic. */
  weight: number;
  /** Steps that were made, and the end of the time to bake after the last of them; null before the first. */
  steps: number;
  bakedAt: number | null;
}

/** Tasks of a service that CodeDeploy or somebody else deploys. */
export interface TaskSetRecord {
  /** The number behind `ecs-svc/`. */
  id: string;
  externalId: string | null;
  startedBy: string | null;
  status: 'PRIMARY' | 'ACTIVE' | 'DRAINING';
  createdAt: number;
  updatedAt: number;
  spec: DeploymentSpec;
  /** Percent of the service's desired count. */
  scale: number;
  stability: 'STEADY_STATE' | 'STABILIZING';
  stabilityAt: number;
  tags: Tag[];
  /** The client token of its creation, and the parameters that came with it. */
  token: { text: string; parameters: string } | null;
}

/** A finished or running service deployment, as ListServiceDeployments tells. */
export interface ServiceDeploymentRecord {
  id: string;
  revision: string;
  sourceRevisions: string[];
  createdAt: number;
  finishedAt: number | null;
  status:
    | 'IN_PROGRESS'
    | 'SUCCESSFUL'
    | 'STOPPED'
    | 'ROLLBACK_REQUESTED'
    | 'ROLLBACK_IN_PROGRESS'
    | 'ROLLBACK_SUCCESSFUL'
    | 'ROLLBACK_FAILED';
  statusReason: string | null;
  /** Settings of the time at which it began; those of today in worlds of 0.1.0. */
  deploymentConfiguration?: Json;
  /** Since when, why and to which revision it was rolled back. */
  rollback?: { startedAt: number; reason: string; revision: string };
  /** How many tasks had failed when the circuit breaker or somebody ended it. */
  failedTasks?: number;
  /** Whether the circuit breaker ended it. */
  broken?: boolean;
  stoppedAt?: number;
}

export interface EventRecord {
  id: string;
  createdAt: number;
  message: string;
}

export interface ServiceRecord {
  arn: string;
  name: string;
  cluster: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  createdAt: number;
  createdBy: string;
  desiredCount: number;
  schedulingStrategy: 'REPLICA' | 'DAEMON';
  deploymentController: string;
  deploymentConfiguration: Json;
  maximumPercent: number;
  minimumHealthyPercent: number;
  circuitBreaker: { enable: boolean; rollback: boolean };
  placementConstraints: Json[];
  placementStrategy: Json[];
  healthCheckGracePeriodSeconds: number;
  enableECSManagedTags: boolean;
  propagateTags: string;
  enableExecuteCommand: boolean;
  availabilityZoneRebalancing: string;
  role: string | null;
  tags: Tag[];
  /** clientToken to the parameters it was used with, tags left out. */
  tokens: Record<string, string>;
  /** Newest (PRIMARY) first; none where ECS does not deploy. */
  deployments: DeploymentRecord[];
  /** Of a service that something else deploys. */
  taskSets?: TaskSetRecord[];
  /** Newest first. */
  history: ServiceDeploymentRecord[];
  /** What this service's revisions were made of, by id. */
  revisions: Record<string, { createdAt: number; spec: DeploymentSpec }>;
  /** Newest first, at most 100. */
  events: EventRecord[];
  /** Tasks that have not stopped yet. */
  tasks: string[];
  /** Since when everything is as it should be; null while it is not. */
  steadySince: number | null;
  /** Whether the steady state was told in an event. */
  steadyTold: boolean;
  /** Revision of the last deployment that was completed: what the circuit breaker rolls back to. */
  lastCompleted: string | null;
  /** Failed starts in a row, and the instant before which the scheduler does not try again. */
  failures: number;
  retryAt: number;
  /** End of the last task of a DRAINING service; null before. */
  emptySince: number | null;
  inactiveAt: number | null;
  /** The next instant at which the scheduler has something to do; null when there is nothing to wait for. */
  due: number | null;
}

export interface TaskTarget {
  targetGroupArn: string;
  id: string;
  port: number;
  registeredAt: number | null;
  /** When the scheduler registers it again after somebody else deregistered it. */
  retryAt: number | null;
  /** Whether the scheduler told in an event that registering failed. */
  failed: boolean;
}

export interface TaskRecord {
  arn: string;
  id: string;
  service: string;
  cluster: string;
  deployment: string;
  taskDefinition: string;
  launchType: string;
  createdAt: number;
  /** When its containers run (or, if it fails to start, stop). */
  startAt: number;
  startedAt: number | null;
  stoppingAt: number | null;
  /** End of DEACTIVATING: its targets have drained. */
  drainedAt: number | null;
  stoppedAt: number | null;
  stopCode: string | null;
  stoppedReason: string | null;
  attachment: string | null;
  networkInterface: string | null;
  subnet: string | null;
  availabilityZone: string;
  /** Private address of an awsvpc task. */
  address: string | null;
  /** EC2 instance of a task that has no interface of its own. */
  instance: string | null;
  hostPorts: Record<string, number>;
  targets: TaskTarget[];
  tags: Tag[];
  /** Where a strategy chose what it runs on. */
  capacityProvider?: string;
  /** ARN of the one that StartTask named, or that a DAEMON service found. */
  containerInstance?: string;
  /** Dark names that its application hangs at; none unless told. */
  waitsFor?: string[];
  /** Of one that no service started. */
  standalone?: StandaloneTask;
}

/** What RunTask said of a task. */
export interface StandaloneTask {
  group: string;
  startedBy: string | null;
  overrides: Json;
  platformVersion: string | null;
  enableExecuteCommand: boolean;
}

/** A way in which a service misbehaves. */
export type ServiceBehaviour = 'never-steady' | 'unhealthy' | 'draining-forever';

/** A container instance that the world was told of. */
export interface ContainerInstance {
  readonly arn: string;
  /** Its cluster's name. */
  readonly cluster: string;
  /** The EC2 instance. */
  readonly host: string;
  readonly availabilityZone: string;
  readonly instanceType: string;
  readonly gpus: number;
  /** Of its own, beside those that AWS gives it. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly registeredAt: number;
  readonly tags: readonly Tag[];
}

/** Clusters, task definitions, services and tasks of one region. */
export interface EcsStore extends CapacityStore {
  /** By name. */
  clusters: Record<string, ClusterRecord>;
  /** By ARN. */
  taskDefinitions: Record<string, TaskDefinitionRecord>;
  /** Family to the ARNs of its revisions, oldest first. */
  families: Record<string, { last: number; revisions: string[] }>;
  /** By `<cluster>/<name>`. */
  services: Record<string, ServiceRecord>;
  /** By ARN. */
  tasks: Record<string, TaskRecord>;
  /** Private address to the ARN of the task that has or had it. */
  addresses: Record<string, string>;
  /** Target group ARN to the keys of the services that name it. */
  servicesByTargetGroup: Record<string, string[]>;
  /** Number of addresses given out. */
  addressCount: number;
  /** The earliest `due` of any service; null when nothing is due at all. */
  due: number | null;
  /** Standalone tasks that have not stopped, and when one of them is due. */
  standalone?: { tasks: string[]; due: number | null };
  /** Presumed ones, by ARN; absent while there is none. */
  containerInstances?: Record<string, ContainerInstance>;
  /** Client tokens of RunTask, by cluster and token, to what they came with and what they brought. */
  runTokens?: Record<string, { parameters: string; tasks: string[] }>;
  /** By service name; an absent one behaves well. */
  behaviours: Record<string, ServiceBehaviour[]>;
}

export function emptyEcsStore(): EcsStore {
  return {
    clusters: {},
    taskDefinitions: {},
    families: {},
    services: {},
    tasks: {},
    addresses: {},
    servicesByTargetGroup: {},
    addressCount: 0,
    due: null,
    behaviours: {},
  };
}

/** A region's ECS. */
export function ecsOf(local: RegionData): EcsStore {
  return local['ecs'] as EcsStore;
}
