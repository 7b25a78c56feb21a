// How long things take in DynamoDB.
import type { Duration, World } from '../../model.ts';

export const dynamoDbTimings = {
  /** Table, CREATING to ACTIVE (unverified: 5-20 s). */
  tableCreate: { usual: 12_000, spread: 0.35 }, // 7 to 21 s
  /** Table, DELETING to gone. */
  tableDelete: { usual: 10_000, spread: 0.6 }, // documentation: seconds to minutes
  /** Table, UPDATING to ACTIVE after a change of billing, throughput, encryption or class (unverified). */
  tableUpdate: { usual: 8_000, spread: 0.4 },
  /** Time to live, ENABLING to ENABLED and DISABLING to DISABLED: "up to one hour". */
  timeToLiveChange: { usual: 1_800_000, spread: 0.4 },
} as const satisfies Record<string, Duration>;

export type DynamoDbTimings = { readonly [Name in keyof typeof dynamoDbTimings]: number };

export function dynamoDbTimes(world: World): DynamoDbTimings {
  return world.timings as DynamoDbTimings;
}
