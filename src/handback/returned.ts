// What a run left behind, as far as those have to know it that keep a record of their own: which pieces it made, changed and
// deleted, and by what they go now. Pure.
import type { ComponentType, Scope } from '../components/contract.ts';
import { meaningOf, stackIn, type Meaning, type StackManager } from '../owners/managers.ts';
import type { Plan } from '../plan/plan.ts';
import type { BeforeImage } from '../run/journal/events.ts';

/** One piece that a run changed, with its images. */
export interface ReturnedPiece {
  readonly component: string;
  readonly type: ComponentType;
  readonly change: 'create' | 'replace' | 'update' | 'delete';
  /** As it was; undefined where it was missing, and nobody wrote it down. */
  readonly before: BeforeImage | undefined;
  /** As the run left it; undefined where it left none, or did not come to see it. */
  readonly after: BeforeImage | undefined;
  /** The run saw the change through. */
  readonly settled: boolean;
  /** A later run that changed the piece again: what this one left is history. */
  readonly changedSince: string | undefined;
}

/** A run, for whoever is to be told. */
export interface ReturnedRun {
  readonly runId: string;
  readonly playbook: string;
  readonly scope: Scope;
  /** Of the run; of the unfinished ones that it went on with, too. */
  readonly plans: readonly Plan[];
  /** What a component refers to stands before it. */
  readonly pieces: readonly ReturnedPiece[];
  /** It came to its end. */
  readonly finished: boolean;
}

/** What could not be told of a piece, and why. */
export interface Untold {
  readonly component: string;
  readonly because: string;
}

/** The pieces of which something is known, and of the others why not. */
export function toldPieces({ pieces }: ReturnedRun): {
  readonly told: readonly ReturnedPiece[];
  readonly untold: readonly Untold[];
} {
  const untold = pieces.flatMap(({ after, change, changedSince, component, settled }): readonly Untold[] => {
    if (changedSince !== undefined) {
      return [{ component, because: `run ${changedSince} has changed it again since: hand that one back` }];
    }
    if (change === 'delete') return settled ? [] : [{ component, because: 'the run did not see that it is gone' }];
    return after === undefined
      ? [{ component, because: 'the run did not see it to its end, and its id is not known' }]
      : [];
  });
  const without = new Set(untold.map(({ component }) => component));
  return { told: pieces.filter(({ component }) => !without.has(component)), untold };
}

/** @returns undefined where the change needs no telling, which none does */
export function meaningFor({ change, type }: ReturnedPiece): Meaning {
  return meaningOf(type, change) ?? 'drift';
}

/** The stack that a piece belongs to: by the tags that it had, those that it has, or what the plan was made with. */
export function stackOf({ after, before, component }: ReturnedPiece, { plans }: ReturnedRun): StackManager | undefined {
  const planned = plans
    .flatMap(({ components }) => components.find(({ id }) => id === component)?.managedBy ?? [])
    .find((each) => each.tool === 'cloudformation');
  const byTags = stackIn(tagsOf(before)) ?? stackIn(tagsOf(after));
  if (byTags !== undefined) return byTags;
  return planned?.tool === 'cloudformation'
    ? { tool: planned.tool, stack: planned.stack, stackId: planned.stackId, logicalId: planned.logicalId }
    : undefined;
}

function tagsOf(image: BeforeImage | undefined): Readonly<Record<string, string>> | undefined {
  return (image?.tags ?? undefined) as Readonly<Record<string, string>> | undefined;
}
