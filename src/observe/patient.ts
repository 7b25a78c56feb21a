// Looking again at what could not be seen for a reason that passes: during an outage AWS throttles, answers 503 or not at
// all, and whoever planned on the first glance would plan nothing.
import type { UnknownReason } from '../components/contract.ts';
import type { Playbook } from '../playbook/model.ts';
import type { ObserveContext } from './context.ts';
import { observations, type Observations } from './observe.ts';

/**
 * Milliseconds, from the end of the first look on: where each look fails at once, the others begin after 5, 15, 35, 65, 95
 * and 120 s. None begins later; how long it takes is its calls' own matter.
 */
const longestPatience = 120_000;
const firstPause = 5_000;
const longestPause = 30_000;

/** A component that could not be seen, and what AWS said. */
export interface Unseen {
  readonly component: string;
  readonly detail: string;
}

/** What a patient look tells while it waits. */
export type Waiting =
  /** Told once for each set of components that is waited for. */
  | { readonly kind: 'waiting'; readonly unseen: readonly Unseen[]; readonly milliseconds: number }
  /** All that was waited for has been seen. */
  | { readonly kind: 'seen'; readonly milliseconds: number }
  /** The time is over, or whoever looks has been stopped: what is unseen stays unknown. */
  | { readonly kind: 'given-up'; readonly unseen: readonly Unseen[]; readonly milliseconds: number };

export interface Patience {
  /** Components that are left out anyway: nobody waits for them. */
  readonly excluded?: ReadonlySet<string> | undefined;
  /** Aborted, it ends the waiting; what has been seen until then is the answer. */
  readonly stop?: AbortSignal | undefined;
  readonly tell?: ((waiting: Waiting) => void) | undefined;
}

/**
 * Looks, and looks again at what could not be seen because of throttling, a server's error or a time-out, with growing
 * pauses. What was seen stays as it was seen; what AWS denies is not waited for. It ends after two minutes, or after the
 * playbook's deadline where that is shorter.
 */
export async function observePatiently(
  playbook: Playbook,
  createOrder: readonly string[],
  observeContext: ObserveContext,
  { excluded, stop, tell }: Patience = {},
): Promise<Observations> {
  const { clock } = observeContext;
  let seen = await observations(playbook, createOrder, observeContext);
  let unseen = unseenIn(seen, excluded);
  if (unseen.length === 0) return seen;
  const most = Math.min(longestPatience, playbook.recovery.deadline);
  const since = clock.now();
  let told = '';
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
    const left = most - (clock.now() - since);
    const names = unseen
      .map((each) => each.component)
      .toSorted()
      .join(' ');
    const giveUp = (): Observations => {
      tell?.({ kind: 'given-up', unseen, milliseconds: clock.now() - since });
      return seen;
    };
    // What is left after rounding is no time.
    if (left < 1) return giveUp();
    if (names !== told) tell?.({ kind: 'waiting', unseen, milliseconds: left });
    told = names;
    try {
      await clock.sleep(Math.min(pause, left), stop);
    } catch (error) {
      if (stop?.aborted === true) return giveUp();
      throw error;
    }
    seen = await observations(playbook, createOrder, observeContext, seen);
    unseen = unseenIn(seen, excluded);
    if (unseen.length === 0) {
      tell?.({ kind: 'seen', milliseconds: clock.now() - since });
      return seen;
    }
  }
}

/** True when AWS may well answer a little later. */
function isPassing(reason: UnknownReason): boolean {
  return reason === 'throttled' || reason === 'unavailable' || reason === 'timeout';
}

function unseenIn({ byId: observations }: Observations, excluded: ReadonlySet<string> | undefined): readonly Unseen[] {
  return [...observations].flatMap(([component, observation]) =>
    observation.kind === 'unknown' && isPassing(observation.reason) && excluded?.has(component) !== true
      ? [{ component, detail: observation.detail }]
      : [],
  );
}
