// The life of one step: look, keep a before-image, write the intention, act, wait until AWS shows the result, verify.
// Everything is decided by looking at AWS; an answer that got lost is settled by looking, never by repeating blindly.
import { createHash } from 'node:crypto';
import { classify, type AwsFailure } from '../aws/errors.ts';
import { GateRefusal } from '../aws/gate.ts';
import {
  ownerTags,
  type ChangeContext,
  type ComponentType,
  type Difference,
  type Observation,
  type Readiness,
  type Receipt,
  type Settlement,
  type Target,
} from '../components/contract.ts';
import { typeOf, type Viewpoint } from '../observe/look.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { hasReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { isoNow } from '../util/clock.ts';
import { toJson } from '../util/json.ts';
import { isBelow } from '../util/paths.ts';
import { unreachable } from '../util/unreachable.ts';
import type { StepError } from './events.ts';
import type { Journal } from './journal.ts';
import type { Sight } from './sight.ts';

export interface StepEnvironment {
  readonly playbook: Playbook;
  readonly plan: Plan;
  readonly viewpoint: Viewpoint;
  readonly sight: Sight;
  readonly journal: Journal;
  /** Bounds the AWS calls of all steps together; a wait holds no place. */
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  /** Instant at which the whole run ends, milliseconds since the epoch. */
  readonly runEnd: number;
  /** Aborted when the run is told to stop: calls in flight are finished, waits are not. */
  readonly stop: AbortSignal;
}

/** A step that cannot succeed; carries what the journal says. */
class StepFailure extends Error {
  readonly error: StepError;

  constructor(error: StepError) {
    super(error.message);
    this.name = 'StepFailure';
    this.error = error;
  }
}

function failure(kind: StepError['class'], message: string, code: string = kind): StepFailure {
  return new StepFailure({ class: kind, code, message });
}

const longestPause = 15_000;
const shortestStepTime = 5 * 60_000;

/** One step under way. */
interface Work {
  readonly step: Step;
  readonly component: Component;
  readonly type: ComponentType;
  readonly environment: StepEnvironment;
  /** Milliseconds since the epoch. */
  readonly end: number;
}

/** Runs a step to its end, writing all it does into the journal. False means that it failed; only bugs are thrown. */
export async function runStep(step: Step, environment: StepEnvironment): Promise<boolean> {
  const { journal, viewpoint } = environment;
  const component = environment.playbook.components.get(step.component);
  if (component === undefined) throw new Error(`Internal error: step ${step.id} is about no component`);
  const now = viewpoint.clock.now();
  const end = Math.min(environment.runEnd, now + Math.max(shortestStepTime, 5 * step.estimateSeconds * 1000));
  const work: Work = { step, component, type: typeOf(component, viewpoint.types), environment, end };
  journal.record({ type: 'step-started', step: step.id });
  try {
    const note = await perform(work);
    journal.record({ type: 'step-succeeded', step: step.id, ...(note === undefined ? {} : { note }) });
    return true;
  } catch (error) {
    journal.record({ type: 'step-failed', step: step.id, error: describeFailure(error, environment.stop) });
    return false;
  }
}

function describeFailure(error: unknown, stop: AbortSignal): StepError {
  if (error instanceof StepFailure) return error.error;
  if (isBug(error)) return { class: 'internal', code: error.name, message: error.stack ?? error.message };
  if (stop.aborted) return { class: 'interrupted', code: 'interrupted', message: 'the run was told to stop' };
  return { ...classify(error) };
}

/** Returns a note when there was nothing left to do. */
async function perform(work: Work): Promise<string | undefined> {
  const { step } = work;
  switch (step.action) {
    case 'create':
    case 'update':
    case 'delete':
      return change(work, step.action);
    case 'wait':
      await settle(work, step.afterImage === null ? 'delete' : 'create', {});
      return undefined;
    case 'verify':
      throw new Error('Internal error: probes are not steps of components');
    default:
      return unreachable(step.action);
  }
}

// --- Acting ----------------------------------------------------------------------------------------------------------

type Action = 'create' | 'update' | 'delete';

