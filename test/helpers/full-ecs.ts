// A cluster, a task definition and a service made by a client with every member of their inputs, beside a playbook that says the
// required ones.
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  type CreateServiceCommandInput,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { ecs } from '../../src/aws/services/ecs.ts';
import { presume } from '../../src/sandbox/index.ts';
import { toJson, type Json } from '../../src/util/json.ts';
import { atRest, describeService, register } from './ecs-hands.ts';
import { playbookOf, seededRig, type Rig } from './rig.ts';

/** The service. */
export const named = { cluster: 'shop', service: 'api' };
const role = 'arn:aws:iam::123456789012:role/ecs';
const scheme = 'arn:aws:servicediscovery:eu-west-1:123456789012';

/** @param more of the service, as YAML in one line */
export function playbook(more = ''): string {
  return `apiVersion: relight/v1
kind: Playbook
metadata: { name: api }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, spec: { name: shop, containerInsights: enhanced } }
  tasks:
    type: ecs/task-definition
    spec: { family: api, containers: [{ name: app, image: 'registry.example/api:1' }] }
  service:
    type: ecs/service
    spec:
      cluster: '\${cluster.arn}'
      name: api
      taskDefinition: '\${tasks.arn}'
      network: { subnets: [subnet-a1, subnet-b1] }
      ${more}
`;
}

export function tagsOf(component: string): { key: string; value: string }[] {
  return [
    { key: 'relight:playbook', value: 'api' },
    { key: 'relight:component', value: component },
    { key: 'cost-centre', value: '42' },
  ];
}

export const container = {
  name: 'app',
  image: 'registry.example/api:1',
  cpu: 128,
  memoryReservation: 256,
  portMappings: [{ containerPort: 8080, name: 'http', appProtocol: 'http' as const }],
  environment: [{ name: 'MODE', value: 'live' }],
  secrets: [{ name: 'DB_URL', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/api/db' }],
  environmentFiles: [{ value: 'arn:aws:s3:::cfg/api.env', type: 's3' as const }],
  linuxParameters: { initProcessEnabled: true },
  mountPoints: [{ sourceVolume: 'files', containerPath: '/files' }],
  logConfiguration: { logDriver: 'awsfirelens' as const, options: { Name: 'cloudwatch' } },
  restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 60 },
};

export const router = {
  name: 'router',
  image: 'registry.example/router:1',
  essential: true,
  firelensConfiguration: { type: 'fluentbit' as const, options: { 'enable-ecs-log-metadata': 'true' } },
};

export const definition: RegisterTaskDefinitionCommandInput = {
  family: 'api',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '2048',
  memory: '8192',
  executionRoleArn: role,
  taskRoleArn: role,
  ephemeralStorage: { sizeInGiB: 100 },
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  volumes: [
    { name: 'files', efsVolumeConfiguration: { fileSystemId: 'fs-11', transitEncryption: 'ENABLED' } },
    { name: 'data', configuredAtLaunch: true },
  ],
  containerDefinitions: [container, router],
  tags: tagsOf('tasks'),
};

/** What services have whatever their tasks run on. */
const common: Partial<CreateServiceCommandInput> = {
  serviceName: 'api',
  cluster: 'shop',
  desiredCount: 2,
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-web'] },
  },
  serviceRegistries: [{ registryArn: `${scheme}:service/srv-1` }],
  availabilityZoneRebalancing: 'DISABLED',
  enableECSManagedTags: true,
  enableExecuteCommand: true,
  propagateTags: 'SERVICE',
  serviceConnectConfiguration: {
    enabled: true,
    namespace: `${scheme}:namespace/ns-1`,
    services: [{ portName: 'http', discoveryName: 'api', clientAliases: [{ port: 80, dnsName: 'api' }] }],
    logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'mesh', 'awslogs-region': 'eu-west-1' } },
  },
  vpcLatticeConfigurations: [
    { roleArn: role, targetGroupArn: 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1', portName: 'http' },
  ],
  volumeConfigurations: [
    { name: 'data', managedEBSVolume: { roleArn: role, sizeInGiB: 20, volumeType: 'gp3', filesystemType: 'xfs' } },
  ],
  deploymentConfiguration: {
    minimumHealthyPercent: 50,
    maximumPercent: 150,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: { alarmNames: ['errors'], enable: true, rollback: true },
    lifecycleHooks: [
      {
        hookTargetArn: 'arn:aws:lambda:eu-west-1:123456789012:function:check',
        roleArn: role,
        lifecycleStages: ['POST_SCALE_UP'],
      },
    ],
  },
  tags: tagsOf('service'),
};

