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

/** A structure of which only what the spec says is compared, member by member; a list is compared as a whole. */
export function said(path: string, desired: unknown, actual: unknown): readonly Difference[] {
  if (!isStructure(desired) || !isStructure(actual)) return field(path, desired, actual);
  return Object.entries(desired).flatMap(([key, value]) => said(`${path}.${key}`, value, actual[key]));
}

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A map of which the spec tells all: a key that is there and not in the spec is a difference too. */
export function wholeMap(
  path: string,
  desired: Readonly<Record<string, string>> | undefined,
  actual: Readonly<Record<string, string>>,
): readonly Difference[] {
  if (desired === undefined) return [];
  const surplus = Object.keys(actual).filter((key) => !(key in desired));
  return [
    ...namedEntries(path, desired, actual),
    ...surplus.sort().map((key) => ({ path: `${path}.${key}`, desired: undefined, actual: actual[key] })),
  ];
}
