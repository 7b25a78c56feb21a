// What one region's CloudWatch Logs holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

export interface LogGroupRecord {
  readonly name: string;
  tags: Record<string, string>;
  /** Days; null: never expires. */
  retention: number | null;
  createdAt: number;
  /** Absent: STANDARD. */
  class?: string;
  kmsKeyId?: string;
  isProtected?: boolean;
}

export interface LogsStore {
  groups: Record<string, LogGroupRecord>;
}

export function emptyLogsStore(): LogsStore {
  return { groups: {} };
}

/** A region's log groups. */
export function logsOf(local: RegionData): LogsStore {
  return local['logs'] as LogsStore;
}
