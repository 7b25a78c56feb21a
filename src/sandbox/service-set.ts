// The services of a world: the sandbox's own and those from outside, checked once and made ready to be looked up.
import type { Durations, SandboxService, ServicePlug, Services } from './model.ts';
import { builtInServices } from './services/index.ts';

/** Members of a world's data that are no store. */
const ownMembers: readonly string[] = [
  ...['version', 'account', 'alias', 'callerArn', 'now', 'sequence', 'regions', 'stuckLater', 'stuckHeld', 'accounts'],
  '__proto__',
];

const known = new WeakMap<readonly ServicePlug[], Services>();

/**
 * The sandbox's own services and further ones.
 *
 * @throws Error when two of them claim the same name
 */
export function servicesWith(further: readonly ServicePlug[] = noFurther): Services {
  let services = known.get(further);
  if (services === undefined) {
    services = setOf(further);
    known.set(further, services);
  }
  return services;
}

const noFurther: readonly ServicePlug[] = [];

function setOf(further: readonly ServicePlug[]): Services {
  const all: readonly ServicePlug[] = [...builtInServices, ...further];
  const callable = all.filter((each): each is SandboxService => each.protocol !== 'none');
  const durations = all.flatMap(({ name, timings }) =>
    Object.entries(timings ?? {}).map(([key, duration]) => ({ name, key, duration })),
  );
  const stuck = all.flatMap(({ name, scope, stuck: kinds = [] }) => kinds.map((kind) => ({ name, kind, scope })));
  const presumed = all.flatMap(({ name, presumes = [] }) => presumes.map((presumable) => ({ name, presumable })));
  const troubles = all.flatMap(({ name, troubles: own = {} }) =>
    Object.entries(own).map(([trouble, bring]) => [trouble, bring, name] as const),
  );
  unique(
    'name',
    all.flatMap(({ name, alias }) => [name, ...(alias === undefined ? [] : [alias])].map((key) => [key, name])),
  );
  unique(
    'prefix of actions',
    callable.map(({ authorization, name }) => [authorization?.prefix ?? name, name]),
  );
  unique('store', [
    ...ownMembers.map((key): [string, string] => [key, 'the world']),
    ...all.flatMap(({ name, store }): [string, string][] => (store === undefined ? [] : [[store.name, name]])),
  ]);
  unique(
    'duration',
    durations.map(({ key, name }) => [key, name]),
  );
  unique(
    'stuck state',
    stuck.map(({ kind, name }) => [kind.kind, name]),
  );
  unique(
    'trouble',
    troubles.map(([trouble, , name]) => [trouble, name]),
  );
  unique('presumed kind', [
    ['account', 'the world'],
    ...presumed.map(({ presumable, name }): [string, string] => [presumable.kind, name]),
  ]);
  return {
    further,
    all,
    callable,
    watching: all.filter(({ watch }) => watch !== undefined),
    advancing: all.filter(({ advance }) => advance !== undefined),
    byName: new Map(callable.map((service) => [service.name, service])),
    stuckKinds: new Map(stuck.map(({ kind, scope }) => [kind.kind, { kind, scope }])),
    presumables: new Map(presumed.map(({ presumable }) => [presumable.kind, presumable])),
    troubles: new Map(troubles.map(([trouble, bring]) => [trouble, bring])),
    durations: Object.fromEntries(durations.map(({ key, duration }) => [key, duration])),
    usual: Object.fromEntries(durations.map(({ key, duration }) => [key, duration.usual])),
  };
}

function unique(what: string, claims: readonly (readonly string[])[]): void {
  const owners = new Map<string, string>();
  for (const [key = '', owner = ''] of claims) {
    const other = owners.get(key);
    if (other !== undefined)
      throw new Error(`services ${other} and ${owner} of a sandbox have the same ${what}: ${key}`);
    owners.set(key, owner);
  }
}

const complete = new WeakMap<Services, WeakMap<Durations, Durations>>();

/**
 * Durations for all services: those that are given, and AWS's usual ones for the rest.
 *
 * @throws Error when no service has a duration of that name
 */
export function completeTimings(services: Services, given: Durations | undefined): Durations {
  if (given === undefined) return services.usual;
  let ofServices = complete.get(services);
  if (ofServices === undefined) complete.set(services, (ofServices = new WeakMap()));
  let all = ofServices.get(given);
  if (all === undefined) {
    for (const name of Object.keys(given)) {
      if (services.durations[name] === undefined) throw new Error(`no service of this sandbox has a duration ${name}`);
    }
    const isComplete = Object.keys(services.usual).every((name) => given[name] !== undefined);
    all = isComplete ? given : { ...services.usual, ...given };
    ofServices.set(given, all);
  }
  return all;
}
