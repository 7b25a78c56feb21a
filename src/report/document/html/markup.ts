// Pages for people, each one file that asks nobody for anything. Here: text that is markup, so that everything else is
// escaped. A page is built from small functions that take values and return markup; nothing is pasted together as text.

import { shown } from '../../../util/shown.ts';

/** Text that stands in a page as it is. Made by `markup` only. */
export interface Markup {
  readonly markup: string;
}

/** What may stand in a template: text is escaped, markup is not, a list is one after the other, undefined is nothing. */
export type Insert = string | number | Markup | readonly Markup[] | undefined;

/** Template tag: markup`<b>${name}</b>`, safe in text and within double quotes of an attribute. */
export function markup(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return { markup: strings.reduce((text, string, index) => text + rendered(inserts[index - 1]) + string) };
}

export const nothing: Markup = { markup: '' };

function rendered(insert: Insert): string {
  if (insert === undefined) return '';
  if (typeof insert === 'object')
    return 'markup' in insert ? insert.markup : insert.map((each) => each.markup).join('');
  return escaped(String(insert));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters are no text in HTML or XML, and marks of direction would turn the page around: both can be seen. So can a break of a line. */
function escaped(text: string): string {
  return shown(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}
