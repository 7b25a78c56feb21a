// Headings are those of src/sandbox/services/ecs/SPEC.md: what a task definition keeps, and what it may not say.
import * as ecs from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { inputs } from '../../src/sandbox/services/ecs/inputs.ts';
import { present, refusal, rig } from './ecs-rig.ts';

const role = 'arn:aws:iam::123456789012:role/execution';
const secret = 'arn:aws:ssm:eu-west-1:123456789012:parameter/key';
const logs = (more: Record<string, string> = {}): ecs.LogConfiguration => ({
  logDriver: 'awslogs',
  options: { 'awslogs-group': 'api', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'api', ...more },
});
const router: ecs.ContainerDefinition = {
  name: 'router',
  image: 'fluent-bit:1',
  memory: 64,
  firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
};

/** Everything that a container may say, though no single platform runs it. */
const fullContainer = {
  name: 'api',
  image: 'api:1',
  repositoryCredentials: { credentialsParameter: secret },
  cpu: 128,
  memory: 256,
  memoryReservation: 128,
  links: ['router:r'],
  portMappings: [{ name: 'http', containerPort: 8080, hostPort: 80, protocol: 'tcp', appProtocol: 'http2' }],
  essential: true,
  restartPolicy: { enabled: true, ignoredExitCodes: [1], restartAttemptPeriod: 120 },
  entryPoint: ['sh'],
  command: ['serve'],
  environment: [{ name: 'A', value: 'b' }],
  environmentFiles: [{ value: 'arn:aws:s3:::cfg/a.env', type: 's3' }],
  mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }],
  volumesFrom: [{ sourceContainer: 'router', readOnly: true }],
  linuxParameters: { initProcessEnabled: true, capabilities: { add: ['SYS_PTRACE'], drop: ['MKNOD'] }, tmpfs: [] },
  secrets: [{ name: 'KEY', valueFrom: secret }],
  dependsOn: [{ containerName: 'router', condition: 'START' }],
  startTimeout: 60,
  stopTimeout: 30,
  hostname: 'api',
  user: '1000',
  workingDirectory: '/srv',
  disableNetworking: false,
  privileged: false,
  readonlyRootFilesystem: true,
  dnsServers: ['10.0.0.2'],
  dnsSearchDomains: ['example'],
  extraHosts: [{ hostname: 'db', ipAddress: '10.0.0.3' }],
  dockerSecurityOptions: ['no-new-privileges'],
  interactive: true,
  pseudoTerminal: true,
  dockerLabels: { team: 'a' },
  ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
  logConfiguration: {
    logDriver: 'awsfirelens',
    options: { Name: 'x' },
    secretOptions: [{ name: 'k', valueFrom: secret }],
  },
  healthCheck: { command: ['CMD', 'true'], interval: 10, timeout: 4, retries: 2, startPeriod: 5 },
  systemControls: [{ namespace: 'net.core.somaxconn', value: '1024' }],
  resourceRequirements: [{ type: 'GPU', value: '1' }],
  versionConsistency: 'disabled',
  credentialSpecs: ['credentialspec:arn:aws:s3:::cfg/gmsa.json'],
} as const satisfies ecs.ContainerDefinition;

const fullTask = {
  family: 'full',
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  executionRoleArn: role,
  networkMode: 'bridge',
  volumes: [
    { name: 'data', host: { sourcePath: '/data' } },
    {
      name: 'files',
      efsVolumeConfiguration: {
        fileSystemId: 'fs-1',
        rootDirectory: '/',
        transitEncryption: 'ENABLED',
        transitEncryptionPort: 2999,
        authorizationConfig: { accessPointId: 'fsap-1', iam: 'ENABLED' },
      },
    },
    { name: 'later', configuredAtLaunch: true },
  ],
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:x == y' }],
  requiresCompatibilities: ['EC2'],
  cpu: '512',
  memory: '1024',
  tags: [{ key: 'a', value: 'b' }],
  pidMode: 'task',
  ipcMode: 'task',
  proxyConfiguration: { type: 'APPMESH', containerName: 'router', properties: [{ name: 'IgnoredUID', value: '1337' }] },
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- AWS still takes and tells it
  inferenceAccelerators: [{ deviceName: 'd', deviceType: 'eia2.medium' }],
  ephemeralStorage: { sizeInGiB: 100 },
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  enableFaultInjection: true,
  containerDefinitions: [fullContainer, router],
} as const satisfies ecs.RegisterTaskDefinitionRequest;

function membersOf(shape: string): string[] {
  const found = (inputs.shapes as Record<string, { members?: Record<string, string> }>)[shape];
  return Object.keys(found?.members ?? {}).sort();
}

