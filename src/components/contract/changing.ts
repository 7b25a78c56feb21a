// What a change needs, and what its answer tells.
import type { Json, ReadContext, Tags } from './observing.ts';

/** What a change needs besides. */
export interface ChangeContext extends ReadContext {
  /** Idempotency token of this step's generation: at most 36 characters of `[A-Za-z0-9-]`, the same on each retry. */
  readonly token: string;
  /** Tags to put on a created piece. */
  readonly tags: Tags;
  /** Aborted when the run is over: a change that waits for others is not sent any more. */
  readonly stop?: AbortSignal;
}

/** What the answer to a change told, journalled and handed to `settled`; `{ changeId: 'C123' }`. */
export type Receipt = Readonly<Record<string, Json>>;

/** What one who was asked from outside said of a piece: beside AWS's own word, and never instead of it. */
export interface Testimony {
  /** Who was asked: `the name servers of wonderland.example`. */
  readonly source: string;
  /** `unasked`: nobody answered, or nothing that is an answer. */
  readonly outcome: 'agrees' | 'differs' | 'unasked';
  /** What was answered, or why nothing was; without secrets. */
  readonly detail: string;
}

/** The answer to "is it finished?". */
export type Settlement =
  /** `evidence`: of a check from outside, what was found; the last word is of whom knows best. */
  | { readonly kind: 'done'; readonly evidence?: readonly Testimony[] }
  /** `evidence`: of a check from outside, which says nothing against the change when its time is over. */
  | { readonly kind: 'pending'; readonly detail: string; readonly evidence?: readonly Testimony[] }
  | { readonly kind: 'failed'; readonly detail: string };

export type ChangeAction = 'create' | 'update' | 'delete';
