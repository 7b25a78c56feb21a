// What looks share beyond a single one: questions that are asked at about the same time go out together, and what does not
// change while a session lasts is asked once.
import type { Clock } from './clock.ts';

/** Milliseconds in which questions gather before they go out together. */
export const gatherMilliseconds = 20;

export interface GatherOptions {
  /** Milliseconds in which items gather; {@link gatherMilliseconds} unless told. */
  readonly within?: number;
  /** Of one kind, one is under way at a time; what comes meanwhile gathers. */
  readonly oneByOne?: boolean;
}

export interface Sharing {
  /**
   * Joins items that are asked for at about the same time into one read, which begins after all of them were asked. It is
   * told each item once, and answers about each; of a read that fails all who asked are told.
   *
   * @param kind what is asked about the items; the same read for the same kind
   */
  readonly together: <Item, Answer>(
    kind: string,
    items: readonly Item[],
    read: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Answer>>,
    options?: GatherOptions,
  ) => Promise<ReadonlyMap<Item, Answer>>;
  /**
   * Reads once for all looks of a session: only what stays as it is while the session lasts (which zone has a name). What
   * failed, and what `lasts` says no of, is read again.
   */
  readonly kept: <T>(key: string, read: () => Promise<T>, lasts?: (answer: T) => boolean) => Promise<T>;
  /** What was kept is wrong by now: it is read again when it is asked for next. */
  readonly forget: (key: string) => void;
  /** Resolves after so many milliseconds. For what AWS wants to be asked again in a moment. */
  readonly later: (milliseconds: number) => Promise<void>;
}

interface Gathering {
  readonly items: Set<unknown>;
  readonly answer: Promise<ReadonlyMap<unknown, unknown>>;
}

export function createSharing(clock: Clock): Sharing {
  const gathering = new Map<string, Gathering>();
  const underWay = new Map<string, Promise<void>>();
  const kept = new Map<string, Promise<unknown>>();
  return {
    together: <Item, Answer>(
      kind: string,
      items: readonly Item[],
      read: (items: readonly Item[]) => Promise<ReadonlyMap<Item, Answer>>,
      { oneByOne = false, within = gatherMilliseconds }: GatherOptions = {},
    ) => {
      let open = gathering.get(kind);
      if (open === undefined) {
        const all = new Set<unknown>();
        const answer = clock
          .sleep(within)
          .then(() => underWay.get(kind))
          .then(() => {
            gathering.delete(kind);
            const sent = read([...all] as Item[]);
            if (oneByOne) underWay.set(kind, over(sent));
            return sent;
          });
        open = { items: all, answer };
        gathering.set(kind, open);
      }
      for (const item of items) open.items.add(item);
      return open.answer as Promise<ReadonlyMap<Item, Answer>>;
    },
    kept: <T>(key: string, read: () => Promise<T>, lasts: (answer: T) => boolean = () => true): Promise<T> => {
      const known = kept.get(key);
      if (known !== undefined) return known as Promise<T>;
      const answer = read();
      kept.set(key, answer);
      const drop = (): void => {
        // It may have been forgotten, and read anew, meanwhile.
        if (kept.get(key) === answer) kept.delete(key);
      };
      answer.then((told) => {
        if (!lasts(told)) drop();
      }, drop);
      return answer;
    },
    forget: (key) => {
      kept.delete(key);
    },
    later: (milliseconds) => clock.sleep(milliseconds),
  };
}

/** Resolves when it has ended, well or not. */
async function over(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
