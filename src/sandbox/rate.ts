// One line of a service's table of request rates.
import type { Rate } from './model.ts';

/**
 * @param burst calls that may come at once
 * @param refill tokens per second
 * @param operations those that the bucket counts
 */
export function rate(bucket: string, burst: number, refill: number, operations: RegExp): Rate {
  return { bucket, burst, refill, operations };
}
