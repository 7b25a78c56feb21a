// Colours before they are colours. Renderers mark what is to be bold or red; the filter before the terminal turns the marks into
// escape codes, after everything else that could steer a terminal has been made visible. A mark holds a word that is drawn
// anew in each process, so that no value from outside can hold one.
import { randomBytes } from 'node:crypto';

/** Number to begin and to end each style with [ECMA-48, Select Graphic Rendition]. */
const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const satisfies Readonly<Record<string, readonly [number, number]>>;

export type Style = keyof typeof codes;

// Noncharacters are for use inside a program, never for interchange [Unicode, 23.7].
const word = randomBytes(12).toString('hex');
const mark = (code: number): string => `\ufdd0${word};${code}\ufdd1`;
const marks = new RegExp(`\ufdd0${word};(\\d+)\ufdd1`, 'g');

/** The text, marked to be shown in a style. */
export function styled(style: Style, text: string): string {
  const [begin, end] = codes[style];
  return mark(begin) + text + mark(end);
}

/** The text as it is without colours, to count its characters. */
export function withoutStyle(text: string): string {
  return text.includes('\ufdd0') ? text.replaceAll(marks, '') : text;
}

/** Changes what stands between the marks; the marks stay. */
export function betweenMarks(text: string, change: (part: string) => string): string {
  if (!text.includes('\ufdd0')) return change(text);
  let result = '';
  let done = 0;
  for (const found of text.matchAll(marks)) {
    result += change(text.slice(done, found.index)) + found[0];
    done = found.index + found[0].length;
  }
  return result + change(text.slice(done));
}

/** For the filter before the terminal only: the marks as the escape codes that a terminal knows. */
export function withEscapeCodes(text: string): string {
  return text.includes('\ufdd0') ? text.replaceAll(marks, '\u001b[$1m') : text;
}
