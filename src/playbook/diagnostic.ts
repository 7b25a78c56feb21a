// Mistakes in a playbook as data, and their picture for a terminal. Nothing here throws or prints: whoever loads a
// playbook gets all of its mistakes at once, and decides how to show them.
import { shown } from '../util/shown.ts';
import { styled, withEscapeCodes, type Style } from '../util/style.ts';

export type Severity = 'error' | 'warning';

/** A stretch of source text. Line and column start at 1 and count UTF-16 units, as editors do. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One mistake. */
export interface Diagnostic extends Place {
  readonly severity: Severity;
  /** Stable word for programs, `unknown-key`; the message may change, this does not. */
  readonly code: string;
  readonly message: string;
  /** What would have been right, in words: `an integer from 1 to 50`. */
  readonly expected?: string;
  /** The nearest right name. */
  readonly suggestion?: string;
  /** More that helps: the other place of a pair, the reasons of a cycle's edges. */
  readonly notes?: readonly string[];
  readonly file: string;
}

/** In order of the text; errors before warnings at the same place; the same mistake once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics
    .toSorted(
      (a, b) =>
        a.line - b.line ||
        a.column - b.column ||
        a.severity.localeCompare(b.severity) ||
        a.code.localeCompare(b.code) ||
        a.message.localeCompare(b.message),
    )
    .filter((each) => {
      const key = `${each.line}:${each.column}:${each.code}:${each.message}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
}

export interface FormatOptions {
  readonly color: boolean;
  /** How many are shown in full; the summary counts all. */
  readonly limit?: number;
}

type Paint = (style: Style, text: string) => string;

/** All diagnostics for people: place and message, the source line with a marker, help, and a summary line. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  sourceText: string,
  options: FormatOptions,
): string {
  return withEscapeCodes(diagnosticsText(diagnostics, sourceText, options));
}

/** The same for the filter before the terminal, which makes the colours. */
export function diagnosticsText(
  diagnostics: readonly Diagnostic[],
  sourceText: string,
  { color, limit = 100 }: FormatOptions,
): string {
  if (diagnostics.length === 0) return '';
  // Colour is the caller's decision: stdout's own state says nothing about where this text goes.
  const paint: Paint = (style, text) => (color ? styled(style, text) : text);
  const lines = sourceText.split('\n');
  const blocks = diagnostics.slice(0, limit).map((each) => formatOne(each, lines[each.line - 1], paint));
  const hidden = diagnostics.length - blocks.length;
  if (hidden > 0) blocks.push(`... and ${hidden} more`);
  return `${blocks.join('\n\n')}\n\n${summary(diagnostics)}\n`;
}

function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((each) => each.severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counts = [count(errors, 'error'), count(warnings, 'warning')].filter((each) => each !== undefined);
  const files = [...new Set(diagnostics.map((each) => each.file))];
  return `${counts.join(', ')} in ${printable(files.join(', '))}`;
}

function count(number: number, word: string): string | undefined {
  return number === 0 ? undefined : `${number} ${word}${number === 1 ? '' : 's'}`;
}

function formatOne(diagnostic: Diagnostic, line: string | undefined, paint: Paint): string {
  const { file, severity, message, expected, suggestion, notes = [] } = diagnostic;
  const place = paint('bold', `${printable(file)}:${diagnostic.line}:${diagnostic.column}:`);
  const word = paint(severity === 'error' ? 'red' : 'yellow', `${severity}:`);
  const out = [`${place} ${word} ${printable(message)}`];
  const number = String(diagnostic.line);
  const margin = ' '.repeat(number.length);
  if (line !== undefined && line.trim() !== '') {
    const view = window(line.replace(/\r$/, ''), diagnostic.column - 1, diagnostic.length);
    out.push(`  ${paint('dim', `${number} |`)} ${view.text}`);
    const marker = paint(severity === 'error' ? 'red' : 'yellow', view.marker);
    out.push(`  ${margin} ${paint('dim', '|')} ${view.indent}${marker}`);
  }
  if (expected !== undefined) out.push(`  ${margin}   expected: ${printable(expected)}`);
  for (const note of notes) out.push(`  ${margin}   ${printable(note)}`);
  if (suggestion !== undefined) out.push(`  ${margin}   did you mean "${printable(suggestion)}"?`);
  return out.join('\n');
}

const windowWidth = 110;

interface View {
  readonly text: string;
  readonly indent: string;
  readonly marker: string;
}

/** The part of a line around a column, and the marker below it. */
function window(line: string, start: number, length: number): View {
  const column = Math.min(Math.max(0, start), line.length);
  let from = 0;
  let to = line.length;
  if (line.length > windowWidth) {
    from = Math.max(0, Math.min(column - Math.floor(windowWidth / 3), line.length - windowWidth));
    to = from + windowWidth;
    // A cut between the halves of a surrogate pair would print two broken characters.
    if (isLowSurrogate(line, from)) from += 1;
    if (isLowSurrogate(line, to)) to -= 1;
  }
  const head = from > 0 ? '...' : '';
  const tail = to < line.length ? '...' : '';
  const end = Math.min(to, column + Math.max(1, length));
  return {
    text: `${head}${printable(line.slice(from, to))}${tail}`,
    indent: ' '.repeat(head.length + displayWidth(printable(line.slice(from, column)))),
    marker: '^'.repeat(Math.max(1, displayWidth(printable(line.slice(column, end))))),
  };
}

function isLowSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

const wide =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u;
const zeroWidth = /[\p{Mark}\u200b-\u200d\ufe00-\ufe0f]/u;

function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) {
    if (zeroWidth.test(character)) continue;
    width += wide.test(character) ? 2 : 1;
  }
  return width;
}

/** A playbook may come from a stranger. Tabs are made spaces, so that a marker stands below what it means. */
function printable(text: string): string {
  return shown(text.replaceAll('\t', ' '));
}
