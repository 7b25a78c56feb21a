// How a piece is brought into each state, by component type: the one table to add a line to for a new type. Most of them
// are an operator's: the type's own change with another spec, through the real SDK clients. The rest is done to the
// world itself.
import type { Component, Playbook } from '../playbook/model.ts';
import {
  failLoadBalancer,
  hangTasks,
  networkOf,
  presume,
  putTag,
  type FaultRule,
  type ServiceName,
} from '../sandbox/index.ts';
import { ownerTags } from '../components/contract.ts';
import type { PieceState } from './disaster.ts';
import { typeNamed, type Operator, type SpecObject } from './operator.ts';

/** What a disruption did, in a few words; undefined when it could not fall on this piece as it is. */
export type Done = string | undefined;

export type Injection =
  | {
      readonly kind: 'way';
      /** Why it cannot be done to this component, told from the playbook alone; undefined when it can. */
      readonly unless: (component: Component, playbook: Playbook) => string | undefined;
      readonly inject: (operator: Operator) => Promise<Done>;
      /** `settled`: AWS finishes it before the disaster is looked at; `begun`: it is looked at while under way. */
      readonly until: 'settled' | 'begun';
    }
  | { readonly kind: 'rule'; readonly rules: (spec: SpecObject, state: unknown) => readonly FaultRule[] }
  | { readonly kind: 'cannot'; readonly because: string };

/** `lost` is the same for every type: see `inject.ts`. */
type Injections = Readonly<Record<Exclude<PieceState, 'lost'>, Injection>>;

/** What a foreign piece is tagged with. */
export const foreignPlaybook = 'somebody-else';

export function wayOf(type: string, state: Exclude<PieceState, 'lost'>): Injection {
  const injections = table[type];
  if (injections === undefined)
    return cannot(`nobody has written down how a ${type} gets there (src/rehearse/injections.ts)`);
  return injections[state];
}

/** Why a component cannot be in a state; undefined when it can. Pure: told from the playbook alone. */
export function cannotBe(component: Component, state: PieceState, playbook: Playbook): string | undefined {
  if (state === 'lost') return undefined;
  if (state === 'foreign' && component.shared) return 'it is shared: whose tag it carries makes no difference';
  const way = wayOf(component.type, state);
  switch (way.kind) {
    case 'cannot':
      return way.because;
    case 'rule':
      return undefined;
    case 'way':
      return way.unless(component, playbook);
  }
}

// --- Kinds of injections ---------------------------------------------------------------------------------------------------

function cannot(because: string): Injection {
  return { kind: 'cannot', because };
}

/** A field that an operator changes: its path, and the whole spec with another value, or undefined where it is not said. */
interface OperatorChange {
  readonly path: string;
  readonly to: (spec: SpecObject, operator?: Operator) => SpecObject | undefined;
}

/** The first of the changes that the playbook's spec says something about and does not ignore. */
function byHand(...changes: readonly OperatorChange[]): Injection {
  const pick = (component: Component, spec: SpecObject): OperatorChange | undefined =>
    changes.find(
      ({ path, to }) =>
        !component.ignore.some((each) => isOrHolds(each, path)) &&
        !component.references.some((each) => isOrHolds(path, each.path)) &&
        to(spec) !== undefined,
    );
  return {
    kind: 'way',
    unless: (component) =>
      pick(component, component.spec as SpecObject) === undefined
        ? 'its spec says nothing that could be changed in place'
        : undefined,
    inject: async (operator) => {
      const change = pick(operator.component, operator.spec);
      const spec = change?.to(operator.spec, operator);
      if (change === undefined || spec === undefined) return undefined;
      await operator.change(spec);
      return `${change.path} changed by hand`;
    },
    until: 'settled',
  };
}

