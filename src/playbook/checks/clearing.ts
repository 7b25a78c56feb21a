// `null` in a spec takes a setting away. It is no value: a schema never sees it, apart from where a type says that it is one.
import type { Json } from '../../components/contract.ts';
import { changedList, changedMap, isList } from '../../util/secrets.ts';
import { pathMaskBelow, pathMaskOf, hides, type PathMask } from '../../util/path-mask.ts';
import type { Path } from '../yaml/found.ts';

export interface Cleared {
  /** Without the members that are null. */
  readonly value: Json;
  /** Where they stood, from the top of the value. */
  readonly paths: readonly Path[];
}

const nowhere: readonly Path[] = [];

/** @param values paths below which null is a value as any other (`attributes`) */
export function withoutNulls(spec: Json, values: readonly string[]): Cleared {
  if (!holdsNull(spec)) return { value: spec, paths: nowhere };
  const paths: Path[] = [];
  const walk = (value: Json, path: Path, mask: PathMask): Json => {
    if (hides(mask) || typeof value !== 'object' || value === null) return value;
    if (isList(value))
      return changedList(value, (each, index) => walk(each, [...path, index], pathMaskBelow(mask, index)));
    const changed = changedMap(value, (each, name) => walk(each, [...path, name], pathMaskBelow(mask, name)));
    const kept = Object.entries(changed).filter(([name, each]) => {
      if (each !== null || hides(pathMaskBelow(mask, name))) return true;
      paths.push([...path, name]);
      return false;
    });
    return Object.fromEntries(kept);
  };
  return { value: walk(spec, [], pathMaskOf(values)), paths };
}

/** Hardly any spec has one, and there are ten thousand of them. */
function holdsNull(value: Json): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  for (const each of Array.isArray(value) ? value : Object.values(value)) if (holdsNull(each as Json)) return true;
  return false;
}
