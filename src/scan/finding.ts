// What a scan reports, and what it is told by: a pure stage to the right of the report. Nothing here looks at AWS, reads a
// file or knows the time; whoever scans hands over what was seen (outcome.ts), and fold.ts makes the report of it.
import { createHash } from 'node:crypto';
import type { Json, Severity } from '../components/contract.ts';

/** What is found of pieces that are in no playbook, by listing what stands in an account. */
export const beyondKinds = [
  'dangling-record',
  'stray',
  'unattached',
  'idle-health-check',
  'twin',
  'stale-state-entry',
] as const;
export type BeyondKind = (typeof beyondKinds)[number];

/** What is found of several playbooks together, and in none of them alone. */
export const betweenKinds = ['recovery-circle', 'difference'] as const;
export type BetweenKind = (typeof betweenKinds)[number];

/** What was found of a piece: a verdict, or what is wrong with one of its fields; or of several playbooks, or what is in none. */
export const findingKinds = [
  'missing',
  'foreign',
  'orphaned',
  'unhealthy',
  'drifted',
  'dangling',
  'settling',
  ...beyondKinds,
  ...betweenKinds,
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** A finding is one thing that is wrong with one piece; of a piece that differs, one for each field. */
export interface Finding {
  /** 16 hexadecimal digits, the same from scan to scan: see {@link findingId}. */
  readonly id: string;
  readonly playbook: string;
  /** As it was named or found. */
  readonly file: string;
  /** Of the component in that file, from 1. */
  readonly line: number;
  readonly column: number;
  readonly account: string;
  readonly region: string;
  readonly environment: string | null;
  /** Of the playbook; where `piece` is told, what that is called, for people. */
  readonly component: string;
  readonly type: string;
  /**
   * Of what is in no playbook: its ARN or id, or the zone, name and type of a record. Playbook and file are then those by whose
   * place the account was entered, and the region of what all regions share is `global`. Of several playbooks: which they are, as
   * JSON; playbook and file are then those of the first of them. Null for a playbook's own.
   */
  readonly piece: string | null;
  readonly kind: FindingKind;
  /** The spec path that differs; null where the finding is about the whole piece. */
  readonly field: string | null;
  readonly severity: Severity;
  /** What it is, in words, on one line. */
  readonly what: string;
  /** What it is told by, line by line; none where the field says it all. */
  readonly evidence: readonly string[];
  /** What the playbook wants and what is there; null where nothing is, and where the finding is about no field. */
  readonly desired: Json | null;
  readonly actual: Json | null;
  readonly why: 'root-cause' | 'collateral';
  /** The component whose own trouble explains it; the component itself for a root cause. */
  readonly cause: string;
  /** When it was looked at, in this scan. */
  readonly observedAt: string;
  /** When a scan saw it first: this one, while nobody remembers an earlier one. */
  readonly firstSeen: string;
  /** True where no earlier scan saw it. */
  readonly isNew: boolean;
  /** Somebody knows of it and has silenced it for a time; null where nobody has, or where it has become graver since. */
  readonly acknowledged: Acknowledged | null;
  /** The command that plans the repair. */
  readonly plan: string;
}

export interface Acknowledged {
  /** ISO 8601: it ends by itself. */
  readonly until: string;
  readonly because: string;
  readonly by: string;
}

export type FindingKey = Pick<Finding, 'account' | 'component' | 'field' | 'kind' | 'playbook' | 'region'>;

/**
 * What tells a finding from any other, for as long as it lasts: whose piece, where, and what is wrong with it. Not what the
 * value is, when it was seen, in which file or in which order.
 */
export function findingId({ account, component, field, kind, playbook, region }: FindingKey): string {
  const key = JSON.stringify(['finding/1', playbook, account, region, component, kind, field]);
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The same of what is in no playbook: where it is, of which kind, and what AWS calls it. */
export function beyondId({
  account,
  kind,
  piece,
  region,
}: Pick<Finding, 'account' | 'kind' | 'piece' | 'region'>): string {
  const key = JSON.stringify(['finding/1', 'beyond', account, region, kind, piece]);
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** The same of what is found of several playbooks together: which they are, and what of them it is about. */
export function betweenId({ field, kind, piece }: Pick<Finding, 'field' | 'kind' | 'piece'>): string {
  const key = JSON.stringify(['finding/1', 'between', kind, piece, field]);
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** `playbook`: of one of its pieces. `between`: of several playbooks together. `beyond`: of what is in none. */
export type FindingScope = 'playbook' | 'between' | 'beyond';

export function scopeOf({ kind, piece }: Pick<Finding, 'kind' | 'piece'>): FindingScope {
  if (piece === null) return 'playbook';
  return betweenKinds.some((each) => each === kind) ? 'between' : 'beyond';
}

/** Those of one scope, in their order. */
export function scopedIn<Each extends Pick<Finding, 'kind' | 'piece'>>(
  findings: readonly Each[],
  scope: FindingScope,
): readonly Each[] {
  return findings.filter((each) => scopeOf(each) === scope);
}