function isOrHolds(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`);
}

/** References of a component below any of these paths. */
function referring(component: Component, paths: readonly string[]): Component['references'] {
  return component.references.filter((each) => paths.some((path) => isOrHolds(path, each.path)));
}

/** A way that needs a reference at one of these paths. */
function dangling(paths: readonly string[], inject: (operator: Operator, path: string) => Promise<Done>): Injection {
  return {
    kind: 'way',
    unless: (component) =>
      referring(component, paths).length === 0 ? 'it refers to nothing that could be another one' : undefined,
    inject: async (operator) => {
      const [reference] = referring(operator.component, paths);
      return reference === undefined ? undefined : inject(operator, reference.path);
    },
    until: 'settled',
  };
}

const foreignTag: Injection = {
  kind: 'way',
  unless: () => undefined,
  inject: (operator) => {
    const { arn, id } = operator.state as { readonly arn?: string; readonly id?: string };
    const done = putTag(operator.world, operator.region, arn ?? id ?? '', ownerTags.playbook, foreignPlaybook);
    return Promise.resolve(done ? `tagged as playbook ${foreignPlaybook}'s` : undefined);
  },
  until: 'settled',
};

const always = (): undefined => undefined;

function denied(
  service: ServiceName,
  operations: readonly string[],
  naming: (spec: SpecObject, state: unknown) => string | undefined,
): Injection {
  return {
    kind: 'rule',
    rules: (spec, state) => {
      const resource = naming(spec, state);
      return operations.map((operation) => ({
        kind: 'access-denied',
        service,
        operation,
        ...(resource === undefined ? {} : { resource }),
      }));
    },
  };
}

// --- Pieces of specs -------------------------------------------------------------------------------------------------

function objectAt(spec: SpecObject, name: string): SpecObject | undefined {
  const value = spec[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as SpecObject) : undefined;
}

function listAt(spec: SpecObject, name: string): readonly unknown[] | undefined {
  const value = spec[name];
  return Array.isArray(value) ? (value as readonly unknown[]) : undefined;
}

/** As it stands in the JSON of a request: with its quotes, so that `shop` is not found in `shop-2`. */
function quoted(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(String(value)) : undefined;
}

/** Sets the value at a path such as `values[0]` or `attributes.serviceArn`. */
function withValueAt(spec: SpecObject, path: string, value: unknown): SpecObject {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const set = (node: unknown, depth: number): unknown => {
    const key = keys[depth];
    if (key === undefined) return value;
    if (Array.isArray(node)) {
      return node.map((item: unknown, index) => (index === Number(key) ? set(item, depth + 1) : item));
    }
    const fields = node as SpecObject;
    return { ...fields, [key]: set(fields[key], depth + 1) };
  };
  return set(spec, 0) as SpecObject;
}

function valueAt(spec: SpecObject, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((key) => key !== '')
    .reduce<unknown>((node, key) => (node as Readonly<Record<string, unknown>> | undefined)?.[key], spec);
}

const maintenance = { status: '503', contentType: 'text/plain', body: 'under maintenance' };

function toMaintenance(spec: SpecObject): SpecObject {
  const { fixedResponse, forwardTo, redirect, ...others } = spec;
  const isThat = fixedResponse !== undefined && (fixedResponse as SpecObject)['body'] === maintenance.body;
  return forwardTo === undefined && redirect === undefined && isThat ? spec : { ...others, fixedResponse: maintenance };
}

/** Sends requests to a target group that an operator made. */
async function elsewhere(operator: Operator, path: string): Promise<Done> {
  const vpc = vpcOf(operator);
  // One for each piece: two load balancers cannot share one. AWS allows 32 characters, none of them a hyphen at the end.
  const name = `by-hand-${operator.component.id}`.slice(0, 32).replace(/-+$/, '');
  const spec = { name, port: 80, protocol: 'HTTP', targetType: 'ip', vpc };
  const { arn } = await operator.make('elbv2/target-group', name, spec);
  if (arn === undefined) return undefined;
  await operator.change(withValueAt(operator.spec, path, arn));
  return `${path} points to another target group`;
}

/** The VPC of any target group of the playbook, else one that is there. */
function vpcOf({ playbook, region, world }: Operator): string {
  for (const { spec } of playbook.components.values()) {
    const vpc = (spec as SpecObject)['vpc'];
    if (typeof vpc === 'string') return vpc;
  }
  return Object.keys(networkOf(world.region(region)).vpcs)[0] ?? 'vpc-presumed';
}

// --- The table -------------------------------------------------------------------------------------------------------

