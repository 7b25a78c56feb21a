// Waiting for AWS: until the piece can be seen, until it is as wanted or gone, until it holds from outside.
import { classify, isNotOffered } from '../../aws/errors.ts';
import type { ChangeAction, Testimony, Observation, Receipt, Settlement } from '../../components/contract.ts';
import { neighboursOf } from '../../plan/estimates.ts';
import { unreachable } from '../../util/unreachable.ts';
import { nextLook } from '../../util/looks.ts';
import { failure, isBug, longestPause, pause, StepFailure } from './failing.ts';
import { servesStill } from './propagation.ts';
import { imageOf, readinessOf, targetOf, wantedDifferences, type Work } from '../work.ts';

/**
 * A look that failed in passing is repeated; one that stays unknown ends the step when its time is over.
 *
 * @param waiting only whether the piece is ready is asked
 */
export async function lookSurely(work: Work, waiting = false): Promise<Observation<unknown>> {
  for (let round = 0; ; round += 1) {
    const seen = await work.environment.liveView.look(work.component, { waiting });
    if (seen.kind !== 'unknown') return seen;
    if (seen.reason === 'denied' || seen.reason === 'invalid')
      throw failure('denied', `cannot be seen: ${seen.detail}`);
    await pause(work, round, `cannot be seen: ${seen.detail}`);
  }
}

/**
 * For so long after a change a read may be from before it. AWS names no bound for ECS and ELB; Terraform gives reads after
 * a write 2 minutes [terraform-provider-aws, ecs/service.go and elbv2/target_group.go].
 */
export const readLag = 2 * 60_000;

/**
 * Waits until AWS shows the piece as wanted (or gone), then asks the type whether that holds outside too.
 *
 * @param before the state right before the change, where there was one: others may go on for a while as if a deleted piece
 *   were there, and what AWS shows may still be from before
 */
export async function settle(work: Work, action: ChangeAction, receipt: Receipt, before?: unknown): Promise<void> {
  const { journal, liveView, observeContext } = work.environment;
  const since = observeContext.clock.now();
  const oldUntil = before === undefined ? 0 : since + readLag;
  const rhythm = rhythmOf(since, work);
  let told = '';
  const tell = (detail: string, until?: string): void => {
    const event = { type: 'step-waiting', step: work.step.id, detail } as const;
    if (detail !== told) journal.record(until === undefined ? event : { ...event, until });
    told = detail;
  };
  let last: Observation<unknown> | undefined;
  await until(work, tell, rhythm, async () => {
    const seen = await lookSurely(work, true);
    last = seen;
    if (action === 'delete') return goneYet(seen, work);
    const verdict = wantedYet(seen, work);
    const mayBeOld = verdict.kind === 'failed' && observeContext.clock.now() < oldUntil && hasFailed(before, work);
    return mayBeOld ? { kind: 'pending', detail: verdict.detail } : verdict;
  });
  await until(work, tell, rhythm, async () =>
    work.type.time.settled === undefined
      ? { kind: 'done' }
      : unlessNotOffered(() => work.type.time.settled?.(action, receipt, targetOf(work), liveView.context('settle'))),
  );
  if (action === 'delete' && before !== undefined && servesStill(work)) await outlive(before, receipt, work, tell);
  const left = action === 'delete' || last?.kind !== 'present' ? undefined : last;
  const after = left === undefined ? {} : { after: journal.saveAfterImage(imageOf(left, undefined, work)) };
  journal.record({ type: 'step-settled', step: work.step.id, ...after });
  const { type } = work;
  const state = left?.state;
  if (left === undefined || type.time.verify === undefined || isUndo(work)) return;
  let evidence: readonly Testimony[] = [];
  const why = await uncheckedBecause(work, tell, rhythm, async () => {
    const answer = await type.time.verify?.(targetOf(work), state, liveView.context('verify'));
    evidence = answer === undefined || answer.kind === 'failed' ? [] : (answer.evidence ?? []);
    return answer;
  });
  journal.record({ type: 'step-verified', step: work.step.id, ...verified(type.describe(state), why, evidence) });
}

/** @param why no check could be made; undefined where one was */
function verified(
  description: string,
  why: string | undefined,
  evidence: readonly Testimony[],
): { readonly detail: string; readonly unchecked?: true; readonly evidence?: readonly Testimony[] } {
  const found = evidence.length === 0 ? {} : { evidence };
  const last = evidence.at(-1);
  const unasked = why ?? (last?.outcome === 'unasked' ? evidenceText(evidence) : undefined);
  if (unasked !== undefined) return { detail: `not checked from outside: ${unasked}`, unchecked: true, ...found };
  // What AWS has shown stands: a cache or an interceptor on the way may know it otherwise for a while.
  return { detail: last?.outcome === 'differs' ? `from outside: ${evidenceText(evidence)}` : description, ...found };
}

function evidenceText(evidence: readonly Testimony[]): string {
  return evidence
    .map(({ detail, outcome, source }) => `${source}: ${outcome === 'unasked' ? `no answer (${detail})` : detail}`)
    .join('; ');
}

/** Where nobody can be asked whether a change has spread, as in many emulators, there is nothing to wait for. */
async function unlessNotOffered(ask: () => Promise<Settlement> | undefined): Promise<Settlement> {
  try {
    return (await ask()) ?? { kind: 'done' };
  } catch (error) {
    if (!isBug(error) && isNotOffered(classify(error))) return { kind: 'done' };
    throw error;
  }
}

