// Things in AWS that never become what they should: part of the world, as they would be in AWS, and not of a transport.
import { unreachable } from '../util/unreachable.ts';
import type { World } from './model.ts';
import { advanceEcs } from './services/ecs/advance.ts';
import { releaseServiceBehaviour, setServiceBehaviour } from './services/ecs/behaviours.ts';
import type { EcsStore, ServiceBehaviour, ServiceRecord } from './services/ecs/store.ts';
import { areChangesStuck, setChangesStuck, stuckChanges } from './services/route53/changes.ts';
import { stuckKinds, type StuckState } from './stuck-state.ts';

const defaultRegion = 'eu-west-1';

/** From now on, or within the time that the state names. */
export function setStuck(world: World, stuck: StuckState): void {
  settleStuck(world);
  const { afterMs = 0, forMs, ...state } = stuck;
  const from = world.clock.now() + afterMs;
  if (afterMs > 0) schedule(world, { at: from, on: true, state });
  else change(world, state, true, from);
  if (forMs !== undefined) schedule(world, { at: from + forMs, on: false, state });
}

/** The states that are set, in all regions, those that are still to begin among them, with the time that is left. */
export function stuckStates(world: World): readonly StuckState[] {
  settleStuck(world);
  const { data } = world;
  const later = data.stuckLater ?? [];
  const now = world.clock.now();
  const states: StuckState[] = [];
  const set = (state: StuckState): void => {
    const end = later.find((each) => !each.on && keyOf(each.state) === keyOf(state));
    states.push(end === undefined ? state : { ...state, forMs: end.at - now });
  };
  for (const [region, { ecs, elbv2 }] of Object.entries(data.regions)) {
    for (const [resource, behaviour] of Object.entries(elbv2.behaviours))
      if (behaviour === 'fails') set({ kind: 'load-balancer-fails', resource, region });
    for (const [resource, behaviours] of Object.entries(ecs.behaviours)) {
      for (const kind of serviceKinds)
        if (behaviours.includes(serviceBehaviours[kind])) set({ kind, resource, region });
    }
  }
  for (const zone of data.route53.stuckZones ?? []) {
    set({ kind: 'change-never-in-sync', ...(zone === '*' ? {} : { resource: zone }) });
  }
  for (const { at, on, state } of later) {
    if (!on) continue;
    const end = later.find((each) => !each.on && each.at >= at && keyOf(each.state) === keyOf(state));
    states.push({ ...state, afterMs: at - now, ...(end === undefined ? {} : { forMs: end.at - at }) });
  }
  return states;
}

/** From now on all is well again: what was held up goes its usual way. */
export function releaseStuck(world: World, stuck: StuckState): void {
  settleStuck(world);
  const { stuckLater } = world.data;
  if (stuckLater !== undefined) {
    world.data.stuckLater = stuckLater.filter((each) => keyOf(each.state) !== keyOf(stuck));
  }
  change(world, stuck, false, world.clock.now());
}

/** Lets states begin and end whose instant has come; asked before anybody looks at the world. */
export function settleStuck(world: World): void {
  const { stuckLater } = world.data;
  if (stuckLater === undefined) return;
  const now = world.clock.now();
  for (let next = stuckLater[0]; next !== undefined && next.at <= now; next = stuckLater[0]) {
    stuckLater.shift();
    change(world, next.state, next.on, next.at);
  }
}

/** How many things the state has held up so far: load balancers, services, changes. */
export function heldUp(world: World, stuck: StuckState): number {
  settleStuck(world);
  const known = world.data.stuckHeld?.[keyOf(stuck)] ?? [];
  return new Set([...known, ...(isSet(world, stuck) ? heldNow(world, stuck, world.clock.now()) : [])]).size;
}

function schedule({ data }: World, later: { at: number; on: boolean; state: StuckState }): void {
  data.stuckLater = [...(data.stuckLater ?? []), later].sort((left, right) => left.at - right.at);
}

function keyOf(stuck: StuckState): string {
  const { kind, resource = '*' } = stuck;
  return kind === 'change-never-in-sync' ? `${kind} ${resource}` : `${kind} ${regionOf(stuck)} ${resource}`;
}

