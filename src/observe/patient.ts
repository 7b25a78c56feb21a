// Looking again at what could not be seen for a reason that passes: during an outage AWS throttles, answers 503 or not at
// all, and whoever planned on the first glance would plan nothing.
import type { UnknownReason } from '../components/contract.ts';
import type { Playbook } from '../playbook/model.ts';
import type { ObserveContext } from './context.ts';
import { observations, type LookPart } from './look.ts';
import { observeTogether } from './together.ts';
import type { Observations } from './observe.ts';

/**
 * Milliseconds, from the end of the first look on: where each look fails at once, the others begin after 5, 15, 35, 65, 95
 * and 120 s. None begins later; how long it takes is its calls' own matter.
 */
export const longestPatience = 120_000;
/** Milliseconds: whoever looks again at all does so once after that. */
export const firstPause = 5_000;
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
  /** Milliseconds that are left of the two minutes, where others have waited for the same place before; all of it unless told. */
  readonly within?: number | undefined;
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
  patience: Patience = {},
): Promise<Observations> {
  const alone: Look = (parts) =>
    Promise.all(parts.map((each) => observations(each.playbook, each.createOrder, each.observeContext, each.earlier)));
  const [seen] = await patiently([{ playbook, createOrder, observeContext }], alone, patience);
  if (seen === undefined) throw new Error('Internal error: a look saw nothing');
  return seen;
}

/** The same for playbooks that are looked at together. In the order of the parts. */
export function observeTogetherPatiently(
  parts: readonly LookPart[],
  patience: Patience = {},
): Promise<readonly Observations[]> {
  return patiently(parts, observeTogether, patience);
}

type Look = (parts: readonly LookPart[]) => Promise<readonly Observations[]>;

/** One playbook and what was seen of it by now. */
interface Waited {
  readonly part: LookPart;
  seen: Observations;
}

async function patiently(
  parts: readonly LookPart[],
  look: Look,
  { excluded, stop, tell, within = longestPatience }: Patience,
): Promise<readonly Observations[]> {
  const first = await look(parts);
  const all = parts.flatMap((part, at): readonly Waited[] => {
    const seen = first[at];
    return seen === undefined ? [] : [{ part, seen }];
  });
  const answer = (): readonly Observations[] => all.map(({ seen }) => seen);
  const unseenOf = ({ part, seen }: Waited): readonly Unseen[] =>
    unseenIn(seen, excluded).map(({ component, detail }) => ({
      component: parts.length === 1 ? component : `${part.playbook.metadata.name}/${component}`,
      detail,
    }));
  const open = (among: readonly Waited[]): readonly Waited[] => among.filter((each) => unseenOf(each).length > 0);
  let waiting = open(all);
  const [one] = waiting;
  if (one === undefined) return answer();
  const { clock } = one.part.observeContext;
  const since = clock.now();
  const leftOf = ({ part }: Waited): number =>
    Math.min(longestPatience, within, part.playbook.recovery.deadline) - (clock.now() - since);
  const isStopped = (): boolean => stop?.aborted === true;
  const giveUp = (): readonly Observations[] => {
    const unseen = all.flatMap(unseenOf);
    tell?.({ kind: 'given-up', unseen, milliseconds: clock.now() - since });
    return answer();
  };
  // Whoever was stopped meanwhile is not told that anybody waits.
  if (isStopped()) return giveUp();
  let told = '';
  for (let pause = firstPause; ; pause = Math.min(longestPause, pause * 2)) {
    // What is left after rounding is no time.
    waiting = waiting.filter((each) => leftOf(each) >= 1);
    if (waiting.length === 0) return giveUp();
    const left = Math.max(...waiting.map(leftOf));
    const unseen = waiting.flatMap(unseenOf);
    const names = unseen
      .map((each) => each.component)
      .toSorted()
      .join(' ');
    if (names !== told) tell?.({ kind: 'waiting', unseen, milliseconds: left });
    told = names;
    try {
      await clock.sleep(Math.min(pause, left), stop);
    } catch (error) {
      if (isStopped()) return giveUp();
      throw error;
    }
    const again = await look(waiting.map(({ part, seen }) => ({ ...part, earlier: seen })));
    waiting.forEach((each, at) => (each.seen = again[at] ?? each.seen));
    waiting = open(waiting);
    if (waiting.length === 0 && open(all).length === 0) {
      tell?.({ kind: 'seen', milliseconds: clock.now() - since });
      return answer();
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
