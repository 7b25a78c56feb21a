// Every member of ECS's inputs can be said in a playbook, is sent, and is read back. One row a type.
import {
  CreateClusterRequest$,
  CreateServiceRequest$,
  PutClusterCapacityProvidersCommand,
  RegisterTaskDefinitionCommand,
  RegisterTaskDefinitionRequest$,
} from '@aws-sdk/client-ecs';
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { NormalizedSchema } from '@smithy/core/schema';
import { describe, expect, it } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { clusterPart } from '../../src/components/ecs-cluster/parts.ts';
import { deploymentPart, servicePart } from '../../src/components/ecs-service/parts.ts';
import { containerPart, taskPart, volumePart } from '../../src/components/ecs-task-definition/parts.ts';
import { componentTypes } from '../../src/components/index.ts';
import { plainJsonSchema } from '../../src/playbook/json-schema.ts';
import { fixtureOf } from '../helpers/fixtures.ts';
import { sampleOf } from '../helpers/member-samples.ts';
import { bench, establish, reading, type Bench } from '../helpers/aws.ts';

interface Row {
  /** The SDK's own schema of the input. */
  readonly input: Parameters<typeof NormalizedSchema.of>[0];
  /** What a spec calls otherwise: paths in the input to paths in the spec. */
  readonly words: Readonly<Record<string, string>>;
  /** What a spec does not say, and why; nothing below it is asked for. */
  readonly unsaid: Readonly<Record<string, string>>;
  /** Specs in which, together, every member has a value: some exclude each other. Makes what they need. */
  readonly pieces: (where: Bench) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Spec paths that have no value in any of them, and why; nothing below them is asked for. */
  readonly apart: Readonly<Record<string, string>>;
}

