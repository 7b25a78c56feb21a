// What one region's DynamoDB holds. Plain JSON; states are derived from the instants kept here.
import type { RegionData } from '../../world-data.ts';
import type { Item } from './value.ts';

/** Types that a key attribute may have. */
export type KeyType = 'S' | 'N' | 'B';

export interface KeyElement {
  readonly name: string;
  readonly role: 'HASH' | 'RANGE';
}

export interface Throughput {
  readonly read: number;
  readonly write: number;
}

/** The most that an on-demand table or index takes; null for no limit of one kind. */
export interface OnDemandLimits {
  readonly read: number | null;
  readonly write: number | null;
}

export interface IndexRecord {
  readonly name: string;
  readonly scope: 'global' | 'local';
  readonly keys: readonly KeyElement[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Null unless the projection is INCLUDE. */
  readonly nonKeyAttributes: readonly string[] | null;
  /** Null for local indexes and for on-demand tables. */
  readonly throughput: Throughput | null;
  /** Absent in worlds of earlier versions, as other members with `?` are. */
  readonly onDemand?: OnDemandLimits | null;
}

/** An index that comes or goes: one at a time. */
export interface IndexChange {
  readonly index: string;
  readonly kind: 'create' | 'delete';
  /** Of a new one: when there is room for it, and it begins to be filled. */
  readonly backfillsAt: number;
  readonly until: number;
}

export interface StreamRecord {
  readonly enabled: boolean;
  readonly viewType: string;
  /** The instant of its making, as AWS writes it. */
  readonly label: string;
}

/** A table that was restored, while that goes on. */
export interface RestoreRecord {
  /** Null for one from a point in time. */
  readonly backupArn: string | null;
  readonly tableArn: string;
  /** The point in time, or that of the backup. */
  readonly asOf: number;
}

/** What an item was before a write. */
export interface ItemWrite {
  readonly at: number;
  readonly key: string;
  /** Null when there was none. */
  readonly before: Item | null;
}

/** Point-in-time recovery that is on. */
export interface RecoveryRecord {
  readonly since: number;
  days: number;
  /** From the oldest on. */
  writes: ItemWrite[];
}

export interface BackupRecord {
  readonly arn: string;
  readonly name: string;
  readonly type: 'USER' | 'SYSTEM';
  readonly createdAt: number;
  /** Null for one that stays until it is deleted. */
  readonly expiresAt: number | null;
  /** The table as it was, with its items. */
  readonly table: TableRecord;
}

export interface Figures {
  readonly items: number;
  readonly bytes: number;
}

/** By index; the table's own are under `''`. */
export type FiguresByIndex = Readonly<Record<string, Figures>>;

/** Figures as of the last count: DynamoDB counts only now and then. */
export interface Counted {
  readonly at: number;
  readonly figures: FiguresByIndex;
}

/** Contributor insights. */
export interface InsightsRecord {
  readonly enabled: boolean;
  readonly mode: string;
}

export interface TableRecord {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  /** Instant of DeleteTable. */
  deletedAt: number | null;
  /** The table is UPDATING before this instant. */
  updatingUntil: number;
  readonly keys: readonly KeyElement[];
  attributes: Readonly<Record<string, KeyType>>;
  indexes: readonly IndexRecord[];
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  /** Last change to on-demand, or null when there was none. */
  onDemandSince: number | null;
  throughput: Throughput | null;
  onDemand?: OnDemandLimits | null;
  throughputIncreasedAt: number | null;
  throughputDecreasedAt: number | null;
  tableClass: string | null;
  /** The key of the encryption with KMS, or null for the default encryption. */
  kmsKey: string | null;
  /** Its encryption is UPDATING before this instant. */
  encryptionUpdatingUntil?: number;
  indexChange?: IndexChange | null;
  /** Indexes that get another throughput. */
  indexUpdate?: { readonly indexes: readonly string[]; readonly until: number } | null;
  stream?: StreamRecord | null;
  recovery?: RecoveryRecord | null;
  restore?: RestoreRecord | null;
  policy?: { readonly text: string; readonly revision: string };
  /** By index, the empty name for the table itself. */
  insights?: Readonly<Record<string, InsightsRecord>>;
  deletionProtection: boolean;
  tags: Record<string, string>;
  timeToLive: { readonly attribute: string; readonly enabled: boolean; readonly changedAt: number } | null;
  /** By `primaryKey()` of keys.ts. */
  items: Record<string, Item>;
  /** The true figures. */
  figures: FiguresByIndex;
  counted: Counted;
}

export interface DynamoDbStore {
  tables: Record<string, TableRecord>;
  /** By ARN. */
  backups?: Record<string, BackupRecord>;
  /** Transactions carried out, by client request token; kept for ten minutes. */
  transactions: Record<string, { readonly fingerprint: string; readonly at: number }>;
}

export function emptyDynamoDbStore(): DynamoDbStore {
  return { tables: {}, transactions: {} };
}

/** A region's DynamoDB. */
export function dynamoDbOf(local: RegionData): DynamoDbStore {
  return local['dynamodb'] as DynamoDbStore;
}
