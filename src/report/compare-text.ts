// A comparison of two services for a terminal: both values beside each other where they fit, else below each other.
import {
  unexpectedIn,
  type ComparedPiece,
  type FactDifference,
  type Severity,
  type Side,
  type Stale,
  type Unseen,
} from '../compare/comparison.ts';
import { aheadWord, differenceWords, headlineOf } from '../compare/words.ts';
import type { Json } from '../util/json.ts';
import { groupBy } from '../util/group-by.ts';
import { linesText, shown, shownName } from '../util/shown.ts';
import { withoutStyle } from '../util/style.ts';
import { count, listText } from '../util/words.ts';
import { bothSides, isSamePlace, resultOf, verdictWords, type CompareView } from './compare-view.ts';
import { table, type Paint } from './paint.ts';
import { placeText } from './place-text.ts';
import { valueText } from './value-text.ts';

/** @param width characters that a line has room for */
export function compareText(view: CompareView, paint: Paint, width: number): string {
  const { comparison } = view;
  const page: Page = { view, paint, width };
  const headline = headlineOf(comparison, view.labels);
  const prose = (lines: readonly string[]): readonly string[] => lines.flatMap((each) => broken(each, width));
  return linesText([
    ...placeLines(page),
    '',
    ...prose([paintResult(page, verdictWords(view)), ...(headline === undefined ? [] : [headline])]),
    ...componentLines(page, unexpectedIn(comparison)),
    ...prose([
      ...unseenLines(page, comparison.unseen),
      ...expectedLines(page),
      ...staleLines(page, comparison.stale),
      '',
      ...summaryLines(page),
    ]),
  ]);
}

