// Comparing a spec with what AWS says, field by field.
import type { Difference, Json } from '../contract.ts';

/** Plain JSON of any decoded AWS answer: dates become ISO 8601, `undefined` members and SDK metadata go. */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Set) return [...value].map(toJson);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') {
    const result: Record<string, Json> = {};
    for (const [key, member] of Object.entries(value)) {
      if (member !== undefined && key !== '$metadata') result[key] = toJson(member);
    }
    return result;
  }
  return null;
}

/** Deep equality of JSON values; member order does not matter. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((member, index) => sameJson(member, right[index]))
    );
  }
  const leftKeys = Object.keys(left);
  return (
    leftKeys.length === Object.keys(right).length &&
    leftKeys.every((key) => key in right && sameJson((left as never)[key], (right as never)[key]))
  );
}

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
