// The playbook's limit of deletes, kept while a run goes on: not what was planned counts, but what was begun.
import type { RunEvent } from './journal/events.ts';

export interface DeleteBudget {
  /** Counts a step's delete before it is sent, each step once; false when that would be one too many. */
  readonly begin: (step: string) => boolean;
}

/**
 * @param limit `recovery.maxDeletes`; undefined: none
 * @param begun steps whose deletes an earlier part of the run has sent: a run that is taken up again has one budget
 */
export function createDeleteBudget(limit: number | undefined, begun: Iterable<string> = []): DeleteBudget {
  const steps = new Set(begun);
  return {
    begin: (step) => {
      if (!steps.has(step) && limit !== undefined && steps.size >= limit) return false;
      steps.add(step);
      return true;
    },
  };
}

/** Steps whose deletes were sent, as a journal tells it. */
export function deletesBegunIn(events: readonly RunEvent[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((each) => (each.type === 'step-intended' && each.action === 'delete' ? [each.step] : [])),
  );
}
