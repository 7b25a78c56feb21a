// What of a state stays the same while nobody touches the piece: for comparing two looks at it.
import { toJson, type Json } from '../../util/json.ts';

/** The state without its whole `description` and without the members that change by themselves. */
export function lasting<State extends object>(state: State, ...changing: readonly (keyof State & string)[]): Json {
  const names: readonly string[] = ['description', ...changing];
  return toJson(Object.fromEntries(Object.entries(state).filter(([name]) => !names.includes(name))));
}

/** A list whose order means nothing; AWS promises none, and may tell another one the next time. */
export function inAnyOrder<Text extends string>(list: readonly Text[]): readonly Text[] {
  return list.toSorted();
}
