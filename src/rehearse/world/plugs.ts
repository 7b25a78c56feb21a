// The services of the embedded AWS that types from outside bring: a world in which their pieces are to live has them.
import type { ComponentType, SandboxServiceLike } from '../../components/contract.ts';
import { servicesWith, type ServicePlug, type Services } from '../../sandbox/index.ts';

const known = new WeakMap<ReadonlyMap<string, ComponentType>, readonly ServicePlug[]>();
const none: readonly ServicePlug[] = [];

/**
 * Services beside the sandbox's own. The same list for the same types.
 *
 * @throws Error when what a type brings is no service of a sandbox
 */
export function plugsOf(types: ReadonlyMap<string, ComponentType>): readonly ServicePlug[] {
  let plugs = known.get(types);
  if (plugs === undefined) {
    const brought = new Set([...types.values()].flatMap(({ rehearsal }) => rehearsal.services ?? []));
    plugs = brought.size === 0 ? none : [...brought].map(asPlug);
    known.set(types, plugs);
  }
  return plugs;
}

/** All services of a world in which these types' pieces live. */
export function worldServices(types: ReadonlyMap<string, ComponentType>): Services {
  return servicesWith(plugsOf(types));
}

function asPlug(service: SandboxServiceLike): ServicePlug {
  if (isPlug(service)) return service;
  throw new Error(`the sandbox service ${service.name} needs a scope, a protocol, and operations that are functions`);
}

function isPlug(service: SandboxServiceLike): service is ServicePlug {
  const { operations, protocol, routes, scope } = service as unknown as Readonly<Record<string, unknown>>;
  if (scope !== 'region' && scope !== 'account') return false;
  if (protocol === 'none') return true;
  if (protocol === 'rest-xml') return Array.isArray(routes);
  const isCallable = protocol === 'json-1.0' || protocol === 'json-1.1' || protocol === 'query' || protocol === 'ec2';
  if (!isCallable || typeof operations !== 'object' || operations === null) return false;
  return Object.values(operations).every((each) => typeof each === 'function');
}
