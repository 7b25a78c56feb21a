// What becomes of a component, and the judgements that several strategies share.
import type { Assessment } from '../assess/assessment.ts';
import type { Disposition } from './plan.ts';

/** A component's fate, its reason, and who stands in the way if it is blocked. */
export interface Fate {
  readonly disposition: Disposition;
  readonly because: string;
  readonly blockedBy: string | null;
}

export function fate(disposition: Disposition, because: string, blockedBy: string | null = null): Fate {
  return { disposition, because, blockedBy };
}

/** Updated where all that differs can be changed in place, else replaced. */
export function changeFate(assessment: Assessment, why: string): Fate {
  const fixed = assessment.differences.find((each) => each.immutable);
  return fixed === undefined
    ? fate('update', why)
    : fate('replace', `${why}; ${fixed.path} cannot be changed in place`);
}
