// Logs through FireLens, tasks mostly on Fargate Spot, found through Service Connect, with files on EFS; no load balancer.
import { PutClusterCapacityProvidersCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { roleArn } from '../hands.ts';
import { head, type Shape } from '../shape.ts';

const namespace = 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-shop';

export const mesh: Shape = {
  name: 'FireLens, Fargate Spot, Service Connect and EFS',
  playbook: `${head('catalogue', 'root: service')}
components:
  cluster: { type: ecs/cluster, spec: { name: mesh, capacityProviders: [FARGATE, FARGATE_SPOT] } }
  tasks:
    type: ecs/task-definition
    spec:
      family: catalogue
      containers:
        - { name: catalogue, image: 'registry.example/catalogue:12', logConfiguration: { logDriver: awsfirelens } }
        - { name: log-router, image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable' }
  service:
    type: ecs/service
    spec:
      cluster: '\${cluster.arn}'
      name: catalogue
      taskDefinition: '\${tasks.arn}'
      desiredCount: 4
      network: { subnets: [subnet-a1, subnet-b1], securityGroups: [sg-catalogue] }
      capacityProviderStrategy:
        - { capacityProvider: FARGATE, base: 1, weight: 1 }
        - { capacityProvider: FARGATE_SPOT, weight: 4 }
`,
  pieces: {
    cluster: 'cluster mesh',
    tasks: 'task definition catalogue of service mesh/catalogue',
    service: 'service mesh/catalogue',
  },
  build: async (hands) => {
    hands.holds(
      { kind: 'role', role: roleArn('catalogue-execution') },
      { kind: 'role', role: roleArn('catalogue-task') },
      { kind: 'parameter', parameter: 'arn:aws:ssm:eu-west-1:123456789012:parameter/catalogue/db-url' },
      { kind: 'secret', secret: 'catalogue/datadog-key' },
      { kind: 'log-group', name: '/mesh/proxies' },
    );
    await hands.cluster({
      clusterName: 'mesh',
      settings: [{ name: 'containerInsights', value: 'enhanced' }],
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 9 },
      ],
      serviceConnectDefaults: { namespace },
    });
    const taskDefinition = await hands.definition({
      family: 'catalogue',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '1024',
      memory: '2048',
      executionRoleArn: roleArn('catalogue-execution'),
      taskRoleArn: roleArn('catalogue-task'),
      runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' },
      volumes: [
        {
          name: 'images',
          efsVolumeConfiguration: {
            fileSystemId: 'fs-0123456789abcdef0',
            rootDirectory: '/',
            transitEncryption: 'ENABLED',
            transitEncryptionPort: 2999,
            authorizationConfig: { accessPointId: 'fsap-0123456789abcdef0', iam: 'ENABLED' },
          },
        },
        { name: 'scratch' },
      ],
      containerDefinitions: [
        {
          name: 'catalogue',
          image: 'registry.example/catalogue:12',
          essential: true,
          portMappings: [{ containerPort: 9090, name: 'grpc', appProtocol: 'grpc', protocol: 'tcp' }],
          environment: [{ name: 'CACHE', value: '/scratch' }],
          secrets: [{ name: 'DB_URL', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/catalogue/db-url' }],
          environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::shop-config/catalogue.env' }],
          mountPoints: [
            { sourceVolume: 'images', containerPath: '/images', readOnly: true },
            { sourceVolume: 'scratch', containerPath: '/scratch', readOnly: false },
          ],
          dependsOn: [{ containerName: 'log-router', condition: 'HEALTHY' }],
          restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 120 },
          logConfiguration: {
            logDriver: 'awsfirelens',
            options: { Name: 'datadog', Host: 'http-intake.logs.example', TLS: 'on', provider: 'ecs' },
            secretOptions: [
              {
                name: 'apikey',
                valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:catalogue/datadog-key',
              },
            ],
          },
        },
        {
          name: 'log-router',
          image: 'public.ecr.aws/aws-observability/aws-for-fluent-bit:stable',
          essential: true,
          memoryReservation: 64,
          user: '0',
          firelensConfiguration: {
            type: 'fluentbit',
            options: {
              'enable-ecs-log-metadata': 'true',
              'config-file-type': 'file',
              'config-file-value': '/fluent-bit/configs/parse-json.conf',
            },
          },
          healthCheck: { command: ['CMD-SHELL', 'exit 0'], interval: 10, timeout: 5, retries: 3, startPeriod: 10 },
        },
      ],
    });
    await hands.service({
      cluster: 'mesh',
      serviceName: 'catalogue',
      taskDefinition,
      desiredCount: 4,
      capacityProviderStrategy: [
        { capacityProvider: 'FARGATE', base: 1, weight: 1 },
        { capacityProvider: 'FARGATE_SPOT', weight: 4 },
      ],
      platformVersion: 'LATEST',
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: ['subnet-a1', 'subnet-b1'],
          securityGroups: ['sg-catalogue'],
          assignPublicIp: 'DISABLED',
        },
      },
      serviceConnectConfiguration: {
        enabled: true,
        namespace,
        services: [
          {
            portName: 'grpc',
            discoveryName: 'catalogue',
            clientAliases: [{ port: 9090, dnsName: 'catalogue.mesh' }],
            timeout: { idleTimeoutSeconds: 300, perRequestTimeoutSeconds: 15 },
          },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': '/mesh/proxies',
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'catalogue',
          },
        },
      },
      deploymentConfiguration: {
        minimumHealthyPercent: 75,
        maximumPercent: 150,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      enableECSManagedTags: true,
      enableExecuteCommand: true,
      propagateTags: 'SERVICE',
    });
    await hands.rest('mesh', 'catalogue');
    return {};
  },
  drifts: [
    {
      what: 'all tasks run on Spot',
      by: async (hands) => {
        await hands.ecs.send(
          new UpdateServiceCommand({
            cluster: 'mesh',
            service: 'catalogue',
            capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }],
            forceNewDeployment: true,
          }),
        );
        await hands.rest('mesh', 'catalogue');
      },
      steps: ['service.update'],
    },
    {
      what: 'the service is in the wrong security group',
      by: async (hands) => {
        hands.holds({ kind: 'security-group', id: 'sg-other', region: 'eu-west-1' });
        const awsvpcConfiguration = { subnets: ['subnet-a1', 'subnet-b1'], securityGroups: ['sg-other'] };
        const networkConfiguration = { awsvpcConfiguration };
        await hands.ecs.send(new UpdateServiceCommand({ cluster: 'mesh', service: 'catalogue', networkConfiguration }));
        await hands.rest('mesh', 'catalogue');
      },
      steps: ['service.update'],
    },
    {
      what: 'the cluster has another provider more',
      by: async (hands) => {
        await hands.provider('spare');
        await hands.ecs.send(
          new PutClusterCapacityProvidersCommand({
            cluster: 'mesh',
            capacityProviders: ['FARGATE', 'FARGATE_SPOT', 'spare'],
            defaultCapacityProviderStrategy: [
              { capacityProvider: 'FARGATE', base: 1, weight: 1 },
              { capacityProvider: 'FARGATE_SPOT', weight: 9 },
            ],
          }),
        );
      },
      steps: ['cluster.update'],
    },
  ],
};
