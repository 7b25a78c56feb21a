// Faults of a rehearsal in words: what was set, and what it did.
import { writeFault, type Fault } from '../sandbox/index.ts';
import { unreachable } from '../util/unreachable.ts';
import { count } from '../util/words.ts';

/** `throttle, service ecs, rate 0.3, for 40s` */
export function faultText(fault: Fault): string {
  const { kind, ...rest } = writeFault(fault) as { readonly kind: string; readonly [name: string]: unknown };
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name} ${valueText(name, value)}`)].join(', ');
}

function valueText(name: string, value: unknown): string {
  if (typeof value === 'number')
    return ['after', 'for', 'within', 'latency'].includes(name) ? spanText(value) : `${value}`;
  if (name === 'service' && value === 'elasticloadbalancing') return 'elbv2';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As a file would have it: `250ms`, `40s`, `5m`. */
function spanText(ms: number): string {
  if (ms === 0 || ms % 1_000 !== 0) return `${ms}ms`;
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms / 1_000}s`;
}

/** `hit 12 calls`, `held up 1 service`, `hit nothing` */
export function hitsText(kind: Fault['kind'], hits: number): string {
  if (hits === 0) return 'hit nothing';
  switch (kind) {
    case 'load-balancer-fails':
      return `held up ${count(hits, 'load balancer')}`;
    case 'service-never-steady':
    case 'targets-unhealthy':
    case 'service-drains-forever':
      return `held up ${count(hits, 'service')}`;
    case 'change-never-in-sync':
      return `held up ${count(hits, 'change')}`;
    case 'throttle':
    case 'access-denied':
    case 'expired-token':
    case 'error-500':
    case 'error-503':
    case 'hang':
    case 'latency':
    case 'reset-before':
    case 'reset-after':
    case 'stale':
    case 'request-rates':
      return `hit ${count(hits, 'call')}`;
    default:
      return unreachable(kind);
  }
}
