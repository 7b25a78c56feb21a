// A plan as a person checks it in twenty seconds: what is wrong and why, what will be done in which order, what it costs.
import { verdicts } from '../assess/assessment.ts';
import type { Effect } from '../components/contract.ts';
import type { Forecast } from '../forecast/forecast.ts';
import {
  isRecovery,
  type DecisionKind,
  type Plan,
  type PlanKind,
  type PlannedComponent,
  type Step,
  type StepAction,
  type Totals,
} from '../plan/plan.ts';
import { unreachable } from '../util/unreachable.ts';
import { count, durationText } from '../util/words.ts';
import { acceptedRows } from './accepted-text.ts';
import { forecastLines, objectiveForecastText, quantilesText } from './forecast-text.ts';
import { table, type Paint } from './paint.ts';
import { managedCounts, managedLines } from './managed-text.ts';
import { defaultsLines, missedLines, settingLines } from './settings-text.ts';
import { notRestoredLines, undoneText } from './undo-text.ts';
import { causeText, differenceLines, paintVerdict, verdictCounts } from './status-text.ts';
import { linesText } from '../util/shown.ts';
import { groupBy } from '../util/group-by.ts';

/**
 * @param forecast takes the place of the plan's own sums
 * @param verbose names the settings that stay
 */
export function planText(plan: Plan, paint: Paint, forecast?: Forecast, verbose = false): string {
  const about = plan.undoes === undefined ? verdictCounts(plan.components, paint) : undoneText(plan.undoes);
  const lines = [`${paint.bold(titleOf(plan))}: ${about}`, ...resumedLines(plan), ''];
  // Judged by what was before the run, health is not what an undo is about.
  lines.push(
    ...(plan.undoes === undefined ? troubleLines(plan, paint) : []),
    ...blockedLines(plan, paint),
    ...uncheckedLines(plan, paint),
    ...acceptedLines(plan, paint),
    ...stepLines(plan, verbose, paint),
  );
  lines.push(...notRestored(plan, paint));
  lines.push(...keptLines(plan, paint), ...refusalLines(plan, paint), ...totalLines(plan, forecast, paint));
  return linesText(lines);
}

function titleOf(plan: Plan): string {
  const verbs: Readonly<Record<PlanKind, string>> = {
    repair: 'repair',
    rebuild: 'rebuild',
    teardown: 'tear down',
    undo: 'undo a run of',
  };
  return `Plan to ${verbs[plan.strategy]} ${plan.playbook.name}`;
}

function resumedLines({ components, resumes }: Plan): readonly string[] {
  if (resumes === null) return [];
  // What it began to make counts as made until somebody has looked: a create that failed left nothing.
  const missing = new Set(components.filter((each) => each.verdict === 'missing').map((each) => each.id));
  const there = resumes.made.filter((each) => !missing.has(each));
  const made = there.length === 0 ? 'nothing that it made is there' : `what it made stays: ${there.join(', ')}`;
  const known = (resumes.lingering ?? []).map((each) => `${each.component} until ${each.until}`);
  return [
    `goes on with run ${resumes.run}, which did not reach its end; ${made} (--anew begins from scratch)`,
    ...(known.length === 0
      ? []
      : [`others may know what it deleted: ${known.join(', ')}; what that led to is not deleted before`]),
  ];
}

function notRestored({ undoes }: Plan, paint: Paint): readonly string[] {
  if (undoes === undefined) return [];
  return section('What does not come back as it was', notRestoredLines(undoes, paint), paint);
}

function section(title: string, body: readonly string[], paint: Paint): readonly string[] {
  return body.length === 0 ? [] : [paint.bold(title), ...body, ''];
}

function troubleLines(plan: Plan, paint: Paint): readonly string[] {
  const troubled = plan.components.filter((each) => each.verdict !== 'healthy');
  // Root causes first; leftovers that share a decision share a line.
  const groups = [...groupBy(troubled.toSorted(bySeverity), (each) => `${each.verdict} ${troubleText(each)}`).values()];
  const body = table(
    groups.map(([first, ...rest]) => [
      first === undefined ? '' : `  ${paintVerdict(first.verdict, first.verdict, paint)}`,
      wrapNames([first, ...rest].map((each) => each?.id ?? '')),
      first === undefined ? '' : troubleText(first) + causeText(first, paint),
    ]),
  );
  return section(
    'What is wrong',
    groups.flatMap((group, index) => [
      body[index] ?? '',
      ...group.flatMap((each) => differenceLines(each.differences, paint)),
    ]),
    paint,
  );
}

function bySeverity(left: PlannedComponent, right: PlannedComponent): number {
  return verdicts.indexOf(left.verdict) - verdicts.indexOf(right.verdict);
}

function troubleText(component: PlannedComponent): string {
  return component.reasons[0]?.text ?? '';
}