describe('What a task definition keeps', () => {
  it('is all that it may say, word for word', async () => {
    // Whatever AWS adds to its model has to come into these examples.
    expect(Object.keys(fullContainer).concat('firelensConfiguration').sort()).toEqual(membersOf('ContainerDefinition'));
    expect(Object.keys(fullTask).sort()).toEqual(membersOf('RegisterTaskDefinitionRequest'));
    const { containers, definition } = rig();
    await definition('full', fullTask);
    const read = await containers.send(
      new ecs.DescribeTaskDefinitionCommand({ taskDefinition: 'full', include: ['TAGS'] }),
    );
    const { tags, ...task } = fullTask;
    expect(read.taskDefinition).toMatchObject(task);
    expect(read.tags).toEqual(tags);
  });

  it('comes with the defaults of health checks and volumes, and sizes in units', async () => {
    const { definition } = rig();
    const made = await definition('x', {
      cpu: '.5 vCPU',
      memory: '2 GB',
      volumes: [{ name: 'scratch' }, { name: 'files', efsVolumeConfiguration: { fileSystemId: 'fs-1' } }],
      containerDefinitions: [{ name: 'api', image: 'api:1', healthCheck: { command: ['CMD', 'true'] } }],
    });
    expect(made).toMatchObject({
      cpu: '512',
      memory: '2048',
      volumes: [
        { name: 'scratch', host: {} },
        { name: 'files', efsVolumeConfiguration: { fileSystemId: 'fs-1', rootDirectory: '/' } },
      ],
    });
    expect(made.containerDefinitions?.[0]?.healthCheck).toEqual({
      command: ['CMD', 'true'],
      interval: 30,
      timeout: 5,
      retries: 3,
    });
  });

  it('is compatible with Fargate only if Fargate could run it', async () => {
    const { cluster, definition, service } = rig();
    await cluster();
    expect((await definition('yes', { requiresCompatibilities: [] })).compatibilities).toContain('FARGATE');
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1';
    const no = await definition('no', {
      requiresCompatibilities: ['EC2'],
      containerDefinitions: [{ name: 'api', image }],
    });
    expect(no.compatibilities).not.toContain('FARGATE');
    expect((await refusal(service({ taskDefinition: 'no' }))).message).toBe(
      'Task definition does not support launch_type FARGATE.',
    );
  });
});

