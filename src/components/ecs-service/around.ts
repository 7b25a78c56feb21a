// Who else is in a service's cluster, its auto scaling, and which services use a target group.
import { ListServicesCommand, type Service } from '@aws-sdk/client-ecs';
import { isNotFound } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { ecs } from '../../aws/services/ecs.ts';
import type { Aside, Nearby, OtherUser, ReadContext, Surroundings } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { allPages, chunks } from '../kit/observing.ts';
import { servicesPerCall } from './calls.ts';
import { list } from './inventory.ts';
import { describe } from './observe.ts';
import { cascade } from './scaling.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

export async function around(spec: ServiceSpec, state: ServiceState, context: ReadContext): Promise<Surroundings> {
  const [others, aside] = await Promise.all([
    told('the other services of its cluster', () => othersIn(state, context)),
    told('its auto scaling', () => scalingOf(spec, state, context)),
  ]);
  return {
    links: [state.clusterArn],
    others: others.items,
    aside: aside.items,
    unseen: [...others.unseen, ...aside.unseen],
  };
}

interface Told<Item> {
  readonly items: readonly Item[];
  readonly unseen: NonNullable<Surroundings['unseen']>;
}

async function told<Item>(what: string, read: () => Promise<readonly Item[]>): Promise<Told<Item>> {
  try {
    return { items: await read(), unseen: [] };
  } catch (error) {
    if (isOwnFault(error)) throw error;
    return { items: [], unseen: [{ what, error }] };
  }
}

async function othersIn({ clusterArn, name }: ServiceState, context: ReadContext): Promise<readonly OtherUser[]> {
  const names = (await namesIn(clusterArn, context)).filter((each) => each !== name);
  return (await described(clusterArn, names, context)).map((each) => ({
    what: `service ${each.serviceName ?? ''}`,
    uses: [clusterArn, each.taskDefinition ?? '', ...groupsOf(each)],
  }));
}

/** Without a word where there is none; what could not be seen is told as the cascade of a delete tells it. */
async function scalingOf(spec: ServiceSpec, state: ServiceState, context: ReadContext): Promise<readonly Aside[]> {
  const pieces = await cascade({ id: spec.name, spec }, state, context);
  return pieces.map(({ what }) => ({ what, moves: ['desiredCount'] }));
}

/** Services of the region, in whatever cluster, that send the requests of one of these target groups to their tasks. */
export async function users(arns: readonly string[], context: ReadContext): Promise<readonly Nearby[]> {
  const wanted = new Set(arns);
  // arn:aws:ecs:region:account:service/<cluster>/<name>
  const byCluster = new Map<string, string[]>();
  for (const { kind, ...piece } of await list(context)) {
    if (kind !== 'piece' || !('id' in piece)) continue;
    const [cluster = '', name = ''] = piece.id.split('/').slice(-2);
    byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), name]);
  }
  const found = await Promise.all(
    [...byCluster].map(async ([cluster, names]) =>
      (await described(cluster, names, context))
        .filter((each) => groupsOf(each).some((group) => wanted.has(group)))
        .map((each): Nearby => ({ type: 'ecs/service', spec: { cluster, name: each.serviceName ?? '' } })),
    ),
  );
  return found.flat();
}

async function namesIn(cluster: string, context: ReadContext): Promise<readonly string[]> {
  try {
    const arns = await allPages(
      (arn: string) => arn,
      async (token: string | undefined) => {
        const answer = await context.limit(() =>
          context.aws.client(ecs).send(new ListServicesCommand({ cluster, nextToken: token, maxResults: 100 })),
        );
        return { items: answer.serviceArns ?? [], next: answer.nextToken };
      },
    );
    return arns.map(nameIn);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

async function described(cluster: string, names: readonly string[], context: ReadContext): Promise<readonly Service[]> {
  const answers = await Promise.all(chunks(names, servicesPerCall).map((chunk) => describe(cluster, chunk, context)));
  return answers.flatMap((each) => each?.services ?? []).filter(({ status }) => status !== 'INACTIVE');
}

/** Those of its task sets, too: of a blue/green deployment the service itself tells none [ECS API, Service]. */
function groupsOf({ loadBalancers = [], taskSets = [] }: Service): readonly string[] {
  return [...loadBalancers, ...taskSets.flatMap((each) => each.loadBalancers ?? [])].flatMap(
    ({ advancedConfiguration, targetGroupArn }) =>
      [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter((arn) => arn !== undefined),
  );
}
