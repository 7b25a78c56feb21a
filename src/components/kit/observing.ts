// Batched reads: chunks of what AWS takes in one call, failures told apart from absence.
import { apiOf, classify } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { atMostAPage } from '../../util/beginning.ts';
import { unknownReasons, type Observation, type ReadContext, type Tags, type Target } from '../contract.ts';

export type Observations<State> = ReadonlyMap<string, Observation<State>>;

/** Cuts a list into pieces of at most `size`. */
export function chunks<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const result: Item[][] = [];
  for (let start = 0; start < items.length; start += size) result.push(items.slice(start, start + size));
  return result;
}

export function present<State>(
  state: State,
  tags: Tags | undefined,
  context: ReadContext,
): Extract<Observation<State>, { kind: 'present' }> {
  return { kind: 'present', state, tags, at: context.now() };
}

export function absent(context: ReadContext, detail?: string): Extract<Observation<never>, { kind: 'absent' }> {
  return { kind: 'absent', at: context.now(), ...(detail === undefined ? {} : { detail }) };
}

/** What a failed read means: unknown, with the reason; a bug stays a bug. */
export function unknownFrom(error: unknown, context: ReadContext): Observation<never> {
  if (isOwnFault(error)) throw error;
  const failure = classify(error);
  const api = apiOf(error);
  return {
    kind: 'unknown',
    reason: unknownReasons[failure.class],
    detail: `${failure.code}: ${failure.message}`,
    at: context.now(),
    code: failure.code,
    ...(api === undefined ? {} : { api }),
  };
}

/** What AWS says of a piece in its own words. */
export function inWords(text: string | undefined): string | undefined {
  return text === undefined ? undefined : atMostAPage(text);
}

/** An answer that says nothing of what was asked: it proves neither presence nor absence. */
export function unknownAnswer(detail: string, context: ReadContext): Observation<never> {
  return { kind: 'unknown', reason: 'invalid', detail: atMostAPage(detail), at: context.now() };
}

/**
 * Observes targets in chunks of at most `size`, bounded by the context. A chunk whose read throws makes its own targets
 * unknown and no others.
 */
export async function observeChunks<Spec, State>(
  targets: readonly Target<Spec>[],
  size: number,
  context: ReadContext,
  read: (chunk: readonly Target<Spec>[]) => Promise<Observations<State>>,
): Promise<Observations<State>> {
  const answers = new Map<string, Observation<State>>();
  await Promise.all(
    chunks(targets, size).map(async (chunk) => {
      try {
        for (const [id, observation] of await read(chunk)) answers.set(id, observation);
      } catch (error) {
        for (const target of chunk) answers.set(target.id, unknownFrom(error, context));
      }
    }),
  );
  return answers;
}

/** Observes each target by a read of its own, bounded by the context. */
export function observeEach<Spec, State>(
  targets: readonly Target<Spec>[],
  context: ReadContext,
  read: (target: Target<Spec>) => Promise<Observation<State>>,
): Promise<Observations<State>> {
  return observeChunks(targets, 1, context, async ([target]) =>
    target === undefined ? new Map() : new Map([[target.id, await read(target)]]),
  );
}

/**
 * Follows a listing to its end; the call layer sees to it that there is one. `page` gets the marker of the page before, and
 * gives items and the next marker. What is told more than once, on one page or on several (somebody makes or deletes pieces
 * meanwhile), is one piece.
 */
export async function allPages<Item, Marker>(
  idOf: (item: Item) => string | undefined,
  page: (marker: Marker | undefined) => Promise<{ readonly items: readonly Item[]; readonly next: Marker | undefined }>,
): Promise<readonly Item[]> {
  const items = new Map<string, Item>();
  let marker: Marker | undefined;
  do {
    const answer = await page(marker);
    for (const item of answer.items) items.set(idOf(item) ?? '', item);
    // AWS sends no empty markers; one would begin anew.
    marker = answer.next === '' ? undefined : answer.next;
  } while (marker !== undefined);
  return [...items.values()];
}
