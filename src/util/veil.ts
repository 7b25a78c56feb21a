// Which places of a value nobody is to read, by path: `attributes.token`, `containers[*].environment`. A `*` stands for
// any one key or index; what lies below a place is hidden with it. What a key is called stays readable. Pure.
import type { Json } from './json.ts';
import { changedList, changedMap, hiddenValue, isList, withSecretMembersHidden } from './secrets.ts';

interface VeilNode {
  hides: boolean;
  readonly under: Map<string, VeilNode>;
}

/** The places that may be met from here on; empty when there are none. */
export type Veil = readonly VeilNode[];

export const noVeil: Veil = [];

/** `containers[0].environment.A` -> `containers`, `0`, `environment`, `A`. */
export function segmentsOf(path: string): readonly string[] {
  return path.split(/\.|\[|\]\.?/).filter((each) => each !== '');
}

export function veilOf(paths: readonly string[]): Veil {
  if (paths.length === 0) return noVeil;
  const top: VeilNode = { hides: false, under: new Map() };
  for (const path of paths) {
    let node = top;
    for (const segment of segmentsOf(path)) {
      let next = node.under.get(segment);
      if (next === undefined) node.under.set(segment, (next = { hides: false, under: new Map() }));
      node = next;
    }
    node.hides = true;
  }
  return [top];
}

/** The veil below a key or an index. A key may hold dots itself. */
export function veilBelow(veil: Veil, key: string | number): Veil {
  if (veil.length === 0 || hides(veil)) return veil;
  const name = String(key);
  return /[.[\]]/.test(name) ? segmentsOf(name).reduce(oneBelow, veil) : oneBelow(veil, name);
}

function oneBelow(veil: Veil, segment: string): Veil {
  if (hides(veil)) return veil;
  const found: VeilNode[] = [];
  for (const { under } of veil) {
    const own = under.get(segment);
    const any = under.get('*');
    if (own !== undefined) found.push(own);
    if (any !== undefined) found.push(any);
  }
  return found.length === 0 ? noVeil : found;
}

/** True when all that is met here is hidden. */
export function hides(veil: Veil): boolean {
  return veil.some((each) => each.hides);
}

/** Hides the places of a veil. Parts in which nothing is hidden are the same objects afterwards. */
export function hideBehind(value: Json, veil: Veil): Json {
  if (veil.length === 0) return value;
  if (hides(veil)) return hideAll(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return changedList(value, (member, index) => hideBehind(member, veilBelow(veil, index)));
  return changedMap(value, (member, name) => hideBehind(member, veilBelow(veil, name)));
}

/** Keeps keys and lengths. */
function hideAll(value: Json): Json {
  if (value === null) return null;
  if (typeof value !== 'object') return hiddenValue;
  return isList(value) ? changedList(value, hideAll) : changedMap(value, hideAll);
}

/** Hides the places of a veil, and what stands under names that promise a secret. */
export function conceal(value: Json, veil: Veil): Json {
  return withSecretMembersHidden(hideBehind(value, veil));
}

/** Hides the two values of a difference at a path into what the veil is for. */
export function concealDifference<
  Difference extends { readonly path: string; readonly desired: Json | null; readonly actual: Json | null },
>(difference: Difference, veil: Veil): Difference {
  const there = veilBelow(veil, difference.path);
  const desired = conceal(difference.desired, there);
  const actual = conceal(difference.actual, there);
  return desired === difference.desired && actual === difference.actual
    ? difference
    : { ...difference, desired, actual };
}