/** A line on as many as it needs, those after the first further in; a word that is too long stays whole. */
function broken(line: string, width: number): readonly string[] {
  const [, margin = ''] = /^( *)/.exec(line) ?? [];
  const lines: string[] = [];
  for (const word of line.slice(margin.length).split(' ')) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(`${margin}${word}`);
    else if (visible(last) + 1 + visible(word) > width) lines.push(`${margin}  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

interface Page {
  readonly view: CompareView;
  readonly paint: Paint;
  readonly width: number;
}

/** Each side has a colour of its own, and production the one of danger where only one of them is that. */
function paintSide(side: Side, text: string, { paint, view }: Page): string {
  const [left, right] = bothSides.map((each) => view.sides[each].place.environment === 'production');
  if (left !== right && (side === 'left' ? left : right) === true) return paint.bad(text);
  return side === 'left' ? paint.change(text) : paint.warn(text);
}

function labelled(side: Side, page: Page): string {
  const labels = bothSides.map((each) => shownName(page.view.labels[each]));
  const widest = Math.max(...labels.map((each) => each.length));
  return paintSide(side, shownName(page.view.labels[side]).padEnd(widest), page);
}

function placeLines(page: Page): readonly string[] {
  const { paint, view, width } = page;
  return [
    ...bothSides.flatMap((side) => {
      const { place, playbook } = view.sides[side];
      const parts = [
        ...placeText(place, paint).split(' · '),
        `playbook ${shownName(playbook.name)}, ${shownName(playbook.file)}`,
      ];
      return wrapped(labelled(side, page), parts, width);
    }),
    ...(isSamePlace(view) ? [paint.warn('both are in the same account and region')] : []),
  ];
}

/** Parts with a dot between them behind a label, on as many lines as they need. */
function wrapped(label: string, parts: readonly string[], width: number): readonly string[] {
  const room = width - visible(label) - 2;
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = `${last ?? ''} · ${part}`;
    if (last === undefined || visible(joined) > room) lines.push(part);
    else lines[lines.length - 1] = joined;
  }
  return lines.map((line, index) => `${index === 0 ? label : ' '.repeat(visible(label))}  ${line}`);
}

function visible(text: string): number {
  return withoutStyle(text).length;
}

function paintResult({ paint, view }: Page, text: string): string {
  switch (resultOf(view.comparison)) {
    case 'alike':
      return paint.good(text);
    case 'differs':
      return paint.bad(text);
    case 'incomplete':
      return paint.warn(text);
  }
}

const marks: Readonly<Record<Severity, string>> = { high: '✗', medium: '!', low: '~' };

function paintSeverity(severity: Severity, text: string, paint: Paint): string {
  switch (severity) {
    case 'high':
      return paint.bad(text);
    case 'medium':
      return paint.warn(text);
    case 'low':
      return paint.change(text);
  }
}

function componentLines(page: Page, differences: readonly FactDifference[]): readonly string[] {
  const groups = [...groupBy(differences, ({ component }) => component)];
  return groups.flatMap(([component, all]) => ['', ...headLines(component, page), ...differenceLines(all, page)]);
}

/** With what the piece is called on either side, where that differs. */
function headLines(component: string, { paint, view, width }: Page): readonly string[] {
  const piece = view.comparison.pieces.find((each) => each.component === component);
  if (piece === undefined) return [paint.bold(component)];
  const { called, ids, type } = piece;
  const other = ids.left !== null && ids.right !== null && ids.left !== ids.right ? ` = ${ids.right}` : '';
  const { left, right } = called;
  const names = left === null || right === null || left === right ? [] : [`  ${shownName(left)}, ${shownName(right)}`];
  return [
    `${paint.bold(component)}${other}  ${paint.dim(type)}`,
    ...names.flatMap((each) => broken(each, width)).map((each) => paint.dim(each)),
  ];
}

/** Those that fit stand as a table under the names of the sides, the others below it. */
function differenceLines(differences: readonly FactDifference[], page: Page): readonly string[] {
  const room = roomIn(page.width);
  const rows = differences.filter((each) => fits(each, room));
  const others = differences.filter((each) => !rows.includes(each));
  return [
    ...others.filter(({ field }) => field === null).flatMap((each) => stackedLines(each, page)),
    ...tableLines(rows, room, page),
    ...others.filter(({ field }) => field !== null).flatMap((each) => stackedLines(each, page)),
  ];
}

interface Room {
  readonly field: number;
  readonly value: number;
}

const longestWord = 'one side'.length;

/** What the columns have at the most. */
function roomIn(width: number): Room {
  // A mark and its blanks before the first column, two blanks between columns.
  const left = width - 4 - 6 - longestWord;
  const value = Math.max(0, Math.min(40, Math.floor(left * 0.28)));
  return { field: Math.max(0, Math.min(60, left - 2 * value)), value };
}

function fits(difference: FactDifference, { field, value }: Room): boolean {
  if (difference.field === null || difference.kind === 'crosses') return false;
  return (
    shown(difference.field).length <= field && bothSides.every((side) => valueText(difference[side]).length <= value)
  );
}

function tableLines(rows: readonly FactDifference[], room: Room, page: Page): readonly string[] {
  if (rows.length === 0) return [];
  const { paint, view } = page;
  const heads = bothSides.map((side) => paintSide(side, shownName(view.labels[side], Math.max(room.value, 1)), page));
  return table([
    [`    `, ...heads, ''],
    ...rows.map((each) => {
      const mark = paintSeverity(each.severity, marks[each.severity], paint);
      const values = bothSides.map((side) => valueText(each[side]));
      return [`  ${mark} ${each.field ?? ''}`, ...values, paintSeverity(each.severity, shortWord(each), paint)];
    }),
  ]);
}

function shortWord(difference: FactDifference): string {
  switch (difference.kind) {
    case 'ahead':
      return aheadWord(difference);
    case 'only':
      return 'one side';
    case 'missing':
    case 'type':
    case 'crosses':
    case 'differs':
      return 'differs';
  }
}

function stackedLines(difference: FactDifference, page: Page): readonly string[] {
  const { paint, view, width } = page;
  const { field, follows, severity } = difference;
  const mark = follows === null ? paintSeverity(severity, marks[severity], paint) : paint.dim('·');
  const words = differenceWords(difference, view.labels);
  const head = `  ${mark} ${field === null ? words : `${shown(field)}: ${words}`}`;
  // That the whole of it is on one side alone is all there is to say.
  if (field === null && difference.kind !== 'type') return [head];
  const values = bothSides.map((side) => {
    const label = labelled(side, page);
    return `      ${label}  ${clipped(difference[side], width - 8 - visible(label))}`;
  });
  return [head, ...values];
}

const shortestValue = 24;

function clipped(value: Json | undefined, width: number): string {
  const text = valueText(value);
  const room = Math.max(width, shortestValue);
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

function unseenLines(page: Page, unseen: readonly Unseen[]): readonly string[] {
  if (unseen.length === 0) return [];
  const { paint } = page;
  const lines = unseen.map(({ component, field, side, why }) => {
    const what = field === null ? component : `${component} ${shown(field)}`;
    return `  ${paint.warn('?')} ${what} in ${paintSide(side, shownName(page.view.labels[side]), page)}: ${shownName(why, 200)}`;
  });
  return ['', paint.bold('cannot be told'), ...lines];
}

function expectedLines({ paint, view }: Page): readonly string[] {
  const { differences } = view.comparison;
  const lines = differences.flatMap((each) => {
    const { component, expected, field } = each;
    if (expected === null) return [];
    const what = field === null ? component : `${component} ${shown(field)}`;
    return [`  ${paint.dim('=')} ${what}: ${differenceWords(each, view.labels)}: ${shown(expected.because)}`];
  });
  return lines.length === 0 ? [] : ['', paint.bold('expected'), ...lines];
}

function staleLines({ paint, view }: Page, stale: readonly Stale[]): readonly string[] {
  if (stale.length === 0) return [];
  const lines = stale.map(({ as, because, by, component, field, is, why }) => {
    const words = [
      component,
      ...(field === undefined ? [] : [shown(field)]),
      ...(is === undefined ? [] : [`(${is})`]),
      ...(as === undefined ? [] : [`as ${as}`]),
    ];
    return `  ${paint.warn('-')} ${words.join(' ')}, said by ${shownName(view.labels[by])} (${shown(because)}): ${why}`;
  });
  return ['', paint.bold('expected, and no longer so'), ...lines];
}

function summaryLines({ paint, view }: Page): readonly string[] {
  const { pieces } = view.comparison;
  const ids = (status: ComparedPiece['status']): readonly string[] =>
    pieces.filter((each) => each.status === status).map((each) => each.component);
  const [alike, missing] = [ids('alike'), ids('missing')];
  const hidden = pieces.reduce((sum, each) => sum + each.hidden, 0);
  const compared = pieces.reduce((sum, each) => sum + each.compared, 0);
  const calls = bothSides.reduce((sum, side) => sum + view.sides[side].awsCalls, 0);
  return [
    ...(alike.length === 0 ? [] : [`alike: ${listText(alike)}`]),
    ...(missing.length === 0 ? [] : [`missing on both sides: ${listText(missing)}`]),
    ...(unexpectedIn(view.comparison).length === 0
      ? []
      : ['What is meant to differ is said in either playbook, under expected.']),
    paint.dim(
      `${count(compared, 'setting')} compared${hidden === 0 ? '' : `, ${count(hidden, 'secret')} of them only for being there`} · ${count(calls, 'AWS call')}`,
    ),
  ];
}