/** Names of one group: all while they are few, else some and the number of the others. */
function wrapNames(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 2).join(', ')} and ${names.length - 2} more`;
}

function blockedLines(plan: Plan, paint: Paint): readonly string[] {
  const blocked = plan.components.filter((each) => each.disposition === 'blocked');
  return section(
    'What cannot be done',
    table(blocked.map((each) => [`  ${paint.warn('?')} ${each.id}`, each.because])),
    paint,
  );
}

function uncheckedLines(plan: Plan, paint: Paint): readonly string[] {
  const rows = plan.components.flatMap(({ id, unchecked = [] }) =>
    unchecked.map((each) => [`  ${paint.warn('?')} ${id}`, each]),
  );
  return section('What could not be checked', table(rows), paint);
}

function acceptedLines(plan: Plan, paint: Paint): readonly string[] {
  const rows = acceptedRows(plan).map(([word, what]) => [`  ${paint.warn('!')} ${word}`, what]);
  return section('What was accepted', table(rows), paint);
}

function stepLines(plan: Plan, verbose: boolean, paint: Paint): readonly string[] {
  if (plan.steps.length === 0) {
    return [plan.summary.blocked === 0 ? paint.good('Nothing to do.') : 'No step can be made.', ''];
  }
  const number = new Map(plan.steps.map((step, index) => [step.id, index + 1]));
  const types = new Map(plan.components.map((each) => [each.id, each.type]));
  const rows = plan.steps.map((step, index) => [
    `  ${String(index + 1).padStart(2)} ${paintAction(step, `${markOf(step.action)} ${step.action}`, paint)}`,
    step.component,
    paint.dim(types.get(step.component) ?? ''),
    `~${durationText(step.estimateSeconds)}`,
    afterText(step, number),
    `${effectText(step.effect, paint)}${step.because}`,
  ]);
  const body = table(rows);
  const settings = new Map(plan.components.map((each) => [each.id, each.settings]));
  const missed = new Map(plan.components.map((each) => [each.id, each.missedSeconds]));
  const components = new Map(plan.components.map((each) => [each.id, each]));
  return section(
    'What will be done',
    [
      ...plan.steps.flatMap((step, index) => [
        body[index] ?? '',
        ...differenceLines(step.differences, paint),
        ...settingLines(step, settings.get(step.component), verbose, paint),
        ...missedLines(step, missed.get(step.component), paint),
        ...managedLines(step, components.get(step.component), plan, paint),
      ]),
      ...defaultsLines(plan, paint),
      ...managedCounts(plan, paint),
    ],
    paint,
  );
}

/** Nothing is said of what does no harm. */
function effectText(effect: Effect, paint: Paint): string {
  return effect === 'none' ? '' : `${paint.bad(effect)}: `;
}

function afterText(step: Step, number: ReadonlyMap<string, number>): string {
  if (step.after.length === 0) return 'at once';
  const numbers = step.after.map((id) => number.get(id) ?? 0).sort((left, right) => left - right);
  return `after ${numbers.join(',')}`;
}

/** One sign for each kind of step, as in a diff. */
export function markOf(action: StepAction): string {
  switch (action) {
    case 'create':
      return '+';
    case 'delete':
      return '-';
    case 'update':
      return '~';
    case 'wait':
      return '…';
    case 'verify':
      return '?';
    default:
      return unreachable(action);
  }
}

export function paintAction(step: Pick<Step, 'action'>, text: string, paint: Paint): string {
  switch (step.action) {
    case 'create':
      return paint.good(text);
    case 'delete':
      return paint.bad(text);
    case 'update':
      return paint.change(text);
    case 'wait':
      return paint.warn(text);
    case 'verify':
      return paint.dim(text);
    default:
      return unreachable(step.action);
  }
}

function keptLines(plan: Plan, paint: Paint): readonly string[] {
  const kept = plan.components.filter((each) => isKept(each.disposition));
  const rows = kept.map((each) => [`  = ${each.id}`, paint.dim(keptText(each))]);
  return section('What stays as it is', table(rows), paint);
}

function isKept(disposition: DecisionKind): boolean {
  return disposition === 'keep' || disposition === 'excluded';
}

function keptText(component: PlannedComponent): string {
  return component.found === null ? component.because : `${component.because} · ${component.found}`;
}

function refusalLines(plan: Plan, paint: Paint): readonly string[] {
  return section(
    'Why it will not be run',
    plan.refusals.map((each) => `  ${paint.bad(each.text)}`),
    paint,
  );
}

function totalLines(plan: Plan, forecast: Forecast | undefined, paint: Paint): readonly string[] {
  const totals = Object.entries(plan.totals).filter(([, each]) => each.steps > 0);
  if (totals.length === 0) return [paint.dim(`${count(plan.awsCalls, 'AWS call')}, nothing changed`)];
  const rows = totals.map(([kind, each]) => [
    `  ${kind}`,
    count(each.steps, 'step'),
    count(each.deletes, 'delete'),
    ...timeCells(kind, each, plan, forecast, paint),
    kind === plan.strategy ? '← this plan' : '',
  ]);
  const chosen = plan.totals[plan.strategy];
  const chain = forecast?.kinds[plan.strategy]?.criticalPath ?? chosen?.criticalPath ?? [];
  const path = chain.length === 0 ? [] : [`  longest chain: ${chain.join(' → ')}`];
  return [
    paint.bold('What it takes'),
    ...table(rows),
    ...path.map(paint.dim),
    // What is taken away goes by what is there: to edit the playbook changes nothing about it.
    ...(forecast === undefined
      ? []
      : forecastLines(isRecovery(plan.strategy) ? forecast : { ...forecast, levers: [] }, paint)),
    paint.dim(`  ${count(plan.awsCalls, 'AWS call')} so far, nothing changed`),
  ];
}

/** How long it takes, and whether the objective holds. */
function timeCells(
  kind: string,
  totals: Totals,
  plan: Plan,
  forecast: Forecast | undefined,
  paint: Paint,
): readonly string[] {
  const own = Object.entries(forecast?.kinds ?? {}).find(([each]) => each === kind)?.[1];
  if (own !== undefined) return [quantilesText(own), objectiveForecastText(own, paint)];
  return [
    `about ${durationText(totals.seconds)}`,
    kind === 'teardown' || kind === 'undo' ? '' : objectiveText(totals, plan, paint),
  ];
}

function objectiveText(totals: Totals, plan: Plan, paint: Paint): string {
  if (plan.rtoSeconds === null) return '';
  const objective = `objective ${durationText(plan.rtoSeconds)}`;
  return totals.seconds <= plan.rtoSeconds ? paint.good(`within ${objective}`) : paint.warn(`over ${objective}`);
}
