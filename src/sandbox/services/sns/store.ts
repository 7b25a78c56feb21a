// What one region's SNS holds. Plain JSON.
import type { RegionData } from '../../world-data.ts';

export interface PublishedMessage {
  readonly id: string;
  readonly at: number;
  readonly subject: string | null;
  readonly message: string;
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** Of FIFO topics; a group is allowed for others too. */
  readonly group: string | null;
  readonly deduplication: string | null;
  readonly sequence: string | null;
}

export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly owner: string;
  readonly attributes: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
  /** The newest last; nobody subscribes, so this is where they are read. */
  messages: readonly PublishedMessage[];
  /** Messages that were published to it, those that are no longer kept too. */
  published: number;
}

export interface SnsStore {
  /** By ARN. */
  topics: Record<string, Topic>;
}

export function emptySnsStore(): SnsStore {
  return { topics: {} };
}

/** A region's topics. */
export function snsOf(local: RegionData): SnsStore {
  return local['sns'] as SnsStore;
}
