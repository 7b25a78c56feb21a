// One request from the internet into the world: name, load balancer, listener, rule, target group, target.
import { answerOfTarget, listenersOf, targetHealth } from '../services/elbv2/lookup.ts';
import type { TargetHealth } from '../services/elbv2/lookup.ts';
import type { ActionRecord, ListenerRecord } from '../services/elbv2/store.ts';
import { elbv2Times } from '../services/elbv2/timings.ts';
import { isDarkHost } from '../services/names/store.ts';
import { balancerByAddress, isActive } from './balancers.ts';
import type { FoundBalancer } from './balancers.ts';
import { resolve } from './dns.ts';
import { actionsFor } from './rules.ts';
import type { Walk } from './walk.ts';

/** Codes of Node's socket errors, since that is what a caller gets from a real probe. */
export type ProbeError = 'ENOTFOUND' | 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT' | 'EPROTO';

export interface ProbeFailure {
  readonly error: ProbeError;
  /** Why, for people. */
  readonly detail: string;
  /** The stations that were reached. */
  readonly via: readonly string[];
}

export interface HttpAnswer {
  readonly status: number;
  /** Names, load balancer, listener, target group and target on the way. */
  readonly via: readonly string[];
  /** Of a redirect, which is not followed. */
  readonly location?: string;
  /** Of a fixed response. */
  readonly body?: string;
}

export type HttpProbe = HttpAnswer | ProbeFailure;
export type TcpProbe = { readonly connected: true; readonly via: readonly string[] } | ProbeFailure;

/**
 * Asks for a URL with GET. The client resolves names through Route 53's data plane only, without a cache, and reaches
 * internal load balancers as well, as an operator's machine does.
 *
 * @param address where to connect instead of the URL's host, as Route 53's checkers do when they are given an address
 */
export function probeHttp(walk: Walk, url: string, address?: string): HttpProbe {
  const target = new URL(url);
  const secure = target.protocol === 'https:';
  const port = target.port === '' ? (secure ? 443 : 80) : Number(target.port);
  const reached = connect(walk, address ?? target.hostname, port);
  if ('error' in reached) return reached;
  const { found, listener } = reached;
  const { via } = reached;
  switch (listener.protocol) {
    case 'HTTP':
      return secure
        ? failure('EPROTO', `port ${String(port)} speaks HTTP, not TLS`, via)
        : act(walk, found, listener, target, via);
    case 'HTTPS':
      // "400: the client sent a plain HTTP request to an HTTPS port" is the load balancer's own answer.
      if (!secure) return { status: 400, via };
      if (listener.certificates.length === 0) return failure('EPROTO', 'the listener has no certificate', via);
      return act(walk, found, listener, target, via);
    case 'TLS':
      if (!secure) return failure('ECONNRESET', `port ${String(port)} speaks TLS`, via);
      return act(walk, found, listener, target, via);
    case 'UDP':
      return failure('ECONNREFUSED', `port ${String(port)} takes UDP only`, via);
    default:
      return act(walk, found, listener, target, via);
  }
}

/** Opens a connection and closes it. A network load balancer takes it only with a target behind; an ALB takes any. */
export function probeTcp(walk: Walk, host: string, port: number): TcpProbe {
  const reached = connect(walk, host, port);
  if ('error' in reached) return reached;
  const { found, listener, via } = reached;
  if (found.balancer.type === 'application') return { connected: true, via };
  const answer = act(walk, found, listener, new URL('http://target/'), via);
  return 'error' in answer ? answer : { connected: true, via: answer.via };
}

interface Reached {
  readonly found: FoundBalancer;
  readonly listener: ListenerRecord;
  readonly via: readonly string[];
}

function connect(walk: Walk, host: string, port: number): Reached | ProbeFailure {
  const name = host.replace(/^\[(.*)\]$/, '$1');
  const literal = /^\d+\.\d+\.\d+\.\d+$|:/.test(name);
  const resolution = literal ? { answers: [name], chain: [name] } : resolve(walk, name, 'A');
  const { chain: via } = resolution;
  const dark = [name, ...via].find((each) => isDarkHost(walk.world, each));
  if (dark !== undefined) return failure('ETIMEDOUT', `${dark} is dark: it does not answer`, via);
  const [address] = resolution.answers;
  if (address === undefined) return failure('ENOTFOUND', `${via.at(-1) ?? name} has no address`, via);
  const found = balancerByAddress(walk.world, address);
  if (found === undefined) return failure('ETIMEDOUT', `nothing answers at ${address}`, via);
  const passed = [...via, found.balancer.arn];
  if (!isActive(walk, found)) {
    return failure('ETIMEDOUT', `load balancer ${found.balancer.name} is not active`, passed);
  }
  const listener = listenersOf(found.local, found.balancer).find((candidate) => candidate.port === port);
  if (listener === undefined) {
    return failure(
      'ECONNREFUSED',
      `load balancer ${found.balancer.name} has no listener on port ${String(port)}`,
      passed,
    );
  }
  return { found, listener, via: [...passed, listener.arn] };
}

