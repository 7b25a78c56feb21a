// What was found of a service that runs, and what of it goes into its playbook.
import type { Aside, ComponentType, Json, Leading, Surroundings, Tags } from '../components/contract.ts';

/** A piece that is there. */
export interface Found {
  /** Its type and what tells it from all others. */
  readonly key: string;
  readonly type: ComponentType;
  /** By which it was found. */
  readonly spec: unknown;
  readonly state: unknown;
  readonly tags: Tags | undefined;
  /** All of it that a playbook can say. */
  readonly described: Readonly<Record<string, Json>>;
  /** What AWS has of it and no spec can say, in words. */
  readonly notRepresented: readonly string[];
  readonly outputs: Readonly<Record<string, string | undefined>>;
  readonly around: Surroundings;
  /** What lives in it could not be seen. */
  readonly isBlind?: true;
  /** Of one that was found by what it leads to. */
  readonly leading?: Leading;
}

/** A read that failed, and what it would have told. */
export interface Unseen {
  readonly what: string;
  /** `AccessDenied: ...` */
  readonly why: string;
  /** As IAM calls it, where a call failed: `elasticloadbalancing:DescribeRules`. */
  readonly api?: string;
}

export type Role = 'owned' | 'shared';

/** A piece of the playbook. */
export interface Member {
  readonly found: Found;
  readonly role: Role;
  /** Why it is shared, in words; of an owned one nothing. */
  readonly because: readonly string[];
}

/** What a service is made of. */
export interface Captured {
  readonly root: Found;
  readonly members: readonly Member[];
  readonly asides: readonly { readonly of: Found; readonly aside: Aside }[];
  readonly unseen: readonly Unseen[];
  /** What may be the service's too, and was left out, in words. */
  readonly left: readonly string[];
  /** Keys of pieces of which nothing private may be written, whatever it looks like: their source says so. None unless told. */
  readonly sensitive?: ReadonlySet<string>;
}

/** Words for a piece, for people: `service orders`. */
export function wordsFor({ spec, type }: Pick<Found, 'spec' | 'type'>): string {
  return type.identity(spec);
}
