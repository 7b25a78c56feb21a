// The end of a run, for people: the result, root causes only, and what to do next.
import { consentWord, type ConsentReason } from '../plan/consent.ts';
import type { StepError } from '../run/journal/events.ts';
import { unreachable } from '../util/unreachable.ts';
import { count, durationText } from '../util/words.ts';
import { acceptedText } from './accepted-text.ts';
import { terminalText } from './document/terminal.ts';
import { isCutOff } from './evidence.ts';
import { outcomeText } from './forecast-outcome.ts';
import { handbackLines } from './managed-text.ts';
import { table, type Paint } from './paint.ts';
import { markOf, paintAction } from './plan-text.ts';
import type { RunReport } from './report.ts';
import { clockNote, stepDetail, stepWord } from './run-words.ts';
import { missedText } from './settings-text.ts';
import type { StepReport } from './step-report.ts';
import { notRestoredLines, undoneText } from './undo-text.ts';
import { linesText } from '../util/shown.ts';
import { shellWord } from '../util/shell.ts';

/**
 * @param where options that say where, for the command to type next: ` --sandbox`
 * @param kept those of them that say where runs are kept: ` --state-dir x`
 */
export function runText(report: RunReport, place: string | null, paint: Paint, where = '', kept = ''): string {
  const lines = [headline(report, paint), ''];
  const rows = report.steps.map((step) => [
    `  ${paintAction(step, `${markOf(step.action)} ${step.action}`, paint)}`,
    step.component,
    statusWord(step, paint),
    step.seconds === null ? '' : durationText(step.seconds),
    stepDetail(step),
  ]);
  lines.push(...table(rows));
  for (const { component, because } of report.blocked) lines.push(`  ${paint.warn('?')} ${component}: ${because}`);
  for (const { id, missedSeconds, outcome } of report.components) {
    const isBack = outcome === 'created' || outcome === 'replaced';
    if (missedSeconds !== undefined && isBack) lines.push(paint.warn(`  ${id}: ${missedText(missedSeconds)}`));
  }
  if (report.undoes !== undefined && report.undoes.notRestored.length > 0) {
    lines.push('', paint.bold('What did not come back as it was'), ...notRestoredLines(report.undoes, paint));
  }
  const accepted = acceptedText(report.accepted);
  if (accepted !== undefined) lines.push('', paint.warn(`accepted: ${accepted}`));
  if (!report.probed && report.strategy !== 'teardown' && report.strategy !== 'undo') {
    lines.push(
      '',
      paint.warn('The playbook’s probes were left out (--no-verify): nobody has checked that the service answers.'),
    );
  }
  const clock = clockNote(report);
  if (clock !== undefined) lines.push('', paint.warn(clock));
  lines.push(
    '',
    ...nextLines(report, where),
    ...handbackLines(report, kept),
    ...forecastLine(report).map(paint.dim),
    paint.dim(tailOf(report, place)),
  );
  return linesText(lines);
}

/** An objective is met when the probes have told so in time; without them it can only be missed. */
function objectiveText({ objective, result }: RunReport): string {
  if (objective.seconds === null) return '';
  const text = ` · objective ${durationText(objective.seconds)}`;
  if (objective.met !== null) return `${text} ${objective.met ? 'met' : 'missed'}`;
  return result === 'succeeded' ? `${text} not measured: no probe was made` : '';
}

function headline(report: RunReport, paint: Paint): string {
  const took = durationText(report.durationSeconds);
  const what =
    `${report.playbook.name}, ${report.strategy}` +
    (report.undoes === undefined ? '' : ` of ${undoneText({ ...report.undoes, playbookChanged: false })}`);
  const objective = objectiveText(report);
  if (report.steps.some(isCutOff)) return paint.warn(paint.bold(`Interrupted: ${what}, after ${took}`)) + objective;
  if (report.finishedAt === null) {
    const text = `No end yet: ${what}, begun ${took} before its last word; it is under way, or was cut off`;
    return paint.bad(paint.bold(text));
  }
  switch (report.result) {
    case 'succeeded':
      return paint.good(paint.bold(`Done: ${what} succeeded in ${took}`)) + objective;
    case 'partial':
      return paint.warn(paint.bold(`Partly done: ${what}, after ${took}`)) + objective;
    case 'failed':
      return paint.bad(paint.bold(`Failed: ${what}, after ${took}`)) + objective;
    case 'refused':
      return paint.bad(paint.bold(`Refused: ${what}: ${report.interruption ?? 'not begun'}`));
    default:
      return unreachable(report.result);
  }
}

