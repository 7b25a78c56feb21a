// What a look found, less what changes by itself: the part of an observation that two looks can be compared by. Pure.
import type { ComponentType, Json, Observation } from '../components/contract.ts';
import { toJson } from '../util/json.ts';

/** An observation as facts: whether it is there, and if so what, and with which tags. */
export interface Facts {
  readonly presence: Observation<unknown>['kind'];
  readonly state: Json;
  readonly tags: Json;
}

export function factsIn(type: Pick<ComponentType, 'judging'>, observation: Observation<unknown>): Facts {
  if (observation.kind !== 'present') return { presence: observation.kind, state: null, tags: null };
  return { presence: 'present', state: type.judging.facts(observation.state), tags: toJson(observation.tags ?? null) };
}
