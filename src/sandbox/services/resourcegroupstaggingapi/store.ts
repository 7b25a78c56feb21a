// What the index of tags does not know yet, and what it still remembers. Plain JSON: changes only, with their instants; all
// else is as the services have it.
import type { WorldData } from '../../world-data.ts';

export type Tags = Readonly<Record<string, string>>;

export interface IndexEntry {
  /** What the index tells until it has heard of the change; null: nothing. */
  before: Tags | null;
  changedAt: number;
  /** Deleted: what it goes on telling until it forgets. */
  ghost: Tags | null;
}

export interface TaggingStore {
  /** By region (us-east-1 for what exists once), then by ARN. */
  regions: Record<string, Record<string, IndexEntry>>;
  /** When what is not needed any more was last taken away. */
  tidiedAt: number;
}

export function emptyTaggingStore(): TaggingStore {
  return { regions: {}, tidiedAt: 0 };
}

/** The account's indexes of tags. */
export function taggingOf(data: WorldData): TaggingStore {
  return data['tagging'] as TaggingStore;
}
