// A performance held against what a rehearsal file expects: each expectation with what was seen instead.
import type { Position } from '../../playbook/model.ts';
import type { RehearsalReport, Verdicts } from '../report/report.ts';
import type { Scenario } from './load.ts';

/** One expectation, and whether it holds. */
export interface Judged {
  /** As in the file: `then.plan`. */
  readonly name: string;
  readonly position: Position;
  readonly holds: boolean;
  /** Lines of a diff: `- ` expected, `+ ` seen; empty when it holds. */
  readonly diff: readonly string[];
}

/**
 * Judges every expectation of a scenario, that all that was to happen has happened, and that no fault hit nothing.
 *
 * @param broken promises of `relight prove` that were broken, a line each; asked for by `then.promises`
 */
export function judge(scenario: Scenario, report: RehearsalReport, broken: readonly string[] = []): readonly Judged[] {
  const { expectations, positionOf, script } = scenario;
  const judged: Judged[] = [];
  const say = (path: readonly (string | number)[], diff: readonly string[]): void => {
    const name = path.reduce<string>(
      (text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${part}`),
      'then',
    );
    judged.push({ name, position: positionOf(...path), holds: diff.length === 0, diff });
  };
  const own = report.runs.filter((each) => each.operator === 0);
  const last = own.at(-1);

  const { before, calls, changes, deletes, end, exit, others, outcome, plan, reason } = expectations;
  const { promises, serving, stepsLeft, untouched, within } = expectations;
  if (before !== undefined) say(['before'], verdictDiff(before, report.before));
  if (plan !== undefined) say(['plan'], listDiff(plan, report.plan ?? []));
  if (outcome !== undefined) say(['outcome'], valueDiff(outcome, last?.outcome));
  if (exit !== undefined) say(['exit'], valueDiff(exit, last?.exitCode));
  if (reason !== undefined) say(['reason'], textDiff(reason, last?.reason));
  (others ?? []).forEach((other, index) => {
    const theirs = report.runs.filter((each) => each.operator === index + 1).at(-1);
    const path = ['others', index];
    if (other.outcome !== undefined) say([...path, 'outcome'], valueDiff(other.outcome, theirs?.outcome));
    if (other.exit !== undefined) say([...path, 'exit'], valueDiff(other.exit, theirs?.exitCode));
    if (other.reason !== undefined) say([...path, 'reason'], textDiff(other.reason, theirs?.reason));
  });
  if (end !== undefined) say(['end'], verdictDiff(end === 'healthy' ? {} : end, report.end.verdicts));
  if (serving !== undefined) {
    const failing = report.end.probes.filter((each) => !each.ok).map((each) => each.detail);
    const diff = valueDiff(serving, report.end.serving);
    say(['serving'], diff.length === 0 ? diff : [...diff, ...failing.map((each) => `  ${each}`)]);
  }
  if (stepsLeft !== undefined) say(['stepsLeft'], listDiff(stepsLeft, report.end.stepsLeft));
  if (within !== undefined) say(['within'], limitDiff(within / 1000, report.seconds, ' s'));
  if (calls !== undefined) say(['calls'], limitDiff(calls, report.calls.total));
  if (changes !== undefined) say(['changes'], limitDiff(changes, report.calls.changes));
  if (deletes !== undefined) say(['deletes'], limitDiff(deletes, report.calls.deletes));
  if (promises !== undefined) {
    say(
      ['promises'],
      broken.map((each) => `+ ${each}`),
    );
  }
  if (untouched !== undefined) {
    const touched = touchedBy(report);
    say(
      ['untouched'],
      untouched.flatMap((id) => touched.get(id)?.map((step) => `+ ${step}`) ?? []),
    );
  }
  const happenings = script.happenings.toSorted((left, right) => left.at - right.at);
  report.events.forEach((event, index) => {
    if (event.at !== null) return;
    const { entry = index, position = positionOf() } = happenings[index] ?? {};
    judged.push({ name: `when[${entry}]`, position, holds: false, diff: [`+ ${event.text}`] });
  });
  const later = happenings.filter(
    (each, index) => each.happening.kind === 'fault' && report.events[index]?.at !== null,
  );
  report.faults.forEach(({ hits, text }, index) => {
    if (hits > 0) return;
    const given = index < script.faults.length;
    const { entry = index, position = positionOf() } = later[index - script.faults.length] ?? {};
    judged.push({
      name: given ? `given.faults[${index}]` : `when[${entry}].fault`,
      position: given ? scenario.positionOfFault(index) : position,
      holds: false,
      diff: [`+ hit nothing: ${text}`],
    });
  });
  return judged;
}

/** Steps that sent changes, by component. */
function touchedBy(report: RehearsalReport): ReadonlyMap<string, readonly string[]> {
  const touched = new Map<string, string[]>();
  for (const step of report.runs.flatMap((each) => each.steps)) {
    if (!['create', 'update', 'delete'].includes(step.action) || step.from === null) continue;
    touched.set(step.component, [...(touched.get(step.component) ?? []), step.id]);
  }
  return touched;
}

type Word = string | number | boolean | null | undefined;

function valueDiff(expected: Word, seen: Word): readonly string[] {
  return expected === seen
    ? []
    : [`- ${String(expected)}`, `+ ${seen === undefined ? 'no command was run' : String(seen)}`];
}

function textDiff(expected: string, seen: string | null | undefined): readonly string[] {
  return seen?.includes(expected) === true ? [] : [`- ... ${expected} ...`, `+ ${seen ?? 'no reason was given'}`];
}

function limitDiff(most: number, seen: number, unit = ''): readonly string[] {
  return seen <= most ? [] : [`- at most ${most}${unit}`, `+ ${seen}${unit}`];
}

function listDiff(expected: readonly string[], seen: readonly string[]): readonly string[] {
  return [
    ...expected.filter((each) => !seen.includes(each)).map((each) => `- ${each}`),
    ...seen.filter((each) => !expected.includes(each)).map((each) => `+ ${each}`),
  ];
}

function verdictDiff(expected: Readonly<Record<string, string>>, seen: readonly Verdicts[]): readonly string[] {
  if (seen.length === 0) return ['+ nothing was looked at'];
  return seen.flatMap(({ because, component, verdict }) => {
    const wanted = expected[component] ?? 'healthy';
    if (wanted === verdict) return [];
    return [`- ${component}: ${wanted}`, `+ ${component}: ${verdict}${because === null ? '' : ` (${because})`}`];
  });
}