describe('Rules of a task definition', () => {
  type Case = [what: string, request: Partial<ecs.RegisterTaskDefinitionRequest>, message: string | RegExp];
  const one = (more: Partial<ecs.ContainerDefinition>): ecs.ContainerDefinition[] => [
    { name: 'api', image: 'api:1', ...more },
  ];
  const two = (
    first: Partial<ecs.ContainerDefinition>,
    second: Partial<ecs.ContainerDefinition> = {},
  ): ecs.ContainerDefinition[] => [...one(first), { name: 'side', image: 'side:1', ...second }];
  const onEc2: Partial<ecs.RegisterTaskDefinitionRequest> = {
    requiresCompatibilities: ['EC2'],
    networkMode: 'bridge',
    cpu: undefined,
    memory: undefined,
  };
  const after = (condition: ecs.ContainerCondition, containerName = 'side') => ({
    dependsOn: [{ containerName, condition }],
  });
  const cases: readonly Case[] = [
    ['awsvpc for Fargate', { networkMode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.'],
    ['a size for Fargate', { cpu: undefined }, "Fargate requires that 'cpu' be defined at the task level."],
    [
      'memory that goes with the CPU',
      { cpu: '1 vCPU', memory: '1 GB' },
      'No Fargate configuration exists for given values: 1024 CPU, 1024 memory.',
    ],
    ['a step of memory', { cpu: '1024', memory: '2500' }, /^No Fargate configuration exists/],
    ['memory of 256 CPU units', { cpu: '256', memory: '1536' }, /^No Fargate configuration exists/],
    ['a size at all', { cpu: 'much' }, /^Invalid 'cpu' setting for task/],
    [
      'a role for its logs',
      { containerDefinitions: one({ logConfiguration: logs() }) },
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
    ],
    [
      'a role for its images',
      { containerDefinitions: one({ image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1' }) },
      'Fargate requires task definition to have execution role ARN to support ECR images.',
    ],
    [
      'a role for its secrets',
      { ...onEc2, containerDefinitions: one({ memory: 64, secrets: [{ name: 'K', valueFrom: secret }] }) },
      "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
    ],
    [
      'a prefix of log streams',
      {
        executionRoleArn: role,
        containerDefinitions: one({
          logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': 'a', 'awslogs-region': 'b' } },
        }),
      },
      'Fargate requires log configuration options to include awslogs-stream-prefix to support log driver awslogs.',
    ],
    [
      'a place for its logs',
      { ...onEc2, containerDefinitions: one({ memory: 64, logConfiguration: { logDriver: 'awslogs' } }) },
      'Log driver awslogs requires options: awslogs-region, awslogs-group',
    ],
    [
      'options that the log driver has',
      { executionRoleArn: role, containerDefinitions: one({ logConfiguration: logs({ log_key: 'x' }) }) },
      'Log driver awslogs disallows options: log_key',
    ],
    [
      'a log driver of Fargate',
      { containerDefinitions: one({ logConfiguration: { logDriver: 'syslog' } }) },
      /log driver/,
    ],
    [
      'a router for its logs',
      { containerDefinitions: one({ logConfiguration: { logDriver: 'awsfirelens' } }) },
      'When awsfirelens log driver is specified in log configuration, a firelens configuration object must be configured in one of the containers.',
    ],
    [
      'logs for its router',
      { containerDefinitions: [...one({}), router] },
      'When a firelensConfiguration object is specified, at least one container has to be configured with the awsfirelens log driver.',
    ],
    ['storage of at least 21 GiB', { ephemeralStorage: { sizeInGiB: 20 } }, /21 and 200/],
    ['storage of at most 200 GiB', { ephemeralStorage: { sizeInGiB: 201 } }, /21 and 200/],
    [
      'no path of a host on Fargate',
      { volumes: [{ name: 'a', host: { sourcePath: '/a' } }] },
      'Fargate compatible task definitions do not support sourcePath',
    ],
    [
      'no privileges on Fargate',
      { containerDefinitions: one({ privileged: true }) },
      'Fargate compatible task definitions do not support privileged',
    ],
    [
      'volumes that are there',
      { containerDefinitions: one({ mountPoints: [{ sourceVolume: 'data', containerPath: '/d' }] }) },
      "Unknown volume 'data'.",
    ],
    [
      'a path that is not blank',
      { ...onEc2, containerDefinitions: one({ memory: 64 }), volumes: [{ name: 'a', host: { sourcePath: '' } }] },
      'host.sourcePath should not be blank.',
    ],
    ['containers in volumesFrom', { containerDefinitions: one({ volumesFrom: [{ sourceContainer: 'x' }] }) }, /'x'/],
    [
      'encryption for access points',
      {
        volumes: [
          { name: 'e', efsVolumeConfiguration: { fileSystemId: 'fs-1', authorizationConfig: { iam: 'ENABLED' } } },
        ],
      },
      /transit encryption/,
    ],
    ['dependencies that are there', { containerDefinitions: one(after('START', 'x')) }, /depends on container 'x'/],
    [
      'no end of an essential container',
      { containerDefinitions: two(after('SUCCESS')) },
      'A dependency container with SUCCESS or COMPLETE condition cannot be an essential container',
    ],
    ['health checks to wait for', { containerDefinitions: two(after('HEALTHY')) }, /must have a health check/],
    ['no circle', { containerDefinitions: two(after('START'), after('START', 'api')) }, /cycle/],
    [
      'an essential container',
      { containerDefinitions: one({ essential: false }) },
      'No essential container was specified.',
    ],
    [
      'memory within the task',
      { containerDefinitions: one({ memory: 513 }) },
      "The 'memory' setting for container 'api' is greater than for the task.",
    ],
    [
      'memory of all within the task',
      { containerDefinitions: two({ memory: 300 }, { memory: 300 }) },
      /sum of all container memory/,
    ],
    [
      'CPU of all within the task',
      { containerDefinitions: two({ cpu: 200 }, { cpu: 57 }) },
      "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
    ],
    [
      'a limit above the reservation',
      { containerDefinitions: one({ memory: 64, memoryReservation: 65 }) },
      /memoryReservation/,
    ],
    [
      'some memory on EC2',
      { ...onEc2, containerDefinitions: one({}) },
      "Invalid setting for container 'api'. At least one of 'memory' or 'memoryReservation' must be specified.",
    ],
    ['a container for its proxy', { proxyConfiguration: { containerName: 'envoy' } }, /envoy/],
    [
      'links between containers of a bridge alone',
      { ...onEc2, networkMode: 'host', containerDefinitions: two({ memory: 64, links: ['side'] }, { memory: 64 }) },
      /Links/,
    ],
    [
      'ports that there are',
      { containerDefinitions: one({ portMappings: [{ containerPort: 70_000 }] }) },
      "Invalid 'containerPort' setting for container 'api'.",
    ],
    [
      'ports that no other container has',
      {
        containerDefinitions: two({ portMappings: [{ containerPort: 80 }] }, { portMappings: [{ containerPort: 80 }] }),
      },
      "TCP host port '80' is mapped multiple times in task.",
    ],
    [
      'names of ports that differ',
      {
        containerDefinitions: one({
          portMappings: [
            { containerPort: 80, name: 'web' },
            { containerPort: 81, name: 'web' },
          ],
        }),
      },
      /port name 'web'/,
    ],
    ...[
      { interval: 4 },
      { interval: 301 },
      { timeout: 1 },
      { timeout: 121 },
      { retries: 0 },
      { retries: 11 },
      { startPeriod: 301 },
      { command: [] },
    ].map((more): Case => [
      `a health check other than ${JSON.stringify(more)}`,
      { containerDefinitions: one({ healthCheck: { command: ['CMD', 'true'], ...more } }) },
      /health check/,
    ]),
    [
      'four MiB at least',
      { containerDefinitions: one({ memory: 3 }) },
      "Invalid 'memory' setting for container 'api'.",
    ],
    [
      'a place to mount at',
      { volumes: [{ name: 'data' }], containerDefinitions: one({ mountPoints: [{ sourceVolume: 'data' }] }) },
      /containerPath/,
    ],
    [
      'secrets that no variable is called like',
      {
        executionRoleArn: role,
        containerDefinitions: one({
          environment: [{ name: 'K', value: 'v' }],
          secrets: [{ name: 'K', valueFrom: secret }],
        }),
      },
      "The secret name must be unique and not shared with any new or existing environment variables set on the container, such as 'K'.",
    ],
    [
      'secrets of different names',
      {
        executionRoleArn: role,
        containerDefinitions: one({
          secrets: [
            { name: 'K', valueFrom: secret },
            { name: 'K', valueFrom: secret },
          ],
        }),
      },
      'Duplicate secret names found: K. Each secret name must be unique.',
    ],
    [
      'a role for the credentials of a registry',
      { containerDefinitions: one({ repositoryCredentials: { credentialsParameter: secret } }) },
      /executionRoleArn/,
    ],
    ['a role that can be one', { executionRoleArn: 'no:role' }, 'Role is not valid'],
    ['two minutes to stop on Fargate', { containerDefinitions: one({ stopTimeout: 121 }) }, /stopTimeout/],
    [
      'a size that Windows has on Fargate',
      { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } },
      /No Fargate configuration exists/,
    ],
    [
      'ten containers',
      { containerDefinitions: Array.from({ length: 11 }, (_, index) => ({ name: `c${String(index)}`, image: 'x' })) },
      'Too many containers.',
    ],
  ];

  it.each(cases)('asks for %s', async (_what, request, message) => {
    const told = await refusal(rig().definition('x', request));
    expect(told.code).toBe('ClientException');
    if (typeof message === 'string') expect(told.message).toBe(message);
    else expect(told.message).toMatch(message);
  });

  const fine: readonly [string, Partial<ecs.RegisterTaskDefinitionRequest>][] = [
    ['the largest size', { cpu: '16 vCPU', memory: '120 GB' }],
    ['the bounds of storage', { ephemeralStorage: { sizeInGiB: 200 } }],
    ['images of a public registry', { containerDefinitions: one({ image: 'public.ecr.aws/nginx/nginx:1' }) }],
    [
      'a dependency that can be healthy',
      {
        containerDefinitions: two(after('HEALTHY'), { healthCheck: { command: ['CMD', 'true'] } }),
      },
    ],
    ['a dependency that ends', { containerDefinitions: two(after('COMPLETE'), { essential: false }) }],
    [
      'all of the task for its containers',
      { containerDefinitions: two({ memory: 256, cpu: 128 }, { memory: 256, cpu: 128 }) },
    ],
    [
      'limits that overlap where reservations fit',
      {
        containerDefinitions: two({ memory: 512, memoryReservation: 256 }, { memory: 512, memoryReservation: 256 }),
      },
    ],
    [
      'one port for TCP and UDP',
      { containerDefinitions: one({ portMappings: [{ containerPort: 53 }, { containerPort: 53, protocol: 'udp' }] }) },
    ],
    [
      'the same port of two containers of a bridge',
      {
        ...onEc2,
        containerDefinitions: two(
          { memory: 64, portMappings: [{ containerPort: 80 }] },
          { memory: 64, portMappings: [{ containerPort: 80 }] },
        ),
      },
    ],
    [
      'no time before health checks count',
      { containerDefinitions: one({ healthCheck: { command: ['CMD', 'true'], startPeriod: 0 } }) },
    ],
    ['a role by its name', { executionRoleArn: 'exec' }],
    ['logs with a role', { executionRoleArn: role, containerDefinitions: one({ logConfiguration: logs() }) }],
  ];

  it.each(fine)('lets pass %s', async (_what, request) => {
    expect(present((await rig().definition('x', request)).revision)).toBe(1);
  });
});
