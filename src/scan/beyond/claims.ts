// What the scanned playbooks have: pieces by their ARNs and ids, owned or shared, and the names that they claim.
import type { PlaybookOutcome } from '../outcome.ts';
import type { SurveyedPlace } from './model.ts';

export interface Claims {
  /** A component of a scanned playbook is this piece. */
  readonly isOurs: (id: string) => boolean;
  /** A component of this type, of a playbook of this place, has the piece's name, seen or not. */
  readonly isNamed: (type: string, name: string, place: Pick<SurveyedPlace, 'account' | 'region'>) => boolean;
  /** Components of a type, in an account, that were not seen: what they are, nobody knows. */
  readonly unseenOf: (type: string, account: string) => readonly string[];
}

export function claimsOf(outcomes: readonly PlaybookOutcome[]): Claims {
  const ids = new Set<string>();
  const names = new Set<string>();
  const unseen = new Map<string, string[]>();
  for (const { playbook, seen } of outcomes) {
    const { account, region } = playbook.target;
    for (const { id, spec, type } of playbook.components.values()) {
      const name = (spec as { readonly name?: unknown } | null)?.name;
      if (typeof name === 'string') names.add(nameKey(type, name, playbook.target));
      const observation = seen.kind === 'looked' ? seen.observations.byId.get(id) : undefined;
      if (observation === undefined || observation.kind === 'unknown') {
        const key = `${type} ${account}`;
        unseen.set(key, [...(unseen.get(key) ?? []), `${playbook.metadata.name}/${id} in ${region}`]);
      }
      const outputs = seen.kind === 'looked' ? seen.observations.outputs.get(id) : undefined;
      const same = playbook.types.get(type)?.inventory?.sameAs;
      for (const value of Object.values(outputs ?? {})) {
        if (value === undefined) continue;
        ids.add(value);
        if (same !== undefined) ids.add(same(value));
      }
    }
  }
  return {
    isOurs: (id) => ids.has(id),
    isNamed: (type, name, place) => names.has(nameKey(type, name, place)),
    unseenOf: (type, account) => unseen.get(`${type} ${account}`) ?? [],
  };
}

function nameKey(type: string, name: string, { account, region }: Pick<SurveyedPlace, 'account' | 'region'>): string {
  return JSON.stringify([type, account, region, name]);
}