const alwaysReady = 'AWS gives it no health of its own';
const atOnce = 'AWS changes it at once';
const noTags = 'it carries no tags';
const noReferences = 'it refers to nothing that could be another one';

const table: Readonly<Record<string, Injections>> = {
  'ecs/cluster': {
    drifted: byHand({
      path: 'containerInsights',
      to: (spec) => {
        const value = spec['containerInsights'];
        return value === undefined
          ? undefined
          : { ...spec, containerInsights: value === 'disabled' ? 'enabled' : 'disabled' };
      },
    }),
    dangling: cannot(noReferences),
    unhealthy: cannot(alwaysReady),
    settling: cannot(atOnce),
    foreign: foreignTag,
    unreadable: denied('ecs', ['DescribeClusters'], ({ name }) => quoted(name)),
  },
  'ecs/task-definition': {
    drifted: byHand({
      path: 'containers[0].image',
      to: (spec) => {
        const [first, ...others] = listAt(spec, 'containers') ?? [];
        const image = (first as SpecObject | undefined)?.['image'];
        if (typeof image !== 'string') return undefined;
        return { ...spec, containers: [{ ...(first as SpecObject), image: `${image}-hotfix` }, ...others] };
      },
    }),
    dangling: cannot(noReferences),
    unhealthy: cannot(alwaysReady),
    settling: cannot(atOnce),
    foreign: foreignTag,
    unreadable: denied('ecs', ['DescribeTaskDefinition'], ({ family }) => quoted(family)),
  },
  'ecs/service': {
    drifted: byHand(
      {
        path: 'network.securityGroups',
        to: (spec, operator) => {
          const network = objectAt(spec, 'network');
          if (network?.['securityGroups'] === undefined) return undefined;
          if (operator !== undefined) presumeSecurityGroup(operator);
          return { ...spec, network: { ...network, securityGroups: [securityGroupByHand] } };
        },
      },
      {
        path: 'deployment.minimumHealthyPercent',
        to: (spec) => {
          const deployment = objectAt(spec, 'deployment');
          const percent = deployment?.['minimumHealthyPercent'];
          if (percent === undefined) return undefined;
          return { ...spec, deployment: { ...deployment, minimumHealthyPercent: percent === 0 ? 50 : 0 } };
        },
      },
      {
        path: 'desiredCount',
        to: (spec) => {
          const count = spec['desiredCount'];
          return typeof count === 'number' ? { ...spec, desiredCount: count + 1 } : undefined;
        },
      },
    ),
    dangling: {
      kind: 'way',
      unless: (component, playbook) =>
        taskDefinitionOf(component, playbook) === undefined
          ? 'it refers to no task definition of the playbook'
          : undefined,
      inject: async (operator) => {
        const definition = taskDefinitionOf(operator.component, operator.playbook);
        const spec = definition?.spec as SpecObject | undefined;
        const hotfix = spec && imageChanged(spec);
        if (definition === undefined || spec === undefined || hotfix === undefined) return undefined;
        // Somebody registered a hotfix and, right after, the old definition again; the service was told of neither.
        await operator.make('ecs/task-definition', definition.id, hotfix);
        await operator.make('ecs/task-definition', definition.id, spec);
        return 'runs an older revision of its task definition';
      },
      until: 'settled',
    },
    unhealthy: {
      kind: 'way',
      unless: (component) =>
        ['loadBalancer', 'loadBalancers'].every((name) => (component.spec as SpecObject)[name] === undefined)
          ? 'no load balancer checks its tasks'
          : undefined,
      inject: ({ region, state, world }) => {
        const hung = hangTasks(world, region, (state as { readonly arn: string }).arn);
        return Promise.resolve(hung ? 'its tasks run and answer nothing but errors' : undefined);
      },
      until: 'settled',
    },
    settling: {
      kind: 'way',
      unless: always,
      inject: async ({ component, context, spec, state, type }) => {
        await type.delete({ id: component.id, spec }, state, context);
        return 'deleted by hand a moment ago';
      },
      until: 'begun',
    },
    foreign: foreignTag,
    unreadable: denied('ecs', ['DescribeServices'], ({ name }) => quoted(name)),
  },
  'dynamodb/table': {
    drifted: byHand(
      {
        path: 'readCapacity',
        to: (spec) => {
          const units = spec['readCapacity'];
          return typeof units === 'number' ? { ...spec, readCapacity: units + 5 } : undefined;
        },
      },
      {
        path: 'deletionProtection',
        to: (spec) => {
          const value = spec['deletionProtection'];
          return typeof value === 'boolean' ? { ...spec, deletionProtection: !value } : undefined;
        },
      },
    ),
    dangling: cannot(noReferences),
    unhealthy: cannot('the sandbox knows no table that fails'),
    settling: {
      kind: 'way',
      unless: (component) =>
        (component.spec as SpecObject)['billingMode'] === undefined
          ? undefined
          : 'what makes AWS work on it is a change of billing, which the playbook would call drift',
      inject: async (operator) => {
        const { billingMode } = operator.state as { readonly billingMode?: string };
        const provisioned = { billingMode: 'PROVISIONED', readCapacity: 5, writeCapacity: 5 };
        await operator.change({
          ...operator.spec,
          ...(billingMode === 'PROVISIONED' ? { billingMode: 'PAY_PER_REQUEST' } : provisioned),
        });
        return 'its billing mode was changed a moment ago';
      },
      until: 'begun',
    },
    foreign: foreignTag,
    unreadable: denied('dynamodb', ['DescribeTable'], ({ name }) => quoted(name)),
  },
  'dynamodb/item': {
    drifted: {
      kind: 'way',
      unless: (component) =>
        plainAttribute(component) === undefined ? 'it has no attribute that can be changed' : undefined,
      inject: async (operator) => {
        const name = plainAttribute(operator.component);
        if (name === undefined) return undefined;
        await operator.change(withValueAt(operator.spec, `attributes.${name}`, 'changed-by-hand'));
        return `attributes.${name} changed by hand`;
      },
      until: 'settled',
    },
    dangling: dangling(['attributes'], async (operator, path) => {
      await operator.change(withValueAt(operator.spec, path, `${String(valueAt(operator.spec, path))}-before`));
      return `${path} names what is gone`;
    }),
    unhealthy: cannot(alwaysReady),
    settling: cannot(atOnce),
    foreign: cannot(noTags),
    unreadable: denied('dynamodb', ['BatchGetItem'], ({ key }) => quoted(Object.values((key ?? {}) as SpecObject)[0])),
  },
  'elbv2/load-balancer': {
    drifted: byHand(
      {
        path: 'securityGroups',
        to: (spec, operator) => {
          if (listAt(spec, 'securityGroups') === undefined) return undefined;
          if (operator !== undefined) presumeSecurityGroup(operator);
          return { ...spec, securityGroups: [securityGroupByHand] };
        },
      },
      {
        path: 'attributes',
        to: (spec) => {
          const timeout = objectAt(spec, 'attributes')?.['idle_timeout.timeout_seconds'];
          if (timeout === undefined) return undefined;
          return {
            ...spec,
            attributes: {
              ...objectAt(spec, 'attributes'),
              'idle_timeout.timeout_seconds': timeout === '7' ? '8' : '7',
            },
          };
        },
      },
    ),
    dangling: cannot(noReferences),
    unhealthy: {
      kind: 'way',
      unless: always,
      inject: ({ region, state, world }) => {
        const failed = failLoadBalancer(world, region, (state as { readonly arn: string }).arn);
        return Promise.resolve(failed ? 'its state is failed' : undefined);
      },
      until: 'settled',
    },
    settling: {
      kind: 'way',
      unless: (component) =>
        listAt(component.spec as SpecObject, 'subnets') === undefined
          ? 'the playbook does not say how to make it again'
          : undefined,
      inject: async ({ component, context, spec, state, type }) => {
        await type.delete({ id: component.id, spec }, state, context);
        await type.create({ id: component.id, spec }, context);
        return 'deleted and made again by hand a moment ago';
      },
      until: 'begun',
    },
    foreign: foreignTag,
    unreadable: denied('elasticloadbalancing', ['DescribeLoadBalancers'], ({ name }) => quoted(name)),
  },
  'elbv2/target-group': {
    drifted: byHand(
      {
        path: 'healthCheck.path',
        to: (spec) => {
          const check = objectAt(spec, 'healthCheck');
          const path = check?.['path'];
          if (path === undefined) return undefined;
          return { ...spec, healthCheck: { ...check, path: path === '/' ? '/status' : '/' } };
        },
      },
      {
        path: 'deregistrationDelay',
        to: (spec) => {
          const delay = spec['deregistrationDelay'];
          return typeof delay === 'number' ? { ...spec, deregistrationDelay: delay + 1 } : undefined;
        },
      },
    ),
    dangling: cannot(noReferences),
    unhealthy: cannot('whether its targets are healthy is told with the service that runs them'),
    settling: cannot(atOnce),
    foreign: foreignTag,
    unreadable: denied('elasticloadbalancing', ['DescribeTargetGroups'], ({ name }) => quoted(name)),
  },
  'elbv2/listener': {
    drifted: answeringByHand(),
    dangling: dangling(['forwardTo'], elsewhere),
    unhealthy: cannot(alwaysReady),
    settling: cannot(atOnce),
    foreign: foreignTag,
    // arn:aws:elasticloadbalancing:region:account:loadbalancer/app/<name>/<id>: the name stays when it is made again.
    unreadable: denied('elasticloadbalancing', ['DescribeListeners'], ({ loadBalancer }) => nameInArn(loadBalancer)),
  },
  'elbv2/listener-rule': {
    drifted: answeringByHand(),
    dangling: dangling(['forwardTo'], elsewhere),
    unhealthy: cannot(alwaysReady),
    settling: cannot(atOnce),
    foreign: foreignTag,
    unreadable: denied('elasticloadbalancing', ['DescribeRules'], ({ listener }) => nameInArn(listener)),
  },
  'route53/record': {
    drifted: byHand(
      {
        path: 'ttl',
        to: (spec) => {
          const ttl = spec['ttl'];
          return typeof ttl === 'number' && spec['alias'] === undefined ? { ...spec, ttl: ttl + 7 } : undefined;
        },
      },
      {
        path: 'alias.evaluateTargetHealth',
        to: (spec) => {
          const alias = objectAt(spec, 'alias');
          const value = alias?.['evaluateTargetHealth'];
          return typeof value === 'boolean'
            ? { ...spec, alias: { ...alias, evaluateTargetHealth: !value } }
            : undefined;
        },
      },
    ),
    dangling: dangling(['values', 'alias.dnsName'], async (operator, path) => {
      const gone = path.startsWith('alias') ? await passingLoadBalancer(operator) : goneName(operator, path);
      await operator.change(withValueAt(operator.spec, path, gone.name));
      await gone.vanish();
      return `${path} names a load balancer that is gone`;
    }),
    unhealthy: cannot(alwaysReady),
    settling: cannot('AWS lists a changed record at once; that name servers follow later is seen by the change alone'),
    foreign: cannot(noTags),
    unreadable: denied('route53', ['ListResourceRecordSets'], (_spec, state) =>
      quoted((state as { readonly zone?: { readonly id: string } } | undefined)?.zone?.id),
    ),
  },
  'route53/health-check': {
    drifted: byHand(
      {
        path: 'path',
        to: (spec) => {
          const { path } = spec;
          return path === undefined ? undefined : { ...spec, path: path === '/' ? '/status' : '/' };
        },
      },
      {
        path: 'failureThreshold',
        to: (spec) => {
          const threshold = spec['failureThreshold'];
          if (typeof threshold !== 'number') return undefined;
          return { ...spec, failureThreshold: threshold === 10 ? 9 : threshold + 1 };
        },
      },
    ),
    dangling: dangling(['fqdn'], async (operator, path) => {
      await operator.change(withValueAt(operator.spec, path, `before.${String(valueAt(operator.spec, path))}`));
      return `${path} names what is gone`;
    }),
    unhealthy: cannot('whether its endpoint answers is asked after a change, not in each look'),
    settling: cannot(atOnce),
    foreign: foreignTag,
    unreadable: denied('route53', ['ListHealthChecks'], always),
  },
};

