// Comparing a spec with what AWS says, field by field.
import { sameJson, toJson } from '../../util/json.ts';
import type { Difference } from '../contract.ts';

export { sameJson, toJson };

/** One field; nothing when the spec does not say. */
export function field(path: string, desired: unknown, actual: unknown): readonly Difference[] {
  if (desired === undefined || sameJson(desired, actual)) return [];
  return [{ path, desired: toJson(desired), actual: actual === undefined ? undefined : toJson(actual) }];
}

/** A list whose order means nothing; one difference for the whole list, both sides sorted. */
export function unordered(
  path: string,
  desired: readonly string[] | undefined,
  actual: readonly string[] | undefined,
): readonly Difference[] {
  if (desired === undefined) return [];
  return field(path, [...desired].sort(), [...(actual ?? [])].sort());
}

/** A map of texts, such as attributes: only the keys that the spec names are compared. */
export function namedEntries(
  path: string,
  desired: Readonly<Record<string, string>> | undefined,
  actual: Readonly<Record<string, string>> | undefined,
): readonly Difference[] {
  return Object.entries(desired ?? {}).flatMap(([key, value]) => field(`${path}.${key}`, value, actual?.[key]));
}
