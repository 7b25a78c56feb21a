// What pages are made of, beside graphs and time bars: badges, tiles, facts, tables, legends.
import { markup, nothing, type Insert, type Markup } from './markup.ts';
import type { Tone } from './style.ts';

export function badge(text: string, tone: Tone): Markup {
  return markup`<span class="badge ${tone}">${text}</span>`;
}

export function code(text: string): Markup {
  return markup`<code>${text}</code>`;
}

export function paragraph(text: Insert): Markup {
  return markup`<p>${text}</p>\n`;
}

/** One number that matters. */
export interface Tile {
  readonly value: string;
  readonly label: string;
  readonly tone: Tone;
}

export function tiles(list: readonly Tile[]): Markup {
  const each = list.map(
    ({ value, label, tone }) => markup`<div class="tile ${tone}"><b>${value}</b><span>${label}</span></div>\n`,
  );
  return markup`<div class="tiles">\n${each}</div>\n`;
}

/** Names and what they are; those without a value are left out. */
export function facts(list: readonly (readonly [name: string, value: Insert])[]): Markup {
  const known = list.filter(([, value]) => value !== undefined);
  return markup`<dl class="facts">\n${known.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>\n`;
}

export interface Column {
  readonly title: string;
  /** `number`: to the right, never wrapped; `wide`: long text that takes the room. */
  readonly kind?: 'number' | 'wide';
}

/** Columns in which every cell is empty are left out. */
export function table(columns: readonly Column[], rows: readonly (readonly Insert[])[]): Markup {
  const used = columns.map((_, index) => rows.some((row) => row[index] !== undefined && row[index] !== ''));
  const kindOf = (index: number): string => columns[index]?.kind ?? '';
  const head = columns.map(({ title }, index) =>
    used[index] === true ? markup`<th class="${kindOf(index)}">${title}</th>` : nothing,
  );
  const body = rows.map((row) => {
    const cells = columns.map((_, index) =>
      used[index] === true ? markup`<td class="${kindOf(index)}">${row[index]}</td>` : nothing,
    );
    return markup`<tr>${cells}</tr>\n`;
  });
  return markup`<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

/** Names in order, with arrows between them. */
export function chain(names: readonly string[]): Markup {
  return markup`<ol class="chain">${names.map((name) => markup`<li>${code(name)}</li>`)}</ol>\n`;
}

export function legend(entries: readonly { readonly mark: Markup; readonly text: string }[]): Markup {
  return markup`<ul class="legend">${entries.map(({ mark, text }) => markup`<li>${mark}${text}</li>`)}</ul>\n`;
}
