// What ends a step before its time, and what only delays it.
import { isClassified } from '../../aws/classified-error.ts';
import { classify, type AwsFailure } from '../../aws/errors.ts';
import { isOwnFault } from '../../aws/gate.ts';
import { StorageFailure } from '../../util/storage.ts';
import { storageText } from '../../util/storage-remedy.ts';
import { unreachable } from '../../util/unreachable.ts';
import { RunEnd } from '../ending.ts';
import type { StepError } from '../journal/events.ts';
import { LeaseLost } from '../lock/lease.ts';
import { prospectOfConflict, prospectOfMissing, type Prospect } from './prospects.ts';
import type { Work } from '../work.ts';

/** A step that cannot succeed; carries what the journal says. */
export class StepFailure extends Error {
  readonly error: StepError;

  constructor(error: StepError) {
    super(error.message);
    this.name = 'StepFailure';
    this.error = error;
  }
}

export function failure(kind: StepError['class'], message: string, code: string = kind): StepFailure {
  return new StepFailure({ class: kind, code, message });
}

export const longestPause = 15_000;

export function describeFailure(error: unknown, stop: AbortSignal): StepError {
  if (error instanceof StepFailure) return error.error;
  if (error instanceof StorageFailure) {
    return { class: 'interrupted', code: 'run-storage', message: storageText(error) };
  }
  if (isBug(error)) return { class: 'internal', code: error.name, message: error.stack ?? error.message };
  // What relight itself has understood of an error is the cause, also when the run has ended for it.
  if (isClassified(error)) return { ...classify(error) };
  return endOf(stop) ?? { ...classify(error) };
}

/** Why the end of the run ended a step; undefined while the run goes on. */
export function endOf(stop: AbortSignal): StepError | undefined {
  if (!stop.aborted) return undefined;
  const reason: unknown = stop.reason;
  if (reason instanceof RunEnd && reason.kind !== 'interrupted') {
    const kind = reason.kind === 'deadline' ? 'deadline' : 'interrupted';
    return { class: kind, code: `run-${reason.kind}`, message: reason.message };
  }
  return { class: 'interrupted', code: 'interrupted', message: 'the run was told to stop' };
}

/** Not AWS's doing: repeating would only hide it. */
export function isBug(error: unknown): error is Error {
  if (isOwnFault(error) || error instanceof RangeError) return true;
  return error instanceof Error && error.message.startsWith('Internal error');
}

/**
 * For so long a service may not know what another one has just made. Terraform repeats such changes for 1 to 5 minutes
 * [terraform-provider-aws, ecs/service.go, elbv2/target_group.go, route53/record.go].
 */
const timeToSpread = 2 * 60_000;

/**
 * Decides after a failed call whether to go on. True when AWS may have applied it.
 *
 * @param firstTry when the step sent its change for the first time, milliseconds since the epoch
 */
export async function prepareRetry(error: AwsFailure, attempt: number, firstTry: number, work: Work): Promise<boolean> {
  switch (error.class) {
    case 'not-found':
      await pauseWhile(prospectOfMissing(error, work), error, attempt, firstTry, work);
      return false;
    case 'conflict':
      await pauseWhile(prospectOfConflict(error, work), error, attempt, firstTry, work);
      return false;
    case 'throttled':
      await pauseAfter(error, attempt, work);
      return false;
    case 'unavailable':
    case 'timeout':
      await pauseAfter(error, attempt, work);
      return true;
    case 'denied':
    case 'expired':
    case 'invalid':
      throw new StepFailure({ ...error });
    default:
      return unreachable(error.class);
  }
}

/** Pauses while waiting may mend what was refused; ends the step when it cannot, or has not. */
async function pauseWhile(
  prospect: Prospect,
  error: AwsFailure,
  attempt: number,
  firstTry: number,
  work: Work,
): Promise<void> {
  const isOver = work.environment.observeContext.clock.now() >= firstTry + timeToSpread;
  if (prospect === 'none' || (prospect === 'spreading' && isOver)) throw new StepFailure({ ...error });
  await pauseAfter(error, attempt, work);
}

async function pauseAfter(error: AwsFailure, attempt: number, work: Work): Promise<void> {
  const end = endOf(work.environment.stop);
  if (end !== undefined) {
    throw failure(end.class, `${end.message}; the last answer was ${error.code}: ${error.message}`, end.code);
  }
  const milliseconds = pauseLength(attempt);
  if (work.environment.observeContext.clock.now() + milliseconds > work.end) {
    throw new StepFailure({
      ...error,
      message: `${error.message} (tried ${attempt} times until the step's time was over)`,
    });
  }
  const inSeconds = milliseconds / 1000;
  work.environment.journal.record({ type: 'step-retrying', step: work.step.id, error: { ...error }, inSeconds });
  await work.environment.observeContext.clock.sleep(milliseconds, work.environment.stop);
}

function pauseLength(attempt: number): number {
  return Math.min(longestPause, 1_000 * 2 ** Math.max(0, attempt - 1));
}

export async function pause(work: Work, round: number, detail: string): Promise<void> {
  const { journal, stop, observeContext } = work.environment;
  const milliseconds = pauseLength(round + 1);
  if (observeContext.clock.now() + milliseconds > work.end) throw failure('deadline', `gave up waiting: ${detail}`);
  journal.record({ type: 'step-waiting', step: work.step.id, detail });
  await observeContext.clock.sleep(milliseconds, stop);
  work.reads?.pause();
}

/** Returns while the run surely holds its lock; waits while that is in doubt, and ends the step when it is lost. */
export async function untilLockIsSure({ environment }: Work): Promise<void> {
  try {
    await environment.lease?.untilSure(environment.stop);
  } catch (error) {
    if (error instanceof LeaseLost) throw failure('interrupted', error.message, 'run-lock');
    const end = endOf(environment.stop);
    throw end === undefined ? error : failure(end.class, end.message, end.code);
  }
}
