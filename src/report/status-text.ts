// What is there, for people.
import { verdicts, type Assessment, type Verdict } from '../assess/assessment.ts';
import { count } from '../util/words.ts';
import { table, type Paint } from './paint.ts';
import { valueText } from './value-text.ts';
import { linesText } from '../util/shown.ts';
import { shellWord } from '../util/shell.ts';

const marks: Readonly<Record<Verdict, string>> = {
  healthy: '✓',
  settling: '…',
  missing: '✗',
  orphaned: '!',
  drifted: '~',
  unhealthy: '!',
  foreign: '!',
  unknown: '?',
};

/** Colours a word or mark by what a verdict means. */
export function paintVerdict(verdict: Verdict, text: string, paint: Paint): string {
  switch (verdict) {
    case 'healthy':
      return paint.good(text);
    case 'missing':
    case 'unhealthy':
    case 'foreign':
      return paint.bad(text);
    case 'settling':
    case 'orphaned':
    case 'drifted':
    case 'unknown':
      return paint.warn(text);
  }
}

/** `8 healthy · 1 missing`, the worst first. */
export function verdictCounts(assessments: readonly Assessment[], paint: Paint): string {
  return verdicts
    .map((verdict) => ({ verdict, number: assessments.filter((each) => each.verdict === verdict).length }))
    .filter(({ number }) => number > 0)
    .map(({ verdict, number }) => paintVerdict(verdict, `${number} ${verdict}`, paint))
    .join(' · ');
}

export interface StatusView {
  readonly playbook: string;
  readonly file: string;
  /** Options that say where, for the command to type next: ` --sandbox`. */
  readonly where: string;
  readonly assessments: readonly Assessment[];
  readonly awsCalls: number;
  readonly verbose: boolean;
}

/** Lines for the terminal: one for each component, its reasons, and in troubled ones the differing fields. */
export function statusText(view: StatusView, paint: Paint): string {
  const lines = [`${paint.bold(view.playbook)}: ${verdictCounts(view.assessments, paint)}`, ''];
  const rows = view.assessments.map((each) => [
    `  ${paintVerdict(each.verdict, marks[each.verdict], paint)} ${each.id}`,
    paint.dim(each.type),
    paintVerdict(each.verdict, each.verdict, paint),
    firstLine(each, paint),
  ]);
  const body = table(rows);
  view.assessments.forEach((each, index) => {
    lines.push(body[index] ?? '', ...detailLines(each, paint));
  });
  const troubled = view.assessments.filter((each) => each.verdict !== 'healthy');
  lines.push('');
  if (troubled.length > 0) lines.push(...nextLines(view, troubled, paint));
  lines.push(paint.dim(count(view.awsCalls, 'AWS call')));
  return linesText(lines);
}

function firstLine(assessment: Assessment, paint: Paint): string {
  const shared = assessment.shared ? paint.dim('shared · ') : '';
  if (assessment.verdict === 'healthy') return `${shared}${assessment.found ?? ''}`;
  return `${shared}${assessment.reasons[0]?.text ?? ''}${causeText(assessment, paint)}`;
}

/** Names the cause where the reason does not name it already. */
export function causeText({ cause, id, leftover }: Assessment, paint: Paint): string {
  return cause === null || cause === id || leftover?.owner === cause ? '' : paint.dim(` (because of ${cause})`);
}

function detailLines(assessment: Assessment, paint: Paint): readonly string[] {
  const rest = assessment.reasons
    .slice(1)
    .map((reason) => `      ${paint.dim('also:')} ${reason.kind}: ${reason.text}`);
  return [...rest, ...differenceLines(assessment.differences, paint)];
}

/** `path: actual → wanted`, one a line. */
export function differenceLines(differences: Assessment['differences'], paint: Paint): readonly string[] {
  return differences.map((each) => {
    const marks = [each.kind === 'dangling' ? 'dangling' : '', each.immutable ? 'cannot be changed in place' : ''];
    const note = marks.filter((mark) => mark !== '').join(', ');
    return (
      `      ${each.path}: ${paint.bad(valueText(each.actual))} → ${paint.good(valueText(each.desired))}` +
      (note === '' ? '' : paint.dim(` (${note})`))
    );
  });
}

function nextLines(view: StatusView, troubled: readonly Assessment[], paint: Paint): readonly string[] {
  const roots = [...new Set(troubled.map((each) => each.cause ?? each.id))];
  return [
    `root ${roots.length === 1 ? 'cause' : 'causes'}: ${paint.bold(roots.join(', '))}`,
    `next: relight plan ${shellWord(view.file)}${view.where}`,
  ];
}
