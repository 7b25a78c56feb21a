// How a service is brought into each state.
import type { Hindrances, Injections, RehearsedComponent, RehearsedPlaybook } from '../contract.ts';
import { byHand, denied, foreignTag, guardTag, quoted, referring, securityGroupByHand } from '../kit/injecting.ts';
import { loadBalancersIn, type ServiceSpec, type ServiceState, type TargetsState } from './schema.ts';

export const injections: Injections<ServiceSpec, ServiceState> = {
  drifted: byHand(
    {
      path: 'network.securityGroups',
      to: (spec, operator) =>
        spec.network?.securityGroups === undefined
          ? undefined
          : { ...spec, network: { ...spec.network, securityGroups: [securityGroupByHand(operator)] } },
    },
    {
      path: 'deployment.minimumHealthyPercent',
      to: (spec) => {
        const percent = spec.deployment?.minimumHealthyPercent;
        if (percent === undefined) return undefined;
        return { ...spec, deployment: { ...spec.deployment, minimumHealthyPercent: percent === 0 ? 50 : 0 } };
      },
    },
    {
      path: 'desiredCount',
      to: (spec) => (spec.desiredCount === undefined ? undefined : { ...spec, desiredCount: spec.desiredCount + 1 }),
    },
  ),
  dangling: {
    kind: 'done',
    unless: (component, playbook) =>
      taskDefinitionOf(component, playbook) === undefined
        ? 'it refers to no task definition of the playbook'
        : undefined,
    inject: async (operator) => {
      const definition = taskDefinitionOf(operator.component, operator.playbook);
      if (definition === undefined) return undefined;
      const { hotfix, id, spec } = definition;
      // Somebody registered a hotfix and, right after, the old definition again; the service was told of neither.
      await operator.make('ecs/task-definition', id, hotfix);
      await operator.make('ecs/task-definition', id, spec);
      return 'runs an older revision of its task definition';
    },
    until: 'settled',
  },
  unhealthy: {
    kind: 'done',
    unless: ({ spec }) => (loadBalancersIn(spec) === undefined ? 'no load balancer checks its tasks' : undefined),
    inject: ({ sandbox, state }) => {
      const hung = sandbox.afflict('tasks-hang', state.arn);
      return Promise.resolve(hung ? 'its tasks run and answer nothing, or nothing but errors' : undefined);
    },
    until: 'settled',
  },
  settling: {
    kind: 'done',
    unless: () => undefined,
    inject: async (operator) => {
      await operator.remove();
      return 'deleted by hand a moment ago';
    },
    until: 'begun',
  },
  foreign: foreignTag,
  unreadable: denied('ecs', ['DescribeServices'], ({ name }) => quoted(name)),
};

interface OfPlaybook {
  readonly id: string;
  readonly spec: object;
  readonly hotfix: object;
}

/** The definition that a service of the playbook runs, where it is a component whose image can be changed. */
function taskDefinitionOf(component: RehearsedComponent, { components }: RehearsedPlaybook): OfPlaybook | undefined {
  const [reference] = referring(component, ['taskDefinition']);
  const found = reference && components.get(reference.component);
  if (found?.type !== 'ecs/task-definition') return undefined;
  const spec = found.spec as { readonly containers?: readonly { readonly image?: string }[] };
  const [first, ...others] = spec.containers ?? [];
  if (first?.image === undefined) return undefined;
  return {
    id: found.id,
    spec,
    hotfix: { ...spec, containers: [{ ...first, image: `${first.image}-hotfix` }, ...others] },
  };
}

export const hindrances: Hindrances<ServiceSpec, ServiceState> = {
  guarded: guardTag,
  'handed-over': {
    kind: 'done',
    unless: ({ spec }) => (spec.deploymentController === undefined ? undefined : 'the playbook says what deploys it'),
    inject: async (operator) => {
      if (loadBalancersIn(operator.spec) === undefined) {
        await operator.remake(withoutTasks(operator.spec));
        return 'made again by hand, to be deployed by a controller of somebody else';
      }
      if (!operator.state.targets.every(isLedTo)) return undefined;
      await operator.remake({ ...operator.spec, deploymentController: { type: 'CODE_DEPLOY' } });
      return 'made again by hand, to be deployed by AWS CodeDeploy';
    },
    until: 'settled',
  },
};

/** AWS makes no service for a target group that no load balancer leads to [ECS API, CreateService]. */
function isLedTo({ gone, targets }: TargetsState): boolean {
  return !gone && targets.some((each) => each.reason !== 'Target.NotInUse');
}

/** Of such a service the task sets say what runs [ECS API, CreateService: EXTERNAL]. */
function withoutTasks(spec: ServiceSpec): ServiceSpec {
  const ofTaskSets: ReadonlySet<string> = new Set([
    'taskDefinition',
    'network',
    'launchType',
    'platformVersion',
    'capacityProviderStrategy',
    'serviceRegistries',
    'deployment',
  ]);
  const others = Object.entries(spec).filter(([word]) => !ofTaskSets.has(word));
  return { ...Object.fromEntries(others), deploymentController: { type: 'EXTERNAL' } } as unknown as ServiceSpec;
}
