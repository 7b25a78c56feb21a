// Things in AWS that never become what they should: part of the world, as they would be in AWS, and not of a transport.
import { advanceWorld } from './advance.ts';
import type { Services, StuckKind, StuckPlace, World } from './model.ts';
import type { StuckState } from './world-data.ts';

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
    const end = later.find((each) => !each.on && keyOf(world, each.state) === keyOf(world, state));
    states.push(end === undefined ? state : { ...state, forMs: end.at - now });
  };
  for (const { kind, scope } of world.services.stuckKinds.values()) {
    const named = { kind: kind.kind };
    if (scope === 'account') {
      for (const resource of kind.set(data, {})) set({ ...named, ...(resource === undefined ? {} : { resource }) });
      continue;
    }
    for (const [region, local] of Object.entries(data.regions)) {
      for (const resource of kind.set(data, local)) set({ ...named, resource, region });
    }
  }
  for (const { at, on, state } of later) {
    if (!on) continue;
    const end = later.find((each) => !each.on && each.at >= at && keyOf(world, each.state) === keyOf(world, state));
    states.push({ ...state, afterMs: at - now, ...(end === undefined ? {} : { forMs: end.at - at }) });
  }
  return states;
}

/** From now on all is well again: what was held up goes its usual way. */
export function releaseStuck(world: World, stuck: StuckState): void {
  settleStuck(world);
  const { stuckLater } = world.data;
  if (stuckLater !== undefined) {
    world.data.stuckLater = stuckLater.filter((each) => keyOf(world, each.state) !== keyOf(world, stuck));
  }
  change(world, stuck, false, world.clock.now());
}

/**
 * Lets states begin and end whose instant has come, and all else happen that time brings about; asked before anybody looks
 * at the world or changes it.
 */
export function settleStuck(world: World): void {
  const { stuckLater = [] } = world.data;
  const now = world.clock.now();
  for (let next = stuckLater[0]; next !== undefined && next.at <= now; next = stuckLater[0]) {
    stuckLater.shift();
    advanceWorld(world, next.at);
    change(world, next.state, next.on, next.at);
  }
  advanceWorld(world, now);
}

/** How many things the state has held up so far: load balancers, services, changes. */
export function heldUp(world: World, stuck: StuckState): number {
  settleStuck(world);
  const known = world.data.stuckHeld?.[keyOf(world, stuck)] ?? [];
  return new Set([...known, ...(isSet(world, stuck) ? heldNow(world, stuck, world.clock.now()) : [])]).size;
}

function schedule({ data }: World, later: { at: number; on: boolean; state: StuckState }): void {
  data.stuckLater = [...(data.stuckLater ?? []), later].sort((left, right) => left.at - right.at);
}

function keyOf({ services }: World, stuck: StuckState): string {
  const { kind, resource = '*' } = stuck;
  const { scope } = offered(services, stuck);
  return scope === 'account' ? `${kind} ${resource}` : `${kind} ${regionOf(stuck)} ${resource}`;
}

function regionOf({ region = defaultRegion }: StuckState): string {
  return region;
}

/** @throws Error when no service of the world offers it */
function offered({ stuckKinds }: Services, { kind }: StuckState): { readonly kind: StuckKind; readonly scope: string } {
  const found = stuckKinds.get(kind);
  if (found !== undefined) return found;
  throw new Error(`nothing in this sandbox gets stuck as ${kind}; there are ${[...stuckKinds.keys()].join(', ')}`);
}

function placeOf(stuck: StuckState): StuckPlace {
  return { resource: stuck.resource, region: regionOf(stuck) };
}

function isSet(world: World, stuck: StuckState): boolean {
  return offered(world.services, stuck).kind.isSet(world, placeOf(stuck));
}

function change(world: World, stuck: StuckState, on: boolean, at: number): void {
  // What it has held up is seen only while it holds.
  const before = !on && isSet(world, stuck) ? heldNow(world, stuck, at) : [];
  offered(world.services, stuck).kind.turn(world, placeOf(stuck), on, at);
  const held = on ? heldNow(world, stuck, at) : before;
  if (held.length === 0) return;
  const known = (world.data.stuckHeld ??= {});
  known[keyOf(world, stuck)] = [...new Set([...(known[keyOf(world, stuck)] ?? []), ...held])];
}

/** ARNs and ids of what a state that is set holds up at an instant. */
function heldNow(world: World, stuck: StuckState, at: number): readonly string[] {
  return offered(world.services, stuck).kind.held(world, placeOf(stuck), at);
}
