// How long things take in DynamoDB.
import type { Duration, World } from '../../model.ts';

export const dynamoDbTimings = {
  /** Table, CREATING to ACTIVE (unverified: 5-20 s). */
  tableCreate: { usual: 12_000, spread: 0.35 }, // 7 to 21 s
  /** Table, DELETING to gone. */
  tableDelete: { usual: 10_000, spread: 0.6 }, // documentation: seconds to minutes
  /** Table, UPDATING to ACTIVE after a change of billing, throughput, stream or class (observed: 1 s to 2 min, by what is changed). */
  tableUpdate: { usual: 8_000, spread: 0.4 },
  /** Table, CREATING to ACTIVE when it is restored (observed: 1.5 to 13 min, whatever its size up to one item). */
  tableRestore: { usual: 240_000, spread: 0.6 },
  /** Backups of a new table, after it is ACTIVE (observed: up to 6 s). */
  backupsEnable: { usual: 3_000, spread: 0.9 },
  /** Table, UPDATING while there is no room yet for a new index (observed: 24 to 56 s). */
  indexAllocation: { usual: 40_000, spread: 0.4 },
  /** Index, backfilling to ACTIVE (observed: 7 to 17 min). */
  indexBackfill: { usual: 500_000, spread: 0.3 },
  /** Index, DELETING to gone (observed: 3 to 6 s). */
  indexDelete: { usual: 4_500, spread: 0.3 },
  /** Index, UPDATING to ACTIVE after a change of throughput (observed: 2 to 4 s). */
  indexUpdate: { usual: 3_000, spread: 0.3 },
  /** Encryption, UPDATING to ENABLED or to none (observed: 21 to 23 s). */
  encryptionUpdate: { usual: 22_000, spread: 0.05 },
  /** Time to live, ENABLING to ENABLED and DISABLING to DISABLED: "up to one hour". */
  timeToLiveChange: { usual: 1_800_000, spread: 0.4 },
} as const satisfies Record<string, Duration>;

export type DynamoDbTimings = { readonly [Name in keyof typeof dynamoDbTimings]: number };

export function dynamoDbTimes(world: World): DynamoDbTimings {
  return world.timings as DynamoDbTimings;
}