/** The component types that the table speaks of. */
export const injectableTypes: readonly string[] = Object.keys(table);

const securityGroupByHand = 'sg-by-hand';

function presumeSecurityGroup(operator: Operator): void {
  const { region, world } = operator;
  presume(world, [{ kind: 'security-group', id: securityGroupByHand, vpc: vpcOf(operator), region }]);
}

function taskDefinitionOf(component: Component, playbook: Playbook): Component | undefined {
  const [reference] = referring(component, ['taskDefinition']);
  const found = reference && playbook.components.get(reference.component);
  return found?.type === 'ecs/task-definition' && imageChanged(found.spec as SpecObject) !== undefined
    ? found
    : undefined;
}

function imageChanged(spec: SpecObject): SpecObject | undefined {
  const [first, ...others] = listAt(spec, 'containers') ?? [];
  const image = (first as SpecObject | undefined)?.['image'];
  if (typeof image !== 'string') return undefined;
  return { ...spec, containers: [{ ...(first as SpecObject), image: `${image}-hotfix` }, ...others] };
}

/** The first text attribute that is no reference and that the playbook does not ignore. */
function plainAttribute(component: Component): string | undefined {
  const attributes = objectAt(component.spec as SpecObject, 'attributes') ?? {};
  return Object.keys(attributes).find((name) => {
    const path = `attributes.${name}`;
    const free = !component.ignore.some((each) => isOrHolds(each, path)) && referring(component, [path]).length === 0;
    return free && typeof attributes[name] === 'string';
  });
}

