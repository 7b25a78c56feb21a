// The history of health checks: what their checkers have found, an interval apart, and what Route 53 has made of it. Nothing
// runs in the background: checks that have become due are made up for, each at its own instant, before anybody looks at the
// world or changes it.
import type { World } from '../../model.ts';
import { checkEndpoint, walkAt } from '../../dataplane/health.ts';
import { route53Of, type HealthCheck } from './store.ts';
import { route53Times } from './timings.ts';

/** Types whose endpoint is not asked. */
const withoutEndpoint: ReadonlySet<string> = new Set(['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL']);

/** Older ones change nothing any more: the world has not been touched since, and the highest threshold is 10. */
const mostMadeUp = 40;

/** Milliseconds between two checks; 0 in a world where nothing takes any time, where what is found counts at once. */
function intervalOf(world: World, { config }: HealthCheck): number {
  return (config.requestInterval ?? 30) * 1000 * route53Times(world).healthCheckPace;
}

/** What was found out when a world's checks were last gone through; another set of them has other times. */
interface Rest {
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly count: number;
  /** Nothing is due before. */
  readonly until: number;
}

const rests = new WeakMap<World, Rest>();

/** Makes the checks that have become due by an instant. */
export function advanceHealthChecks(world: World, now: number): void {
  const { healthChecks } = route53Of(world.data);
  const rest = rests.get(world);
  // Asked with every call: most often nothing is due.
  if (rest !== undefined && rest.checks === healthChecks && now < rest.until && sizeOf(healthChecks) === rest.count)
    return;
  const checks = Object.values(healthChecks).filter((each) => !withoutEndpoint.has(each.config.type));
  for (;;) {
    let next: HealthCheck | undefined;
    let at = Number.POSITIVE_INFINITY;
    for (const check of checks) {
      const due = dueAt(world, check, now);
      if (due >= at) continue;
      next = check;
      at = due;
    }
    if (next === undefined || at > now) {
      rests.set(world, { checks: healthChecks, count: sizeOf(healthChecks), until: at });
      return;
    }
    carryOut(world, next, at);
  }
}

function sizeOf(members: object): number {
  return Object.keys(members).length;
}

function dueAt(world: World, check: HealthCheck, now: number): number {
  const interval = intervalOf(world, check);
  if (interval <= 0) return Number.POSITIVE_INFINITY;
  if (check.checked === undefined) return check.createdAt + route53Times(world).healthCheckFirstStatus;
  const missed = Math.floor((now - check.checked.at) / interval) - mostMadeUp;
  return check.checked.at + interval * Math.max(1, missed);
}

function carryOut(world: World, check: HealthCheck, at: number): void {
  const { config, checked } = check;
  // "Route 53 stops sending requests"; what it held the endpoint for is taken up where it was.
  if (config.disabled) {
    if (checked === undefined) check.checked = { at, healthy: true, against: 0 };
    else checked.at = at;
    return;
  }
  const { healthy } = checkEndpoint(walkAt(world, at), config);
  if (checked === undefined) {
    check.checked = { at, healthy, against: 0 };
    return;
  }
  checked.at = at;
  checked.against = healthy === checked.healthy ? 0 : checked.against + 1;
  if (checked.against < (config.failureThreshold ?? 3)) return;
  checked.healthy = healthy;
  checked.against = 0;
}
