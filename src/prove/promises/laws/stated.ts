// What a command says of itself: what failed, what was blocked, why it was refused. Pure.
import type { Plan } from '../../../plan/plan.ts';
import type { Attempt } from '../../../rehearse/world/attempt.ts';

/** The playbook's own limit forbids it; that is one cause, whatever the disaster. */
export function isBarred(attempt: Attempt | undefined): boolean {
  return attempt?.kind === 'refused' && attempt.plan.refusals[0]?.rule === 'maxDeletes';
}

interface Stated {
  readonly failed: readonly {
    readonly component: string;
    readonly action: string;
    /** Of the error. */
    readonly code: string;
    readonly text: string;
  }[];
  /** `by`: the component that the plan blames; itself where it names none. */
  readonly blocked: readonly { readonly component: string; readonly by: string; readonly text: string }[];
  readonly refused: string | undefined;
}

export function failuresIn(attempt: Attempt): Stated {
  const blockedIn = (plan: Plan | null): Stated['blocked'] =>
    (plan?.components ?? []).flatMap(({ because, blockedBy, disposition, id }) =>
      disposition === 'blocked' ? [{ component: id, by: blockedBy ?? id, text: because }] : [],
    );
  switch (attempt.kind) {
    case 'turned-away':
      return { failed: [], blocked: [], refused: attempt.reason };
    case 'refused':
      return { failed: [], blocked: blockedIn(attempt.plan), refused: attempt.reason };
    case 'idle':
      return { failed: [], blocked: blockedIn(attempt.plan), refused: undefined };
    case 'killed':
      return {
        failed: [{ component: '', action: 'none', code: 'killed', text: 'the process was killed and nobody went on' }],
        blocked: [],
        refused: undefined,
      };
    case 'ran':
      return {
        failed: attempt.report.steps.flatMap(({ action, component, error, id }) =>
          error === null
            ? []
            : [{ component, action, code: error.code, text: `${id} failed: ${error.code}: ${error.message}` }],
        ),
        blocked: blockedIn(attempt.plan),
        refused: attempt.report.result === 'refused' ? (attempt.report.interruption ?? 'refused') : undefined,
      };
  }
}
