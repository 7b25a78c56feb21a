// Small helpers for the change.ts files.
import { isBelow } from '../../util/paths.ts';
import { ownerTags, type Difference, type ReadContext, type Scope, type Tags } from '../contract.ts';

/** True when one of the differences is at `path` or below it: `values` covers `values[0]`. */
export function differsBelow(differences: readonly Difference[], path: string): boolean {
  return differences.some((each) => isBelow(each.path, path));
}

/** A map of attributes in ELBv2's list form. */
export function toAttributes(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}

/** A context that shares no read with an earlier look: for "is it there by now?". */
export function afresh<Context extends ReadContext>(context: Context): Context {
  return { ...context, once: (_key, read) => read() };
}

/** False when the tags name another playbook: the piece is someone else's. Untagged pieces are taken by name. */
export function mayBeOurs(tags: Tags | undefined, scope: Scope): boolean {
  const owner = tags?.[ownerTags.playbook];
  return owner === undefined || owner === scope.playbook;
}