function regionOf(stuck: StuckState): string {
  return ('region' in stuck ? stuck.region : undefined) ?? defaultRegion;
}

function isSet(world: World, stuck: StuckState): boolean {
  switch (stuck.kind) {
    case 'load-balancer-fails':
      return world.region(regionOf(stuck)).elbv2.behaviours[stuck.resource] === 'fails';
    case 'service-never-steady':
    case 'targets-unhealthy':
    case 'service-drains-forever': {
      const { behaviours } = world.region(regionOf(stuck)).ecs;
      return behaviours[stuck.resource]?.includes(serviceBehaviours[stuck.kind]) === true;
    }
    case 'change-never-in-sync':
      return areChangesStuck(world, stuck.resource);
    default:
      return unreachable(stuck);
  }
}

function change(world: World, stuck: StuckState, on: boolean, at: number): void {
  // What it has held up is seen only while it holds.
  const before = !on && isSet(world, stuck) ? heldNow(world, stuck, at) : [];
  flip(world, stuck, on, at);
  const held = on ? heldNow(world, stuck, at) : before;
  if (held.length === 0) return;
  const known = (world.data.stuckHeld ??= {});
  known[keyOf(stuck)] = [...new Set([...(known[keyOf(stuck)] ?? []), ...held])];
}

function flip(world: World, stuck: StuckState, on: boolean, at: number): void {
  switch (stuck.kind) {
    case 'load-balancer-fails': {
      const { behaviours } = world.region(regionOf(stuck)).elbv2;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a key of a plain JSON record
      if (!on) delete behaviours[stuck.resource];
      else behaviours[stuck.resource] = 'fails';
      return;
    }
    case 'service-never-steady':
    case 'targets-unhealthy':
    case 'service-drains-forever': {
      const behaviour = serviceBehaviours[stuck.kind];
      if (on) setServiceBehaviour(world, regionOf(stuck), stuck.resource, behaviour, at);
      else releaseServiceBehaviour(world, regionOf(stuck), stuck.resource, behaviour, at);
      return;
    }
    case 'change-never-in-sync':
      setChangesStuck(world, stuck.resource, on, at);
      return;
    default:
      unreachable(stuck);
  }
}

/** ARNs and ids of what a state that is set holds up at an instant. */
function heldNow(world: World, stuck: StuckState, at: number): readonly string[] {
  switch (stuck.kind) {
    case 'load-balancer-fails': {
      const { loadBalancers } = world.region(regionOf(stuck)).elbv2;
      const named = Object.values(loadBalancers).filter(({ arn, name }) => [arn, name].includes(stuck.resource));
      return named.map(({ arn }) => arn);
    }
    case 'service-never-steady':
    case 'targets-unhealthy':
    case 'service-drains-forever': {
      const { kind } = stuck;
      const { ecs } = world.region(regionOf(stuck));
      advanceEcs(world, regionOf(stuck), at);
      const named = Object.values(ecs.services).filter(({ name }) => name === stuck.resource);
      return named.filter((service) => isHeld(ecs.tasks, service, kind)).map(({ arn }) => arn);
    }
    case 'change-never-in-sync':
      return stuckChanges(world, stuck.resource);
    default:
      return unreachable(stuck);
  }
}

function isHeld(tasks: EcsStore['tasks'], service: ServiceRecord, kind: keyof typeof serviceBehaviours): boolean {
  const haveFailed = service.deployments.some(({ failedTasks }) => failedTasks > 0);
  const isTarget = (arn: string): boolean => {
    const task = tasks[arn];
    return task !== undefined && task.startedAt !== null && task.targets.length > 0;
  };
  switch (kind) {
    case 'service-never-steady':
      return haveFailed;
    case 'targets-unhealthy':
      return haveFailed || service.tasks.some(isTarget);
    case 'service-drains-forever':
      return service.status === 'DRAINING';
    default:
      return unreachable(kind);
  }
}

const serviceBehaviours = {
  'service-never-steady': 'never-steady',
  'targets-unhealthy': 'unhealthy',
  'service-drains-forever': 'draining-forever',
} as const satisfies Record<string, ServiceBehaviour>;

const serviceKinds = stuckKinds.filter((kind) => kind in serviceBehaviours) as (keyof typeof serviceBehaviours)[];
