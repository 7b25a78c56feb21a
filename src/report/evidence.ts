// What a folded run proves: the measured recovery time, what took long, what was taken away, what was left undone. Pure.
import { isRecovery, type DecisionKind, type Plan, type PlannedComponent } from '../plan/plan.ts';
import { unreachable } from '../util/unreachable.ts';
import { secondsBetween, type StepReport } from './step-report.ts';

/** The objective against what was measured. */
export interface Objective {
  /** The recovery time objective; null when the playbook names none, and for what is no recovery. */
  readonly seconds: number | null;
  /** From the start of the run to the moment when the last probe was green; null unless all were tried and are green. */
  readonly measuredSeconds: number | null;
  /** Null while nobody can say: no objective, or no probe has told that the service is back and there was time left. */
  readonly met: boolean | null;
}

/** @param startedAt of the run, ISO 8601 */
export function objectiveOf(
  plan: Plan,
  steps: readonly StepReport[],
  startedAt: string,
  durationSeconds: number,
): Objective {
  const seconds = isRecovery(plan.strategy) ? plan.rtoSeconds : null;
  const measuredSeconds = isRecovery(plan.strategy) ? recoverySeconds(steps, startedAt) : null;
  if (seconds === null) return { seconds, measuredSeconds, met: null };
  if (measuredSeconds !== null) return { seconds, measuredSeconds, met: measuredSeconds <= seconds };
  return { seconds, measuredSeconds, met: durationSeconds > seconds ? false : null };
}

function recoverySeconds(steps: readonly StepReport[], startedAt: string): number | null {
  const probes = steps.filter((step) => step.action === 'verify');
  if (probes.length === 0) return null;
  let last = 0;
  for (const { status, finishedAt } of probes) {
    if (status !== 'succeeded' || finishedAt === null) return null;
    last = Math.max(last, secondsBetween(startedAt, finishedAt));
  }
  return last;
}

// --- What became of each component -----------------------------------------------------------------------------------

/** In the run: what was done, or why it was not. `kept` and `excluded` were not to be changed. */
export type ComponentOutcome =
  | 'kept'
  | 'created'
  | 'updated'
  | 'replaced'
  | 'deleted'
  /** It came to rest by itself. */
  | 'settled'
  | 'failed'
  | 'skipped'
  /** Begun, and nobody knows how it ended. */
  | 'cut-off'
  | 'blocked'
  | 'excluded';

export function outcomeOf(component: PlannedComponent, steps: readonly StepReport[]): ComponentOutcome {
  const own = steps.filter((step) => step.component === component.id && step.action !== 'verify');
  if (own.some((step) => step.status === 'failed' && !isCutOff(step))) return 'failed';
  if (own.some((step) => step.status === 'running' || isCutOff(step))) return 'cut-off';
  if (own.some((step) => step.status === 'skipped' || step.status === 'pending')) return 'skipped';
  // What was waited for in vain was given its remedy.
  if (own.some((step) => step.action === 'wait' && step.attempts > 0)) return 'updated';
  return plannedOutcome(component.disposition);
}

function plannedOutcome(disposition: DecisionKind): ComponentOutcome {
  switch (disposition) {
    case 'keep':
      return 'kept';
    case 'wait':
      return 'settled';
    case 'create':
      return 'created';
    case 'update':
      return 'updated';
    case 'replace':
      return 'replaced';
    case 'delete':
      return 'deleted';
    case 'blocked':
    case 'excluded':
      return disposition;
    default:
      return unreachable(disposition);
  }
}

/** The run was told to stop while the step was under way: AWS may go on with it. */
export function isCutOff(step: StepReport): boolean {
  return step.error?.class === 'interrupted';
}

// --- What took long --------------------------------------------------------------------------------------------------

export interface LongWait {
  readonly step: string;
  readonly for: string;
  readonly seconds: number;
}

const mostWaits = 10;

/** The same thing waited for by one step counts once, however often it was interrupted by something else. */
export function longestWaits(steps: readonly StepReport[]): readonly LongWait[] {
  return steps
    .flatMap((step) => {
      const totals = new Map<string, number>();
      for (const { detail, seconds } of step.phases) {
        if (detail !== null && seconds !== null) totals.set(detail, (totals.get(detail) ?? 0) + seconds);
      }
      return [...totals].map(([what, seconds]) => ({ step: step.id, for: what, seconds }));
    })
    .toSorted((left, right) => right.seconds - left.seconds)
    .slice(0, mostWaits);
}

/** Back from the step that ended last: each time to the step that it had to wait for longest. */
export function chainOf(steps: readonly StepReport[]): readonly string[] {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const chain: string[] = [];
  for (let step = lastEnded(steps); step !== undefined;) {
    chain.push(step.id);
    step = lastEnded(step.after.flatMap((id) => byId.get(id) ?? []));
  }
  return chain.reverse();
}

