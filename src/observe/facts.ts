// What a look found, less what changes by itself: the part of an observation that two looks can be compared by. Pure.
import type { ComponentType, Json, Observation } from '../components/contract.ts';
import { toJson } from '../util/json.ts';

/** What is there, by the type's own word; else the whole state but its raw description. */
export function factsOf(type: Pick<ComponentType, 'facts'>, state: unknown): Json {
  if (type.facts !== undefined) return type.facts(state);
  if (typeof state !== 'object' || state === null) return toJson(state);
  return toJson(Object.fromEntries(Object.entries(state).filter(([name]) => name !== 'description')));
}

/** An observation as facts: whether it is there, and if so what, and with which tags. */
export interface Facts {
  readonly presence: Observation<unknown>['kind'];
  readonly state: Json;
  readonly tags: Json;
}

export function factsIn(type: Pick<ComponentType, 'facts'>, observation: Observation<unknown>): Facts {
  if (observation.kind !== 'present') return { presence: observation.kind, state: null, tags: null };
  return { presence: 'present', state: factsOf(type, observation.state), tags: toJson(observation.tags ?? null) };
}
