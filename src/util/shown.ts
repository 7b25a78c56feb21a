// Text that can only be read. What comes from AWS, a playbook, a file or a probe may hold characters that steer a terminal,
// turn the order of words around, or are not seen at all: they are shown as escapes. The escapes are those of JSON, so that
// a JSON text stays the same value. Pure.
import type { Json } from './json.ts';
import { betweenMarks, withoutStyle } from './style.ts';

/** Nearly every text has nothing but these: ASCII, Latin, dashes and quotes, arrows, blocks, the marks of verdicts. */
const harmless = /^[ -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2190-\u23ff\u2500-\u25ff\u2713\u2717]*$/;
const harmlessLines = /^[\n -~\u00a1-\u00ac\u00ae-\u024f\u2010-\u2027\u2190-\u23ff\u2500-\u25ff\u2713\u2717]*$/;

/**
 * What is shown as an escape: controls (C0, DEL, C1), everything that is there not to be seen (zero-width characters, marks
 * and overrides of direction, soft hyphens, fillers, variation selectors, tags), separators of lines and paragraphs, halves
 * of surrogate pairs, private and forbidden code points. Signs that stand before Arabic numbers are formats too, but seen.
 */
const unseen =
  /(?![\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu;

/** Stacked so high, accents cover the lines above and below. */
const stacked = /(?<=\p{M}{6})\p{M}/gu;

// Without a joiner these are other words or another picture: it is left where its neighbours need it.
const joinsScripts =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]$/u;
const startsJoined =
  /^[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const endsAsPicture = /\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?$/u;
const startsAsPicture = /^\p{Extended_Pictographic}/u;
const isPicture = /(\p{Extended_Pictographic}|[\d#*](?=\ufe0f\u20e3))$/u;

/** The text on one line, and nothing in it but what is seen: `line\nline`, `\u001b[2J`. */
export function shown(text: string): string {
  return harmless.test(text) ? text : betweenMarks(text, (part) => visible(part, false));
}

/** The same for a text of several lines. */
export function shownLines(text: string): string {
  return harmlessLines.test(text) ? text : betweenMarks(text, (part) => visible(part, true));
}

/**
 * A text for people is a list of lines: whatever a line holds, it does not make a second one. Each text that goes to a
 * terminal is put together here.
 */
export function linesText(lines: readonly string[]): string {
  return lines.map((line) => `${shown(line)}\n`).join('');
}

function visible(text: string, lines: boolean): string {
  if ((lines ? harmlessLines : harmless).test(text)) return text;
  return text
    .replaceAll(unseen, (character, at: number) =>
      (lines && character === '\n') || isNeeded(text, character, at) ? character : escapeOf(character),
    )
    .replaceAll(stacked, escapeOf);
}

/** Joiners inside pictures and words that need them, and the selector that makes a picture of a sign. */
function isNeeded(text: string, character: string, at: number): boolean {
  if (character !== '\u200d' && character !== '\u200c' && character !== '\ufe0f') return false;
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(at + 1, at + 3);
  if (character === '\ufe0f') return isPicture.test(before) || (/[\d#*]$/.test(before) && after.startsWith('\u20e3'));
  if (character === '\u200d' && endsAsPicture.test(before) && startsAsPicture.test(after)) return true;
  // Behind a letter or its vowel sign; no two joiners in a row.
  return joinsScripts.test(before) && startsJoined.test(after);
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapeOf(character: string): string {
  const known = short[character];
  if (known !== undefined) return known;
  // By halves of surrogate pairs, as JSON has it.
  return Array.from({ length: character.length }, (_, index) => unitEscape(character.charCodeAt(index))).join('');
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}

/** Longer than this, a value would push out of sight what stands around it. */
const longestName = 100;

/** A name, an ARN, a path from outside in a line of relight's own: on one line, and not longer than a line. */
export function shownName(text: string, longest = longestName): string {
  return shortened(shown(text), longest);
}

/** The beginning and the end of a text, and how much is between them. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest || withoutStyle(text).length <= longest) return text;
  const half = Math.floor((longest - 30) / 2);
  const [head, tail] = [text.slice(0, half), text.slice(text.length - half)];
  const whole = head.replace(/[\ud800-\udbff]$/, '') + tail.replace(/^[\udc00-\udfff]/, '');
  return `${head.replace(/[\ud800-\udbff]$/, '')}… (${text.length - whole.length} more) …${tail.replace(/^[\udc00-\udfff]/, '')}`;
}

// --- Logs that are read by machines -----------------------------------------------------------------------------------

/** `::error::`, at the start of a line: a command of GitHub Actions [Workflow commands]. */
const lineCommands = /^([ \t]*):(?=:)/gm;
/** `##[error]`, `##vso[...]`, `##teamcity[...]`: commands of Azure Pipelines, older GitHub runners and TeamCity, anywhere. */
const commands = /##(?=[a-z]*\[)/gi;

/** The text, and nothing in it that a CI service takes for a command to itself. */
export function withoutCommands(text: string): string {
  if (!text.includes('::') && !text.includes('##')) return text;
  return text.replaceAll(lineCommands, '$1\\u003a').replaceAll(commands, '#\\u0023');
}

/** A JSON text in which every character can be seen; the same value. */
export function jsonText(value: Json | object): string {
  return `${shownLines(JSON.stringify(value, null, 2))}\n`;
}
