// The life of one step: look, keep a before-image, write the intention, act, wait until AWS shows the result, verify.
// Everything is decided by looking at AWS; an answer that got lost is settled by looking, never by repeating blindly.
import { classify } from '../../aws/errors.ts';
import { HeldBack } from '../../aws/gate.ts';
import type { ChangeAction, Receipt } from '../../components/contract.ts';
import { typeOf } from '../../observe/observe.ts';
import { neighboursOf, stateOf } from '../../plan/estimates.ts';
import type { Step } from '../../plan/plan.ts';
import { StorageFailure } from '../../util/storage.ts';
import { unreachable } from '../../util/unreachable.ts';
import { act, firstTokenOf, keepBeforeImage, ownTokenOf, readyToAct, type Present } from './acting.ts';
import { describeFailure, failure, isBug, pause, prepareRetry, StepFailure, untilLockIsSure } from './failing.ts';
import { propagationOf, untilForgotten } from './propagation.ts';
import { refuseForeign, refuseUnsafe } from './refusing.ts';
import { refuseLosses } from './whole.ts';
import { lookSurely, settle } from './settling.ts';
import { countCalls } from './step-calls.ts';
import { AttemptReads, longestKept, type StepEnvironment, type Work } from '../work.ts';

const shortestStepTime = 5 * 60_000;

/** Runs a step to its end, writing all it does into the journal. False means that it failed; only bugs are thrown. */
export async function runStep(step: Step, shared: StepEnvironment): Promise<boolean> {
  const { environment, calls, mayHaveChanged } = countCalls(step.id, shared);
  const { journal, observeContext } = environment;
  const component = environment.playbook.components.get(step.component);
  if (component === undefined) throw new Error(`Internal error: step ${step.id} is about no component`);
  const work = { step, component, type: typeOf(component, observeContext.types), environment };
  journal.record({ type: 'step-started', step: step.id });
  try {
    if (step.action === 'delete') await untilForgotten(work);
    const note = await perform({ ...work, end: endOfStep(step.estimateSeconds, environment) });
    journal.record({ type: 'step-succeeded', step: step.id, ...(note === undefined ? {} : { note }), calls: calls() });
    return true;
  } catch (error) {
    journal.record({
      type: 'step-failed',
      step: step.id,
      error: describeFailure(error, environment.stop),
      calls: calls(),
      ...(mayHaveChanged() ? {} : { unchanged: true }),
    });
    return false;
  }
}

function endOfStep(estimateSeconds: number, { observeContext, runEnd }: StepEnvironment): number {
  return Math.min(runEnd, observeContext.clock.now() + Math.max(shortestStepTime, 5 * estimateSeconds * 1000));
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
      if (step.remedy !== undefined) return waitOrRemedy(work, step.remedy);
      await settle(work, step.afterImage === null ? 'delete' : 'create', {});
      return undefined;
    case 'verify':
      throw new Error('Internal error: probes are not steps of components');
    default:
      return unreachable(step.action);
  }
}

/** Some pieces get well with what they needed. For one that does not, its remedy is due: the plan is not to end in vain. */
async function waitOrRemedy(work: Work, remedy: ChangeAction): Promise<string | undefined> {
  const { journal, observeContext, runEnd } = work.environment;
  const patientSince = observeContext.clock.now();
  // A threshold may be of ten checks, of which the estimate has one.
  const end = Math.min(runEnd, patientSince + 2 * (work.end - patientSince));
  try {
    await settle({ ...work, end, patientSince }, 'create', {});
    return undefined;
  } catch (error) {
    if (!(error instanceof StepFailure) || error.error.class !== 'failed-state') throw error;
    const detail = `${error.error.message}: what it needed is right, and it is not, so it is updated`;
    journal.record({ type: 'step-waiting', step: work.step.id, detail });
    const acting: Work = { ...work, step: { ...work.step, action: remedy } };
    return change({ ...acting, end: endOfStep(remedySeconds(work, remedy), work.environment) }, remedy);
  }
}

function remedySeconds({ component, environment, step, type }: Work, remedy: ChangeAction): number {
  const { observations, playbook } = environment;
  const neighbours = neighboursOf(component, playbook, observations);
  return type.time.estimate(remedy, step.afterImage, stateOf(component.id, observations), neighbours);
}

async function change(asked: Work, action: ChangeAction): Promise<string | undefined> {
  const { journal, liveView, observeContext } = asked.environment;
  const { clock } = observeContext;
  let attempt = 0;
  let firstTry: number | undefined;
  let rounds = 0;
  let kept: Present | undefined;
  let inDoubt = false;
  let token = firstTokenOf(asked);
  let last: unknown;
  for (;;) {
    const before = await lookSurely(asked);
    const reads = new AttemptReads(liveView, () => clock.now());
    const work: Work = { ...asked, reads };
    if (before.kind === 'present') last = before.state;
    refuseForeign(before, work);
    const ready = readyToAct(action, before, work, inDoubt);
    if (ready.kind === 'done') {
      if (inDoubt) journal.record({ type: 'step-acted', step: work.step.id, receipt: {}, seen: true });
      await settle(work, action, {}, inDoubt ? last : undefined);
      return inDoubt ? undefined : ready.note;
    }
    if (ready.kind === 'wait') {
      await pause(work, rounds, ready.detail);
      rounds += 1;
      continue;
    }
    await refuseUnsafe(action, before, work, attempt > 0);
    // What was waited for took its time: the piece may have been protected or changed meanwhile.
    if (reads.paused) continue;
    if (action === 'delete' && !work.environment.deletes.begin(work.step.id)) {
      const { maxDeletes } = work.environment.playbook.recovery;
      throw failure(
        'limit',
        `the run has begun ${maxDeletes ?? 0} deletes, the playbook allows no more (recovery.maxDeletes)`,
      );
    }
    // A create may find a piece of ours that is half made, and change it.
    kept = await keepBeforeImage(before, kept, attempt > 0, work);
    refuseLosses(action, work);
    let receipt: Receipt;
    try {
      // Only who surely holds the lock may change anything.
      const checked = clock.now();
      await untilLockIsSure(work);
      if (clock.now() > checked + longestKept) continue;
      attempt += 1;
      firstTry ??= clock.now();
      const lingerSeconds = action === 'delete' ? propagationOf(before, work) : 0;
      journal.record({
        type: 'step-intended',
        step: work.step.id,
        action,
        attempt,
        token,
        ...(lingerSeconds > 0 ? { lingerSeconds } : {}),
      });
      receipt = await act(action, before, ready.differences, work, token);
    } catch (error) {
      if (error instanceof StepFailure || error instanceof StorageFailure || isBug(error)) throw error;
      // The run is over, and the change was not sent.
      if (work.environment.stop.aborted && error === work.environment.stop.reason) throw error;
      // It never left, so nothing is in doubt; by the next round the lock is sure again, or lost.
      if (error instanceof HeldBack) continue;
      const problem = classify(error);
      // AWS remembers some tokens of pieces that are gone by now, and refuses them [Route 53 API, CreateHealthCheck].
      if (problem.class === 'invalid' && token !== ownTokenOf(work)) token = ownTokenOf(work);
      else inDoubt = (await prepareRetry(problem, attempt, firstTry ?? clock.now(), work)) || inDoubt;
      continue;
    }
    journal.record({ type: 'step-acted', step: work.step.id, receipt });
    await settle(work, action, receipt, last);
    return undefined;
  }
}