/**
 * Asks until the piece holds from outside. A check that nobody answers says nothing against a change that AWS has shown:
 * why it could not be made is told. Undefined when it holds.
 */
async function uncheckedBecause(
  work: Work,
  tell: (detail: string) => void,
  rhythm: (began: number) => Rhythm,
  ask: () => Promise<Settlement | undefined>,
): Promise<string | undefined> {
  let why: string | undefined;
  const last = { isEvidence: false };
  try {
    await until(work, tell, rhythm, async () => {
      try {
        why = undefined;
        last.isEvidence = false;
        const answer = (await ask()) ?? { kind: 'done' };
        last.isEvidence = answer.kind === 'pending' && answer.evidence !== undefined;
        return answer;
      } catch (error) {
        if (error instanceof StepFailure || isBug(error)) throw error;
        const problem = classify(error);
        if (problem.class === 'expired') throw error;
        why = `${problem.code}: ${problem.message}`;
        const passes = ['throttled', 'unavailable', 'timeout', 'conflict', 'not-found'].includes(problem.class);
        return passes && !isNotOffered(problem) ? { kind: 'pending', detail: why } : { kind: 'done' };
      }
    });
  } catch (error) {
    const outOfTime = error instanceof StepFailure && error.error.class === 'deadline';
    if ((why === undefined && !last.isEvidence) || !outOfTime) throw error;
  }
  return why;
}

/** Counts from now, when the change is known everywhere. */
async function outlive(
  gone: unknown,
  receipt: Receipt,
  work: Work,
  tell: (detail: string, until: string) => void,
): Promise<void> {
  const { clock } = work.environment.observeContext;
  const end = clock.now() + 1000 * work.type.time.propagationSeconds(gone, receipt);
  const tellEnd = (detail: string): void => {
    tell(detail, new Date(end).toISOString());
  };
  const untilEnd = (): Rhythm => () => Math.min(longestPause, Math.max(1, end - clock.now()));
  await until(work, tellEnd, untilEnd, async () => {
    const left = Math.ceil((end - clock.now()) / 1000);
    return left <= 0 ? { kind: 'done' } : { kind: 'pending', detail: `others may know it for ${left} s more` };
  });
}

/** What an undo brings back need not have been well. */
function isUndo(work: Work): boolean {
  return work.environment.plan.strategy === 'undo';
}

/** Waiting does not heal what is in this state. */
function hasFailed(state: unknown, work: Work): boolean {
  const readiness = readinessOf(state, work);
  return readiness.kind === 'unhealthy' && readiness.terminal;
}

function goneYet(seen: Observation<unknown>, work: Work): Settlement {
  if (seen.kind !== 'present') return { kind: 'done' };
  // That it had failed is no news: it may well be why it goes.
  const readiness = readinessOf(seen.state, work);
  return { kind: 'pending', detail: readiness.kind === 'settling' ? readiness.detail : work.type.describe(seen.state) };
}

function wantedYet(seen: Observation<unknown>, work: Work): Settlement {
  // AWS may not show a new piece at once [eventual consistency of ECS and ELB reads].
  if (seen.kind !== 'present') return { kind: 'pending', detail: 'not to be seen yet' };
  const readiness = readinessOf(seen.state, work);
  switch (readiness.kind) {
    case 'unknown':
    case 'settling':
      return { kind: 'pending', detail: readiness.detail };
    case 'unhealthy': {
      const isLost = readiness.terminal || isOutOfPatience(seen.state, work);
      return { kind: isLost ? 'failed' : 'pending', detail: readiness.detail };
    }
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

/** AWS takes its checks to find an unhealthy piece well again. At the end of the step there is no more time for them. */
function isOutOfPatience(state: unknown, { component, end, environment, patientSince, step, type }: Work): boolean {
  if (patientSince === undefined) return false;
  const { observations, observeContext, playbook } = environment;
  const neighbours = neighboursOf(component, playbook, observations);
  const comesBack = 1_000 * type.time.estimate('create', step.afterImage, state, neighbours);
  return observeContext.clock.now() >= Math.min(patientSince + comesBack + readLag, end - longestPause);
}

/** Milliseconds until a wait looks again. @param elapsed milliseconds since it began */
type Rhythm = (elapsed: number) => number;

/** By what the step is expected to take, of which a part is over when one of its waits begins. */
function rhythmOf(since: number, { step }: Work): (began: number) => Rhythm {
  return (began) => {
    const usual = Math.max(0, step.estimateSeconds - (2 * (began - since)) / 1000);
    return (elapsed) => 1000 * nextLook(elapsed / 1000, usual) - elapsed;
  };
}

async function until(
  work: Work,
  tell: (detail: string) => void,
  rhythmFrom: (began: number) => Rhythm,
  ask: () => Promise<Settlement>,
): Promise<void> {
  const { clock } = work.environment.observeContext;
  const began = clock.now();
  const rhythm = rhythmFrom(began);
  for (;;) {
    const answer = await askPatiently(ask);
    if (answer.kind === 'done') return;
    if (answer.kind === 'failed') throw failure('failed-state', answer.detail);
    tell(answer.detail);
    // A clock that was exchanged for a slower one may have gone back.
    const milliseconds = rhythm(Math.max(0, clock.now() - began));
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
