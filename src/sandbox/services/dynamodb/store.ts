// What one region's DynamoDB holds. Plain JSON; states are derived from the instants kept here.
import type { RegionData } from '../../model.ts';
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

export interface IndexRecord {
  readonly name: string;
  readonly scope: 'global' | 'local';
  readonly keys: readonly KeyElement[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  /** Null unless the projection is INCLUDE. */
  readonly nonKeyAttributes: readonly string[] | null;
  /** Null for local indexes and for on-demand tables. */
  readonly throughput: Throughput | null;
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

export interface TableRecord {
  readonly name: string;
  readonly id: string;
  readonly createdAt: number;
  /** Instant of DeleteTable. */
  deletedAt: number | null;
  /** The table is UPDATING before this instant. */
  updatingUntil: number;
  readonly keys: readonly KeyElement[];
  readonly attributes: Readonly<Record<string, KeyType>>;
  indexes: readonly IndexRecord[];
  billingMode: 'PROVISIONED' | 'PAY_PER_REQUEST';
  /** Last change to on-demand, or null when there was none. */
  onDemandSince: number | null;
  throughput: Throughput | null;
  throughputIncreasedAt: number | null;
  throughputDecreasedAt: number | null;
  tableClass: string | null;
  /** The key of the encryption with KMS, or null for the default encryption. */
  kmsKey: string | null;
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
