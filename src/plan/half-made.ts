// A protected piece whose create takes several calls carries its protection from the first one on: cut off in between, it
// has to be finished all the same. Pure.
import { ownerTags, type Observation } from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { Resumption } from './plan.ts';

/**
 * True for a piece that the run which is gone on with was creating when its answer got lost: it may be half made, and
 * what it lacks may be put in, whatever the playbook says of its protection. A tag that somebody else has put on it since
 * protects it as any other.
 */
export function isHalfMade(
  { id, protect }: Component,
  seen: Observation<unknown> | undefined,
  resumes: Resumption | null | undefined,
  playbook: Playbook,
): boolean {
  if (seen?.kind !== 'present' || resumes?.made.includes(id) !== true) return false;
  const isUnanswered = resumes.tokens[`${id}.create`] !== undefined;
  const isOurs = seen.tags?.[ownerTags.playbook] === playbook.metadata.name;
  const isProtectedByOthers = !protect && seen.tags?.[ownerTags.protect] === 'true';
  return isUnanswered && isOurs && !isProtectedByOthers;
}
