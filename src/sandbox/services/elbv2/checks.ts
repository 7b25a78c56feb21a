// What a load balancer makes of a target's answers to its health checks. No check is carried out: an interval apart, each
// finds what the target answered at that instant, which is told by the instants at which its answer changed.

/** How a target answers a check. */
export type Answer = 'ok' | 'error' | 'timeout';

/** A target's answer became another one. */
export interface AnswerChange {
  at: number;
  /** What it answered until then. */
  before: Answer;
}

export interface Checking {
  /** From here on it is checked, for the first time an interval later. */
  readonly since: number;
  /** Milliseconds; 0: whatever is answered counts at once. */
  readonly interval: number;
  /** Checks in a row that an unhealthy target has to pass; a new one has to pass one [ELB guide, "Target health status"]. */
  readonly healthyThreshold: number;
  /** Checks in a row that a target has to fail. */
  readonly unhealthyThreshold: number;
}

export interface Checked {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  /** The answer that made it unhealthy; `ok` for one that is not. */
  readonly failure: Answer;
  /** When this will be another one, if the answer stays; null when it will not. */
  readonly until: number | null;
}

/**
 * A target's state at an instant.
 *
 * @param answer the present one
 * @param changes in the order of their instants
 */
export function checkedState(
  checking: Checking,
  answer: Answer,
  changes: readonly AnswerChange[],
  now: number,
): Checked {
  const { healthyThreshold, unhealthyThreshold } = checking;
  // In whole milliseconds: sums of fractions come out a little too small now and then, and a state would end when it begins.
  const [since, interval] = [Math.ceil(checking.since), Math.ceil(checking.interval)];
  if (interval <= 0) return { state: answer === 'ok' ? 'healthy' : 'unhealthy', failure: answer, until: null };
  const checksBy = (instant: number): number => Math.max(0, Math.floor((instant - since) / interval));
  const last = checksBy(now);
  const run: Run = { state: 'initial', failure: 'ok', passed: 0, failed: 0 };
  let done = 0;
  const check = (found: Answer, upTo: number): void => {
    if (upTo <= done) return;
    if (found === 'ok') pass(run, upTo - done, healthyThreshold);
    else fail(run, upTo - done, unhealthyThreshold, found);
    done = upTo;
  };
  let present = answer;
  for (const { at, before } of changes) {
    if (at > now) {
      present = before;
      break;
    }
    // A check at the very instant of the change has found the old answer: who looked before the change has seen it.
    check(before, Math.min(last, checksBy(at)));
  }
  check(present, last);
  const { state, failure } = run;
  if (state === (present === 'ok' ? 'healthy' : 'unhealthy')) return { state, failure, until: null };
  const missing =
    present === 'ok' ? (state === 'unhealthy' ? healthyThreshold - run.passed : 1) : unhealthyThreshold - run.failed;
  return { state, failure, until: since + (last + missing) * interval };
}

/** A row of checks. */
interface Run {
  state: Checked['state'];
  failure: Answer;
  passed: number;
  failed: number;
}

function pass(run: Run, count: number, threshold: number): void {
  run.failed = 0;
  run.passed += count;
  if (run.state !== 'initial' && run.passed < threshold) return;
  run.state = 'healthy';
  run.failure = 'ok';
}

function fail(run: Run, count: number, threshold: number, found: Answer): void {
  run.passed = 0;
  run.failed += count;
  if (run.state !== 'unhealthy' && run.failed < threshold) return;
  run.state = 'unhealthy';
  run.failure = found;
}
