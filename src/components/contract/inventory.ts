// What stands in an account, whoever's it is: what a scan compares with the playbooks to find what is in none of them.
import type { Json, ReadContext, Tags } from './observing.ts';

/** A piece that its service lists, or a zone, or a record in one. */
export type InventoryPiece = StandingPiece | ZonePiece | RecordPiece;

/** Something that stands by itself: a load balancer, a target group, a health check, a service. */
export interface StandingPiece {
  readonly kind: 'piece';
  /** What AWS calls it, the only one of its kind in the account: an ARN, an id. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** DNS names that lead to it, as AWS tells them; none where no name does. */
  readonly dnsNames: readonly string[];
  /** Undefined where they were not asked for. */
  readonly tags: Tags | undefined;
  /** Ids of other pieces that it goes by. */
  readonly names: readonly string[];
  /** Why it does nothing for anybody, as AWS tells it: `it has no listener`; undefined where it is in use, or nobody knows. */
  readonly unattached: string | undefined;
  /** It does something only for what names it: where nothing does, it is idle. */
  readonly servesNamers: boolean;
}

export interface ZonePiece {
  readonly kind: 'zone';
  readonly id: string;
  /** Canonical. */
  readonly name: string;
  readonly isPrivate: boolean;
  /** Canonical; empty for a private one. */
  readonly servers: readonly string[];
}

export interface RecordPiece {
  readonly kind: 'record';
  /** Of its zone. */
  readonly zone: string;
  /** Canonical. */
  readonly name: string;
  /** `CNAME`, `A` */
  readonly type: string;
  /** Where several records share name and type. */
  readonly set: string | undefined;
  /** What it leads to, canonical, and how; undefined for addresses and texts. */
  readonly leadsTo: { readonly name: string; readonly how: 'CNAME' | 'alias' } | undefined;
  /** Of an NS record: the name servers that its name is left to, canonical. */
  readonly delegatesTo: readonly string[];
  /** Ids of other pieces that it goes by: a health check. */
  readonly names: readonly string[];
}

/** What the service that owns a piece says when it is asked for it by its ARN. */
export type Confirmation =
  /** `spec`: that describes it as it is, where the type can tell. */
  | { readonly kind: 'there'; readonly tags: Tags; readonly spec?: unknown }
  | { readonly kind: 'gone' }
  /** It could not be asked; what was thrown. */
  | { readonly kind: 'failed'; readonly error: unknown };

export interface Inventory {
  /** What is listed or found, in words: `load balancers`. */
  readonly what: string;
  /** All regions of an account have the same ones. */
  readonly accountWide?: true;
  /** Its pieces are services: by their names others speak of them. */
  readonly services?: true;
  /** Entries of a table that speak of services, to the end of the table. */
  readonly entries?: (entries: StateEntries, context: ReadContext) => Promise<readonly StateEntry[]>;
  /** IAM actions that the listing needs; none where there is none. */
  readonly permissions: readonly string[];
  /**
   * All pieces of the kind in the account and region, with whatever their use is told by. To its end, or it throws: a part
   * would make what is not in it look lost.
   */
  readonly list?: (context: ReadContext) => Promise<readonly InventoryPiece[]>;
  /** Pure. The region of the piece of this kind that AWS would give this DNS name to; undefined for any other name. */
  readonly regionOfName?: (dnsName: string) => string | undefined;
  /** Pure. Is this the ARN of a piece of this kind? */
  readonly owns?: (arn: string) => boolean;
  /** Pure. What stays the same of the ARNs of one piece: of a task definition, all but the revision. The ARN unless told. */
  readonly sameAs?: (arn: string) => string;
  /** Pure. The least spec that finds the piece of an ARN that it owns; undefined where an ARN does not tell that much. */
  readonly specOfArn?: (arn: string) => Readonly<Record<string, Json>> | undefined;
  /** Asks for pieces by their ARNs, where `specOfArn` does not lead to them. Answers for each. */
  readonly confirm?: (arns: readonly string[], context: ReadContext) => Promise<ReadonlyMap<string, Confirmation>>;
}

/** Entries of a table that speak of services, as a playbook tells of them. */
export interface StateEntries {
  readonly table: string;
  /** The attribute that names a service. */
  readonly attribute: string;
  /** Only entries whose partition key begins so. */
  readonly keyPrefix: string | undefined;
}

/** One of them. */
export interface StateEntry {
  /** The values of its key, by name. */
  readonly key: Readonly<Record<string, string>>;
  readonly service: string;
}
