// Small helpers for the change.ts files.
import { isBelow } from '../../util/paths.ts';
import type { Difference } from '../contract.ts';

/** True when one of the differences is at `path` or below it: `values` covers `values[0]`. */
export function differsBelow(differences: readonly Difference[], path: string): boolean {
  return differences.some((each) => isBelow(each.path, path));
}

/** A map of attributes in ELBv2's list form. */
export function toAttributes(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}