/** Of those that ended at one instant, the one that began last: the others were done before and waited for it. */
function lastEnded(steps: readonly StepReport[]): StepReport | undefined {
  return steps
    .filter((step) => step.finishedAt !== null)
    .reduce<StepReport | undefined>(
      (last, step) => (last === undefined || isLater(step, last) ? step : last),
      undefined,
    );
}

function isLater(step: StepReport, other: StepReport): boolean {
  const ended = instant(step.finishedAt) - instant(other.finishedAt);
  return ended === 0 ? instant(step.startedAt) > instant(other.startedAt) : ended > 0;
}

function instant(at: string | null): number {
  return at === null ? 0 : Date.parse(at);
}

// --- What was taken away, what was left undone -----------------------------------------------------------------------

/** A piece that was there, and was deleted or replaced in place. */
export interface Removed {
  readonly component: string;
  readonly step: string;
  /** ISO 8601, when AWS showed it gone; null when nobody wrote that it came to an end. */
  readonly at: string | null;
  /** What was there, in a few words. */
  readonly what: string | null;
  /** File of the before-image, relative to the run's folder. */
  readonly beforeImage: string | null;
  /** What AWS deletes with it, as it was shown and accepted; left out where nothing was. */
  readonly accepted?: readonly string[];
}

/** Deletes that were sent, whether or not they came to a good end: the piece may be gone. */
export function removedBy(plan: Plan, steps: readonly StepReport[]): readonly Removed[] {
  const planned = new Map(plan.steps.map((step) => [step.id, step]));
  return steps
    .filter((step) => step.destructive && step.attempts > 0)
    .map((step) => {
      const accepted = alongWith(step.component, plan);
      return {
        component: step.component,
        step: step.id,
        at: step.status === 'succeeded' ? step.finishedAt : null,
        what: planned.get(step.id)?.before ?? null,
        beforeImage: step.beforeImage,
        ...(accepted.length === 0 ? {} : { accepted }),
      };
    });
}

function alongWith(component: string, { components }: Plan): readonly string[] {
  const consents = components.find((each) => each.id === component)?.consents ?? [];
  return consents.flatMap(({ given, reason, what }) => (given && reason === 'cascade' ? [what] : []));
}

/** `2 of 2 tasks running; accepted: auto scaling (..) would be deleted with it` */
export function removedText({ accepted = [], what }: Removed): string | undefined {
  const along = accepted.length === 0 ? [] : [`accepted: ${accepted.join('; ')}`];
  const texts = [...(what === null ? [] : [what]), ...along];
  return texts.length === 0 ? undefined : texts.join('; ');
}

/**
 * `failed`: tried without success. `cut-off`: begun, and the run was stopped or died. `skipped`: never begun, because of
 * its root causes or of a stop. `not-begun`: the run died before. `blocked`: the plan could not do it. `excluded`: left
 * alone on request though something was wrong with it.
 */
export interface LeftUndone {
  readonly kind: 'failed' | 'cut-off' | 'skipped' | 'not-begun' | 'blocked' | 'excluded';
  readonly component: string;
  /** Null where the plan made no step. */
  readonly step: string | null;
  readonly because: string;
  /** Failed steps, or components that stand in the way. */
  readonly rootCauses: readonly string[];
}

export function leftUndone(plan: Plan, steps: readonly StepReport[]): readonly LeftUndone[] {
  const undone = steps.flatMap((step): readonly LeftUndone[] => {
    const what = { component: step.component, step: step.id, rootCauses: step.rootCauses };
    switch (step.status) {
      case 'succeeded':
        return [];
      case 'failed': {
        const because = step.error === null ? '' : `${step.error.code}: ${step.error.message}`;
        return isCutOff(step)
          ? [{ ...what, kind: 'cut-off', because: 'the run was stopped; AWS may go on with it' }]
          : [{ ...what, kind: 'failed', because }];
      }
      case 'running':
        return [
          {
            ...what,
            kind: 'cut-off',
            because: 'no end is written: it is under way, or the run was cut off and AWS may go on with it',
          },
        ];
      case 'skipped':
        return [{ ...what, kind: 'skipped', because: step.detail ?? '' }];
      case 'pending':
        return [{ ...what, kind: 'not-begun', because: 'not begun' }];
      default:
        return unreachable(step.status);
    }
  });
  const without = plan.components.flatMap((each): readonly LeftUndone[] =>
    each.disposition === 'blocked' || (each.disposition === 'excluded' && each.verdict !== 'healthy')
      ? [
          {
            kind: each.disposition,
            component: each.id,
            step: null,
            because: each.because,
            rootCauses: each.blockedBy === null || each.blockedBy === each.id ? [] : [each.blockedBy],
          },
        ]
      : [],
  );
  return [...undone, ...without];
}
