// What came of an attempt, in one word, with the exit code that `relight recover` answers with.
import type { Assessments } from '../../assess/assess.ts';
import type { Plan } from '../../plan/plan.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Attempt } from '../world/attempt.ts';

export const outcomes = [
  /** All was done, and holds. */
  'succeeded',
  /** Some steps failed, or pieces that need something done are blocked. */
  'partial',
  'failed',
  /** A rule of the playbook forbids the plan, or the caller became another one. */
  'refused',
  /** The wrong account, alias or region, another run at work, or a need that is dark: nothing was asked or changed. */
  'turned-away',
  /** Nothing to do. */
  'idle',
  /** Something should be done, and nothing can be. */
  'blocked',
  'killed',
] as const;

export type Outcome = (typeof outcomes)[number];

export function outcomeOf(attempt: Attempt): Outcome {
  switch (attempt.kind) {
    case 'turned-away':
    case 'refused':
    case 'killed':
      return attempt.kind;
    case 'idle':
      return attempt.plan.summary.blocked > 0 ? 'blocked' : 'idle';
    case 'ran':
      return attempt.report.result;
    default:
      return unreachable(attempt);
  }
}

/**
 * The exit code of `relight recover`; null for a process that was killed.
 *
 * @param serving whether the playbook's probes pass at the end: an idle recovery asks them
 */
export function exitCodeOf(attempt: Attempt, serving: boolean): number | null {
  switch (attempt.kind) {
    case 'turned-away':
      if (attempt.by === 'need') return 5;
      return attempt.by === 'nobody' ? 1 : 3;
    case 'refused':
      return 3;
    case 'killed':
      return null;
    case 'idle':
      if (attempt.plan.summary.unknown > 0) return 4;
      return attempt.plan.summary.blocked > 0 || !serving ? 5 : 0;
    case 'ran': {
      const { plan, report } = attempt;
      if (report.result === 'succeeded') return 0;
      if (report.result === 'refused') return 3;
      const onlyUnseen = report.steps.every((step) => step.status === 'succeeded') && plan.summary.unknown > 0;
      return onlyUnseen ? 4 : 5;
    }
    default:
      return unreachable(attempt);
  }
}

/** Why it did not do all; null when it did. */
export function reasonOf(attempt: Attempt): string | null {
  switch (attempt.kind) {
    case 'turned-away':
    case 'refused':
      return attempt.reason;
    case 'killed':
      return 'its process was killed';
    case 'idle':
      return blockedText(attempt.plan);
    case 'ran': {
      const { plan, report } = attempt;
      if (report.interruption !== null) return report.interruption;
      const failed = report.steps.flatMap(({ error, id }) =>
        error === null ? [] : [`${id}: ${error.code}: ${error.message}`],
      );
      const blocked = blockedText(plan);
      const texts = blocked === null ? failed : [...failed, blocked];
      return texts.length === 0 ? null : texts.join('; ');
    }
    default:
      return unreachable(attempt);
  }
}

/** Components that nothing can be done about, and those that could not be seen. */
function blockedText(plan: Plan): string | null {
  const texts = plan.components.flatMap(({ because, disposition, id, reasons, verdict }) => {
    if (disposition === 'blocked') return [`${id}: ${because}`];
    return verdict === 'unknown' && disposition !== 'excluded' ? [`${id}: ${reasons[0]?.text ?? because}`] : [];
  });
  return texts.length === 0 ? null : texts.join('; ');
}

export function planOf(attempt: Attempt): Plan | null {
  return attempt.kind === 'turned-away' ? null : attempt.plan;
}

/** What it saw first; null when it saw nothing. */
export function assessmentsOf(attempt: Attempt): Assessments | null {
  return 'assessed' in attempt ? attempt.assessed.assessments : null;
}
