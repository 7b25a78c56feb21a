// route53/record: the setting that decides how long its deletion takes, and how long it is known afterwards.
import type { Receipt, Tunable } from '../contract.ts';
import type { RecordSpec, RecordState } from './schema.ts';

/** Common for names that are moved in an emergency. */
const shortTtl = 20;

/** Seconds for which resolvers keep the record that is there; those that it will have, where there is none. */
export function timeToLive(spec: RecordSpec, state: RecordState | undefined): number {
  return state?.description.TTL ?? spec.ttl ?? 60;
}

export const tunables: readonly Tunable<RecordSpec, RecordState>[] = [
  {
    path: 'ttl',
    unit: 's',
    cost: 'resolvers ask Route 53 more often, which it charges for; it helps from the next change of the record on',
    suggest: (spec, state) => {
      const from = timeToLive(spec, state);
      return spec.alias === undefined && from > shortTtl ? { from, to: shortTtl } : undefined;
    },
    set: (to, spec, state) => ({
      spec: { ...spec, ttl: to },
      state: state && { ...state, description: { ...state.description, TTL: to } },
    }),
  },
];

/** PENDING to INSYNC takes up to 60 s, as a rule [Route 53 API, GetChange]. */
const usualSync = 60;

/**
 * A resolver may have asked a name server until all of them knew better, and keeps the answer for its TTL from then; an
 * alias for as long as its target says: 60 s for a load balancer [Route 53 developer guide]. Where the change is not
 * known (its answer was lost), it is given the time to become INSYNC too.
 */
export function propagationSeconds(state: RecordState, receipt: Receipt): number {
  const ttl = state.description.TTL ?? 60;
  return typeof receipt['changeId'] === 'string' ? ttl : ttl + usualSync;
}
