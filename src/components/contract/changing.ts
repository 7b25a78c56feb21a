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

/** The answer to "is it finished?". */
export type Settlement =
  | { readonly kind: 'done' }
  | { readonly kind: 'pending'; readonly detail: string }
  | { readonly kind: 'failed'; readonly detail: string };

export type ChangeAction = 'create' | 'update' | 'delete';
