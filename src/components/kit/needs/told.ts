// Needs as specs tell them: what another component makes is a reference, and no need.
import type { Need, NeedKind } from '../../contract.ts';
import { hasReference } from '../schema.ts';

/** The things of one kind that a spec names. */
export function needs(kind: NeedKind, names: readonly (string | undefined)[]): readonly Need[] {
  return names.flatMap((name) => (name === undefined || hasReference(name) ? [] : [{ kind, name }]));
}