async function change(work: Work, action: Action): Promise<string | undefined> {
  const { journal } = work.environment;
  let attempt = 0;
  let rounds = 0;
  let imaged = false;
  let inDoubt = false;
  for (;;) {
    const before = await lookSurely(work);
    refuseForeign(before, work);
    const ready = readyToAct(action, before, work, inDoubt);
    if (ready.kind === 'done') {
      if (inDoubt) journal.record({ type: 'step-acted', step: work.step.id, receipt: {}, seen: true });
      await settle(work, action, {});
      return inDoubt ? undefined : ready.note;
    }
    if (ready.kind === 'wait') {
      await pause(work, rounds, ready.detail);
      rounds += 1;
      continue;
    }
    // A create may find a piece of ours that is half made, and change it.
    imaged ||= await keepBeforeImage(before, work);
    attempt += 1;
    const token = tokenOf(work);
    journal.record({ type: 'step-intended', step: work.step.id, action, attempt, token });
    let receipt: Receipt;
    try {
      receipt = await work.environment.limit(() => act(action, before, ready.differences, work, token));
    } catch (error) {
      if (error instanceof StepFailure || isBug(error)) throw error;
      inDoubt = (await prepareRetry(classify(error), attempt, work)) || inDoubt;
      continue;
    }
    journal.record({ type: 'step-acted', step: work.step.id, receipt });
    await settle(work, action, receipt);
    return undefined;
  }
}

/** Not AWS's doing: repeating would only hide it. */
function isBug(error: unknown): error is Error {
  if (error instanceof TypeError || error instanceof RangeError || error instanceof GateRefusal) return true;
  return error instanceof Error && error.message.startsWith('Internal error');
}

/** What the present state means for an action that is about to be taken. */
type Readying =
  | { readonly kind: 'act'; readonly differences: readonly Difference[] }
  | { readonly kind: 'wait'; readonly detail: string }
  | { readonly kind: 'done'; readonly note: string };