/** A listener or rule that answers with a maintenance page instead. */
function answeringByHand(): Injection {
  return {
    kind: 'way',
    unless: (component) => {
      const spec = component.spec as SpecObject;
      if (component.ignore.some((each) => ['forwardTo', 'fixedResponse', 'redirect'].includes(each))) {
        return 'the playbook ignores what it does with requests';
      }
      const acts = ['forwardTo', 'fixedResponse', 'redirect'].some((name) => spec[name] !== undefined);
      return acts ? undefined : 'its spec says nothing that could be changed in place';
    },
    inject: async (operator) => {
      await operator.change(toMaintenance(operator.spec));
      return 'answers with a maintenance page';
    },
    until: 'settled',
  };
}

/** `/<name>/` of an ELBv2 ARN, which every ARN of the load balancer and its listeners holds. */
function nameInArn(arn: unknown): string | undefined {
  const name = typeof arn === 'string' ? arn.split('/')[2] : undefined;
  return name === undefined ? undefined : `/${name}/`;
}

interface Passing {
  readonly name: string;
  readonly vanish: () => Promise<void>;
}

/** The name that the load balancer of the same name had before it was made again; AWS takes any name in a CNAME. */
function goneName({ region, spec }: Operator, path: string): Passing {
  const current = String(valueAt(spec, path));
  const before = current.replace(/-\d+(?=\.)/, '-1234567890');
  const name = before === current ? `before-1234567890.${region}.elb.amazonaws.com` : before;
  return { name, vanish: () => Promise.resolve() };
}

/** AWS takes an alias of a load balancer only while that is there. */
async function passingLoadBalancer(operator: Operator): Promise<Passing> {
  const { context, world, region } = operator;
  const subnets = ['subnet-by-hand-1', 'subnet-by-hand-2'];
  const vpc = vpcOf(operator);
  presume(
    world,
    subnets.map((id, index) => ({
      kind: 'subnet',
      id,
      vpc,
      region,
      availabilityZone: `${region}${index === 0 ? 'a' : 'b'}`,
    })),
  );
  const type = typeNamed('elbv2/load-balancer');
  const spec = type.traits.schema.parse({ name: 'by-hand', subnets });
  const { dnsName } = await operator.make('elbv2/load-balancer', 'by-hand', spec as SpecObject);
  return {
    name: dnsName ?? '',
    vanish: async () => {
      const target = { id: 'by-hand', spec };
      const seen = (await type.observe([target], context)).get('by-hand');
      if (seen?.kind === 'present') await type.delete(target, seen.state, context);
    },
  };
}
