// What people set on pieces by hand, with the SDK's clients, beyond what a playbook says; and how they change what it says.
// Values are drawn from AWS's service models.
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateClusterCommand,
  UpdateServiceCommand,
  type ContainerDefinition,
  type PutClusterCapacityProvidersCommandInput,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import {
  AddListenerCertificatesCommand,
  AddTagsCommand,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  SetIpAddressTypeCommand,
  SetSecurityGroupsCommand,
  type ModifyListenerCommandInput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  DescribeTableCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  TagResourceCommand as TagTableCommand,
  UpdateContinuousBackupsCommand,
  UpdateContributorInsightsCommand,
  UpdateItemCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  GetItemCommand,
  type AttributeValue,
  type UpdateContinuousBackupsCommandInput,
  type UpdateContributorInsightsCommandInput,
  type UpdateTimeToLiveCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  ListHostedZonesByNameCommand,
  ListResourceRecordSetsCommand,
  UpdateHealthCheckCommand,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { AddTagsToResourceCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import fc from 'fast-check';
import { revealingClient } from '../../../src/aws/revealing.ts';
import { dynamodb } from '../../../src/aws/services/dynamodb.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { elbv2 } from '../../../src/aws/services/elbv2.ts';
import { route53 } from '../../../src/aws/services/route53.ts';
import { ssm } from '../../../src/aws/services/ssm.ts';
import type { Harness } from '../../../src/rehearse/world/harness.ts';
import type { Presumption } from '../../../src/components/contract.ts';
import { inputs as dynamodbInputs } from '../../../src/sandbox/services/dynamodb/inputs.ts';
import { inputs as ecsInputs } from '../../../src/sandbox/services/ecs/inputs.ts';
import { inputs as elbv2Inputs } from '../../../src/sandbox/services/elbv2/inputs.ts';
import { inputs as route53Inputs } from '../../../src/sandbox/services/route53/inputs.ts';
import { inputs as ssmInputs } from '../../../src/sandbox/services/ssm/inputs.ts';
import { membersDrawn, type Drawing } from '../../helpers/drawn.ts';
import { certificates, executionRole } from './playbook.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a hand needs to know of the pieces: an output of a component (`arn`). */
export interface Site {
  readonly harness: Harness;
  readonly outputOf: (component: string, output: string) => string;
}

interface Hand {
  /** JSON. */
  readonly draw: fc.Arbitrary<Fields>;
  readonly put: (site: Site, input: Fields) => Promise<unknown>;
  /** Members that the playbook says where it says more. */
  readonly said?: readonly string[];
}

interface Hands {
  /** By name, in the order in which they are put. */
  readonly beyond: Readonly<Record<string, Hand>>;
  /** Changes what the playbook says. */
  readonly drift: (site: Site) => Promise<unknown>;
}

const account = '123456789012';
const role = `arn:aws:iam::${account}:role/tasks`;
const parameter = `arn:aws:ssm:eu-west-1:${account}:parameter/api/db`;
const kmsKey = `arn:aws:kms:eu-west-1:${account}:key/11111111-2222-3333-4444-555555555555`;

/** What the values name. */
export const presumed: readonly Presumption[] = [
  { kind: 'role', role },
  { kind: 'role', role: executionRole },
  { kind: 'parameter', parameter },
  { kind: 'key', key: kmsKey },
  { kind: 'security-group', id: 'sg-web' },
  { kind: 'security-group', id: 'sg-other' },
  { kind: 'log-group', name: 'logs', region: 'eu-west-1' },
  ...certificates.map((arn) => ({ kind: 'certificate', arn }) as const),
];

const one = (...texts: readonly string[]): fc.Arbitrary<unknown> => fc.constantFrom(...texts);
const between = (min: number, max: number): fc.Arbitrary<unknown> => fc.integer({ min, max });

const tags: fc.Arbitrary<Fields> = fc.dictionary(
  fc.constantFrom('team', 'cost-centre', 'Owner'),
  fc.constantFrom('shop', '42', 'Ü b'),
  { minKeys: 1, maxKeys: 2 },
);

const pairs = (all: Fields): { key: string; value: string }[] =>
  Object.entries(all).map(([key, value]) => ({ key, value: String(value) }));
const Pairs = (all: Fields): { Key: string; Value: string }[] =>
  Object.entries(all).map(([Key, Value]) => ({ Key, Value: String(Value) }));

// --- Containers -------------------------------------------------------------------------------------------------------

const containers: Drawing = {
  model: ecsInputs,
  special: {
    'ExecuteCommandConfiguration.kmsKeyId': one(kmsKey),
    'ManagedStorageConfiguration.kmsKeyId': one(kmsKey),
    'ManagedStorageConfiguration.fargateEphemeralStorageKmsKeyId': one(kmsKey),
    'ClusterServiceConnectDefaultsRequest.namespace': one(
      `arn:aws:servicediscovery:eu-west-1:${account}:namespace/ns-1`,
    ),
    'ClusterSetting.value': one('enabled', 'disabled', 'enhanced'),
    'ClusterSetting.name': one('containerInsights'),
    ClusterSettings: fc.constantFrom(
      ...['enabled', 'disabled', 'enhanced'].map((value) => [{ name: 'containerInsights', value }]),
    ),
    'ExecuteCommandConfiguration.logging': one('DEFAULT', 'NONE'),
    'RegisterTaskDefinitionRequest.taskRoleArn': one(role, executionRole),
    'EphemeralStorage.sizeInGiB': between(21, 200),
    RuntimePlatform: fc.constantFrom(
      { cpuArchitecture: 'ARM64' },
      { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
    ),
    'RegisterTaskDefinitionRequest.pidMode': one('task'),
    'Volume.name': one('files', 'data'),
    'Volume.dockerVolumeConfiguration': null,
    'Volume.fsxWindowsFileServerVolumeConfiguration': null,
    'Volume.configuredAtLaunch': null,
    'EFSVolumeConfiguration.fileSystemId': one('fs-11', 'fs-22'),
    'EFSVolumeConfiguration.transitEncryption': one('ENABLED'),
    'EFSVolumeConfiguration.authorizationConfig': null,
    'S3FilesVolumeConfiguration.fileSystemArn': one(`arn:aws:s3files:eu-west-1:${account}:file-system/fs-33`),
    'S3FilesVolumeConfiguration.accessPointArn': null,
    'MountPoint.sourceVolume': one('files', 'data'),
    'ContainerDefinition.cpu': between(1, 64),
    'ContainerDefinition.memoryReservation': between(6, 128),
    'ContainerDefinition.stopTimeout': between(2, 120),
    'ContainerDefinition.startTimeout': between(2, 120),
    'ContainerDefinition.healthCheck': fc.record(
      {
        command: fc.constantFrom(['CMD', 'true'], ['CMD-SHELL', 'curl -f http://localhost']),
        interval: fc.integer({ min: 5, max: 300 }),
        retries: fc.integer({ min: 1, max: 10 }),
      },
      { requiredKeys: ['command'] },
    ),
    EnvironmentVariables: fc
      .dictionary(fc.constantFrom('MODE', 'LEVEL', 'Z_9'), fc.constantFrom('live', '', '2', 'Ü b'), {
        minKeys: 1,
        maxKeys: 2,
      })
      .map((all) => Object.entries(all).map(([name, value]) => ({ name, value }))),
    'EnvironmentFile.value': one('arn:aws:s3:::cfg/api.env', 'arn:aws:s3:::cfg/b.env'),
    'Secret.name': one('DB_URL', 'API_KEY'),
    'Secret.valueFrom': one(parameter),
    SecretList: fc.constantFrom(
      [{ name: 'DB_URL', valueFrom: parameter }],
      [
        { name: 'DB_URL', valueFrom: parameter },
        { name: 'API_KEY', valueFrom: parameter },
      ],
    ),
    'ContainerDefinition.linuxParameters': fc.record(
      {
        initProcessEnabled: fc.boolean(),
        capabilities: fc.constantFrom({ drop: ['NET_RAW'] }, { add: ['SYS_PTRACE'] }),
      },
      { requiredKeys: ['initProcessEnabled'] },
    ),
    LogConfiguration: fc.constantFrom(
      {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'logs', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'a' },
      },
      { logDriver: 'splunk', options: { 'splunk-url': 'https://splunk.example', 'splunk-token': 'x' } },
    ),
    'RepositoryCredentials.credentialsParameter': one(
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:registry-AbCdEf`,
    ),
    'ContainerRestartPolicy.restartAttemptPeriod': between(60, 1_800),
    'ContainerRestartPolicy.ignoredExitCodes': fc.constantFrom([0], [1, 3]),
    SystemControls: fc.constantFrom(
      [{ namespace: 'net.core.somaxconn', value: '1024' }],
      [{ namespace: 'net.ipv4.tcp_keepalive_time', value: '600' }],
    ),
    UlimitList: fc.constantFrom([{ name: 'nofile', softLimit: 1_024, hardLimit: 65_535 }]),
    'DeploymentConfiguration.maximumPercent': between(150, 200),
    'DeploymentConfiguration.minimumHealthyPercent': between(0, 100),
    'DeploymentConfiguration.strategy': null,
    'DeploymentConfiguration.canaryConfiguration': null,
    'DeploymentConfiguration.linearConfiguration': null,
    'DeploymentConfiguration.bakeTimeInMinutes': null,
    'DeploymentConfiguration.lifecycleHooks': fc.constant([
      {
        hookTargetArn: `arn:aws:lambda:eu-west-1:${account}:function:check`,
        roleArn: role,
        lifecycleStages: ['POST_SCALE_UP'],
      },
    ]),
    'UpdateServiceRequest.platformVersion': one('1.4.0'),
    'UpdateServiceRequest.desiredCount': between(2, 3),
    'UpdateServiceRequest.networkConfiguration': fc
      .record({
        securityGroups: fc.constantFrom(['sg-web'], ['sg-other', 'sg-web']),
        assignPublicIp: fc.constantFrom('ENABLED', 'DISABLED'),
      })
      .map((more) => ({ awsvpcConfiguration: { subnets: ['subnet-a1'], ...more } })),
    'ServiceConnectConfiguration.enabled': fc.constant(true),
    'ServiceConnectConfiguration.namespace': one(`arn:aws:servicediscovery:eu-west-1:${account}:namespace/ns-1`),
    'ServiceConnectConfiguration.services': null,
    'ServiceConnectConfiguration.accessLogConfiguration': null,
    ServiceRegistries: fc.constant([{ registryArn: `arn:aws:servicediscovery:eu-west-1:${account}:service/srv-1` }]),
  },
};

const ofTasks = ['taskRoleArn', 'ephemeralStorage', 'runtimePlatform', 'pidMode', 'volumes', 'enableFaultInjection'];
const ofContainers = [
  ...['command', 'cpu', 'dockerLabels', 'entryPoint', 'environment', 'environmentFiles', 'healthCheck', 'interactive'],
  ...['linuxParameters', 'logConfiguration', 'memoryReservation', 'mountPoints', 'pseudoTerminal', 'secrets'],
  ...[
    'readonlyRootFilesystem',
    'repositoryCredentials',
    'restartPolicy',
    'startTimeout',
    'stopTimeout',
    'systemControls',
  ],
  ...['ulimits', 'user', 'versionConsistency', 'workingDirectory'],
];
const ofServices = [
  ...['availabilityZoneRebalancing', 'deploymentConfiguration', 'enableECSManagedTags', 'enableExecuteCommand'],
  ...['healthCheckGracePeriodSeconds', 'networkConfiguration', 'platformVersion', 'propagateTags', 'serviceRegistries'],
  ...['serviceConnectConfiguration', 'desiredCount'],
];

/** Registers a revision like the newest one but for what is given, and lets the service run it. */
async function revise(
  { harness }: Site,
  change: (definition: RegisterTaskDefinitionCommandInput) => Partial<RegisterTaskDefinitionCommandInput>,
): Promise<void> {
  const client = harness.operator.client(ecs);
  const { tags: old, taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: 'api', include: ['TAGS'] }),
  );
  const told = ['compatibilities', 'deregisteredAt', 'registeredAt', 'registeredBy', 'requiresAttributes', 'revision'];
  const definition = {
    ...Object.fromEntries(
      Object.entries(taskDefinition ?? {}).filter(([name]) => ![...told, 'status', 'taskDefinitionArn'].includes(name)),
    ),
    tags: old,
  } as unknown as RegisterTaskDefinitionCommandInput;
  const registered = await client.send(new RegisterTaskDefinitionCommand({ ...definition, ...change(definition) }));
  const { services = [] } = await client.send(new DescribeServicesCommand({ cluster: 'shop', services: ['api'] }));
  if (services[0]?.status !== 'ACTIVE') return;
  const { taskDefinitionArn } = registered.taskDefinition ?? {};
  await client.send(new UpdateServiceCommand({ cluster: 'shop', service: 'api', taskDefinition: taskDefinitionArn }));
}

function mergedContainer(first: ContainerDefinition | undefined, more: Fields): ContainerDefinition {
  const { environment = [], ...others } = more as Partial<ContainerDefinition>;
  const known = new Set(first?.environment?.map((each) => each.name));
  return {
    ...first,
    ...others,
    environment: [...(first?.environment ?? []), ...environment.filter((each) => !known.has(each.name))],
  };
}

const cluster: Hands = {
  beyond: {
    update: {
      draw: membersDrawn(containers, 'UpdateClusterRequest', ['configuration', 'serviceConnectDefaults', 'settings']),
      said: ['settings'],
      put: ({ harness }, input) =>
        harness.operator.client(ecs).send(new UpdateClusterCommand({ cluster: 'shop', ...input })),
    },
    capacity: {
      draw: fc.constantFrom(
        { capacityProviders: ['FARGATE', 'FARGATE_SPOT'], defaultCapacityProviderStrategy: [] },
        {
          capacityProviders: ['FARGATE_SPOT'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 2, base: 1 }],
        },
      ),
      put: ({ harness }, input) =>
        harness.operator.client(ecs).send(
          new PutClusterCapacityProvidersCommand({
            cluster: 'shop',
            ...input,
          } as PutClusterCapacityProvidersCommandInput),
        ),
    },
    tags: { draw: tags, put: (site, input) => tagEcs(site, 'cluster', input) },
  },
  drift: ({ harness }) =>
    harness.operator
      .client(ecs)
      .send(
        new UpdateClusterCommand({ cluster: 'shop', settings: [{ name: 'containerInsights', value: 'disabled' }] }),
      ),
};

function tagEcs({ harness, outputOf }: Site, component: string, input: Fields): Promise<unknown> {
  const resourceArn = outputOf(component, 'arn');
  return harness.operator.client(ecs).send(new TagResourceCommand({ resourceArn, tags: pairs(input) }));
}

const tasks: Hands = {
  beyond: {
    definition: {
      draw: membersDrawn(containers, 'RegisterTaskDefinitionRequest', ofTasks),
      put: (site, input) => revise(site, () => input),
    },
    container: {
      draw: membersDrawn(containers, 'ContainerDefinition', ofContainers, 4),
      put: (site, input) =>
        revise(site, ({ containerDefinitions: [first, ...others] = [] }) => ({
          containerDefinitions: [mergedContainer(first, input), ...others],
        })),
    },
    sidecar: {
      draw: membersDrawn(containers, 'ContainerDefinition', ofContainers),
      put: (site, input) =>
        revise(site, ({ containerDefinitions = [] }) => ({
          containerDefinitions: [
            ...containerDefinitions,
            mergedContainer({ name: 'sidecar', image: 'registry.example/sidecar:3', essential: false }, input),
          ],
        })),
    },
    tags: {
      draw: tags,
      put: (site, input) => revise(site, (definition) => ({ tags: [...(definition.tags ?? []), ...pairs(input)] })),
    },
  },
  drift: (site) =>
    revise(site, ({ containerDefinitions: [first, ...others] = [] }) => ({
      containerDefinitions: [{ ...first, image: 'registry.example/hotfix:9' }, ...others],
    })),
};

const service: Hands = {
  beyond: {
    update: {
      draw: membersDrawn(containers, 'UpdateServiceRequest', ofServices),
      said: ['desiredCount'],
      put: ({ harness }, input) =>
        harness.operator.client(ecs).send(new UpdateServiceCommand({ cluster: 'shop', service: 'api', ...input })),
    },
    tags: { draw: tags, put: (site, input) => tagEcs(site, 'service', input) },
  },
  drift: async ({ harness }) => {
    const client = harness.operator.client(ecs);
    const { services = [] } = await client.send(new DescribeServicesCommand({ cluster: 'shop', services: ['api'] }));
    const { awsvpcConfiguration: there } = services[0]?.networkConfiguration ?? {};
    const awsvpcConfiguration = { ...there, subnets: ['subnet-b1'] };
    return client.send(
      new UpdateServiceCommand({ cluster: 'shop', service: 'api', networkConfiguration: { awsvpcConfiguration } }),
    );
  },
};

// --- Load balancing ---------------------------------------------------------------------------------------------------

const balancing: Drawing = {
  model: elbv2Inputs,
  special: {
    'ModifyTargetGroupInput.HealthCheckProtocol': one('HTTP', 'HTTPS'),
    'ModifyTargetGroupInput.HealthCheckPort': one('8081', 'traffic-port'),
    'ModifyTargetGroupInput.HealthCheckIntervalSeconds': between(30, 300),
    'ModifyTargetGroupInput.HealthCheckTimeoutSeconds': between(2, 25),
    'ModifyTargetGroupInput.HealthCheckPath': one('/up', '/a/b'),
    'ModifyTargetGroupInput.Matcher': fc.constantFrom({ HttpCode: '200-299' }, { HttpCode: '200,204' }),
    'TargetGroupStickinessConfig.DurationSeconds': between(1, 600_000),
    'RuleTransform.Type': one('url-rewrite'),
    RuleTransformList: fc
      .constantFrom('^/v2', '^/old/(.*)')
      .map((Regex) => [{ Type: 'url-rewrite', UrlRewriteConfig: { Rewrites: [{ Regex, Replace: '/' }] } }]),
    MutualAuthenticationAttributes: fc.constant({ Mode: 'passthrough' }),
    'ModifyListenerInput.SslPolicy': one('ELBSecurityPolicy-TLS13-1-2-2021-06', 'ELBSecurityPolicy-FS-1-2-Res-2020-10'),
  },
};

const attributes = (all: Readonly<Record<string, readonly string[]>>): fc.Arbitrary<Fields> =>
  fc
    .uniqueArray(
      fc
        .constantFrom(...Object.keys(all))
        .chain((key) => fc.constantFrom(...(all[key] ?? [])).map((value) => [key, value] as const)),
      { minLength: 1, maxLength: 3, selector: ([key]) => key },
    )
    .map((each) => Object.fromEntries(each));

const onOff = ['true', 'false'];

function tagElbv2({ harness, outputOf }: Site, component: string, input: Fields): Promise<unknown> {
  const ResourceArns = [outputOf(component, 'arn')];
  return harness.operator.client(elbv2).send(new AddTagsCommand({ ResourceArns, Tags: Pairs(input) }));
}

const balancer: Hands = {
  beyond: {
    attributes: {
      draw: attributes({
        'idle_timeout.timeout_seconds': ['77', '120', '1'],
        'routing.http2.enabled': onOff,
        'routing.http.drop_invalid_header_fields.enabled': onOff,
        'routing.http.desync_mitigation_mode': ['monitor', 'strictest'],
        'routing.http.preserve_host_header.enabled': onOff,
        'routing.http.xff_header_processing.mode': ['preserve', 'remove'],
        'waf.fail_open.enabled': onOff,
        'routing.http.xff_client_port.enabled': onOff,
        'zonal_shift.config.enabled': onOff,
      }),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new ModifyLoadBalancerAttributesCommand({
            LoadBalancerArn: outputOf('balancer', 'arn'),
            Attributes: Pairs(input),
          }),
        ),
    },
    groups: {
      draw: fc.constantFrom({ SecurityGroups: ['sg-web'] }, { SecurityGroups: ['sg-other', 'sg-web'] }),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new SetSecurityGroupsCommand({
            LoadBalancerArn: outputOf('balancer', 'arn'),
            SecurityGroups: input['SecurityGroups'] as string[],
          }),
        ),
    },
    addresses: {
      draw: fc.constant({ IpAddressType: 'dualstack' }),
      put: ({ harness, outputOf }) =>
        harness.operator
          .client(elbv2)
          .send(
            new SetIpAddressTypeCommand({ LoadBalancerArn: outputOf('balancer', 'arn'), IpAddressType: 'dualstack' }),
          ),
    },
    tags: { draw: tags, put: (site, input) => tagElbv2(site, 'balancer', input) },
  },
  drift: ({ harness, outputOf }) =>
    harness.operator.client(elbv2).send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn: outputOf('balancer', 'arn'),
        Attributes: [{ Key: 'client_keep_alive.seconds', Value: '777' }],
      }),
    ),
};

const group: Hands = {
  beyond: {
    check: {
      draw: membersDrawn(balancing, 'ModifyTargetGroupInput', [
        ...['HealthCheckIntervalSeconds', 'HealthCheckPort', 'HealthCheckProtocol', 'HealthCheckTimeoutSeconds'],
        ...['HealthyThresholdCount', 'Matcher', 'UnhealthyThresholdCount'],
      ]),
      // Another protocol brings its own path.
      said: ['HealthCheckProtocol'],
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new ModifyTargetGroupCommand({
            TargetGroupArn: outputOf('group', 'arn'),
            ...input,
          }),
        ),
    },
    attributes: {
      draw: attributes({
        'stickiness.enabled': onOff,
        'stickiness.lb_cookie.duration_seconds': ['60', '604800'],
        'deregistration_delay.timeout_seconds': ['0', '33'],
        'slow_start.duration_seconds': ['30', '900'],
        'load_balancing.algorithm.type': ['least_outstanding_requests', 'round_robin'],
        'load_balancing.cross_zone.enabled': onOff,
        'target_group_health.dns_failover.minimum_healthy_targets.count': ['2', 'off'],
        'target_group_health.dns_failover.minimum_healthy_targets.percentage': ['50'],
      }),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new ModifyTargetGroupAttributesCommand({
            TargetGroupArn: outputOf('group', 'arn'),
            Attributes: Pairs(input),
          }),
        ),
    },
    tags: { draw: tags, put: (site, input) => tagElbv2(site, 'group', input) },
  },
  drift: ({ harness, outputOf }) =>
    harness.operator
      .client(elbv2)
      .send(new ModifyTargetGroupCommand({ TargetGroupArn: outputOf('group', 'arn'), HealthCheckPath: '/by-hand' })),
};

const stickiness = membersDrawn(balancing, 'TargetGroupStickinessConfig', ['DurationSeconds']).map((each) => ({
  ...each,
  Enabled: true,
}));

function sticky({ outputOf }: Site, config: Fields): ModifyListenerCommandInput['DefaultActions'] {
  const TargetGroups = [{ TargetGroupArn: outputOf('group', 'arn'), Weight: 1 }];
  return [{ Type: 'forward', ForwardConfig: { TargetGroups, TargetGroupStickinessConfig: config } }];
}

const elsewhere: ModifyListenerCommandInput['DefaultActions'] = [
  { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } },
];

const listener: Hands = {
  beyond: {
    attributes: {
      draw: attributes({
        'routing.http.response.server.enabled': onOff,
        'routing.http.response.x_frame_options.header_value': ['DENY', 'SAMEORIGIN'],
        'routing.http.response.strict_transport_security.header_value': ['max-age=60'],
        'routing.http.response.content_security_policy.header_value': ["default-src 'self'"],
      }),
      put: ({ harness, outputOf }, input) =>
        harness.operator
          .client(elbv2)
          .send(
            new ModifyListenerAttributesCommand({ ListenerArn: outputOf('listener', 'arn'), Attributes: Pairs(input) }),
          ),
    },
    sticky: {
      draw: stickiness,
      put: (site, input) =>
        site.harness.operator.client(elbv2).send(
          new ModifyListenerCommand({
            ListenerArn: site.outputOf('listener', 'arn'),
            DefaultActions: sticky(site, input),
          }),
        ),
    },
    secure: {
      draw: membersDrawn(balancing, 'ModifyListenerInput', ['SslPolicy', 'MutualAuthentication']),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new ModifyListenerCommand({
            ListenerArn: outputOf('listener', 'arn'),
            ...input,
          }),
        ),
    },
    certificates: {
      draw: fc.subarray(certificates.slice(1), { minLength: 1 }).map((all) => ({ all })),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(
          new AddListenerCertificatesCommand({
            ListenerArn: outputOf('listener', 'arn'),
            Certificates: (input['all'] as string[]).map((CertificateArn) => ({ CertificateArn })),
          }),
        ),
    },
    tags: { draw: tags, put: (site, input) => tagElbv2(site, 'listener', input) },
  },
  drift: ({ harness, outputOf }) =>
    harness.operator
      .client(elbv2)
      .send(new ModifyListenerCommand({ ListenerArn: outputOf('listener', 'arn'), DefaultActions: elsewhere })),
};

const rule: Hands = {
  beyond: {
    transforms: {
      draw: membersDrawn(balancing, 'ModifyRuleInput', ['Transforms']),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(elbv2).send(new ModifyRuleCommand({ RuleArn: outputOf('rule', 'arn'), ...input })),
    },
    sticky: {
      draw: stickiness,
      put: (site, input) =>
        site.harness.operator
          .client(elbv2)
          .send(new ModifyRuleCommand({ RuleArn: site.outputOf('rule', 'arn'), Actions: sticky(site, input) })),
    },
    tags: { draw: tags, put: (site, input) => tagElbv2(site, 'rule', input) },
  },
  drift: ({ harness, outputOf }) =>
    harness.operator
      .client(elbv2)
      .send(new ModifyRuleCommand({ RuleArn: outputOf('rule', 'arn'), Actions: elsewhere })),
};

// --- Names ------------------------------------------------------------------------------------------------------------

const naming: Drawing = {
  model: route53Inputs,
  special: {
    // Enabled, it would have to be well.
    'UpdateHealthCheckRequest.Disabled': fc.constant(true),
    'UpdateHealthCheckRequest.IPAddress': one('198.51.100.7'),
    'UpdateHealthCheckRequest.Port': between(1, 65_535),
    HealthCheckRegionList: fc.constantFrom(
      ['eu-west-1', 'us-east-1', 'us-west-2'],
      ['sa-east-1', 'eu-west-1', 'us-east-1'],
    ),
  },
};

const check: Hands = {
  beyond: {
    update: {
      draw: membersDrawn(naming, 'UpdateHealthCheckRequest', [
        ...['Disabled', 'FailureThreshold', 'IPAddress', 'Inverted', 'Port', 'Regions'],
      ]),
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(route53).send(
          new UpdateHealthCheckCommand({
            HealthCheckId: outputOf('check', 'id'),
            ...input,
          }),
        ),
    },
    tags: {
      draw: tags,
      put: ({ harness, outputOf }, input) =>
        harness.operator.client(route53).send(
          new ChangeTagsForResourceCommand({
            ResourceType: 'healthcheck',
            ResourceId: outputOf('check', 'id'),
            AddTags: Pairs(input),
          }),
        ),
    },
  },
  drift: ({ harness, outputOf }) =>
    harness.operator
      .client(route53)
      .send(new UpdateHealthCheckCommand({ HealthCheckId: outputOf('check', 'id'), ResourcePath: '/by-hand' })),
};

/** Puts another record into the place of the one that is there, in one batch. */
async function rerecord({ harness }: Site, change: (there: ResourceRecordSet) => ResourceRecordSet): Promise<unknown> {
  const client = harness.operator.client(route53);
  const { HostedZones = [] } = await client.send(new ListHostedZonesByNameCommand({ DNSName: 'shop.example' }));
  const HostedZoneId = HostedZones[0]?.Id;
  const { ResourceRecordSets = [] } = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
  const there = ResourceRecordSets.find((each) => each.Name === 'api.shop.example.');
  if (there === undefined) throw new Error('no record');
  return client.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId,
      ChangeBatch: {
        Changes: [
          { Action: 'DELETE', ResourceRecordSet: there },
          { Action: 'CREATE', ResourceRecordSet: change(there) },
        ],
      },
    }),
  );
}

const name: Hands = {
  beyond: {
    routing: {
      draw: fc.oneof(
        fc.integer({ min: 0, max: 255 }).map((Weight) => ({ Weight })),
        fc.constantFrom('eu-west-1', 'us-east-1').map((Region) => ({ Region })),
        fc.constantFrom('PRIMARY', 'SECONDARY').map((Failover) => ({ Failover })),
        fc
          .constantFrom({ ContinentCode: 'EU' }, { CountryCode: 'US', SubdivisionCode: 'CA' }, { CountryCode: '*' })
          .map((GeoLocation) => ({ GeoLocation })),
        fc
          .constantFrom('10', '-7')
          .map((bias) => ({ GeoProximityLocation: { AWSRegion: 'eu-west-1', Bias: Number(bias) } })),
        fc.constant({ MultiValueAnswer: true }),
      ),
      put: (site, input) =>
        rerecord(site, ({ Weight, ...there }) => {
          if (there.SetIdentifier === undefined || Weight === undefined) throw new Error('it is the only one');
          return { ...there, ...input };
        }),
    },
    check: {
      draw: fc.constant({ of: 'check' }),
      put: (site) => rerecord(site, (there) => ({ ...there, HealthCheckId: site.outputOf('check', 'id') })),
    },
  },
  drift: (site) => rerecord(site, (there) => ({ ...there, TTL: 7 })),
};

// --- Data -------------------------------------------------------------------------------------------------------------

const tables: Drawing = {
  model: dynamodbInputs,
  special: {
    SSESpecification: fc.constantFrom({ Enabled: true }, { Enabled: true, SSEType: 'KMS', KMSMasterKeyId: kmsKey }),
    StreamSpecification: fc
      .constantFrom('NEW_IMAGE', 'KEYS_ONLY', 'NEW_AND_OLD_IMAGES')
      .map((StreamViewType) => ({ StreamEnabled: true, StreamViewType })),
    OnDemandThroughput: fc.constantFrom(
      { MaxReadRequestUnits: 200 },
      { MaxReadRequestUnits: 9, MaxWriteRequestUnits: 8 },
    ),
    TableClass: one('STANDARD_INFREQUENT_ACCESS'),
    TimeToLiveSpecification: fc
      .constantFrom('expires', 'at')
      .map((AttributeName) => ({ Enabled: true, AttributeName })),
  },
};

const TableName = 'shop-state';
const tableArn = `arn:aws:dynamodb:eu-west-1:${account}:table/${TableName}`;

const state: Hands = {
  beyond: {
    update: {
      draw: membersDrawn(
        tables,
        'UpdateTableInput',
        ['OnDemandThroughput', 'SSESpecification', 'StreamSpecification', 'TableClass'],
        1,
      ),
      put: ({ harness }, input) =>
        harness.operator.client(dynamodb).send(new UpdateTableCommand({ TableName, ...input })),
    },
    provisioned: {
      draw: fc.record({
        BillingMode: fc.constant('PROVISIONED'),
        ProvisionedThroughput: fc.record({
          ReadCapacityUnits: fc.integer({ min: 1, max: 40 }),
          WriteCapacityUnits: fc.integer({ min: 1, max: 40 }),
        }),
      }),
      put: ({ harness }, input) =>
        harness.operator.client(dynamodb).send(new UpdateTableCommand({ TableName, ...input })),
    },
    index: {
      draw: fc.constantFrom({ ProjectionType: 'ALL' }, { ProjectionType: 'INCLUDE', NonKeyAttributes: ['owner'] }),
      put: async ({ harness }, Projection) => {
        const client = harness.operator.client(dynamodb);
        const { Table } = await client.send(new DescribeTableCommand({ TableName }));
        const isProvisioned = (Table?.ProvisionedThroughput?.ReadCapacityUnits ?? 0) > 0;
        const Create = {
          IndexName: 'by-by',
          KeySchema: [{ AttributeName: 'by', KeyType: 'HASH' as const }],
          Projection,
          ...(isProvisioned ? { ProvisionedThroughput: { ReadCapacityUnits: 2, WriteCapacityUnits: 3 } } : {}),
        };
        return client.send(
          new UpdateTableCommand({
            TableName,
            AttributeDefinitions: [{ AttributeName: 'by', AttributeType: 'N' }],
            GlobalSecondaryIndexUpdates: [{ Create }],
          }),
        );
      },
    },
    live: {
      draw: membersDrawn(tables, 'UpdateTimeToLiveInput', ['TimeToLiveSpecification']),
      put: ({ harness }, input) =>
        harness.operator
          .client(dynamodb)
          .send(new UpdateTimeToLiveCommand({ TableName, ...input } as UpdateTimeToLiveCommandInput)),
    },
    backups: {
      draw: fc.integer({ min: 1, max: 35 }).map((RecoveryPeriodInDays) => ({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays },
      })),
      put: ({ harness }, input) =>
        harness.operator
          .client(dynamodb)
          .send(new UpdateContinuousBackupsCommand({ TableName, ...input } as UpdateContinuousBackupsCommandInput)),
    },
    insights: {
      draw: membersDrawn(tables, 'UpdateContributorInsightsInput', ['ContributorInsightsMode']).map((each) => ({
        ...each,
        ContributorInsightsAction: 'ENABLE',
      })),
      put: ({ harness }, input) =>
        harness.operator
          .client(dynamodb)
          .send(new UpdateContributorInsightsCommand({ TableName, ...input } as UpdateContributorInsightsCommandInput)),
    },
    policy: {
      draw: fc
        .constantFrom('{"Statement":[]}', '{"Version":"2012-10-17","Statement":[]}')
        .map((Policy) => ({ Policy })),
      put: ({ harness }, { Policy }) =>
        harness.operator
          .client(dynamodb)
          .send(new PutResourcePolicyCommand({ ResourceArn: tableArn, Policy: String(Policy) })),
    },
    tags: {
      draw: tags,
      put: ({ harness }, input) =>
        harness.operator.client(dynamodb).send(new TagTableCommand({ ResourceArn: tableArn, Tags: Pairs(input) })),
    },
  },
  drift: ({ harness }) =>
    harness.operator.client(dynamodb).send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: true })),
};

const attributeValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('up', '', 'Ü', '1').map((S) => ({ S })),
    fc.constantFrom('1', '12345678901234567890', '-0.5').map((N) => ({ N })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true }),
    fc.constant({ SS: ['a', 'b'] }),
    fc.constant({ NS: ['1', '2.5'] }),
    fc.array(tie('value'), { maxLength: 2 }).map((L) => ({ L })),
    fc.dictionary(fc.constantFrom('S', 'N', 'deep', 'a.b'), tie('value'), { maxKeys: 2 }).map((M) => ({ M })),
  ),
})).value;

async function item({ harness }: Site): Promise<Record<string, AttributeValue>> {
  const { Item = {} } = await harness.operator
    .client(dynamodb)
    .send(new GetItemCommand({ TableName, Key: { id: { S: 'api' } }, ConsistentRead: true }));
  return Item;
}

const entry: Hands = {
  beyond: {
    attributes: {
      draw: fc.dictionary(fc.constantFrom('owner', 'history', 'a.b', 'n-1', '__proto__x'), attributeValue, {
        minKeys: 1,
        maxKeys: 3,
      }),
      put: async (site, input) =>
        site.harness.operator.client(dynamodb).send(
          new PutItemCommand({
            TableName,
            Item: { ...(await item(site)), ...(input as Record<string, AttributeValue>) },
          }),
        ),
    },
  },
  drift: ({ harness }) =>
    harness.operator.client(dynamodb).send(
      new UpdateItemCommand({
        TableName,
        Key: { id: { S: 'api' } },
        UpdateExpression: 'SET #status = :by',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':by': { S: 'by-hand' } },
      }),
    ),
};

const parameters: Drawing = {
  model: ssmInputs,
  special: {
    'PutParameterRequest.AllowedPattern': one('^.+$', '[a-z].*'),
    'PutParameterRequest.Tier': one('Advanced'),
    'PutParameterRequest.DataType': one('text'),
  },
};

/** Puts a parameter with what it has and what is given. */
async function reput({ harness }: Site, Name: string, input: Fields): Promise<unknown> {
  const client = harness.operator.client(ssm);
  const { Parameter } = await revealingClient(client).send(new GetParameterCommand({ Name, WithDecryption: true }));
  const { Type, Value } = Parameter ?? {};
  return client.send(new PutParameterCommand({ Name, Type, Value, Overwrite: true, ...input }));
}

function handsOnParameter(Name: string): Hands {
  return {
    beyond: {
      update: {
        draw: membersDrawn(parameters, 'PutParameterRequest', ['AllowedPattern', 'DataType', 'Description', 'Tier']),
        put: (site, input) => reput(site, Name, input),
      },
      policies: {
        draw: fc.constantFrom('2030-12-02T21:34:33.000Z', '2031-01-01T00:00:00.000Z').map((Timestamp) => ({
          Tier: 'Advanced',
          Policies: JSON.stringify([{ Type: 'Expiration', Version: '1.0', Attributes: { Timestamp } }]),
        })),
        put: (site, input) => reput(site, Name, input),
      },
      tags: {
        draw: tags,
        put: ({ harness }, input) =>
          harness.operator
            .client(ssm)
            .send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: Name, Tags: Pairs(input) })),
      },
    },
    drift: (site) => reput(site, Name, { Value: 'by-hand' }),
  };
}

/** By component, in the order in which they are at work. */
export const hands: Readonly<Record<string, Hands>> = {
  ...{ cluster, tasks, balancer, group, listener, rule, service, check, name, state, entry },
  level: handsOnParameter('/shop/level'),
  key: handsOnParameter('/shop/key'),
};
