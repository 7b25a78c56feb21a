// From where it is looked, and what those share who look together.
import pLimit from 'p-limit';
import type { AwsAccess } from '../aws/access.ts';
import { askingOnce, type Answers } from '../aws/asked-once.ts';
import type { ComponentType, ReadContext, Referrer, Scope } from '../components/contract.ts';
import type { Clock } from '../util/clock.ts';
import type { Sharing } from '../util/sharing.ts';

/** Everything a look at AWS needs to know about the world it looks from. */
export interface ObserveContext {
  readonly aws: AwsAccess;
  readonly scope: Scope;
  readonly clock: Clock;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  /** What the looks of a session share. */
  readonly sharing: Sharing;
}

/** How a look is made. */
export interface LookOptions {
  /** Told what points where. */
  readonly point?: (referrer: Referrer) => void;
  /** Only whether pieces are ready by now is asked. */
  readonly waiting?: boolean;
  /** What has been answered to those who look together with it. */
  readonly answers?: Answers;
}

/** A context for one look: one question is asked once within it, and forgotten with it. */
export function readContext(
  observeContext: ObserveContext,
  { answers, point, waiting }: LookOptions = {},
): ReadContext {
  // Most looks are a call or two.
  let limit: ReturnType<typeof pLimit> | undefined;
  const reads = new Map<string, Promise<unknown>>();
  return {
    ...observeContext.sharing,
    aws: askingOnce(observeContext.aws, answers),
    scope: observeContext.scope,
    now: () => observeContext.clock.now(),
    limit: (work) => (limit ??= pLimit(observeContext.concurrency))(work),
    ...(point === undefined ? {} : { noteReferrer: point }),
    ...(waiting === true ? { waiting } : {}),
    once: <T>(key: string, read: () => Promise<T>): Promise<T> => {
      const running = reads.get(key);
      if (running !== undefined) return running as Promise<T>;
      const started = read();
      reads.set(key, started);
      return started;
    },
  };
}