/** Tasks on Fargate. */
export const onFargate: Partial<CreateServiceCommandInput> = {
  capacityProviderStrategy: [
    { capacityProvider: 'FARGATE_SPOT', weight: 3 },
    { capacityProvider: 'FARGATE', weight: 1, base: 1 },
  ],
  platformVersion: '1.4.0',
};

/** Tasks on instances. */
export const onInstances: Partial<CreateServiceCommandInput> = {
  launchType: 'EC2',
  placementConstraints: [{ type: 'distinctInstance' }, { type: 'memberOf', expression: 'attribute:zone == a' }],
  placementStrategy: [
    { type: 'spread', field: 'attribute:ecs.availability-zone' },
    { type: 'binpack', field: 'MEMORY' },
  ],
};

/** The pieces, at rest. */
export async function world(
  more: Partial<CreateServiceCommandInput>,
  tasks: Partial<RegisterTaskDefinitionCommandInput>,
): Promise<Rig> {
  const rig = await seededRig(playbookOf(playbook('desiredCount: 2')));
  const client = rig.operator.client(ecs);
  presume(rig.world, [
    { kind: 'security-group', id: 'sg-web', region: 'eu-west-1' },
    { kind: 'role', role },
    { kind: 'parameter', parameter: 'arn:aws:ssm:eu-west-1:123456789012:parameter/api/db' },
  ]);
  await client.send(
    new CreateClusterCommand({
      clusterName: 'shop',
      settings: [{ name: 'containerInsights', value: 'enhanced' }],
      configuration: {
        executeCommandConfiguration: {
          kmsKeyId: 'key-1',
          logging: 'OVERRIDE',
          logConfiguration: { s3BucketName: 'exec' },
        },
        managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: 'key-2' },
      },
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
      serviceConnectDefaults: { namespace: `${scheme}:namespace/ns-1` },
      tags: tagsOf('cluster'),
    }),
  );
  const taskDefinition = await register(rig, { ...definition, ...tasks });
  await client.send(new CreateServiceCommand({ ...common, serviceName: 'api', ...more, taskDefinition }));
  await atRest(rig, named);
  return rig;
}

/** What tells of one very piece, and of its life. */
const own = new Set([
  'createdAt',
  'updatedAt',
  'registeredAt',
  'deregisteredAt',
  'id',
  'events',
  'currentServiceRevisions',
  'currentServiceDeployment',
  'revision',
  'taskDefinitionArn',
  'taskDefinition',
  'rolloutStateReason',
  'registeredBy',
  'createdBy',
]);

function settings(value: Json): Json {
  if (Array.isArray(value)) return value.map(settings);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => (own.has(name) ? [] : [[name, settings(each)]])),
  );
}

/** All that AWS tells of the three pieces, but for ids and times; tags in order. */
export async function told(rig: Rig): Promise<Json> {
  const client = rig.operator.client(ecs);
  const include = ['TAGS', 'SETTINGS', 'CONFIGURATIONS'] as const;
  const { clusters } = await client.send(new DescribeClustersCommand({ clusters: ['shop'], include: [...include] }));
  const service = await describeService(rig, named);
  const tasks = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition, include: ['TAGS'] }),
  );
  const byKey = <Item extends { key?: string | undefined }>(tags: readonly Item[] = []): readonly Item[] =>
    tags.toSorted((left, right) => String(left.key).localeCompare(String(right.key)));
  return settings(
    toJson({
      cluster: clusters?.map((each) => ({ ...each, tags: byKey(each.tags) })),
      service: { ...service, tags: byKey(service.tags) },
      tasks: { ...tasks.taskDefinition, tags: byKey(tasks.tags) },
    }),
  );
}
