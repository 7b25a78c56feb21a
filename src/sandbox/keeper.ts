// Keeps a served world on disk. What many calls change while one save is under way goes into the next one: however many
// writes come at once, they share a sync of the disk.

export interface Keeper {
  /** Something was changed: it is saved soon. */
  readonly changed: () => void;
  /** Resolves once all that was changed before is saved; rejects with the error of the save that was to hold it. */
  readonly saved: () => Promise<void>;
  /** Saves the present, after whatever is under way. @throws when that fails */
  readonly close: () => Promise<void>;
}

/** For a world that is kept in memory. */
export const nothingKept: Keeper = {
  changed: () => undefined,
  saved: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/**
 * @param save writes the world as it is when called
 * @param onError told of each save that failed; the next change tries again
 */
export function createKeeper(save: () => Promise<void>, onError?: (error: Error) => void): Keeper {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const startNext = async (): Promise<void> => {
    // One turn of the event loop: the changes of all requests that have arrived by now go along.
    await new Promise<void>((resolve) => setImmediate(resolve));
    await running?.catch(() => undefined);
    running = next;
    next = undefined;
    await save();
  };
  const changed = (): void => {
    if (next !== undefined) return;
    next = startNext();
    next.catch((error: unknown) => {
      onError?.(error instanceof Error ? error : new Error(String(error)));
    });
  };
  return {
    changed,
    saved: () => next ?? running ?? Promise.resolve(),
    close: async () => {
      await next?.catch(() => undefined);
      await running?.catch(() => undefined);
      await save();
    },
  };
}
