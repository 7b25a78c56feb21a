// Taking back what a run did: what it did comes from its journal, what was there before from its images, what is there
// now from AWS, and the rest is a plan like any other. This file folds journals into changes made. Pure.
import type { JournalRecord, SavedImage } from '../run/journal/events.ts';
import type { RunStarted } from '../run/journal/read-journal.ts';

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
export interface ChangeMade {
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
 * What a run did, by component; components for which it sent no change that AWS may have made are not in it.
 *
 * @param runs one run, or several of which each went on with the one before; oldest first
 */
export function changesMadeIn(runs: readonly Records[]): ReadonlyMap<string, ChangeMade> {
  const changes = new Map<string, Change>();
  for (const [first, ...rest] of runs) {
    const componentOf = new Map(first.plan.steps.map((step) => [step.id, step.component]));
    /** By step: what its next change will find. */
    const images = new Map<string, Image>();
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
      const change = changes.get(component);
      if (record.type === 'before-image') {
        images.set(record.step, { place: place(record), halfway: record.halfway === true });
      }
      if (record.type === 'step-intended' && isChange(record.action)) {
        const before = beforeOf(change, record.step, images.get(record.step));
        const last = record.action;
        const changedBy = first.runId;
        const isTry = change !== undefined && isOf(change, first.runId, record.step);
        const earlier = isTry ? change.earlier : change;
        const madeBy = last === 'create' ? changedBy : earlier?.changeMade.madeBy;
        const changeMade = { component, before, after: undefined, last, settled: false, changedBy, madeBy };
        changes.set(component, { changeMade, runId: first.runId, step: record.step, acted: false, earlier });
      }
      if (change === undefined) continue;
      if (record.type === 'step-acted') changes.set(component, { ...change, acted: true });
      if (record.type === 'step-failed' && record.unchanged === true && isOf(change, first.runId, record.step)) {
        // All its tries were refused: what there is to take back is what was done before.
        if (change.earlier === undefined) changes.delete(component);
        else changes.set(component, change.earlier);
      }
      if (record.type === 'step-settled') {
        const after = record.after === undefined ? undefined : place(record.after);
        changes.set(component, { ...change, changeMade: { ...change.changeMade, after, settled: true }, acted: true });
      }
    }
  }
  return new Map([...changes].map(([component, { changeMade }]) => [component, changeMade]));
}

/** The last change of a piece as it is read. */
interface Change {
  readonly changeMade: ChangeMade;
  readonly runId: string;
  readonly step: string;
  /** AWS is known to have taken it. */
  readonly acted: boolean;
  /** The change before it, by another step or run. */
  readonly earlier: Change | undefined;
}

function isOf(change: Change, runId: string, step: string): boolean {
  return change.runId === runId && change.step === step;
}

interface Image {
  readonly place: ImagePlace;
  /** A try of the same change may have left the piece like this. */
  readonly halfway: boolean;
}

/**
 * What was there before the first change; while none of a step's tries is known to have been taken, others may have
 * changed the piece between them, and the last image shows what the last try found.
 */
function beforeOf(earlier: Change | undefined, step: string, image: Image | undefined): ImagePlace | undefined {
  if (earlier === undefined) return image?.place;
  const { acted, changeMade } = earlier;
  const isSameChange = earlier.step === step && !acted && changeMade.before !== undefined;
  return isSameChange && image?.halfway === false ? image.place : changeMade.before;
}

function isChange(action: string): action is ChangeMade['last'] {
  return action === 'create' || action === 'update' || action === 'delete';
}
