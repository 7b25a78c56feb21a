// Faults of a rehearsal in words: what was set, and what it did.
import { formatDuration } from '../../playbook/duration.ts';
import { holdsUp, writeFault, type Fault, type Services } from '../../sandbox/index.ts';
import { count } from '../../util/words.ts';

/** `throttle, service ecs, rate 0.3, for 40s` */
export function faultText(fault: Fault, services: Services): string {
  const { kind, ...rest } = writeFault(fault) as { readonly kind: string; readonly [name: string]: unknown };
  return [kind, ...Object.entries(rest).map(([name, value]) => `${name} ${valueText(name, value, services)}`)].join(
    ', ',
  );
}

function valueText(name: string, value: unknown, { byName }: Services): string {
  if (typeof value === 'number')
    return ['after', 'for', 'within', 'latency'].includes(name) ? formatDuration(value) : `${value}`;
  if (name === 'service') return byName.get(String(value))?.alias ?? String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `hit 12 calls`, `held up 1 service`, `hit nothing` */
export function hitsText(kind: Fault['kind'], hits: number): string {
  if (hits === 0) return 'hit nothing';
  const thing = holdsUp(kind);
  return thing === undefined ? `hit ${count(hits, 'call')}` : `held up ${count(hits, thing)}`;
}
