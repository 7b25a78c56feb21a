// Who else is in a service's cluster, its auto scaling, and which services use a target group.
import { ListServicesCommand, type Service } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { ecs } from '../../aws/services/ecs.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { Aside, Nearby, OtherUser, ReadContext, Surroundings } from '../contract.ts';
import { sameJson } from '../kit/compare.ts';
import { nameIn } from '../kit/ecs.ts';
import { allPages, chunks } from '../kit/observing.ts';
import { servicesPerCall } from './calls.ts';
import { list } from './inventory.ts';
import { describe } from './observe.ts';
import { scalingSeen } from './scaling.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';
import { controllerOf } from './words.ts';

export async function around(_spec: ServiceSpec, state: ServiceState, context: ReadContext): Promise<Surroundings> {
  const service = state.description as unknown as Service;
  const named = [...new Set(groupsOf(service))];
  const [others, aside, twins] = await Promise.all([
    told('the other services of its cluster', () => othersIn(state, context), usedBy(service)),
    scalingOf(state, context),
    told('its other target group', async () => (controllerOf(state) === twoGroups ? twinsOf(named, context) : [])),
  ]);
  const [twin, another] = twins.items;
  const own = [...named, ...(twin === undefined || another !== undefined ? [] : [twin.TargetGroupArn ?? ''])];
  return {
    links: [state.clusterArn],
    own,
    moved: controllerOf(state) === twoGroups || own.length > balancersIn(service) ? own : [],
    others: others.items,
    aside: [...aside.items, ...(controllerOf(state) === twoGroups ? [deployedElsewhere(service)] : [])],
    left:
      another === undefined
        ? []
        : [
            `one of ${twins.items.map(nameOfGroup).toSorted().join(', ')} is its other target group, and nothing tells which`,
          ],
    unseen: [...others.unseen, ...aside.unseen, ...twins.unseen],
  };
}

/** AWS CodeDeploy leads requests from one target group to the other; ECS knows the one that is live [ECS guide, blue/green]. */
const twoGroups = 'CODE_DEPLOY';

function nameOfGroup({ TargetGroupName = '' }: TargetGroup): string {
  return `target group ${TargetGroupName}`;
}

function balancersIn({ loadBalancers = [] }: Service): number {
  return loadBalancers.length;
}

/** Its deployment group names listeners and target groups, and is nothing that ECS or the load balancer tell. */
function deployedElsewhere(service: Service): Aside {
  const path = balancersIn(service) > 1 ? 'loadBalancers[0].targetGroup' : 'loadBalancer.targetGroup';
  return {
    what: 'its deployment group in AWS CodeDeploy, which names listeners and target groups',
    moves: [path],
  };
}

/**
 * The target groups that may be the other one of a service that has two: like its own, behind the same load balancer, with no
 * targets, and no other service's.
 */
async function twinsOf(named: readonly string[], context: ReadContext): Promise<readonly TargetGroup[]> {
  const own = await groupsWith({ TargetGroupArns: [...named] }, context);
  const balancers = [...new Set(own.flatMap(({ LoadBalancerArns = [] }) => LoadBalancerArns))];
  const behind = await Promise.all(balancers.map((LoadBalancerArn) => groupsWith({ LoadBalancerArn }, context)));
  const alike = behind
    .flat()
    .filter((each) => !named.includes(each.TargetGroupArn ?? '') && own.some((one) => isLike(each, one)));
  const counts = await Promise.all(alike.map((each) => targetsIn(each, context)));
  const idle = alike.filter((_each, index) => counts[index] === 0);
  if (idle.length === 0) return [];
  const taken = new Set((await usersOf(new Set(idle.map(arnOf)), context)).flatMap(groupsOf));
  return idle.filter((each) => !taken.has(arnOf(each)));
}

function arnOf({ TargetGroupArn = '' }: TargetGroup): string {
  return TargetGroupArn;
}

function isLike(one: TargetGroup, other: TargetGroup): boolean {
  const words = ['Protocol', 'ProtocolVersion', 'TargetType', 'VpcId'] as const;
  return words.every((word) => one[word] === other[word]) && sameJson(one.LoadBalancerArns, other.LoadBalancerArns);
}

async function groupsWith(
  which: { readonly TargetGroupArns: string[] } | { readonly LoadBalancerArn: string },
  context: ReadContext,
): Promise<readonly TargetGroup[]> {
  return allPages(
    (each: TargetGroup) => each.TargetGroupArn,
    async (Marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeTargetGroupsCommand({ ...which, Marker })),
      );
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
    },
  );
}

async function targetsIn({ TargetGroupArn }: TargetGroup, context: ReadContext): Promise<number> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn })),
  );
  return (answer.TargetHealthDescriptions ?? []).length;
}

interface Told<Item> {
  readonly items: readonly Item[];
  readonly unseen: NonNullable<Surroundings['unseen']>;
}

/** @param users ARNs of what others may use, for all that is known where it fails */
async function told<Item>(
  what: string,
  read: () => Promise<readonly Item[]>,
  users: readonly string[] = [],
): Promise<Told<Item>> {
  try {
    return { items: await read(), unseen: [] };
  } catch (error) {
    if (isOwnFault(error)) throw error;
    return { items: [], unseen: [{ what, error, users }] };
  }
}

async function othersIn({ clusterArn, name }: ServiceState, context: ReadContext): Promise<readonly OtherUser[]> {
  const names = (await namesIn(clusterArn, context)).filter((each) => each !== name).toSorted();
  return (await described(clusterArn, names, context)).map((each) => ({
    what: `service ${each.serviceName ?? ''}`,
    uses: usedBy(each),
  }));
}

function usedBy(service: Service): readonly string[] {
  return [service.clusterArn ?? '', service.taskDefinition ?? '', ...groupsOf(service)];
}

/** Without a word where there is none. */
async function scalingOf(state: ServiceState, context: ReadContext): Promise<Told<Aside>> {
  const { failed, what } = await scalingSeen(state, context);
  return {
    items: what === undefined ? [] : [{ what, moves: ['desiredCount'] }],
    unseen: failed.map((error) => ({ what: 'its auto scaling', error })),
  };
}

/** Services of the region, in whatever cluster, that send the requests of one of these target groups to their tasks. */
export async function users(arns: readonly string[], context: ReadContext): Promise<readonly Nearby[]> {
  const found = await usersOf(new Set(arns), context);
  return found.map(({ clusterArn = '', serviceName = '' }) => ({
    type: 'ecs/service',
    spec: { cluster: nameIn(clusterArn), name: serviceName },
  }));
}

async function usersOf(wanted: ReadonlySet<string>, context: ReadContext): Promise<readonly Service[]> {
  // arn:aws:ecs:region:account:service/<cluster>/<name>
  const byCluster = new Map<string, string[]>();
  for (const { kind, ...piece } of await list(context)) {
    if (kind !== 'piece' || !('id' in piece)) continue;
    const [cluster = '', name = ''] = piece.id.split('/').slice(-2);
    byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), name]);
  }
  const found = await Promise.all(
    [...byCluster].map(async ([cluster, names]) =>
      (await described(cluster, names, context)).filter((each) => groupsOf(each).some((group) => wanted.has(group))),
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