function statusWord(step: StepReport, paint: Paint): string {
  const word = stepWord(step);
  return terminalText(word.text === 'failed' ? { ...word, text: 'FAILED' } : word, paint);
}

function nextLines(report: RunReport, where: string): readonly string[] {
  const failed = report.steps.filter((step) => step.status === 'failed' && !isCutOff(step));
  if (report.result === 'succeeded' || report.result === 'refused') return [];
  if (report.finishedAt === null) {
    return [
      `next: relight lock show ${shellWord(report.playbook.file)}${where} tells whether it is under way; if not, running the same ` +
        'command again goes on from what is there',
    ];
  }
  const causes = failed.map((step) => step.id).join(', ');
  return [
    ...(failed.length === 0 ? [] : [`root ${failed.length === 1 ? 'cause' : 'causes'}: ${causes}`]),
    `next: relight status ${shellWord(report.playbook.file)}${where}; ${againText(report, failed)}`,
    ...acceptLines(report, where),
  ];
}

/** What consent would help, as a command to type: what was accepted before is to be accepted again. */
function acceptLines(report: RunReport, where: string): readonly string[] {
  const lacking = wordsLacking(report);
  if (lacking.length === 0) return [];
  const flags = [...new Set([...report.accepted, ...lacking])].sort().map((each) => ` --accept ${each}`);
  const { playbook, strategy } = report;
  if (strategy === 'undo') return [`or, if that is right, the same command with${flags.join('')}`];
  const verb = strategy === 'teardown' ? 'teardown' : 'recover';
  const kind = strategy === 'teardown' ? '' : ` --strategy ${strategy}`;
  return [`or, if that is right: relight ${verb} ${shellWord(playbook.file)}${kind}${flags.join('')}${where}`];
}

/** Of what is blocked, and of what came between plan and run. */
function wordsLacking({ blocked, steps }: RunReport): readonly string[] {
  const reasons: Partial<Record<StepError['class'], ConsentReason>> = {
    unproven: 'ownership',
    serving: 'effect',
    'holds-data': 'loss',
  };
  return [
    ...blocked.flatMap((each) => each.accept ?? []),
    ...steps.flatMap(({ component, error }) => {
      const reason = error === null ? undefined : reasons[error.class];
      return reason === undefined ? [] : [consentWord(component, reason)];
    }),
  ];
}

/** What the same command would do: the same again, where what was asked for is what was refused. */
function againText({ blocked, steps }: RunReport, failed: readonly StepReport[]): string {
  if (failed.length > 0 && failed.every(({ error }) => error?.class === 'invalid')) {
    return 'the same command would be refused again: mend the playbook, or what it takes for granted, then run it';
  }
  if (blocked.length > 0 && steps.every((step) => step.status === 'succeeded')) {
    const left = blocked.map((each) => each.component).join(', ');
    return `${left} cannot go on before what is said above is dealt with; then run the same command again`;
  }
  return 'running the same command again goes on from what is there';
}

/** How good the forecast was is of interest when there is something to hold it against. */
function forecastLine({ forecast }: RunReport): readonly string[] {
  return forecast === null || forecast.measuredSeconds === null ? [] : [`forecast ${outcomeText(forecast)}`];
}

function tailOf(report: RunReport, place: string | null): string {
  const kept = place === null ? '' : ` · journal and before-images in ${place}`;
  return `run ${report.runId} · ${count(report.awsCalls, 'AWS call')}${kept}`;
}
