// A run in words, for every form of the report: headline, summary, and a word for each result.
import { isRecovery, type PlanKind } from '../plan/plan.ts';
import type { Approval } from '../run/journal/events.ts';
import { unreachable } from '../util/unreachable.ts';
import { count, durationText } from '../util/words.ts';
import { acceptedText } from './accepted-text.ts';
import { badge, type Badge, type Tone } from './document/document.ts';
import { isCutOff, type ComponentOutcome, type LeftUndone, type LongWait } from './evidence.ts';
import type { ApprovalReport, RunReport } from './report.ts';
import { secondsBetween, type PhaseKind, type StepReport } from './step-report.ts';

/** `2026-03-01 12:00:05 UTC` */
export function instantText(at: string): string {
  return at.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

/** Since the start of the run: `+1m30s`. */
export function offsetText(report: RunReport, at: string | null): string {
  return at === null ? '' : `+${durationText(secondsBetween(report.startedAt, at))}`;
}

export function resultWord(report: RunReport): Badge {
  if (report.steps.some(isCutOff)) return badge('interrupted', 'warn');
  // A journal alone does not tell the two apart.
  if (report.finishedAt === null) return badge('under way or cut off', 'bad');
  switch (report.result) {
    case 'succeeded':
      return badge('succeeded', 'good');
    case 'partial':
      return badge('partly done', 'warn');
    case 'failed':
      return badge('failed', 'bad');
    case 'refused':
      return badge('refused', 'bad');
    default:
      return unreachable(report.result);
  }
}

/** One line that a manager reads. */
export function headlineText(report: RunReport): string {
  const { name } = report.playbook;
  const teardown = report.strategy === 'teardown';
  if (report.result === 'refused') return `Nothing was done to ${name}: the run was refused`;
  if (report.finishedAt === null) return `The run on ${name} is under way, or was cut off`;
  if (report.undoes !== undefined) {
    const how = { succeeded: 'taken back', partial: 'taken back in part', failed: 'not taken back' }[report.result];
    return `Run ${report.undoes.run} of ${name} is ${how}`;
  }
  if (report.result === 'succeeded') {
    if (teardown) return `${name} is taken down`;
    return report.objective.measuredSeconds === null ? `${name} is in place` : `${name} is back`;
  }
  if (teardown) return `${name} is not taken down${report.result === 'partial' ? ' completely' : ''}`;
  if (report.objective.measuredSeconds !== null) return `${name} answers again, but not all was done`;
  return report.result === 'partial' ? `${name} is not back: a part of it was done` : `${name} is not back`;
}

const doings: Readonly<Record<PlanKind, string>> = {
  repair: 'A repair',
  rebuild: 'A rebuild',
  teardown: 'A teardown',
  undo: 'An undo of a run',
};

export function placeWords(report: RunReport): string {
  const { account, alias, region } = report.identity;
  const where = `account ${account} (${alias ?? 'no alias'}), ${region}`;
  const by = report.sandbox ? 'the sandbox, as ' : report.endpoint === null ? '' : `endpoint ${report.endpoint}, as `;
  return `${by}${where}${report.environment === null ? '' : `, ${report.environment}`}`;
}

/** What happened, in a few sentences. */
export function summaryTexts(report: RunReport): readonly string[] {
  const { name } = report.playbook;
  const ending =
    report.finishedAt === null
      ? `after ${durationText(report.durationSeconds)} its journal ends without a word about how it ended`
      : `it ended after ${durationText(report.durationSeconds)}`;
  const done = report.steps.filter((step) => step.status === 'succeeded').length;
  const undone = report.leftUndone.length;
  return [
    `${doings[report.strategy]} of ${name} was begun at ${instantText(report.startedAt)} in ${placeWords(report)}; ${ending}.`,
    ...(isRecovery(report.strategy) ? [`${objectiveWords(report)}.`] : []),
    `${done} of ${count(report.steps.length, 'step')} ${done === 1 ? 'was' : 'were'} done, ` +
      `${count(report.removed.length, 'piece')} ${report.removed.length === 1 ? 'was' : 'were'} taken away, ` +
      `${undone === 0 ? 'nothing was' : undone === 1 ? 'one thing was' : `${undone} things were`} left undone.`,
    ...(report.undoes?.notRestored ?? []).map(
      (each) => `${each.component} is not as it was: ${each.what}: ${each.because}.`,
    ),
    ...report.interruptions.map((each) => `At ${offsetText(report, each.at)} it was interrupted: ${each.reason}.`),
  ];
}

export function objectiveWords({ objective, probed, steps }: RunReport): string {
  const { measuredSeconds, met, seconds } = objective;
  const goal =
    seconds === null
      ? 'the playbook names no objective'
      : `the objective of ${durationText(seconds)} ${met === true ? 'is met' : 'is missed'}`;
  if (measuredSeconds !== null)
    return `The last probe was green ${durationText(measuredSeconds)} after the start; ${goal}`;
  const why = !probed
    ? 'The probes were left out on request: nobody has checked that the service answers'
    : steps.some((step) => step.action === 'verify')
      ? 'Not every probe became green'
      : 'No probe was part of the plan: the recovery time was not measured';
  return seconds !== null && met === null ? `${why}, and the objective is ${durationText(seconds)}` : `${why}; ${goal}`;
}

/** None or one. */
export function acceptedFact({ accepted }: RunReport): readonly string[] {
  const text = acceptedText(accepted);
  return text === undefined ? [] : [text];
}

export function approvalText(approval: Approval | null): string {
  if (approval === null) return 'a program ran the plan; nobody was asked';
  const when = `at ${instantText(approval.at)}`;
  switch (approval.how) {
    case 'typed-name':
      return `${approval.by}, who typed the playbook’s name on the terminal ${when}`;
    case 'typed-yes':
      return `${approval.by}, who typed yes on the terminal ${when}`;
    case 'flags':
      return `${approval.by}, in advance on the command line (--yes, in production with --confirm), ${when}`;
    default:
      return unreachable(approval.how);
  }
}

/** One component that had to be approved: `cname: granted by ann@laptop at ... (terminal)`. */
export function componentApprovalText({ component, status, by, at, detail }: ApprovalReport): string {
  const word = status === 'requested' ? 'asked for, and nobody decided' : status;
  const who = by === null ? '' : ` by ${by}`;
  return `${component}: ${word}${who} at ${instantText(at)}${detail === null ? '' : ` (${detail})`}`;
}

export function outcomeWord(outcome: ComponentOutcome): Badge {
  const tones: Readonly<Record<ComponentOutcome, Tone>> = {
    kept: 'quiet',
    created: 'good',
    updated: 'change',
    replaced: 'good',
    deleted: 'warn',
    settled: 'good',
    failed: 'bad',
    skipped: 'warn',
    'cut-off': 'warn',
    blocked: 'bad',
    excluded: 'quiet',
  };
  return badge(outcome === 'cut-off' ? 'cut off' : outcome, tones[outcome]);
}

export function stepWord(step: StepReport): Badge {
  if (isCutOff(step)) return badge('cut off', 'warn');
  switch (step.status) {
    case 'succeeded':
      return badge('done', 'good');
    case 'failed':
      return badge('failed', 'bad');
    case 'skipped':
      return badge('skipped', 'warn');
    case 'running':
      return badge('no end', 'warn');
    case 'pending':
      return badge('not begun', 'warn');
    default:
      return unreachable(step.status);
  }
}

/** What there is to say of a step beside its result. */
export function stepDetail(step: StepReport): string {
  if (isCutOff(step)) return 'the run was stopped; AWS may go on with it';
  if (step.error !== null) return `${step.error.code}: ${step.error.message}`;
  // What a step waited for on its way is of no interest once it is done; what a probe saw is.
  return step.status === 'succeeded' && step.action !== 'verify' ? (step.note ?? '') : (step.detail ?? '');
}

export function undoneWord({ kind }: LeftUndone): Badge {
  const tones: Readonly<Record<LeftUndone['kind'], Tone>> = {
    failed: 'bad',
    'cut-off': 'warn',
    skipped: 'warn',
    'not-begun': 'warn',
    blocked: 'bad',
    excluded: 'quiet',
  };
  return badge(kind.replace('-', ' '), tones[kind]);
}

export const phaseWords: Readonly<Record<PhaseKind, string>> = {
  looking: 'looking at the piece',
  waiting: 'waiting before it can act',
  acting: 'the change is on its way to AWS',
  pausing: 'pausing before the next try',
  settling: 'AWS carries the change out',
  verifying: 'checking from outside',
};

/** The thing that a step waited for longest: `rollout in progress 45 s`. */
export function waitText(step: StepReport, waits: readonly LongWait[]): string {
  const [first] = waits.filter((each) => each.step === step.id);
  return first === undefined ? '' : `${durationText(first.seconds)} for: ${first.for}`;
}

/** All own calls of a step. */
export function callsOf(step: StepReport): number | undefined {
  return step.calls === null ? undefined : Object.values(step.calls.byOperation).reduce((sum, each) => sum + each, 0);
}

/** A report of which nobody can say more than that it took at least so long; undefined for all others. */
export function clockNote({ clockSetBackSeconds }: RunReport): string | undefined {
  if (clockSetBackSeconds === undefined) return undefined;
  return (
    `the machine's clock was set back by ${durationText(clockSetBackSeconds)} during the run: ` +
    'durations are at least what they say, stamps after that are counted on'
  );
}
