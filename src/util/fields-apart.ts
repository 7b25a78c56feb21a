// In which fields two JSON values differ, by path.
import { sameJson, type Json } from './json.ts';

/** A field that is not the same in both; one that is not there is null. */
export interface FieldApart {
  readonly path: string;
  readonly then: Json;
  readonly now: Json;
}

/** @param path of the two values; lists of different length count as a whole */
export function fieldsApart(path: string, then: Json, now: Json): readonly FieldApart[] {
  if (sameJson(then, now)) return [];
  if (Array.isArray(then) && Array.isArray(now) && then.length === now.length) {
    return then.flatMap((each: Json, index) => fieldsApart(`${path}[${index}]`, each, now[index] as Json));
  }
  if (isMap(then) && isMap(now)) {
    return [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((name) =>
      fieldsApart(path === '' ? name : `${path}.${name}`, then[name] ?? null, now[name] ?? null),
    );
  }
  return [{ path, then, now }];
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
