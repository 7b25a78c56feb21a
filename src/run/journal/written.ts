// A run that can no longer be written down: what cannot be announced in the journal is not done. The first line that cannot
// be written ends the run; what happens until its last call has come back is told to whoever watches and is written
// nowhere. The next run looks at what is there, as after a kill.
import { asStorageFailure, StorageFailure } from '../../util/storage.ts';
import { storageText } from '../../util/storage-remedy.ts';
import type { RunEvent } from './events.ts';
import type { Journal } from './journal.ts';

/** How the reason of such an end begins. */
const unwrittenWords = 'the run cannot be written down any more';

/** Why a run ended of which nothing more could be written. */
export function unwrittenReason(failure: StorageFailure): string {
  return `${unwrittenWords}: ${storageText(failure)}. Calls under way are finished, nothing new begins`;
}

/** Did a run end because nothing more could be written? */
export function isUnwritten(reason: string): boolean {
  return reason.startsWith(unwrittenWords);
}

/**
 * The same journal; once something cannot be written, nothing more is. Changes and images are refused then, everything
 * else goes to those who watch.
 *
 * @param onFailure told once, before anything else happens
 */
export function stoppingJournal(journal: Journal, onFailure: (failure: StorageFailure) => void): Journal {
  let failure: StorageFailure | undefined;
  const failed = (error: unknown): StorageFailure => {
    const found = asStorageFailure(error, journal.place ?? '');
    if (!(found instanceof StorageFailure)) throw error;
    if (failure === undefined) {
      failure = found;
      onFailure(found);
    }
    return found;
  };
  const save = <Saved>(work: () => Saved): Saved => {
    if (failure !== undefined) throw failure;
    try {
      return work();
    } catch (error) {
      throw failed(error);
    }
  };
  return {
    ...journal,
    record: (event) => {
      if (failure === undefined) {
        try {
          journal.record(event);
          return;
        } catch (error) {
          failed(error);
        }
      }
      if (failure !== undefined && announces(event)) throw failure;
      journal.unwritten?.(event);
    },
    saveBeforeImage: (image) => save(() => journal.saveBeforeImage(image)),
    saveAfterImage: (image) => save(() => journal.saveAfterImage(image)),
  };
}

/** What follows is the run, a change in AWS, or a file that the line speaks of. */
function announces({ type }: RunEvent): boolean {
  return type === 'run-started' || type === 'step-intended' || type === 'before-image';
}