/** All members of the task, and of one container, as they go together on instances. */
const fullTask = {
  ...sampleOf(taskPart),
  // An expression is read when it is given.
  placementConstraints: [{ type: 'memberOf', expression: 'attribute:zone == a' }],
  family: 'all-members',
  cpu: '1024',
  memory: '4096',
  networkMode: 'bridge',
  requiresCompatibilities: ['EC2'],
  executionRole: 'arn:aws:iam::123456789012:role/execution',
  taskRole: 'arn:aws:iam::123456789012:role/task',
  proxyConfiguration: { containerName: 'api', type: 'APPMESH', properties: [{ name: 'AppPorts', value: '8080' }] },
  volumes: volumesApart(),
  containers: [
    {
      ...sampleOf(containerPart),
      name: 'api',
      memory: 512,
      memoryReservation: 128,
      links: ['router:log'],
      dependsOn: [{ containerName: 'router', condition: 'HEALTHY' }],
      volumesFrom: [{ sourceContainer: 'router', readOnly: true }],
      mountPoints: [{ sourceVolume: 'efsVolumeConfiguration', containerPath: '/data', readOnly: true }],
      logConfiguration: {
        logDriver: 'awsfirelens',
        options: { Name: 'cloudwatch' },
        secretOptions: [{ name: 'token', valueFrom: 'arn:aws:ssm:eu-west-1:123456789012:parameter/token' }],
      },
      ports: [
        { containerPort: 8080, hostPort: 80, protocol: 'udp', name: 'http', appProtocol: 'http2' },
        { containerPortRange: '9000-9005', protocol: 'tcp', name: 'range', appProtocol: 'grpc' },
      ],
      environment: { MODE: 'full' },
      secrets: { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
    },
    {
      name: 'router',
      image: 'registry.example/router:1',
      memory: 256,
      healthCheck: { command: ['CMD', 'true'] },
      firelensConfiguration: { type: 'fluentbit', options: { 'enable-ecs-log-metadata': 'true' } },
    },
  ],
};

/** Services with tasks on Fargate and on instances, and with each strategy that excludes the others. */
async function fullServices(where: Bench): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { full } = await fixtureOf('ecs/service').prepare(where);
  const { loadBalancer, ...spec } = full as Readonly<Record<string, unknown>> & {
    readonly cluster: string;
    readonly loadBalancer: { readonly targetGroup: string };
  };
  const containers = where.aws.client(ecs);
  await containers.send(
    new PutClusterCapacityProvidersCommand({
      cluster: spec.cluster,
      capacityProviders: ['FARGATE', 'FARGATE_SPOT'],
      defaultCapacityProviderStrategy: [],
    }),
  );
  const onInstances = await containers.send(
    new RegisterTaskDefinitionCommand({
      family: 'on-instances',
      networkMode: 'awsvpc',
      memory: '512',
      containerDefinitions: [{ name: 'api', image: 'x', portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  const shift = { ...loadBalancer, advancedConfiguration: await shiftable(where, loadBalancer.targetGroup) };
  const { deployment, serviceConnectConfiguration, volumeConfigurations, ...plain } = spec;
  const unlaunched = Object.fromEntries(Object.entries(spec).filter(([field]) => field !== 'launchType'));
  return [
    {
      ...unlaunched,
      name: 'rolling',
      loadBalancers: [loadBalancer],
      capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 3, base: 1 }],
      serviceRegistries: [{ ...sampleAt('serviceRegistries'), containerName: 'api', containerPort: 8080 }],
      serviceConnectConfiguration: {
        ...without(sampleAt('serviceConnectConfiguration'), 'containerConfigurations'),
        enabled: true,
        services: [{ ...(firstOf(sampleAt('serviceConnectConfiguration')['services']) as object), portName: 'http' }],
      },
      volumeConfigurations: [{ ...sampleAt('volumeConfigurations'), name: 'data' }],
      vpcLatticeConfigurations: [
        { ...without(sampleAt('vpcLatticeConfigurations'), 'advancedConfiguration'), portName: 'http' },
      ],
      deployment: {
        ...(deployment as object),
        circuitBreaker: {
          enable: true,
          rollback: true,
          resetOnHealthyTask: false,
          thresholdConfiguration: { type: 'COUNT', value: 7 },
        },
        alarms: { alarmNames: ['errors'], enable: true, rollback: true },
        lifecycleHooks: [firstOf(sampleOf(deploymentPart)['lifecycleHooks'])],
        bakeTimeInMinutes: 7,
      },
    },
    {
      cluster: spec.cluster,
      name: 'on-instances',
      taskDefinition: onInstances.taskDefinition?.taskDefinitionArn,
      desiredCount: 1,
      network: { subnets: ['subnet-a1'] },
      launchType: 'EC2',
      placementConstraints: [{ type: 'memberOf', expression: 'attribute:zone == a' }],
      placementStrategy: [{ type: 'spread', field: 'host' }],
    },
    ...[
      { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 7, canaryBakeTimeInMinutes: 7 } },
      { strategy: 'LINEAR', linearConfiguration: { stepPercent: 7, stepBakeTimeInMinutes: 7 } },
    ].map((strategy) => ({
      ...plain,
      name: strategy.strategy.toLowerCase(),
      taskDefinition: (full as { readonly taskDefinition: string }).taskDefinition,
      volumeConfigurations,
      serviceConnectConfiguration,
      loadBalancers: [shift],
      deployment: { ...(deployment as object), ...strategy },
    })),
    {
      cluster: spec.cluster,
      name: 'external',
      desiredCount: 0,
      deploymentController: { type: 'EXTERNAL' },
    },
  ];
}

/** What it takes to shift traffic from the target group to another one. */
async function shiftable(where: Bench, targetGroup: string): Promise<Readonly<Record<string, string>>> {
  const balancing = where.aws.client(elbv2);
  const { TargetGroups: [there] = [] } = await balancing.send(
    new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroup] }),
  );
  const { TargetGroups: [other] = [] } = await balancing.send(
    new CreateTargetGroupCommand({
      Name: 'other',
      Port: 8080,
      Protocol: 'HTTP',
      VpcId: there?.VpcId,
      TargetType: 'ip',
    }),
  );
  const { Listeners = [] } = await balancing.send(
    new DescribeListenersCommand({ LoadBalancerArn: there?.LoadBalancerArns?.[0] }),
  );
  const TargetGroups = [
    { TargetGroupArn: targetGroup, Weight: 100 },
    { TargetGroupArn: other?.TargetGroupArn, Weight: 0 },
  ];
  const rules = await Promise.all(
    ['/', '/test'].map(async (path, index) => {
      const answer = await balancing.send(
        new CreateRuleCommand({
          ListenerArn: Listeners[0]?.ListenerArn,
          Priority: index + 1,
          Conditions: [{ Field: 'path-pattern', Values: [path] }],
          Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
        }),
      );
      return answer.Rules?.[0]?.RuleArn ?? '';
    }),
  );
  return {
    alternateTargetGroupArn: other?.TargetGroupArn ?? '',
    productionListenerRule: rules[0] ?? '',
    testListenerRule: rules[1] ?? '',
    roleArn: 'arn:aws:iam::123456789012:role/balancing',
  };
}

