// A rehearsal for people at a terminal: what was done to the service, how the recovery went in AWS's own time, and how
// things are at the end.
import { tableLines } from '../../report/document/terminal.ts';
import { table, type Paint } from '../../report/paint.ts';
import { count, durationText } from '../../util/words.ts';
import { darkTable, disasterTable, headline, troubleTable } from './document.ts';
import { hitsText } from './fault-text.ts';
import type { RehearsalReport, RehearsedRun, RehearsedStep, Verdicts } from './report.ts';
import { linesText } from '../../util/shown.ts';

/** Cells of the time axis. */
const axis = 40;

/** @param title what is rehearsed, such as the scenario's name */
export function rehearsalText(report: RehearsalReport, title: string, paint: Paint): string {
  const lines = [
    paint.bold(`Rehearsal: ${title}`),
    paint.dim('in an embedded AWS: no call leaves this machine, no credentials are read; times are AWS’s'),
    '',
    ...disasterLines(report, paint),
    ...seenLines('seen first', report.before, paint),
    '',
    ...timelineLines(report, paint),
    ...endLines(report, paint),
  ];
  return linesText(lines);
}

function disasterLines(report: RehearsalReport, paint: Paint): readonly string[] {
  return report.disaster.length === 0
    ? ['disaster: none']
    : ['disaster:', ...tableLines(disasterTable(report), paint, false)];
}

function seenLines(title: string, verdicts: readonly Verdicts[], paint: Paint): readonly string[] {
  const table = troubleTable(verdicts);
  if (table.rows.length === 0) return verdicts.length === 0 ? [] : [`${title}: all healthy`];
  return [`${title}:`, ...tableLines(table, paint, false)];
}

function timelineLines(report: RehearsalReport, paint: Paint): readonly string[] {
  const span = Math.max(1, report.seconds);
  const lines = report.runs.flatMap((run) => [...runLines(run, report, span, paint), '']);
  const events = report.events.map(({ at, text }) => [`  ${at === null ? 'never' : `at ${timeText(at)}`}`, text]);
  if (events.length > 0) lines.push('meanwhile:', ...table(events), '');
  const faults = report.faults.map(({ hits, kind, text }) => [
    `  ${text}`,
    hits === 0 ? paint.bad(hitsText(kind, hits)) : hitsText(kind, hits),
  ]);
  if (faults.length > 0) lines.push('faults:', ...table(faults), '');
  if (report.dark.length > 0) lines.push('dark:', ...tableLines(darkTable(report), paint, false), '');
  return lines;
}

function runLines(run: RehearsedRun, report: RehearsalReport, span: number, paint: Paint): readonly string[] {
  const who = run.operator === 0 ? '' : `operator ${run.operator + 1}, `;
  const when = run.from === 0 ? '' : ` from ${timeText(run.from)}`;
  const head = `${who}${run.strategy ?? 'recovery'}${when}: ${outcomeText(run, paint)}`;
  const rows = run.steps.map((step) => [
    `  ${step.action}`,
    step.component,
    bar(step, span, paint),
    step.from === null || step.to === null ? '' : `${timeText(step.from)} to ${timeText(step.to)}`,
    step.status === 'succeeded' && step.action !== 'verify'
      ? ''
      : `${step.status}${step.detail === null ? '' : `: ${step.detail}`}`,
  ]);
  const objective = run.operator === 0 ? objectiveLines(report, paint) : [];
  return [head, ...table(rows), ...objective];
}

function outcomeText(run: RehearsedRun, paint: Paint): string {
  const word =
    run.outcome === 'succeeded' || run.outcome === 'idle' ? paint.good(run.outcome) : paint.warn(run.outcome);
  return run.reason === null ? word : `${word}: ${run.reason}`;
}

/** What took next to no time is a point. */
function bar(step: RehearsedStep, span: number, paint: Paint): string {
  if (step.from === null || step.to === null) return ' '.repeat(axis);
  const cell = (seconds: number): number => Math.min(axis, Math.round((seconds / span) * axis));
  const from = Math.min(axis - 1, cell(step.from));
  const to = Math.max(from, cell(step.to));
  const isPoint = (step.to - step.from) * axis * 2 < span || to === from;
  const drawn = isPoint ? '·' : '█'.repeat(to - from);
  const painted = step.status === 'succeeded' ? paint.good(drawn) : paint.bad(drawn);
  return ' '.repeat(from) + painted + ' '.repeat(Math.max(0, axis - from - (isPoint ? 1 : to - from)));
}

function objectiveLines({ rtoSeconds, seconds }: RehearsalReport, paint: Paint): readonly string[] {
  if (rtoSeconds === null) return [];
  const share = seconds / rtoSeconds;
  const used = Math.min(axis, Math.round(share * axis));
  const painted = (share <= 1 ? paint.good : paint.bad)('█'.repeat(used)) + paint.dim('░'.repeat(axis - used));
  return [`  objective ${durationText(rtoSeconds)}  ${painted}  ${Math.round(share * 100)} % used`];
}

function endLines(report: RehearsalReport, paint: Paint): readonly string[] {
  const { calls, end } = report;
  const word = report.result === 'healed' && report.objective !== 'missed' ? paint.good : paint.bad;
  return [
    paint.bold(word(headline(report))),
    ...seenLines('at the end', end.verdicts, paint),
    ...end.probes.map(({ detail, ok }) => `  ${ok ? paint.good('✓') : paint.bad('✗')} ${detail}`),
    ...(end.stepsLeft.length === 0 ? [] : [`a second recovery would do: ${end.stepsLeft.join(', ')}`]),
    paint.dim(
      `${count(calls.total, 'AWS call')}, ${count(calls.changes, 'change')}, ${count(calls.deletes, 'delete')} among them`,
    ),
  ];
}

/** To the tenth of a second where that says something. */
function timeText(seconds: number): string {
  const tenths = Math.round(seconds * 10) / 10;
  return tenths < 10 && !Number.isInteger(tenths) ? `${tenths.toFixed(1)} s` : durationText(seconds);
}
