// Where a run's approvals come from: flags given before, the terminal, and files that `relight approve` writes.
import { readApproval } from '../../run/approval/approval-files.ts';
import type { ApprovalRequest, Approver, Decisions } from '../../run/approval/approvals.ts';
import { systemClock, type Clock } from '../../util/clock.ts';
import { whoAmI } from '../state/who-am-i.ts';
import type { Io } from '../terminal/io.ts';

/** How often files are looked for, in real time whatever the run's clock is. */
const pollMilliseconds = 250;

export interface ApproverOptions {
  /** The run's folder. */
  readonly directory: string;
  /** `--approve` */
  readonly approved: readonly string[];
  /** Of the deadline. */
  readonly clock: Clock;
  /** Asks on the terminal; undefined when there was no answer. */
  readonly ask: Io['ask'];
  /** Keeps the time of an embedded sandbox from running out while people think; see `VirtualClock`. */
  readonly hold?: (() => () => void) | undefined;
}

export function approverFor(options: ApproverOptions, io: Io): Approver {
  // One question at a time.
  let questions: Promise<unknown> = Promise.resolve();
  return {
    clock: options.clock,
    decide: async (request, signal) => {
      if (options.approved.includes(request.component)) return { kind: 'granted', by: whoAmI(), how: 'flag' };
      const release = options.hold?.();
      const decided = new AbortController();
      const either = AbortSignal.any([signal, decided.signal]);
      try {
        const injections = [fromFile(request, options.directory, either)];
        if (io.canAsk) {
          const answer = questions.then(() => fromTerminal(request, options.ask, either));
          questions = answer;
          // No answer on the terminal is no decision: a file may still come.
          injections.push(answer.then((decision) => decision ?? injections[0]));
        }
        return await Promise.race(injections);
      } finally {
        decided.abort(new Error('decided'));
        release?.();
      }
    },
  };
}

async function fromFile(
  { runId, component }: ApprovalRequest,
  directory: string,
  signal: AbortSignal,
): Promise<Decisions | undefined> {
  while (!signal.aborted) {
    const found = readApproval(directory, runId, component);
    if (found !== undefined) return { kind: found.decision, by: found.by, how: 'file' };
    try {
      await systemClock.sleep(pollMilliseconds, signal);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

async function fromTerminal(
  { component, steps }: ApprovalRequest,
  ask: Io['ask'],
  signal: AbortSignal,
): Promise<Decisions | undefined> {
  while (!signal.aborted) {
    const answer = await ask(`Approve ${component} (${steps})? [y/n] `, signal);
    if (answer === undefined) return undefined;
    if (/^y(es)?$/i.test(answer.trim())) return { kind: 'granted', by: whoAmI(), how: 'terminal' };
    if (/^no?$/i.test(answer.trim())) return { kind: 'denied', by: whoAmI(), how: 'terminal' };
  }
  return undefined;
}