/** The sample of one member of a service; of a list, its item. */
function sampleAt(word: string): Readonly<Record<string, unknown>> {
  return firstOf(sampleOf(servicePart)[word]) as Readonly<Record<string, unknown>>;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function without(value: Readonly<Record<string, unknown>>, name: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
}

/** One volume for each configuration: a volume has but one. */
function volumesApart(): readonly object[] {
  const configurations = Object.entries(sampleOf(volumePart)).filter(([word]) => word !== 'name');
  return configurations.map(([word, value]) => {
    if (word !== 'efsVolumeConfiguration') return { name: word, [word]: value };
    return { name: word, [word]: { ...(value as object), rootDirectory: '/', transitEncryption: 'ENABLED' } };
  });
}

const rows: Readonly<Record<string, Row>> = {
  'ecs/task-definition': {
    input: RegisterTaskDefinitionRequest$,
    words: {
      containerDefinitions: 'containers',
      executionRoleArn: 'executionRole',
      taskRoleArn: 'taskRole',
      'containerDefinitions[].portMappings': 'containers[].ports',
    },
    unsaid: {
      tags: 'a component has tags beside its spec',
      'containerDefinitions[].environment[].name': 'the key of a map',
      'containerDefinitions[].environment[].value': 'the value of a map',
      'containerDefinitions[].secrets[].name': 'the key of a map',
      'containerDefinitions[].secrets[].valueFrom': 'the value of a map',
    },
    pieces: () => Promise.resolve([fullTask]),
    apart: {},
  },
  'ecs/cluster': {
    input: CreateClusterRequest$,
    words: { clusterName: 'name', settings: 'containerInsights' },
    unsaid: {
      tags: 'a component has tags beside its spec',
      'settings[].name': 'there is one, which has a field of its own',
      'settings[].value': 'the value of that field',
    },
    pieces: () =>
      Promise.resolve([
        {
          ...sampleOf(clusterPart),
          name: 'all-members',
          containerInsights: 'enhanced',
          capacityProviders: ['FARGATE'],
          defaultCapacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: 3, base: 1 }],
        },
      ]),
    apart: {},
  },
  'ecs/service': {
    input: CreateServiceRequest$,
    words: {
      serviceName: 'name',
      networkConfiguration: 'network',
      'networkConfiguration.awsvpcConfiguration': 'network',
      'networkConfiguration.awsvpcConfiguration.subnets': 'network.subnets',
      'networkConfiguration.awsvpcConfiguration.securityGroups': 'network.securityGroups',
      'networkConfiguration.awsvpcConfiguration.assignPublicIp': 'network.assignPublicIp',
      deploymentConfiguration: 'deployment',
      'deploymentConfiguration.deploymentCircuitBreaker': 'deployment.circuitBreaker',
      healthCheckGracePeriodSeconds: 'healthCheckGracePeriod',
      'loadBalancers[].targetGroupArn': 'loadBalancers[].targetGroup',
      'loadBalancers[].containerName': 'loadBalancers[].container',
      'loadBalancers[].containerPort': 'loadBalancers[].port',
    },
    unsaid: {
      tags: 'a component has tags beside its spec',
      clientToken: 'relight makes it, for each step',
    },
    pieces: fullServices,
    apart: {
      'loadBalancers[].loadBalancerName': 'the sandbox has no Classic Load Balancers',
      role: 'it is that of a Classic Load Balancer',
      gatewayConnectors: 'no service tells them, and AWS’s model does not know them',
      monitoring: 'no service tells it, and AWS’s model does not know it',
      'deployment.earlySuccessCriteria': 'AWS’s model does not know it',
      'serviceConnectConfiguration.containerConfigurations': 'AWS’s model does not know them',
      'vpcLatticeConfigurations[].advancedConfiguration': 'AWS’s model does not know it',
    },
  },
};

