// One fixture per component type, for the laws that all types obey: what must be there before, a piece, a change to it,
// and a way to count pieces that does not go through the type itself.
import { ListClustersCommand, ListServicesCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from '@aws-sdk/client-route-53';
import { DescribeParametersCommand } from '@aws-sdk/client-ssm';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import { ssm } from '../../src/aws/services/ssm.ts';
import type { ComponentType } from '../../src/components/contract.ts';
import { componentTypes } from '../../src/components/index.ts';
import { presume } from '../../src/sandbox/index.ts';
import type { Fixture } from '../../src/laws/fixture.ts';
import { establish, type Bench } from './aws.ts';

const tableKey = 'arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555';

export function fixtureOf(type: string): Fixture {
  const found = fixtures[type];
  if (found === undefined) throw new Error(`no fixture for ${type}: add one to test/helpers/fixtures.ts`);
  return { ownMembers, saidAs: { deregistrationDelay: 'attributes' }, ...found };
}

/** What AWS chose for one very piece, and what tells of its history. */
const ownMembers = [
  'createdAt',
  'registeredAt',
  'CreatedTime',
  'CreationDateTime',
  'LatestStreamArn',
  'LatestStreamLabel',
  'TableId',
  'callerReference',
  'CallerReference',
  'version',
  'HealthCheckVersion',
  'revision',
  'deployments',
  'targets',
  'currentServiceRevisions',
];

/** Makes a piece of another type and waits for it; gives its outputs. */
async function made(type: string, spec: object, where: Bench): Promise<Readonly<Record<string, string>>> {
  const component = componentTypes.get(type);
  if (component === undefined) throw new Error(`no component type ${type}`);
  return outputsAfter(component, `prerequisite-${type.replace('/', '-')}`, spec, where);
}

async function outputsAfter(
  type: ComponentType,
  id: string,
  raw: object,
  where: Bench,
): Promise<Readonly<Record<string, string>>> {
  const spec = type.traits.schema.parse(raw);
  const state = await establish(type, { id, spec }, where);
  const scope = { account: '123456789012', region: 'eu-west-1', partition: 'aws', playbook: 'deployer-api' };
  return Object.fromEntries(
    Object.entries(type.outputsOf(spec, state, scope)).map(([name, value]) => [name, value ?? '']),
  );
}

const subnets = ['subnet-a1', 'subnet-b1'];
const securityGroups = ['sg-web'];

function network(where: Bench): void {
  presume(where.world, [
    { kind: 'vpc', id: 'vpc-1' },
    ...[...subnets, 'subnet-c1'].map((id) => ({ kind: 'subnet', id, vpc: 'vpc-1' }) as const),
    { kind: 'security-group', id: 'sg-web', vpc: 'vpc-1' },
  ]);
}

async function madeLoadBalancer(where: Bench): Promise<Readonly<Record<string, string>>> {
  network(where);
  return made('elbv2/load-balancer', { name: 'deployer-api', subnets, securityGroups }, where);
}

async function madeTargetGroup(name: string, where: Bench): Promise<Readonly<Record<string, string>>> {
  network(where);
  const spec = { name, port: 8080, protocol: 'HTTP', vpc: 'vpc-1', deregistrationDelay: 30 };
  return made('elbv2/target-group', spec, where);
}

async function madeListener(where: Bench, forwardTo: string): Promise<Readonly<Record<string, string>>> {
  const loadBalancer = await madeLoadBalancer(where);
  const spec = { loadBalancer: loadBalancer['arn'], port: 80, protocol: 'HTTP', forwardTo };
  return { ...(await made('elbv2/listener', spec, where)), loadBalancer: loadBalancer['arn'] ?? '' };
}

const containers = [{ name: 'api', image: 'registry.example/deployer-api:1.42', port: 8080 }];

const fullTask = {
  family: 'deployer-api',
  cpu: '1024',
  memory: '4096',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  executionRole: 'arn:aws:iam::123456789012:role/execution',
  taskRole: 'arn:aws:iam::123456789012:role/task',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  volumes: [{ name: 'scratch' }],
  pidMode: 'task',
  ephemeralStorage: { sizeInGiB: 40 },
  proxyConfiguration: {
    containerName: 'sidecar',
    type: 'APPMESH',
    properties: [{ name: 'ProxyIngressPort', value: '15000' }],
  },
  enableFaultInjection: true,
  containers: [
    {
      name: 'api',
      image: 'registry.example/deployer-api:1.42',
      ports: [
        { containerPort: 8080, hostPort: 8080, protocol: 'tcp' },
        { containerPort: 8081, hostPort: 8081, protocol: 'udp' },
      ],
      cpu: 512,
      memory: 1024,
      memoryReservation: 512,
      essential: true,
      entryPoint: ['/bin/sh', '-c'],
      command: ['serve --all'],
      workingDirectory: '/srv',
      user: 'nobody',
      environment: { MODE: 'fast', LIMIT: '10' },
      secrets: { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
      dependsOn: [{ containerName: 'sidecar', condition: 'START' }],
      mountPoints: [{ sourceVolume: 'scratch', containerPath: '/tmp', readOnly: false }],
      readonlyRootFilesystem: true,
      healthCheck: { command: ['CMD', 'true'], interval: 15, timeout: 4, retries: 2, startPeriod: 30 },
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'api', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'api' },
        secretOptions: [{ name: 'x', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/x' }],
      },
      startTimeout: 60,
      stopTimeout: 20,
      dockerLabels: { team: 'wonderland' },
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
    },
    { name: 'sidecar', image: 'registry.example/sidecar:1', essential: false },
  ],
};

/** A task that a service with all settings can run: with a named port, and a volume that the service describes. */
const furtherTask = {
  family: 'deployer-api-full',
  containers: [
    { name: 'api', image: 'registry.example/deployer-api:1.42', ports: [{ containerPort: 8080, name: 'http' }] },
  ],
  volumes: [{ name: 'data', configuredAtLaunch: true }],
};

const role = 'arn:aws:iam::123456789012:role/infrastructure';

const furtherSettings = {
  availabilityZoneRebalancing: 'DISABLED',
  enableECSManagedTags: true,
  serviceRegistries: [
    {
      registryArn: 'arn:aws:servicediscovery:eu-west-1:123456789012:service/srv-1',
      containerName: 'api',
      containerPort: 8080,
    },
  ],
  serviceConnectConfiguration: {
    enabled: true,
    namespace: 'wonderland',
    services: [{ portName: 'http', discoveryName: 'api', clientAliases: [{ port: 80, dnsName: 'api' }] }],
  },
  volumeConfigurations: [
    { name: 'data', managedEBSVolume: { roleArn: role, sizeInGiB: 20, volumeType: 'gp3', filesystemType: 'xfs' } },
  ],
  vpcLatticeConfigurations: [
    {
      roleArn: role,
      targetGroupArn: 'arn:aws:vpc-lattice:eu-west-1:123456789012:targetgroup/tg-1',
      portName: 'http',
    },
  ],
};

const fixtures: Readonly<Record<string, Fixture>> = {
  'ecs/cluster': {
    prepare: () =>
      Promise.resolve({
        spec: { name: 'wonderland', containerInsights: 'disabled' },
        changed: { spec: { name: 'wonderland', containerInsights: 'enabled' }, paths: ['containerInsights'] },
        another: { name: 'looking-glass' },
        full: {
          name: 'wonderland',
          containerInsights: 'enhanced',
          configuration: {
            executeCommandConfiguration: {
              kmsKeyId: 'key-1',
              logging: 'OVERRIDE',
              logConfiguration: { cloudWatchLogGroupName: 'exec', cloudWatchEncryptionEnabled: true },
            },
            managedStorageConfiguration: { fargateEphemeralStorageKmsKeyId: 'key-2' },
          },
          capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
          serviceConnectDefaults: { namespace: 'arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-1' },
        },
      }),
    count: async ({ aws }) => (await aws.client(ecs).send(new ListClustersCommand({}))).clusterArns?.length ?? 0,
    hasStatus: true,
    hasNoGeneration: true,
  },

  'ecs/task-definition': {
    prepare: () => {
      const spec = { family: 'deployer-api', cpu: 256, memory: 512, containers };
      const image = 'registry.example/deployer-api:1.43';
      return Promise.resolve({
        spec,
        changed: { spec: { ...spec, containers: [{ ...containers[0], image }] }, paths: ['containers[0].image'] },
        another: { family: 'deployer-worker', containers },
        full: fullTask,
        // Fargate takes none of them.
        apart: ['placementConstraints', 'inferenceAccelerators', 'ipcMode'],
      });
    },
    count: async ({ aws }) =>
      (await aws.client(ecs).send(new ListTaskDefinitionsCommand({ status: 'ACTIVE' }))).taskDefinitionArns?.length ??
      0,
    hasStatus: true,
  },

  'ecs/service': {
    neededHere: ['network'],
    prepare: async (where) => {
      const targetGroup = (await madeTargetGroup('deployer-api', where))['arn'] ?? '';
      await madeListener(where, targetGroup);
      const cluster = (await made('ecs/cluster', { name: 'wonderland' }, where))['arn'];
      const task = { family: 'deployer-api', containers };
      const taskDefinition = (await made('ecs/task-definition', task, where))['arn'];
      const spec = {
        cluster,
        name: 'deployer-api',
        taskDefinition,
        desiredCount: 2,
        loadBalancer: { targetGroup, container: 'api', port: 8080 },
        network: { subnets, securityGroups },
      };
      return {
        spec,
        changed: {
          spec: { ...spec, network: { subnets: ['subnet-c1', 'subnet-a1'], securityGroups } },
          paths: ['network.subnets'],
        },
        another: { ...spec, name: 'deployer-worker' },
        full: {
          ...spec,
          desiredCount: 3,
          network: { subnets: ['subnet-c1', 'subnet-a1'], securityGroups, assignPublicIp: true },
          launchType: 'FARGATE',
          platformVersion: '1.4.0',
          schedulingStrategy: 'REPLICA',
          deployment: {
            minimumHealthyPercent: 50,
            maximumPercent: 150,
            circuitBreaker: { enable: true, rollback: true },
          },
          healthCheckGracePeriod: 45,
          enableExecuteCommand: true,
          propagateTags: 'SERVICE',
          ...furtherSettings,
          taskDefinition: (await made('ecs/task-definition', furtherTask, where))['arn'],
        },
        // Beside a launch type, on Fargate, of ECS's own deployments, or told by no service.
        apart: [
          'loadBalancers',
          'capacityProviderStrategy',
          'placementConstraints',
          'placementStrategy',
          'role',
          'deploymentController',
          'gatewayConnectors',
          'monitoring',
        ],
      };
    },
    count: async ({ aws }) => {
      const answer = await aws.client(ecs).send(new ListServicesCommand({ cluster: 'wonderland' }));
      return answer.serviceArns?.length ?? 0;
    },
    hasStatus: true,
    dangling: {
      path: 'taskDefinition',
      others: [
        {
          id: 'task-definition',
          type: 'ecs/task-definition',
          spec: { family: 'deployer-api', containers },
          references: [],
          ignore: [],
        },
      ],
      // The service runs what it ran, and its definition has newer revisions.
      hasMoved: async (where, before) => {
        const latest = await made('ecs/task-definition', { family: 'deployer-api', containers }, where);
        return latest['arn'] !== (before as { readonly taskDefinition: string }).taskDefinition;
      },
    },
  },

  'dynamodb/table': {
    prepare: () => {
      const hashKey = { name: 'service', type: 'S' };
      const billing = { billingMode: 'PROVISIONED', readCapacity: 5, writeCapacity: 5 };
      const spec = { name: 'deployer-state', hashKey, ...billing, deletionProtection: false };
      return Promise.resolve({
        spec,
        changed: { spec: { ...spec, readCapacity: 10 }, paths: ['readCapacity'] },
        bare: { name: spec.name, hashKey },
        another: { name: 'deployer-locks', hashKey },
        full: {
          name: 'deployer-state',
          hashKey: { name: 'tenant', type: 'B' },
          rangeKey: { name: 'at', type: 'N' },
          billingMode: 'PROVISIONED',
          readCapacity: 7,
          writeCapacity: 3,
          deletionProtection: false,
          attributeDefinitions: [{ attributeName: 'status', attributeType: 'S' }],
          globalSecondaryIndexes: [
            {
              indexName: 'by-status',
              keySchema: [{ attributeName: 'status', keyType: 'HASH' }],
              projection: { projectionType: 'INCLUDE', nonKeyAttributes: ['owner'] },
              provisionedThroughput: { readCapacityUnits: 2, writeCapacityUnits: 1 },
            },
          ],
          localSecondaryIndexes: [
            {
              indexName: 'in-tenant',
              keySchema: [
                { attributeName: 'tenant', keyType: 'HASH' },
                { attributeName: 'status', keyType: 'RANGE' },
              ],
              projection: { projectionType: 'KEYS_ONLY' },
            },
          ],
          streamSpecification: { streamEnabled: true, streamViewType: 'NEW_IMAGE' },
          sseSpecification: { enabled: true, sseType: 'KMS', kmsMasterKeyId: tableKey },
          tableClass: 'STANDARD_INFREQUENT_ACCESS',
          timeToLive: { enabled: true, attributeName: 'expires' },
          pointInTimeRecovery: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: 7 },
          contributorInsights: { enabled: true, mode: 'THROTTLED_KEYS' },
          resourcePolicy: '{"Version":"2012-10-17","Statement":[]}',
        },
        // Limits are of tables that are paid by request; the others are not in the sandbox.
        apart: [
          'onDemandThroughput',
          'warmThroughput',
          'globalTableSourceArn',
          'globalTableSettingsReplicationMode',
          'vectorIndexes',
        ],
      });
    },
    count: async ({ aws }) => (await aws.client(dynamodb).send(new ListTablesCommand({}))).TableNames?.length ?? 0,
    hasStatus: true,
  },

  'dynamodb/item': {
    prepare: async (where) => {
      const table = (await made('dynamodb/table', { name: 'deployer-state', hashKey: { name: 'service' } }, where))[
        'name'
      ];
      const spec = {
        table,
        key: { service: 'deployer-api' },
        attributes: { status: 'deployed', tasks: { wanted: 2 } },
      };
      return {
        spec,
        changed: {
          spec: { ...spec, attributes: { status: 'deployed', tasks: { wanted: 3 } } },
          paths: ['attributes.tasks.wanted'],
        },
        another: { ...spec, key: { service: 'deployer-worker' } },
        full: {
          ...spec,
          attributes: {
            status: 'failed',
            tasks: { wanted: 2, names: ['a', 'b'], none: null, odd: { deep: [1.5, false, 'x${y}'] } },
            since: 1_700_000_000,
            empty: '',
            on: true,
            names: { SS: ['a', 'b'] },
            sizes: { NS: ['1', '2.5'] },
            big: { N: '12345678901234567890' },
            bytes: { B: 'AAE=' },
            many: { BS: ['AAE=', 'AQI='] },
            odd: { M: { S: 'a map whose only key is a type' } },
          },
        },
        // What it is not to have cannot be seen.
        apart: ['without'],
      };
    },
    count: async ({ aws }) =>
      (await aws.client(dynamodb).send(new ScanCommand({ TableName: 'deployer-state' }))).Items?.length ?? 0,
    hasStatus: false,
    hasNoGeneration: true,
    dangling: { path: 'attributes.status' },
  },

  'elbv2/load-balancer': {
    prepare: (where) => {
      network(where);
      const spec = { name: 'deployer-api', subnets, securityGroups };
      return Promise.resolve({
        spec: { ...spec, attributes: { 'idle_timeout.timeout_seconds': '60' } },
        changed: {
          spec: { ...spec, attributes: { 'idle_timeout.timeout_seconds': '120' } },
          paths: ['attributes.idle_timeout.timeout_seconds'],
        },
        another: { ...spec, name: 'deployer-worker' },
        full: {
          name: 'deployer-api',
          type: 'application',
          scheme: 'internal',
          subnets: ['subnet-c1', 'subnet-a1'],
          securityGroups,
          ipAddressType: 'dualstack',
          customerOwnedIpv4Pool: 'ipv4pool-coip-12345678',
          ipamPools: { ipv4IpamPoolId: 'ipam-pool-12345678' },
          enablePrefixForIpv6SourceNat: 'on',
          minimumLoadBalancerCapacity: { capacityUnits: 100 },
          attributes: { 'idle_timeout.timeout_seconds': '120', 'routing.http2.enabled': 'false' },
        },
        apart: ['subnetMappings', 'enforceSecurityGroupInboundRulesOnPrivateLinkTraffic'],
      });
    },
    count: async ({ aws }) =>
      (await aws.client(elbv2).send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.length ?? 0,
    hasStatus: true,
  },

  'elbv2/target-group': {
    prepare: (where) => {
      network(where);
      const spec = { name: 'deployer-api', port: 8080, protocol: 'HTTP', vpc: 'vpc-1', deregistrationDelay: 30 };
      return Promise.resolve({
        spec: { ...spec, healthCheck: { path: '/health' } },
        changed: { spec: { ...spec, healthCheck: { path: '/status' } }, paths: ['healthCheck.path'] },
        another: { ...spec, name: 'deployer-worker' },
        full: {
          name: 'deployer-api',
          port: 9090,
          protocol: 'HTTPS',
          targetType: 'instance',
          vpc: 'vpc-1',
          protocolVersion: 'HTTP2',
          healthCheck: {
            path: '/up',
            port: 9091,
            protocol: 'HTTP',
            interval: 20,
            timeout: 7,
            healthyThreshold: 4,
            unhealthyThreshold: 6,
            matcher: '200-204',
            enabled: true,
          },
          ipAddressType: 'ipv6',
          attributes: { 'stickiness.enabled': 'true', 'deregistration_delay.timeout_seconds': '17' },
        },
        apart: ['deregistrationDelay', 'targetControlPort'],
      });
    },
    count: async ({ aws }) =>
      (await aws.client(elbv2).send(new DescribeTargetGroupsCommand({}))).TargetGroups?.length ?? 0,
    hasStatus: false,
  },

  'elbv2/listener': {
    prepare: async (where) => {
      const loadBalancer = (await madeLoadBalancer(where))['arn'];
      const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
      const further = certificate.replace('11111111', '22222222');
      presume(
        where.world,
        [certificate, further].map((arn) => ({ kind: 'certificate', arn })),
      );
      const [blue, green] = [await madeTargetGroup('blue', where), await madeTargetGroup('green', where)];
      const attributes = { 'routing.http.response.server.enabled': 'true' };
      const spec = { loadBalancer, port: 80, protocol: 'HTTP', forwardTo: blue['arn'], attributes };
      return {
        spec,
        changed: { spec: { ...spec, forwardTo: green['arn'] }, paths: ['forwardTo'] },
        another: { ...spec, port: 8080 },
        full: {
          loadBalancer,
          port: 80,
          protocol: 'HTTPS',
          certificate,
          certificates: [further],
          sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
          mutualAuthentication: { mode: 'passthrough' },
          attributes: { 'routing.http.response.server.enabled': 'false' },
          authenticateCognito: {
            userPoolArn: 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_1',
            userPoolClientId: 'client',
            userPoolDomain: 'login',
            authenticationRequestExtraParams: { prompt: 'login' },
          },
          jwtValidation: { jwksEndpoint: 'https://login.example/keys', issuer: 'https://login.example' },
          redirect: { status: 'HTTP_302', host: 'other.example', port: '8443', path: '/moved', query: 'x=1' },
        },
        apart: ['forwardTo', 'forward', 'fixedResponse', 'authenticateOidc', 'defaultActions', 'alpnPolicy'],
      };
    },
    count: async (where) => {
      const { aws } = where;
      const balancers = (await aws.client(elbv2).send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
      const lists = await Promise.all(
        balancers.map(({ LoadBalancerArn }) =>
          aws.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn })),
        ),
      );
      return lists.reduce((sum, { Listeners = [] }) => sum + Listeners.length, 0);
    },
    hasStatus: false,
    dangling: { path: 'forwardTo' },
  },

  'elbv2/listener-rule': {
    prepare: async (where) => {
      const [blue, green] = [await madeTargetGroup('blue', where), await madeTargetGroup('green', where)];
      const listener = (await madeListener(where, blue['arn'] ?? ''))['arn'];
      const spec = { listener, priority: 10, conditions: { pathPattern: ['/v2/*'] }, forwardTo: green['arn'] };
      return {
        spec,
        changed: { spec: { ...spec, conditions: { pathPattern: ['/v3/*'] } }, paths: ['conditions.pathPattern'] },
        another: { ...spec, priority: 20 },
        full: {
          listener,
          priority: 10,
          conditions: {
            hostHeaderRegex: ['^api'],
            sourceIp: ['192.0.2.0/24'],
            httpHeader: [{ name: 'X-Tier', values: ['gold'] }],
            queryString: [{ key: 'v', value: '2' }],
            httpRequestMethod: ['GET'],
          },
          forward: {
            targetGroups: [
              { targetGroupArn: blue['arn'], weight: 9 },
              { targetGroupArn: green['arn'], weight: 1 },
            ],
            targetGroupStickinessConfig: { enabled: true, durationSeconds: 60 },
          },
          transforms: [{ type: 'url-rewrite', urlRewriteConfig: { rewrites: [{ regex: '^/v2', replace: '/' }] } }],
        },
        apart: [
          'forwardTo',
          'redirect',
          'fixedResponse',
          'actions',
          'authenticateOidc',
          'authenticateCognito',
          'jwtValidation',
        ],
      };
    },
    count: async ({ aws }) => {
      const [balancer] = (await aws.client(elbv2).send(new DescribeLoadBalancersCommand({}))).LoadBalancers ?? [];
      const [listener] =
        (await aws.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn: balancer?.LoadBalancerArn })))
          .Listeners ?? [];
      const { Rules = [] } = await aws
        .client(elbv2)
        .send(new DescribeRulesCommand({ ListenerArn: listener?.ListenerArn }));
      return Rules.filter((rule) => rule.IsDefault !== true).length;
    },
    hasStatus: false,
    dangling: { path: 'forwardTo' },
  },

  'route53/record': {
    prepare: async (where) => {
      presume(where.world, [{ kind: 'hosted-zone', name: 'wonderland.example' }]);
      const check = { fqdn: 'old.elb.example', protocol: 'HTTP' };
      const healthCheck = (await made('route53/health-check', check, where))['id'];
      const name = 'deployer-api.wonderland.example';
      const spec = { zone: 'wonderland.example', name, type: 'CNAME', values: ['old.elb.example'] };
      return {
        spec: { ...spec, ttl: 60 },
        changed: { spec: { ...spec, ttl: 30 }, paths: ['ttl'] },
        another: { ...spec, ttl: 60, name: 'worker.wonderland.example' },
        full: { ...spec, ttl: 300, setIdentifier: 'blue', weight: 20, healthCheck },
        // One way of routing, and one content.
        apart: [
          ...['alias', 'marker', 'failover', 'region', 'geoLocation', 'geoProximityLocation'],
          ...['multiValueAnswer', 'cidrRoutingConfig'],
        ],
      };
    },
    count: async ({ aws }) => {
      const zone = (await aws.client(route53).send(new ListHostedZonesCommand({}))).HostedZones?.[0]?.Id;
      const answer = await aws.client(route53).send(new ListResourceRecordSetsCommand({ HostedZoneId: zone }));
      return (answer.ResourceRecordSets ?? []).filter((each) => each.Type !== 'NS' && each.Type !== 'SOA').length;
    },
    hasStatus: false,
    hasNoGeneration: true,
    dangling: { path: 'values[0]' },
  },

  'route53/health-check': {
    prepare: () => {
      const spec = {
        fqdn: 'deployer-api.wonderland.example',
        protocol: 'HTTPS',
        path: '/health',
        failureThreshold: 3,
      };
      return Promise.resolve({
        spec,
        changed: { spec: { ...spec, failureThreshold: 5 }, paths: ['failureThreshold'] },
        another: { ...spec, fqdn: 'worker.wonderland.example' },
        full: {
          ...spec,
          ipAddress: '192.0.2.7',
          port: 8443,
          searchString: 'all is well',
          interval: 10,
          failureThreshold: 7,
          measureLatency: true,
          enableSni: false,
          inverted: true,
          disabled: true,
          regions: ['eu-west-1', 'us-east-1', 'us-west-2'],
        },
        // Of other kinds.
        apart: [
          ...['healthThreshold', 'childHealthChecks', 'alarmIdentifier', 'insufficientDataHealthStatus'],
          'routingControlArn',
        ],
      });
    },
    count: async ({ aws }) =>
      (await aws.client(route53).send(new ListHealthChecksCommand({}))).HealthChecks?.length ?? 0,
    hasStatus: false,
    dangling: { path: 'fqdn' },
  },

  'ssm/parameter': {
    prepare: () => {
      const spec = { name: '/deployer-api/log-level', type: 'String', value: 'info' };
      return Promise.resolve({
        spec,
        changed: { spec: { ...spec, value: 'debug' }, paths: ['value'] },
        another: { ...spec, name: '/deployer-api/mode' },
        full: {
          name: '/deployer-api/log-level',
          type: 'SecureString',
          secretValue: 'correct-horse-17',
          keyId: '11111111-2222-3333-4444-555555555555',
          tier: 'Advanced',
          description: 'how the API logs in',
          allowedPattern: '^[a-z0-9-]+$',
          dataType: 'text',
          policies: [
            { type: 'NoChangeNotification', version: '1.0', attributes: { After: '20', Unit: 'Days' } },
            { type: 'Expiration', version: '1.0', attributes: { Timestamp: '2030-12-02T21:34:33.000Z' } },
          ],
          tags: { team: 'wonderland' },
        },
        apart: ['value'],
      });
    },
    count: async ({ aws }) => (await aws.client(ssm).send(new DescribeParametersCommand({}))).Parameters?.length ?? 0,
    hasStatus: false,
    hasNoGeneration: true,
    dangling: { path: 'value' },
  },
};
