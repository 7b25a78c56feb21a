// relight's judgement of one component: a verdict, its reasons, field differences, and what explains it.
import type { Json } from '../components/contract.ts';

/** In order of precedence. */
export const verdicts = [
  'unknown',
  'foreign',
  'missing',
  'settling',
  'orphaned',
  'drifted',
  'unhealthy',
  'healthy',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Why a verdict was given, or what else is to be known (`remark`). All that apply are kept, the verdict's own first. */
export interface Reason {
  readonly kind: Verdict | 'dangling' | 'untagged' | 'unproven' | 'adopted' | 'protected' | 'remark';
  readonly text: string;
  /** Of a doubt whose text says nothing of the content: what tells the piece, and what it says, from any other. */
  readonly key?: string;
  /** The other playbook that wrote it, where a receipt or a marker says so. */
  readonly owner?: string;
}

/** A field that is not as the playbook wants it. */
export interface AssessedDifference {
  readonly path: string;
  readonly desired: Json | null;
  readonly actual: Json | null;
  /** `dangling`: what is there refers to something that is gone or is not the current one. */
  readonly kind: 'changed' | 'dangling';
  /** Cannot be changed in place. */
  readonly immutable: boolean;
}

/** For an orphaned piece: whether it may stay when its owner comes back. */
export interface Leftover {
  readonly owner: string;
  readonly fits: boolean;
  /** Decided next, by the plan: `keep` when it fits or the playbook says so, else `replace`. */
  readonly disposition: 'keep' | 'replace';
  readonly because: string;
}

export interface Assessment {
  readonly id: string;
  readonly type: string;
  readonly shared: boolean;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly differences: readonly AssessedDifference[];
  /** The component whose trouble explains this one's; the component itself when nothing else does; null when healthy. */
  readonly cause: string | null;
  readonly leftover: Leftover | null;
  /** By the playbook or by a tag found in AWS. */
  readonly protected: boolean;
  /** What is there, in a few words; null when nothing is, or nobody could see. */
  readonly found: string | null;
  /** True when AWS has something under this name, in whatever state. */
  readonly present: boolean;
  /** Which way a settling piece goes. */
  readonly settling: 'coming' | 'going' | null;
  /** Unhealthy in a way that waiting does not heal. */
  readonly stuck: boolean;
}