describe.each(Object.entries(rows))('%s', (name, { apart, input, pieces, unsaid, words }) => {
  const type = componentTypes.get(name);
  if (type === undefined) throw new Error(`no component type ${name}`);

  it('can say every member of its input', () => {
    const schema: JsonShape = plainJsonSchema(type.traits.schema);
    const met = new Set<string>();
    const missing = pathsIn(NormalizedSchema.of(input), '', (path) => {
      const isUnsaid = path in unsaid;
      if (isUnsaid || path in words) met.add(path);
      return isUnsaid;
    }).filter((path) => !isSayable(schema, specPath(path, words)));
    expect(missing).toEqual([]);
    // A list of what is not there hides what is missing.
    expect([...met].sort()).toEqual([...Object.keys(unsaid), ...Object.keys(words)].sort());
  });

  it('is sent and read back with every member', async () => {
    const where = bench();
    const specs = await pieces(where);
    const valued = new Set<string>();
    for (const [index, raw] of specs.entries()) {
      const spec = type.traits.schema.parse(raw);
      const target = { id: `piece-${index}`, spec };
      const state = await establish(type, target, where);
      const captured = await type.undo.capture?.(target, state, reading(where), true);
      const back = type.undo.specOf(spec, state, captured);
      expect(back.spec).toMatchObject(raw);
      expect(back.notRepresented).toEqual([]);
      expect(type.diff(spec, state)).toEqual([]);
      expect(type.traits.schema.safeParse(back.spec).success).toBe(true);
      for (const path of valuesIn(raw)) valued.add(path.toLowerCase());
    }
    // A member without a value would pass by having none.
    const met = new Set<string>();
    const without = pathsIn(NormalizedSchema.of(input), '', (path) => {
      const place = specPath(path, words);
      if (place in apart) met.add(place);
      return path in unsaid || place in apart;
    }).filter((path) => !valued.has(specPath(path, words).replaceAll('[]', '').toLowerCase()));
    expect(without).toEqual([]);
    expect([...met].sort()).toEqual(Object.keys(apart).sort());
  });
});

/** Paths of all values of a spec, without the places of lists. */
function valuesIn(value: unknown, base = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((each) => valuesIn(each, base));
  if (typeof value !== 'object' || value === null) return [base];
  const inner = Object.entries(value).flatMap(([name, each]) => valuesIn(each, base === '' ? name : `${base}.${name}`));
  return base === '' ? inner : [base, ...inner];
}

/** Paths of all members of an input: `containerDefinitions[].name`. */
function pathsIn(schema: NormalizedSchema, base: string, stop: (path: string) => boolean): readonly string[] {
  if (schema.isListSchema()) return pathsIn(schema.getValueSchema(), `${base}[]`, stop);
  if (!schema.isStructSchema()) return [];
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const path = base === '' ? name : `${base}.${name}`;
    return stop(path) ? [] : [path, ...pathsIn(member, path, stop)];
  });
}

/** The longest beginning that a spec calls otherwise, replaced. */
function specPath(path: string, words: Row['words']): string {
  const begun = Object.keys(words)
    .filter((each) => path === each || path.startsWith(`${each}.`) || path.startsWith(`${each}[`))
    .toSorted((a, b) => b.length - a.length)[0];
  return begun === undefined ? path : `${words[begun] ?? ''}${path.slice(begun.length)}`;
}

interface JsonShape {
  readonly properties?: Readonly<Record<string, JsonShape>>;
  readonly items?: JsonShape;
}

/** Names are AWS's but for the case of their first letters, which is small in a spec. */
function isSayable(schema: JsonShape, path: string): boolean {
  let at = schema;
  for (const part of path.split('.')) {
    const name = part.replaceAll('[]', '');
    const word: string | undefined = Object.keys(at.properties ?? {}).find(
      (each) => each.toLowerCase() === name.toLowerCase() && /^[a-z]/.test(each),
    );
    const member: JsonShape | undefined = word === undefined ? undefined : at.properties?.[word];
    const next = part.endsWith('[]') ? member?.items : member;
    if (next === undefined) return false;
    at = next;
  }
  return true;
}