function readyToAct(action: Action, before: Observation<unknown>, work: Work, inDoubt: boolean): Readying {
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
  const differences = wantedDifferences(before.state, work);
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

function isGoing(state: unknown, work: Work): boolean {
  const readiness = readinessOf(state, work);
  return readiness.kind === 'settling' && readiness.direction === 'going';
}

function readinessOf(state: unknown, work: Work): Readiness {
  return work.type.readiness(state, targetOf(work).spec);
}

function targetOf(work: Work): Target<unknown> {
  return work.environment.sight.target(work.component);
}

/** Differences that the playbook does not ignore. */
function wantedDifferences(state: unknown, work: Work): readonly Difference[] {
  return work.type
    .diff(targetOf(work).spec, state)
    .filter((each) => !work.component.ignore.some((path) => isBelow(each.path, path)));
}

function isOurs(seen: Observation<unknown>, work: Work): boolean {
  return seen.kind === 'present' && seen.tags?.[ownerTags.playbook] === work.environment.playbook.metadata.name;
}

function refuseForeign(seen: Observation<unknown>, work: Work): void {
  if (seen.kind !== 'present') return;
  const owner = seen.tags?.[ownerTags.playbook];
  if (owner !== undefined && owner !== work.environment.playbook.metadata.name) {
    throw failure('foreign', `it belongs to playbook ${owner} and is not touched`);
  }
  if (work.step.destructive && seen.tags?.[ownerTags.protect] === 'true') {
    throw failure('protected', `it carries the tag ${ownerTags.protect}=true and is not deleted`);
  }
}

async function act(
  action: Action,
  before: Observation<unknown>,
  differences: readonly Difference[],
  work: Work,
  token: string,
): Promise<Receipt> {
  const target = targetOf(work);
  const context: ChangeContext = { ...work.environment.sight.context(), token, tags: tagsOf(work) };
  if (action !== 'delete') refuseUnresolved(target, work);
  // A piece of ours that an earlier, interrupted attempt left half made is brought to the spec.
  if (before.kind === 'present') {
    return action === 'delete'
      ? work.type.delete(target, before.state, context)
      : work.type.update(target, before.state, differences, context);
  }
  return work.type.create(target, context);
}

function refuseUnresolved(target: Target<unknown>, work: Work): void {
  const text = JSON.stringify(toJson(target.spec));
  if (!hasReferences(text)) return;
  const missing = work.component.references.find((each) => text.includes(`\${${each.component}.${each.output}}`));
  throw failure(
    'moved',
    `${missing?.path ?? 'the spec'} needs an output of ${missing?.component ?? 'others'} that is not known`,
  );
}

function tagsOf(work: Work): ChangeContext['tags'] {
  return {
    [ownerTags.playbook]: work.environment.playbook.metadata.name,
    [ownerTags.component]: work.component.id,
    ...(work.component.protect ? { [ownerTags.protect]: 'true' } : {}),
  };
}

/** The same for each try of a step, another one for each run: at most 36 characters, as ECS wants [ECS API]. */
function tokenOf(work: Work): string {
  const digest = createHash('sha256').update(`${work.environment.journal.runId}\n${work.step.id}`).digest('hex');
  return `relight-${digest.slice(0, 28)}`;
}

/** Returns true when there was something to keep. */
async function keepBeforeImage(before: Observation<unknown>, work: Work): Promise<boolean> {
  if (before.kind !== 'present') return false;
  const { journal, sight, viewpoint } = work.environment;
  const target = targetOf(work);
  const captured = await work.type.capture?.(target, before.state, sight.context());
  const file = journal.saveBeforeImage({
    version: 1,
    runId: journal.runId,
    step: work.step.id,
    component: work.component.id,
    type: work.component.type,
    at: isoNow(viewpoint.clock),
    spec: toJson(target.spec),
    tags: before.tags === undefined ? null : { ...before.tags },
    state: toJson(before.state),
    captured: captured ?? null,
  });
  journal.record({ type: 'before-image', step: work.step.id, file });
  return true;
}

// --- Failing and waiting ---------------------------------------------------------------------------------------------

/** Decides after a failed call whether to go on. True when AWS may have applied it. */
async function prepareRetry(error: AwsFailure, attempt: number, work: Work): Promise<boolean> {
  switch (error.class) {
    case 'throttled':
    case 'conflict':
      await pauseAfter(error, attempt, work);
      return false;
    case 'unavailable':
    case 'timeout':
      await pauseAfter(error, attempt, work);
      return true;
    case 'not-found':
    case 'denied':
    case 'expired':
    case 'invalid':
      throw new StepFailure({ ...error });
    default:
      return unreachable(error.class);
  }
}

async function pauseAfter(error: AwsFailure, attempt: number, work: Work): Promise<void> {
  if (work.environment.stop.aborted) {
    throw failure('interrupted', `the run was told to stop; the last answer was ${error.code}: ${error.message}`);
  }
  const milliseconds = pauseLength(attempt);
  if (work.environment.viewpoint.clock.now() + milliseconds > work.end) {
    throw new StepFailure({
      ...error,
      message: `${error.message} (tried ${attempt} times until the step's time was over)`,
    });
  }
  const inSeconds = milliseconds / 1000;
  work.environment.journal.record({ type: 'step-retrying', step: work.step.id, error: { ...error }, inSeconds });
  await work.environment.viewpoint.clock.sleep(milliseconds, work.environment.stop);
}

function pauseLength(attempt: number): number {
  return Math.min(longestPause, 1_000 * 2 ** Math.max(0, attempt - 1));
}

async function pause(work: Work, round: number, detail: string): Promise<void> {
  const { journal, stop, viewpoint } = work.environment;
  const milliseconds = pauseLength(round + 1);
  if (viewpoint.clock.now() + milliseconds > work.end) throw failure('deadline', `gave up waiting: ${detail}`);
  journal.record({ type: 'step-waiting', step: work.step.id, detail });
  await viewpoint.clock.sleep(milliseconds, stop);
}

/** A look that failed in passing is repeated; one that stays unknown ends the step when its time is over. */
async function lookSurely(work: Work): Promise<Observation<unknown>> {
  for (let round = 0; ; round += 1) {
    const seen = await work.environment.sight.look(work.component);
    if (seen.kind !== 'unknown') return seen;
    if (seen.reason === 'denied' || seen.reason === 'invalid')
      throw failure('denied', `cannot be seen: ${seen.detail}`);
    await pause(work, round, `cannot be seen: ${seen.detail}`);
  }
}

/** Waits until AWS shows the piece as wanted (or gone), then asks the type whether that holds outside too. */
async function settle(work: Work, action: Action, receipt: Receipt): Promise<void> {
  const { journal, sight } = work.environment;
  let told = '';
  const tell = (detail: string): void => {
    if (detail !== told) journal.record({ type: 'step-waiting', step: work.step.id, detail });
    told = detail;
  };
  let state: unknown;
  await until(work, tell, async () => {
    const seen = await lookSurely(work);
    if (action === 'delete') return goneYet(seen, work);
    state = seen.kind === 'present' ? seen.state : undefined;
    return wantedYet(seen, work);
  });
  await until(work, tell, async () =>
    work.type.settled === undefined
      ? { kind: 'done' }
      : work.type.settled(action, receipt, targetOf(work), sight.context()),
  );
  journal.record({ type: 'step-settled', step: work.step.id });
  const { type } = work;
  if (action === 'delete' || type.verify === undefined) return;
  await until(work, tell, async () => type.verify?.(targetOf(work), state, sight.context()) ?? { kind: 'done' });
  journal.record({ type: 'step-verified', step: work.step.id, detail: work.type.describe(state) });
}

function goneYet(seen: Observation<unknown>, work: Work): Settlement {
  if (seen.kind !== 'present') return { kind: 'done' };
  const readiness = readinessOf(seen.state, work);
  if (readiness.kind === 'unhealthy' && readiness.terminal) return { kind: 'failed', detail: readiness.detail };
  return { kind: 'pending', detail: readiness.kind === 'settling' ? readiness.detail : work.type.describe(seen.state) };
}

function wantedYet(seen: Observation<unknown>, work: Work): Settlement {
  // AWS may not show a new piece at once [eventual consistency of ECS and ELB reads].
  if (seen.kind !== 'present') return { kind: 'pending', detail: 'not to be seen yet' };
  const readiness = readinessOf(seen.state, work);
  switch (readiness.kind) {
    case 'unknown':
      return { kind: 'pending', detail: readiness.detail };
    case 'settling':
      return { kind: 'pending', detail: readiness.detail };
    case 'unhealthy':
      return readiness.terminal
        ? { kind: 'failed', detail: readiness.detail }
        : { kind: 'pending', detail: readiness.detail };
    case 'ready': {
      // What a shared piece looks like is its own playbook's business.
      const differences = work.component.shared ? [] : wantedDifferences(seen.state, work);
      return differences.length === 0
        ? { kind: 'done' }
        : { kind: 'pending', detail: `${differences.map((each) => each.path).join(', ')} not as wanted yet` };
    }
    default:
      return unreachable(readiness);
  }
}

async function until(work: Work, tell: (detail: string) => void, ask: () => Promise<Settlement>): Promise<void> {
  const { clock } = work.environment.viewpoint;
  for (let round = 1; ; round += 1) {
    const answer = await askPatiently(ask);
    if (answer.kind === 'done') return;
    if (answer.kind === 'failed') throw failure('failed-state', answer.detail);
    tell(answer.detail);
    const milliseconds = pauseLength(round);
    if (clock.now() + milliseconds > work.end) throw failure('deadline', `gave up waiting: ${answer.detail}`);
    await clock.sleep(milliseconds, work.environment.stop);
  }
}

/** A read that fails in passing is a "not yet"; one that is refused for good ends the step. */
async function askPatiently(ask: () => Promise<Settlement>): Promise<Settlement> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof StepFailure || isBug(error)) throw error;
    const problem = classify(error);
    if (problem.class === 'denied' || problem.class === 'expired' || problem.class === 'invalid') throw error;
    return { kind: 'pending', detail: `${problem.code}: ${problem.message}` };
  }
}