function act(walk: Walk, found: FoundBalancer, listener: ListenerRecord, url: URL, via: readonly string[]): HttpProbe {
  for (const action of actionsFor(found.local, listener, url)) {
    const answer = answerOf(walk, found, action, url, via);
    if (answer !== undefined) return answer;
  }
  return { status: 500, via };
}

/** Undefined where an action lets a request pass on to the next one. A probe has no session and no token. */
function answerOf(
  walk: Walk,
  found: FoundBalancer,
  action: ActionRecord,
  url: URL,
  via: readonly string[],
): HttpProbe | undefined {
  switch (action.kind) {
    case 'authenticate-oidc':
    case 'authenticate-cognito': {
      const {
        OnUnauthenticatedRequest: otherwise,
        AuthorizationEndpoint: endpoint,
        UserPoolDomain: pool,
      } = action.config;
      if (otherwise === 'allow') return undefined;
      if (otherwise === 'deny') return { status: 401, via };
      return {
        status: 302,
        via,
        location: typeof endpoint === 'string' ? endpoint : `https://${String(pool)}/oauth2/authorize`,
      };
    }
    case 'jwt-validation':
      return { status: 401, via };
    case 'fixed-response':
      return {
        status: Number(action.statusCode),
        via,
        ...(action.messageBody === null ? {} : { body: action.messageBody }),
      };
    case 'redirect':
      return { status: action.statusCode === 'HTTP_301' ? 301 : 302, via, location: redirectTarget(action, url) };
    case 'forward':
      return forward(walk, found, action, via);
  }
}

/** A weighted forward goes to the group with the most weight, so that the same world gives the same answer. */
function forward(
  walk: Walk,
  found: FoundBalancer,
  action: Extract<ActionRecord, { kind: 'forward' }>,
  via: readonly string[],
): HttpProbe {
  const weighted = action.targetGroups.filter(({ weight }) => weight > 0 || action.targetGroups.length === 1);
  const [group] = weighted.toSorted((left, right) => right.weight - left.weight);
  if (group === undefined) return { status: 503, via };
  const passed = [...via, group.arn];
  const targets = targetHealth(found.local, group.arn, walk.now, elbv2Times(walk.world));
  const target = routable(targets);
  if (target === undefined) {
    return found.balancer.type === 'network'
      ? failure('ECONNRESET', `target group ${group.arn} has no target that takes traffic`, passed)
      : { status: 503, via: passed };
  }
  const reached = [...passed, `${target.id}:${String(target.port)}`];
  const answer = answerOfTarget(found.local, target);
  switch (answer) {
    case 'ok':
      return { status: 200, via: reached };
    case 'error':
      return { status: 503, via: reached };
    case 'timeout':
      return found.balancer.type === 'network'
        ? failure('ETIMEDOUT', `target ${target.id} does not answer`, reached)
        : { status: 504, via: reached };
  }
}

/**
 * A healthy target, or one whose health is not checked; when there is none, an unhealthy one: load balancers fail open.
 * Targets that are initial, draining or unused take no traffic.
 */
function routable(targets: readonly TargetHealth[]): TargetHealth | undefined {
  return (
    targets.find(({ state }) => state === 'healthy' || state === 'unavailable') ??
    targets.find(({ state }) => state === 'unhealthy')
  );
}

function redirectTarget(action: Extract<ActionRecord, { kind: 'redirect' }>, url: URL): string {
  const secure = url.protocol === 'https:';
  const parts: Readonly<Record<string, string>> = {
    protocol: secure ? 'HTTPS' : 'HTTP',
    host: url.hostname,
    port: url.port === '' ? (secure ? '443' : '80') : url.port,
    path: url.pathname.slice(1),
    query: url.search.slice(1),
  };
  const fill = (text: string): string => text.replace(/#\{(\w+)\}/g, (_all, part: string) => parts[part] ?? '');
  const query = fill(action.query);
  const protocol = fill(action.protocol).toLowerCase();
  return `${protocol}://${fill(action.host)}:${fill(action.port)}${fill(action.path)}${query === '' ? '' : `?${query}`}`;
}

function failure(error: ProbeError, detail: string, via: readonly string[]): ProbeFailure {
  return { error, detail, via };
}
