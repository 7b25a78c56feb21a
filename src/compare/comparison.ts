// What a comparison of two services gives.
import type { Json } from '../components/contract.ts';
import type { Meaning } from '../playbook/model.ts';

export type Side = 'left' | 'right';

export const severities = ['high', 'medium', 'low'] as const;
export type Severity = (typeof severities)[number];

/**
 * `only`: the `side` has it and the other does not, a component in its playbook or a setting in AWS. `missing`: a component of
 * both playbooks, and AWS does not have it on that side. `type`: one id, two types. `crosses`: the side names an account or a
 * piece that is the other's. `ahead`: ordered values, and the side's is the later or larger one. `differs`: neither.
 */
export type DifferenceKind = 'only' | 'missing' | 'type' | 'crosses' | 'ahead' | 'differs';

/** Why a difference is meant, and whose playbook says so; of `--map` and files it is the left one's. */
export interface Expected {
  readonly by: Side;
  readonly because: string;
}

/** One thing that is not alike. */
export interface FactDifference {
  /** As the left playbook calls it, or the right one where only that has it. */
  readonly component: string;
  /** Its id on each side; null where the playbook has none. */
  readonly ids: { readonly [side in Side]: string | null };
  readonly type: string;
  /** A path of the facts; null where it is about the whole component. */
  readonly field: string | null;
  readonly kind: DifferenceKind;
  /** Whom the kind is about; null where it is about both. */
  readonly side: Side | null;
  /** Left out where a side has none. Secrets are `(hidden)`. */
  readonly left?: Json;
  readonly right?: Json;
  /** More about it, in words: what a value names of the other side. */
  readonly detail: string | null;
  /** It is so because of this component: what it lives in is missing. */
  readonly follows: string | null;
  readonly severity: Severity;
  readonly expected: Expected | null;
}

/** What could not be seen, and so is neither alike nor different. */
export interface Unseen {
  readonly component: string;
  readonly ids: FactDifference['ids'];
  readonly type: string;
  readonly side: Side;
  /** Null: nothing of the component. */
  readonly field: string | null;
  readonly why: string;
}

/** A difference that is said to be meant, or two ids that are said to be one component. */
export interface Expectation {
  readonly by: Side;
  /** As the playbook that says it calls it. */
  readonly component: string;
  /** A path of the facts, `*` for any key or index, with all below it; undefined: that one side has the component at all. */
  readonly field: string | undefined;
  /** Only this way; undefined: whatever way. */
  readonly is: Meaning | undefined;
  /** What the other playbook calls it. */
  readonly as: string | undefined;
  readonly because: string;
}

/** An expectation that fits nothing any more. */
export interface Stale extends Expectation {
  readonly why: string;
}

export type PieceStatus = 'alike' | 'differs' | 'only' | 'missing' | 'unseen';

/** One component of both, or of one of the two. */
export interface ComparedPiece {
  readonly component: string;
  readonly ids: FactDifference['ids'];
  readonly type: string;
  /** What it is in AWS: `service wonderland/api`; null where a playbook has none. */
  readonly called: { readonly [side in Side]: string | null };
  /** The worst of it: `differs` also where all that differs is expected; `missing` where AWS has it on neither side. */
  readonly status: PieceStatus;
  /** Settings that were held against each other. */
  readonly compared: number;
  /** Of these, secrets: that they are there is compared, what they are is not. */
  readonly hidden: number;
}

export interface Comparison {
  /** In the order of the left playbook; what only the right one has is last. */
  readonly pieces: readonly ComparedPiece[];
  /** What follows from something else is last; before that the most severe first. */
  readonly differences: readonly FactDifference[];
  readonly unseen: readonly Unseen[];
  readonly stale: readonly Stale[];
}

/** Those that nobody has said to be meant. */
export function unexpectedIn({ differences }: Pick<Comparison, 'differences'>): readonly FactDifference[] {
  return differences.filter(({ expected }) => expected === null);
}

export function otherSide(side: Side): Side {
  return side === 'left' ? 'right' : 'left';
}
