// Which of the health checks that may be meant is the component's.
import {
  ownerOf,
  ownerTags,
  type Observation,
  type ReadContext,
  type Tags,
  type TakenPlace,
  type Target,
} from '../contract.ts';
import { absent, present, unknownAnswer } from '../kit/observing.ts';
import { asksMore, diff, saidByNobody } from './diff.ts';
import { referencePrefix } from './reference.ts';
import type { HealthCheckSpec, HealthCheckState } from './schema.ts';

export interface Candidate {
  readonly state: HealthCheckState;
  readonly tags: Tags;
}

/**
 * One that is tagged as ours wins, then one that we made, then the only one that checks the same endpoint and belongs to
 * nobody: two checks of one endpoint are allowed, so another playbook's is simply not ours. One that asks more than the spec says
 * may be ours or not: who knows has to say it.
 */
export function choose(
  target: Target<HealthCheckSpec>,
  candidates: readonly Candidate[],
  context: ReadContext,
): Observation<HealthCheckState> {
  const owner = ownerOf(target, context.scope);
  const { component, playbook } = owner;
  const prefix = referencePrefix(owner);
  const tagged = candidates.filter(
    ({ tags }) => tags[ownerTags.playbook] === playbook && tags[ownerTags.component] === component,
  );
  const made = candidates.filter(({ state }) => state.callerReference.startsWith(prefix));
  const ours = best(target, tagged);
  if (ours !== undefined) return present(ours.state, ours.tags, context);
  const half = best(target, made);
  if (half !== undefined) {
    const tagged = half.tags[ownerTags.playbook];
    // Another playbook has taken it over since: its tag stands, and nothing of ours may overwrite it.
    if (tagged !== undefined && tagged !== playbook) return present(half.state, half.tags, context);
    // The reference names playbook and component as the tags do: it is ours, and says which tags it lacks.
    const tags = { ...half.tags, [ownerTags.playbook]: playbook, [ownerTags.component]: component };
    return present({ ...half.state, untagged: true }, tags, context);
  }

  const untagged = candidates.filter(({ tags }) => tags[ownerTags.playbook] === undefined);
  const more = untagged.filter(({ state }) => asksMore(target.spec, state));
  const free = untagged.filter((each) => !more.includes(each));
  if (free.length === 0 && more.length > 0) return { ...absent(context), taken: takenBy(target, more) };
  const [only] = free;
  if (only === undefined) return absent(context);
  if (free.length === 1) return present(only.state, only.tags, context);
  const ids = free.map(({ state }) => state.id).join(', ');
  const detail =
    `${free.length} untagged health checks check this endpoint (${ids}): delete all but one, or tag one with ` +
    `${ownerTags.playbook}=${playbook} and ${ownerTags.component}=${component}`;
  return unknownAnswer(detail, context);
}

function takenBy({ spec }: Target<HealthCheckSpec>, more: readonly Candidate[]): TakenPlace {
  const checks = more.map(
    ({ state }) => `health check ${state.id}, which asks more (${saidByNobody(spec, state).join(', ')})`,
  );
  return {
    place: `the check of ${spec.fqdn ?? spec.ipAddress ?? 'it'}`,
    by: `${checks.join(' and ')}; the playbook has to say that if it is this component`,
    instead: 'beside it',
  };
}

/** Of several that are ours (a step that was begun twice), one that is in sync; else always the same one. */
function best(target: Target<HealthCheckSpec>, candidates: readonly Candidate[]): Candidate | undefined {
  const sorted = [...candidates].sort((left, right) => (left.state.id < right.state.id ? -1 : 1));
  return sorted.find(({ state }) => diff(target.spec, state).length === 0) ?? sorted[0];
}
