// AWS's request throttling: token buckets per account and region (of services that exist once: per account), refilled by
// the world's clock. The rates are the services' own.
import type { SandboxService, World } from './model.ts';

/**
 * Takes a token for one call; false when AWS would throttle it.
 *
 * @param share of the rates that others leave, in (0, 1]; a bucket holds one token at least
 */
export function takeToken(
  world: World,
  service: SandboxService,
  operation: string,
  region: string,
  share = 1,
): boolean {
  const found = service.rates?.find(({ operations }) => operations.test(operation));
  if (found === undefined) return true;
  const now = world.clock.now();
  const burst = Math.max(1, found.burst * share);
  const key = `${service.scope === 'account' ? 'global' : region}/${service.name}/${found.bucket}`;
  let bucket = world.buckets.get(key);
  if (bucket === undefined) {
    bucket = { tokens: burst, at: now };
    world.buckets.set(key, bucket);
  }
  const refilled = (Math.max(0, now - bucket.at) / 1000) * found.refill * share;
  bucket.tokens = Math.min(burst, bucket.tokens + refilled);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
