// Lays what a playbook says over a piece as it is (or was): what is not said stays. Maps merge by key, lists by their
// natural key where they have one; any other value is as the playbook says. Pure.
import { sameJson } from '../util/json.ts';
import { segmentsOf } from '../util/path-mask.ts';
import { isAt, isWithin, type Pattern, type Place } from './paths.ts';

/** How specs of a type are laid over each other. */
export interface OverlayRules {
  /** Natural keys of lists, by the path of the list: `{ 'containers[*].ports': ['containerPort', 'protocol'] }`. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  /** Fields of which a piece has but one: what the playbook says takes the place of the others. */
  readonly alternatives: readonly (readonly string[])[];
  /** Paths that the playbook takes away (`null`). */
  readonly cleared: readonly string[];
  /** Paths of which the playbook tells all; `''`: the whole spec. */
  readonly exact: readonly string[];
  /** Is this map one value, which nothing is merged into? */
  readonly isOne: (value: unknown) => boolean;
}

export interface LaidOver {
  readonly value: unknown;
  /** What the playbook does not say and stays, by its path: `containers[api].environment.LEVEL`. */
  readonly kept: readonly string[];
  /** What another field takes the place of, although nobody said that it is to go. */
  readonly displaced: readonly string[];
  /** What the playbook takes away, by `null` or as it tells all. */
  readonly removed: readonly Removed[];
}

/** A setting that is to go, by its path and its value. */
export interface Removed {
  readonly path: string;
  readonly actual: unknown;
}

interface Walk {
  readonly keys: readonly (readonly [Pattern, readonly string[]])[];
  readonly alternatives: readonly (readonly Pattern[])[];
  readonly cleared: readonly Pattern[];
  readonly exact: readonly Pattern[];
  readonly isOne: (value: unknown) => boolean;
  readonly kept: string[];
  readonly displaced: string[];
  readonly removed: Removed[];
}

/** @param base the piece in a playbook's words; @param said what the playbook says, in the same words */
export function layOver(base: unknown, said: unknown, rules: OverlayRules): LaidOver {
  const walk: Walk = {
    keys: Object.entries(rules.keys).map(([path, members]) => [segmentsOf(path), members]),
    alternatives: rules.alternatives.map((group) => group.map(segmentsOf)),
    cleared: rules.cleared.map(segmentsOf),
    exact: rules.exact.map(segmentsOf),
    isOne: rules.isOne,
    kept: [],
    displaced: [],
    removed: [],
  };
  const value = merged(base, said, [], '', walk);
  return { value, kept: walk.kept, displaced: walk.displaced, removed: walk.removed };
}

/** @param place in what is said, or would be; @param shown the same for people */
function merged(base: unknown, said: unknown, place: Place, shown: string, walk: Walk): unknown {
  if (base === undefined) return said;
  if (said === undefined) return remaining(base, place, shown, walk);
  if (isMap(base, walk) && isMap(said, walk)) return mergedMembers(base, said, place, shown, walk);
  const key = keyAt(place, walk);
  if (key !== undefined && Array.isArray(base) && Array.isArray(said)) {
    return mergedList(base, said, key, place, shown, walk);
  }
  return said;
}

/** What nobody speaks of stays, unless it is to go. */
function remaining(base: unknown, place: Place, shown: string, walk: Walk): unknown {
  if (isEmpty(base)) return base;
  if (walk.cleared.some((each) => isAt(place, each)) || walk.exact.some((each) => isWithin(place, each))) {
    walk.removed.push({ path: shown, actual: base });
    return undefined;
  }
  if (isMap(base, walk)) return mergedMembers(base, {}, place, shown, walk);
  walk.kept.push(...leavesOf(base, place, shown, walk));
  return base;
}

/** There is nothing in it to keep or to take away. */
function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

type Members = Readonly<Record<string, unknown>>;

function mergedMembers(base: Members, said: Members, place: Place, shown: string, walk: Walk): Members {
  // Names come from AWS too, `__proto__` and `constructor` among them.
  const result: [string, unknown][] = Object.entries(said).map(([name, value]) => {
    const there = Object.hasOwn(base, name) ? base[name] : undefined;
    return [name, merged(there, value, [...place, name], below(shown, name), walk)];
  });
  const ousted = oustedBy(said, place, walk);
  for (const [name, value] of Object.entries(base)) {
    if (value === undefined || Object.hasOwn(said, name)) continue;
    const at = [...place, name];
    if (ousted.has(name)) {
      const isGone = walk.cleared.some((each) => isAt(at, each)) || walk.exact.some((each) => isWithin(at, each));
      if (isGone) walk.removed.push({ path: below(shown, name), actual: value });
      else walk.displaced.push(...leavesOf(value, at, below(shown, name), walk));
      continue;
    }
    const rest = remaining(value, at, below(shown, name), walk);
    if (rest !== undefined) result.push([name, rest]);
  }
  return Object.fromEntries(result);
}

