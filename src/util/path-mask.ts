// Which places of a value nobody is to read, by path: `attributes.token`, `containers[*].environment`. A `*` stands for
// any one key or index; what lies below a place is hidden with it. What a key is called stays readable. Pure.
import type { Json } from './json.ts';
import { changedList, changedMap, hiddenValue, isList, withSecretMembersHidden } from './secrets.ts';

interface PathMaskNode {
  hides: boolean;
  readonly under: Map<string, PathMaskNode>;
}

/** The places that may be met from here on; empty when there are none. */
export type PathMask = readonly PathMaskNode[];

export const noPathMask: PathMask = [];

/** `containers[0].environment.A` -> `containers`, `0`, `environment`, `A`. */
export function segmentsOf(path: string): readonly string[] {
  return path.split(/\.|\[|\]\.?/).filter((each) => each !== '');
}

export function pathMaskOf(paths: readonly string[]): PathMask {
  if (paths.length === 0) return noPathMask;
  const top: PathMaskNode = { hides: false, under: new Map() };
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

/** The path mask below a key or an index. A key may hold dots itself. */
export function pathMaskBelow(pathMask: PathMask, key: string | number): PathMask {
  if (pathMask.length === 0 || hides(pathMask)) return pathMask;
  const name = String(key);
  return /[.[\]]/.test(name) ? segmentsOf(name).reduce(oneBelow, pathMask) : oneBelow(pathMask, name);
}

function oneBelow(pathMask: PathMask, segment: string): PathMask {
  if (hides(pathMask)) return pathMask;
  const found: PathMaskNode[] = [];
  for (const { under } of pathMask) {
    const own = under.get(segment);
    const any = under.get('*');
    if (own !== undefined) found.push(own);
    if (any !== undefined) found.push(any);
  }
  return found.length === 0 ? noPathMask : found;
}

/** True when all that is met here is hidden. */
export function hides(pathMask: PathMask): boolean {
  return pathMask.some((each) => each.hides);
}

/** Hides the places of a path mask. Parts in which nothing is hidden are the same objects afterwards. */
export function hideBehind(value: Json, pathMask: PathMask): Json {
  if (pathMask.length === 0) return value;
  if (hides(pathMask)) return hideAll(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return changedList(value, (member, index) => hideBehind(member, pathMaskBelow(pathMask, index)));
  return changedMap(value, (member, name) => hideBehind(member, pathMaskBelow(pathMask, name)));
}

/** Keeps keys and lengths. */
function hideAll(value: Json): Json {
  if (value === null) return null;
  if (typeof value !== 'object') return hiddenValue;
  return isList(value) ? changedList(value, hideAll) : changedMap(value, hideAll);
}

/** Hides the places of a path mask, and what stands under names that promise a secret. */
export function conceal(value: Json, pathMask: PathMask): Json {
  return withSecretMembersHidden(hideBehind(value, pathMask));
}

/** Hides the two values of a difference at a path into what the path mask is for. */
export function concealDifference<
  Difference extends { readonly path: string; readonly desired: Json | null; readonly actual: Json | null },
>(difference: Difference, pathMask: PathMask): Difference {
  const there = pathMaskBelow(pathMask, difference.path);
  const desired = conceal(difference.desired, there);
  const actual = conceal(difference.actual, there);
  return desired === difference.desired && actual === difference.actual
    ? difference
    : { ...difference, desired, actual };
}
