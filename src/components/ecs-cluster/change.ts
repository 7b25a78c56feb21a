// The only file of this type that may change AWS.
import {
  CreateClusterCommand,
  DeleteClusterCommand,
  PutClusterCapacityProvidersCommand,
  UpdateClusterCommand,
  type ClusterSetting,
  type PutClusterCapacityProvidersCommandInput,
  type UpdateClusterCommandInput,
} from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { cannotTakeAway, topOf } from '../kit/changing.ts';
import { toEcsTags } from '../kit/ecs.ts';
import { toInput } from '../kit/members/input.ts';
import { clusterPart } from './parts.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';
import { furtherSettings, settingsOf } from './words.ts';

/** Repeating it with the same settings answers with the existing one [ECS API]. */
export async function create(target: Target<ClusterSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  const { containerInsights } = spec;
  const answer = await context.aws.client(ecs).send(
    new CreateClusterCommand({
      ...toInput(clusterPart, spec),
      clusterName: spec.name,
      settings: containerInsights === undefined ? undefined : [{ name: 'containerInsights', value: containerInsights }],
      tags: toEcsTags(context.tags),
    }),
  );
  return { arn: answer.cluster?.clusterArn ?? '' };
}

/** Each operation replaces what it is told [ECS API]; a playbook takes away by what says "none". */
export async function update(
  target: Target<ClusterSpec>,
  state: ClusterState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const client = context.aws.client(ecs);
  const tops = new Set(differences.map(({ path }) => topOf(path)));
  if (capacity.some((word) => tops.has(word))) {
    await client.send(new PutClusterCapacityProvidersCommand({ cluster: state.arn, ...capacityFor(target, state) }));
  }
  const others = othersFor(target.spec, state, tops);
  if (Object.keys(others).length > 0) await client.send(new UpdateClusterCommand({ cluster: state.arn, ...others }));
  return { arn: state.arn };
}

export async function remove(
  _target: Target<ClusterSpec>,
  state: ClusterState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(ecs).send(new DeleteClusterCommand({ cluster: state.arn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}

const capacity = ['capacityProviders', 'defaultCapacityProviderStrategy'] as const;

type Capacity = Pick<PutClusterCapacityProvidersCommandInput, (typeof capacity)[number]>;

/** Both lists at once: the one that is not spoken of stays, unless the spec tells all. */
function capacityFor({ spec, whole = false }: Target<ClusterSpec>, state: ClusterState): Capacity {
  const there = whole ? {} : settingsOf(state);
  const none = { capacityProviders: [], defaultCapacityProviderStrategy: [] };
  const { capacityProviders, defaultCapacityProviderStrategy } = toInput(clusterPart, {
    ...none,
    ...there,
    ...spec,
  }) as unknown as Capacity;
  return { capacityProviders, defaultCapacityProviderStrategy };
}

function othersFor(
  spec: ClusterSpec,
  state: ClusterState,
  tops: ReadonlySet<string>,
): Omit<UpdateClusterCommandInput, 'cluster'> {
  const { containerInsights } = spec;
  if (tops.has('containerInsights') && containerInsights === undefined) throw cannotTakeAway('containerInsights');
  const said = Object.fromEntries(Object.entries(spec).filter(([word]) => tops.has(word)));
  const { configuration, serviceConnectDefaults } = toInput(clusterPart, said) as Partial<UpdateClusterCommandInput>;
  const further = furtherSettings(state) as readonly ClusterSetting[];
  return {
    ...(tops.has('containerInsights')
      ? { settings: [...further, { name: 'containerInsights', value: containerInsights }] }
      : {}),
    ...(tops.has('configuration') ? { configuration: configuration ?? {} } : {}),
    ...(tops.has('serviceConnectDefaults')
      ? { serviceConnectDefaults: serviceConnectDefaults ?? { namespace: '' } }
      : {}),
  };
}