/** Members here that cannot stand beside one that is said. */
function oustedBy(said: Members, place: Place, walk: Walk): ReadonlySet<string> {
  const ousted = new Set<string>();
  for (const group of walk.alternatives) {
    const names = group.flatMap((pattern) =>
      isAt(place, pattern.slice(0, -1)) ? [String(pattern[pattern.length - 1])] : [],
    );
    if (!names.some((name) => Object.hasOwn(said, name))) continue;
    for (const name of names) if (!Object.hasOwn(said, name)) ousted.add(name);
  }
  return ousted;
}

function mergedList(
  base: readonly unknown[],
  said: readonly unknown[],
  key: readonly string[],
  place: Place,
  shown: string,
  walk: Walk,
): readonly unknown[] {
  const left = [...base];
  const takeOut = (fits: (each: unknown) => boolean): unknown => {
    const at = left.findIndex(fits);
    return at < 0 ? undefined : left.splice(at, 1)[0];
  };
  // Several may have one key: what is there just as it is said is that.
  const same = said.map((item) => takeOut((each) => sameJson(each, item)));
  const result = said.map((item, index) => {
    const own = keyOf(item, key);
    const there = same[index] ?? takeOut((each) => keyOf(each, key) === own);
    return merged(there, item, [...place, index], `${shown}[${own}]`, walk);
  });
  for (const each of left) {
    // No index in what is said: patterns with `*` alone can name it.
    const rest = remaining(each, [...place, '+'], `${shown}[${keyOf(each, key)}]`, walk);
    if (rest !== undefined) result.push(rest);
  }
  return result;
}

function keyAt(place: Place, walk: Walk): readonly string[] | undefined {
  const key = walk.keys.find(([pattern]) => isAt(place, pattern))?.[1];
  return key?.length === 0 ? undefined : key;
}

/** What tells an item from the others of its list, as text; references stand as they are written. */
function keyOf(item: unknown, key: readonly string[]): string {
  if (!isMembers(item)) return String(item);
  const parts = key.flatMap((name) => (item[name] === undefined ? [] : [item[name]]));
  return parts.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join('/');
}

/** The settings below a value; a list is one, but for the items of a list with a natural key. */
function leavesOf(value: unknown, place: Place, shown: string, walk: Walk): readonly string[] {
  if (isMap(value, walk)) {
    return Object.entries(value).flatMap(([name, each]) =>
      each === undefined ? [] : leavesOf(each, [...place, name], below(shown, name), walk),
    );
  }
  const key = keyAt(place, walk);
  if (Array.isArray(value) && key !== undefined && value.length > 0) {
    return value.flatMap((each: unknown) => leavesOf(each, [...place, '+'], `${shown}[${keyOf(each, key)}]`, walk));
  }
  return [shown];
}

function below(shown: string, name: string): string {
  return shown === '' ? name : `${shown}.${name}`;
}

/** A map whose members are values of their own. */
function isMap(value: unknown, walk: Walk): value is Members {
  return isMembers(value) && !walk.isOne(value);
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value without some of its settings, told by their paths; a map or an item of a list that is left empty goes with them. */
export function withoutSettings(
  value: unknown,
  { isOne, keys }: Pick<OverlayRules, 'isOne' | 'keys'>,
  goes: (path: string, setting: unknown) => boolean,
): unknown {
  const patterns = Object.entries(keys).map(([path, members]) => [segmentsOf(path), members] as const);
  const walk = (part: unknown, place: Place, shown: string): unknown => {
    if (part === undefined || isEmpty(part)) return part;
    if (isMembers(part) && !isOne(part)) {
      const left = Object.entries(part).flatMap(([name, each]) => {
        const rest = walk(each, [...place, name], below(shown, name));
        return rest === undefined ? [] : [[name, rest]];
      });
      return left.length === 0 ? undefined : (Object.fromEntries(left) as unknown);
    }
    const key = patterns.find(([pattern]) => isAt(place, pattern))?.[1] ?? [];
    if (Array.isArray(part) && key.length > 0) {
      const left = part.map((each: unknown) => walk(each, [...place, '+'], `${shown}[${keyOf(each, key)}]`));
      return left.every((each) => each === undefined) ? undefined : left.filter((each) => each !== undefined);
    }
    return goes(shown, part) ? undefined : part;
  };
  return walk(value, [], '');
}

/** All settings in a value, by the paths that `layOver` tells. */
export function settingsIn(
  value: unknown,
  { isOne, keys }: Pick<OverlayRules, 'isOne' | 'keys'>,
): ReadonlyMap<string, unknown> {
  const patterns = Object.entries(keys).map(([path, members]) => [segmentsOf(path), members] as const);
  const found = new Map<string, unknown>();
  const walk = (part: unknown, place: Place, shown: string): void => {
    if (isEmpty(part)) return;
    if (isMembers(part) && !isOne(part)) {
      for (const [name, each] of Object.entries(part)) {
        if (each !== undefined) walk(each, [...place, name], below(shown, name));
      }
      return;
    }
    const key = patterns.find(([pattern]) => isAt(place, pattern))?.[1] ?? [];
    if (Array.isArray(part) && key.length > 0) {
      for (const each of part) walk(each, [...place, '+'], `${shown}[${keyOf(each, key)}]`);
      return;
    }
    found.set(shown, part);
  };
  walk(value, [], '');
  return found;
}
