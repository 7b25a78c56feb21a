// Components with `approval: required`: their first step waits until somebody says yes. Others go on meanwhile; no answer
// in time is a no.
import type { Plan } from '../../plan/plan.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { Clock } from '../../util/clock.ts';
import { durationText } from '../../util/words.ts';
import type { Journal } from '../journal/journal.ts';

export interface ApprovalRequest {
  readonly runId: string;
  readonly component: string;
  /** What the component's steps are, in words: `delete, create`. */
  readonly steps: string;
  /** ISO 8601, by the approver's clock. */
  readonly until: string;
}

export interface Decisions {
  readonly kind: 'granted' | 'denied';
  /** Who decided: `ann@laptop`. */
  readonly by: string;
  /** How it was said: on the terminal, by a file of `relight approve`, by a flag given before. */
  readonly how: 'terminal' | 'file' | 'flag';
}

/** Where approvals come from. */
export interface Approver {
  /** Resolves with a decision; with undefined when the signal is aborted or nobody can be asked. */
  readonly decide: (request: ApprovalRequest, signal: AbortSignal) => Promise<Decisions | undefined>;
  /**
   * The clock of the deadline: the run's own, unless that passes without anybody waiting. People do not live on the
   * virtual clock of an embedded sandbox.
   */
  readonly clock: Clock;
}

/** `pass`: go on; `refused`: not this component; `stopped`: the run ends, nobody has said anything. */
export type Answer =
  { readonly kind: 'pass' } | { readonly kind: 'refused'; readonly because: string } | { readonly kind: 'stopped' };

export interface ApprovalInputs {
  readonly playbook: Playbook;
  readonly plan: Plan;
  readonly journal: Journal;
  readonly approver: Approver | undefined;
  readonly stop: AbortSignal;
}

/** Asks for each component once, however many steps it has. */
export function createApprovals(inputs: ApprovalInputs): (component: string) => Promise<Answer> {
  const asked = new Map<string, Promise<Answer>>();
  return (component) => {
    if (inputs.playbook.components.get(component)?.approval !== 'required') return Promise.resolve({ kind: 'pass' });
    const running = asked.get(component);
    if (running !== undefined) return running;
    const started = ask(component, inputs);
    asked.set(component, started);
    return started;
  };
}

async function ask(component: string, inputs: ApprovalInputs): Promise<Answer> {
  const { approver, journal, plan, playbook, stop } = inputs;
  const refuse = (by: string | null, because: string): Answer => {
    journal.record({ type: 'approval-refused', component, by, because });
    return { kind: 'refused', because };
  };
  if (approver === undefined) return refuse(null, 'nobody can be asked for the approval that it needs');
  const { approvalTimeout } = playbook.recovery;
  const until = new Date(approver.clock.now() + approvalTimeout).toISOString();
  const steps = plan.steps
    .filter((step) => step.component === component)
    .map(({ action, remedy }) => (remedy === undefined ? action : `${action}, or ${remedy} where that does not help`));
  journal.record({ type: 'approval-requested', component, until });
  const request = { runId: journal.runId, component, steps: steps.join(', '), until };
  const decision = await within(approvalTimeout, inputs, approver, request);
  if (decision === 'late') {
    return refuse(null, `nobody approved it within ${durationText(approvalTimeout / 1000)} (recovery.approvalTimeout)`);
  }
  if (stop.aborted && decision === undefined) return { kind: 'stopped' };
  if (decision === undefined) return refuse(null, 'nobody can be asked for the approval that it needs');
  if (decision.kind === 'denied') return refuse(decision.by, `${decision.by} denied it`);
  journal.record({ type: 'approval-granted', component, by: decision.by, how: decision.how });
  return { kind: 'pass' };
}

/** `late` when the time is over first. */
async function within(
  milliseconds: number,
  { stop }: ApprovalInputs,
  { clock, decide }: Approver,
  request: ApprovalRequest,
): Promise<Decisions | 'late' | undefined> {
  const over = new AbortController();
  const end = (): void => {
    over.abort(new Error('nobody is waiting any more'));
  };
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  try {
    const late = clock.sleep(milliseconds, over.signal).then(
      () => 'late' as const,
      // Decided or stopped before.
      () => undefined,
    );
    return await Promise.race([late, decide(request, over.signal)]);
  } finally {
    stop.removeEventListener('abort', end);
    end();
  }
}
