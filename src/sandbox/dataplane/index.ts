// What a client on the internet sees of a world. Each question looks at one instant, without caches: what DNS still
// answers while a change is PENDING is answered here, what a resolver's cache would still hold is not.
import type { World } from '../model.ts';
import { settleStuck } from '../stuck.ts';
import type { HealthCheckConfig } from '../services/route53/store.ts';
import { resolve } from './dns.ts';
import type { DnsResolution } from './dns.ts';
import { checkEndpoint, walkAt } from './health.ts';
import type { EndpointHealth } from './health.ts';
import { answerAuthoritatively, type NameServerAnswer } from './name-server.ts';
import * as probe from './probe.ts';
import type { HttpProbe, TcpProbe } from './probe.ts';
import type { Walk } from './walk.ts';

export type { DnsResolution } from './dns.ts';
export type { EndpointHealth } from './health.ts';
export type { NameServerAnswer, ResourceRecord } from './name-server.ts';
export type { HttpAnswer, HttpProbe, ProbeError, ProbeFailure, TcpProbe } from './probe.ts';

/** @param type of record, `A`, `CNAME`, ... */
export function resolveDns(world: World, name: string, type: string): DnsResolution {
  return resolve(walkOf(world), name, type);
}

/** What the world's name servers answer with, as one who speaks DNS is told. */
export function nameServerAnswer(world: World, name: string, type: string): NameServerAnswer {
  return answerAuthoritatively(walkOf(world), name, type);
}

/** Asks for a URL with GET; redirects are told, not followed. */
export function probeHttp(world: World, url: string): HttpProbe {
  return probe.probeHttp(walkOf(world), url);
}

export function probeTcp(world: World, host: string, port: number): TcpProbe {
  return probe.probeTcp(walkOf(world), host, port);
}

/** What one of Route 53's checkers finds for a check of type HTTP, HTTPS (also with string match) or TCP. */
export function endpointHealth(world: World, config: HealthCheckConfig): EndpointHealth {
  return checkEndpoint(walkOf(world), config);
}

/** Whether Route 53 holds a health check for healthy, of whatever type. */
export function healthCheckHealthy(world: World, id: string): boolean {
  return walkOf(world).isHealthy(id);
}

function walkOf(world: World): Walk {
  settleStuck(world);
  return walkAt(world, world.clock.now());
}
