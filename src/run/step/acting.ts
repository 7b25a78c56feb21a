// The moment of change: may it be made, is it still needed, keep what is there, send it.
import { createHash } from 'node:crypto';
import {
  ownerTags,
  type ChangeAction,
  type ChangeContext,
  type Difference,
  type Json,
  type Observation,
  type Receipt,
  type Target,
} from '../../components/contract.ts';
import { firstUnresolved } from '../../playbook/expressions.ts';
import { sameJson, toJson } from '../../util/json.ts';
import { overlaid } from '../../util/paths.ts';
import { tagsKept } from '../../settings/layered.ts';
import { baseFor, isFinishing, keepBase, wholeDifferences, wholeTarget } from './whole.ts';
import { isLetBeside } from './beside.ts';
import { failure } from './failing.ts';
import { imageOf, isGoing, isOurs, readinessOf, readsOf, targetOf, wantedDifferences, type Work } from '../work.ts';

/** What the present state means for an action that is about to be taken. */
type Readying =
  | { readonly kind: 'act'; readonly differences: readonly Difference[] }
  | { readonly kind: 'wait'; readonly detail: string }
  | { readonly kind: 'done'; readonly note: string };

export function readyToAct(action: ChangeAction, before: Observation<unknown>, work: Work, inDoubt: boolean): Readying {
  if (before.kind === 'unknown') return { kind: 'wait', detail: `cannot be seen: ${before.detail}` };
  if (action === 'delete') {
    if (before.kind === 'absent') return { kind: 'done', note: 'already gone' };
    return isGoing(before.state, work)
      ? { kind: 'done', note: 'already on its way out' }
      : { kind: 'act', differences: [] };
  }
  if (before.kind === 'absent') {
    if (action === 'create') return { kind: 'act', differences: [] };
    if (inDoubt) return { kind: 'wait', detail: 'not to be seen at the moment' };
    throw failure('moved', 'it has disappeared since the plan was made; plan again');
  }
  if (isGoing(before.state, work)) return { kind: 'wait', detail: 'the old one is on its way out' };
  // A piece that is being made is to be all that it was.
  const differences =
    action === 'create' || isFinishing(work)
      ? wholeDifferences(before.state, work)
      : wantedDifferences(before.state, work);
  if (action === 'update') {
    // An update without differences is a remedy: it is meant to act on a piece that is in sync.
    const remedy = work.step.differences.length === 0;
    const helped = inDoubt && readinessOf(before.state, work).kind !== 'unhealthy';
    if (differences.length > 0 || (remedy && !helped)) return { kind: 'act', differences };
    return { kind: 'done', note: 'already as wanted' };
  }
  if (differences.length === 0) return { kind: 'done', note: 'already there as wanted' };
  if (isOurs(before, work)) return { kind: 'act', differences };
  throw failure(
    'moved',
    `something else has appeared under its name (it differs in ${differences.map((each) => each.path).join(', ')}); plan again`,
  );
}

export async function act(
  action: ChangeAction,
  before: Observation<unknown>,
  differences: readonly Difference[],
  work: Work,
  token: string,
): Promise<Receipt> {
  const target = action === 'delete' ? targetOf(work) : wholeTarget(work);
  const reads = work.reads?.context('change') ?? work.environment.liveView.context('change');
  const context: ChangeContext = { ...reads, token, tags: tagsOf(work), stop: work.environment.stop };
  if (action !== 'delete') refuseUnresolved(work);
  // A piece of ours that an earlier, interrupted attempt left half made is brought to the spec.
  if (before.kind === 'present') {
    return action === 'delete'
      ? work.type.delete(target, before.state, context)
      : work.type.update(leavingIgnored(target, before.state, work), before.state, differences, context);
  }
  return work.type.create({ ...target, ...(isLetBeside(work) ? { beside: true } : {}) }, context);
}

/** Many of AWS's updates take a whole: what others may move is sent along as it is now, not as the playbook has it. */
function leavingIgnored(target: Target<unknown>, state: unknown, { component, type }: Work): Target<unknown> {
  if (component.ignore.length === 0) return target;
  const present = type.undo.specOf(target.spec, state, undefined).spec;
  return { ...target, spec: overlaid(target.spec, present, component.ignore) };
}

function refuseUnresolved({ component, environment }: Work): void {
  const missing = firstUnresolved(component.spec, environment.liveView.output);
  if (missing === undefined) return;
  const { component: other, output } = missing;
  const place = component.references.find((each) => each.component === other && each.output === output)?.path;
  throw failure('moved', `${place ?? 'the spec'} needs an output of ${other} that is not known`);
}

/** A piece that is made again, or written whole, keeps the tags that it had. */
function tagsOf(work: Work): ChangeContext['tags'] {
  return {
    ...tagsKept(baseFor(work)).tags,
    ...work.component.tags,
    [ownerTags.playbook]: work.environment.playbook.metadata.name,
    [ownerTags.component]: work.component.id,
    ...(work.component.protect ? { [ownerTags.protect]: 'true' } : {}),
  };
}

/**
 * A change that an unfinished run sent and of which nobody knows the outcome is sent again with that run's token, so that
 * AWS can tell that it is the same.
 */
export function firstTokenOf(work: Work): string {
  return work.environment.plan.resumes?.tokens[work.step.id] ?? ownTokenOf(work);
}

/** The same for each try of a step, another one for each run: at most 36 characters, as ECS wants [ECS API]. */
export function ownTokenOf(work: Work): string {
  const digest = createHash('sha256').update(`${work.environment.journal.runId}\n${work.step.id}`).digest('hex');
  return `relight-${digest.slice(0, 28)}`;
}

export type Present = Extract<Observation<unknown>, { kind: 'present' }>;

/**
 * Keeps what is there, unless the last image of this step shows just that: another try may find what somebody has written
 * since. Returns the piece of the last image; undefined while there was nothing to keep.
 *
 * @param begun this step has sent a change before
 */
export async function keepBeforeImage(
  before: Observation<unknown>,
  last: Present | undefined,
  begun: boolean,
  work: Work,
): Promise<Present | undefined> {
  if (before.kind !== 'present') return last;
  if (last !== undefined && sameJson(contentOf(before), contentOf(last))) return last;
  const { journal } = work.environment;
  const leaves = work.step.action === 'delete';
  const captured = await work.type.undo.capture?.(targetOf(work), before.state, readsOf(work), leaves);
  keepBase(before, captured, work);
  const saved = journal.saveBeforeImage(imageOf(before, captured, work));
  const halfway = isHalfway(before, last, begun, work);
  journal.record({ type: 'before-image', step: work.step.id, ...saved, ...(halfway ? { halfway } : {}) });
  return before;
}

function contentOf({ state, tags }: Present): Json {
  return toJson({ state, tags });
}

/**
 * May an earlier try have made some of the change? Then less differs, and nothing that was not different before: a try
 * only ever leads towards what is wanted. A piece that is to be deleted is there as it was, or not at all.
 */
function isHalfway(now: Present, last: Present | undefined, begun: boolean, work: Work): boolean {
  const { environment, step } = work;
  if (step.action === 'delete') return false;
  if (last === undefined) return begun || environment.plan.resumes?.tokens[step.id] !== undefined;
  const before = wantedDifferences(last.state, work);
  const left = wantedDifferences(now.state, work);
  const isOld = ({ path, actual }: Difference): boolean =>
    before.some((each) => each.path === path && sameJson(each.actual, actual));
  return left.length < before.length && left.every(isOld);
}
