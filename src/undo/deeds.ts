// Taking back what a run did: what it did comes from its journal, what was there before from its images, what is there
// now from AWS, and the rest is a plan like any other. This file folds journals into deeds. Pure.
import type { JournalRecord, SavedImage } from '../run/events.ts';
import type { RunStarted } from '../run/read-journal.ts';

/** The records of one run, as its journal has them. */
export type Records = readonly [RunStarted, ...JournalRecord[]];

/** Where an image of a piece is kept, and which step of which run wrote it. */
export interface ImagePlace {
  readonly runId: string;
  readonly step: string;
  readonly file: string;
  readonly digest: string | undefined;
}

/** What a run did to one component's piece. */
export interface Deed {
  readonly component: string;
  /** The piece as it was; undefined when there was none. */
  readonly before: ImagePlace | undefined;
  /** The piece as the run left it; undefined when it left none, or when nobody wrote it down. */
  readonly after: ImagePlace | undefined;
  /** The last change that was sent. */
  readonly last: 'create' | 'update' | 'delete';
  /** AWS was seen to have done the last change. */
  readonly settled: boolean;
  /** Which of the runs sent the last change, and which the last create, if there was one. */
  readonly changedBy: string;
  readonly madeBy: string | undefined;
}

/**
 * What a run did, by component; components that it sent no change for are not in it.
 *
 * @param runs one run, or several of which each went on with the one before; oldest first
 */
export function deedsOf(runs: readonly Records[]): ReadonlyMap<string, Deed> {
  const deeds = new Map<string, Deed>();
  for (const [first, ...rest] of runs) {
    const componentOf = new Map(first.plan.steps.map((step) => [step.id, step.component]));
    // Images of pieces for which no change has been sent yet.
    const found = new Map<string, ImagePlace>();
    for (const record of rest) {
      if (!('step' in record)) continue;
      const component = componentOf.get(record.step);
      if (component === undefined) continue;
      const place = (saved: Pick<SavedImage, 'file'> & Partial<SavedImage>): ImagePlace => ({
        runId: first.runId,
        step: record.step,
        file: saved.file,
        digest: saved.digest,
      });
      const deed = deeds.get(component);
      if (record.type === 'before-image' && deed === undefined) found.set(component, place(record));
      if (record.type === 'step-intended' && isChange(record.action)) {
        const before = deed === undefined ? found.get(component) : deed.before;
        const last = record.action;
        const changedBy = first.runId;
        const madeBy = last === 'create' ? changedBy : deed?.madeBy;
        deeds.set(component, { component, before, after: undefined, last, settled: false, changedBy, madeBy });
      }
      if (record.type === 'step-settled' && deed !== undefined) {
        const after = record.after === undefined ? undefined : place(record.after);
        deeds.set(component, { ...deed, after, settled: true });
      }
    }
  }
  return deeds;
}

function isChange(action: string): action is Deed['last'] {
  return action === 'create' || action === 'update' || action === 'delete';
}
