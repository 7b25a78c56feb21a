// One account's AWS as a value: made empty or from saved data, copied, forked. Nothing here knows a service's behaviour.
import type { Clock } from '../util/clock.ts';
import type { Bucket, Durations, ServicePlug, World } from './model.ts';
import type { WorldData } from './world-data.ts';
import { emptyData, emptyRegion, fillIn } from './empty-data.ts';
import { completeTimings, servicesWith } from './service-set.ts';

export { defaultAccount } from './empty-data.ts';

export interface WorldOptions {
  readonly clock: Clock;
  /** AWS's usual durations unless told. */
  readonly timings?: Durations;
  /** Services from outside, besides the sandbox's own; the same list for all worlds that are made alike. */
  readonly services?: readonly ServicePlug[] | undefined;
  readonly account?: string;
  /** The account alias of IAM; none unless told. */
  readonly alias?: string;
  /** Saved data to go on from; the world takes it over and changes it. `account`, `alias` and `seed` are then ignored. */
  readonly data?: WorldData;
  /** Other seeds give other ids; 1 unless told. A whole number below 2^20. */
  readonly seed?: number;
}

/** A world that holds nothing yet, or the one that `data` describes. */
export function createWorld(options: WorldOptions): World {
  const { clock } = options;
  const services = servicesWith(options.services);
  const timings = completeTimings(services, options.timings);
  const data = options.data ?? emptyData({ ...options, now: clock.now() });
  fillIn(data, services);
  const buckets = new Map<string, Bucket>();
  let requests = 0;

  const draw = (): number => mix((data.sequence += 1));
  const fill = (length: number, chunk: () => string): string => {
    let text = '';
    while (text.length < length) text += chunk();
    return text.slice(0, length);
  };

  return {
    clock,
    timings,
    data,
    services,
    buckets,
    region: (name) => (data.regions[name] ??= emptyRegion(services)),
    hex: (length) => fill(length, () => draw().toString(16).padStart(8, '0')),
    digits: (length) => {
      const text = fill(length, () => (draw() % 1_000_000_000).toString().padStart(9, '0'));
      return text.startsWith('0') ? `${String(1 + (draw() % 9))}${text.slice(1)}` : text;
    },
    random: () => draw() / 0x1_0000_0000,
    requestId: () => {
      requests += 1;
      const hex = [1, 2, 3, 4]
        .map((part) =>
          mix(requests * 4 + part)
            .toString(16)
            .padStart(8, '0'),
        )
        .join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

/** A copy of everything, stamped with the world's present. */
export function snapshot(world: World): WorldData {
  return { ...copyData(world.data), now: world.clock.now() };
}

/** A copy of saved data, for {@link WorldOptions.data}; several times as fast as `structuredClone`. */
export function copyData(data: WorldData): WorldData {
  return copy(data) as WorldData;
}

/** Of plain JSON values. */
function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copy);
  const from = value as Record<string, unknown>;
  const to: Record<string, unknown> = {};
  for (const name of Object.keys(from)) {
    if (name === '__proto__') Object.defineProperty(to, name, { ...plain, value: copy(from[name]) });
    else to[name] = copy(from[name]);
  }
  return to;
}

const plain = { configurable: true, enumerable: true, writable: true } as const;

/** Empties a world in place; account, alias and caller stay, and ids go on where they were. */
export function reset(world: World): void {
  const { data, services } = world;
  data.regions = {};
  for (const { scope, store } of services.all)
    if (scope === 'account' && store !== undefined) data[store.name] = store.empty();
  delete data.accounts;
  delete data.stuckLater;
  delete data.stuckHeld;
  world.buckets.clear();
}

/**
 * A world of its own that starts as a copy of another one.
 *
 * @param clock must stand at or after the source's present: `new VirtualClock(data.now)`
 * @param timings the source world's (AWS's usual ones for saved data) unless told
 * @param further services from outside, for saved data; a world's copy has the world's
 */
export function fork(
  source: World | WorldData,
  clock: Clock,
  timings?: Durations,
  further?: readonly ServicePlug[],
): World {
  if (!isWorld(source)) return createWorld({ clock, data: copyData(source), services: further, ...given(timings) });
  const { data, services } = source;
  return createWorld({ clock, data: copyData(data), services: services.further, ...given(timings ?? source.timings) });
}

function given(timings: Durations | undefined): { readonly timings?: Durations } {
  return timings === undefined ? {} : { timings };
}

function isWorld(source: World | WorldData): source is World {
  return typeof source['clock'] === 'object';
}

/**
 * 32 well-mixed bits of a counter: the finalizer of MurmurHash3, which maps different low halves to different values, so
 * that eight hex digits do not repeat within one seed.
 */
function mix(counter: number): number {
  let bits = (counter >>> 0) ^ Math.imul(Math.floor(counter / 0x1_0000_0000), 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
