// What Route 53's health checkers find, and what is made of it.
import { everyAccount } from '../accounts.ts';
import type { World } from '../model.ts';
import { advanceEcs } from '../services/ecs/advance.ts';
import { route53Of, type HealthCheck, type HealthCheckConfig } from '../services/route53/store.ts';
import { own } from '../records.ts';
import { route53Times } from '../services/route53/timings.ts';
import { probeHttp, probeTcp } from './probe.ts';
import type { ProbeFailure } from './probe.ts';
import type { Walk } from './walk.ts';

export interface EndpointHealth {
  readonly healthy: boolean;
  /** As in GetHealthCheckStatus, `StatusReport.Status`. */
  readonly report: string;
}

/**
 * A walk whose health checks, where they count at once, probe through the walk itself, each at most once.
 *
 * @param now the instant that is looked at
 */
export function walkAt(world: World, now: number): Walk {
  // Services start, stop and replace tasks while nobody looks.
  for (const account of everyAccount(world)) {
    for (const region of Object.keys(account.data.regions)) advanceEcs(account, region, now);
  }
  const known = new Map<string, boolean>();
  const walk: Walk = {
    world,
    now,
    isHealthy: (id) => {
      const seen = known.get(id);
      if (seen !== undefined) return seen;
      // A check whose endpoint resolves through a record that depends on this very check sees it as healthy.
      known.set(id, true);
      const healthy = checkIsHealthy(walk, id);
      known.set(id, healthy);
      return healthy;
    },
  };
  return walk;
}

/**
 * "New health checks are considered healthy until there is enough data"; then they are what their checkers have found
 * often enough in a row; a disabled one always is healthy; `Inverted` turns either around. A record's check that was deleted says nothing: the record is answered as if it had none.
 */
function checkIsHealthy(walk: Walk, id: string): boolean {
  const [check] = everyAccount(walk.world).flatMap(({ data }) => own(route53Of(data).healthChecks, id) ?? []);
  if (check === undefined) return true;
  const { config } = check;
  if (config.disabled) return !config.inverted;
  if (walk.now < check.createdAt + route53Times(walk.world).healthCheckFirstStatus) return true;
  return measured(walk, check) !== config.inverted;
}

function measured(walk: Walk, { checked, config }: HealthCheck): boolean {
  switch (config.type) {
    case 'CALCULATED': {
      const children = config.childHealthChecks ?? [];
      return children.filter(walk.isHealthy).length >= (config.healthThreshold ?? children.length);
    }
    case 'CLOUDWATCH_METRIC':
      return config.insufficientDataHealthStatus !== 'Unhealthy';
    case 'RECOVERY_CONTROL':
      return true;
    default:
      return checked?.healthy ?? checkEndpoint(walk, config).healthy;
  }
}

/** One request of a checker: TCP connects; HTTP and HTTPS take any status from 200 to 399 for healthy. */
export function checkEndpoint(walk: Walk, config: HealthCheckConfig): EndpointHealth {
  const { ipAddress: address, fullyQualifiedDomainName: name } = config;
  const host = name ?? address ?? '';
  const secure = config.type.startsWith('HTTPS');
  const port = config.port ?? (secure ? 443 : 80);
  if (config.type === 'TCP') {
    const answer = probeTcp(walk, address ?? host, port);
    return 'error' in answer ? failed(answer) : { healthy: true, report: 'Success: TCP connection established' };
  }
  const path = config.resourcePath ?? '/';
  const literal = host.includes(':') ? `[${host}]` : host;
  const url = `${secure ? 'https' : 'http'}://${literal}:${String(port)}${path.startsWith('/') ? '' : '/'}${path}`;
  const answer = probeHttp(walk, url, address);
  if ('error' in answer) return failed(answer);
  const status = `HTTP Status Code ${String(answer.status)}, ${reasons[answer.status] ?? 'Unknown'}`;
  if (answer.status < 200 || answer.status >= 400) return { healthy: false, report: `Failure: ${status}` };
  // What tasks write into their answers is not modelled: a string match passes there on the status alone.
  if (config.searchString !== undefined && answer.body?.includes(config.searchString) === false) {
    return { healthy: false, report: `Failure: ${status}. The string to match was not found in the response body.` };
  }
  return { healthy: true, report: `Success: ${status}` };
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  301: 'Moved Permanently',
  302: 'Found',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Time-out',
};

/** Unverified texts: AWS documents only that a report starts with `Success:` or `Failure:`. */
function failed({ error }: ProbeFailure): EndpointHealth {
  const texts: Readonly<Record<ProbeFailure['error'], string>> = {
    ENOTFOUND: 'DNS resolution failed: Non-existent domain',
    ECONNREFUSED: 'Connection refused',
    ECONNRESET: 'Connection reset by peer',
    ETIMEDOUT: 'Connection timed out',
    EPROTO: 'SSL connection failed',
  };
  return { healthy: false, report: `Failure: ${texts[error]}` };
}
