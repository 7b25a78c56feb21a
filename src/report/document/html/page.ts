// A document as a page: one file without script, font or picture from elsewhere.
import { unreachable } from '../../../util/unreachable.ts';
import { count } from '../../../util/words.ts';
import {
  piecesOf,
  type Block,
  type Document,
  type Graph,
  type Piece,
  type Section,
  type Table,
  type Text,
  type Tile,
} from '../document.ts';
import { graphSvg, mostNodes } from './graph-svg.ts';
import { markup, nothing, type Markup } from './markup.ts';
import { style } from './style.ts';
import { timeBars } from './time-bars.ts';

/** A whole page as text, ready to be written to a file. */
export function documentPage(document: Document): string {
  const { footer, headline, kicker, opening, sections, title, verdict } = document;
  // The policy holds even if something slipped through: nothing is loaded, no script runs.
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
<meta name="referrer" content="no-referrer"/>
<title>${title}</title>
<style>${rawStyle}</style>
</head>
<body>
<header class="top">
<div class="kicker">${kicker}</div>
<h1>${headline}${verdict.map((each) => markup` ${pieceMarkup(each)}`)}</h1>
${opening.map(blockMarkup)}
</header>
<main>
${sections.map(sectionMarkup)}</main>
<footer>${inline(footer)}</footer>
</body>
</html>
`.markup;
}

/** Our own text, in which nothing ends the element. */
const rawStyle: Markup = { markup: `\n${style}\n` };

function sectionMarkup({ blocks, id, title }: Section): Markup {
  const body = bodyOf(blocks);
  if (body === nothing) return nothing;
  return markup`<section${id === undefined ? '' : markup` id="${id}"`}>
<h2>${title}</h2>
${body}
</section>
`;
}

/** Nothing, where there is nothing but notes on how to read it. */
function bodyOf(blocks: readonly Block[]): Markup {
  const shown = blocks.map((block) => ({ isNote: block.kind === 'note', body: blockMarkup(block) }));
  const saysSomething = shown.some(({ body, isNote }) => !isNote && body !== nothing);
  return saysSomething ? markup`${shown.map(({ body }) => body)}` : nothing;
}

function blockMarkup(block: Block): Markup {
  switch (block.kind) {
    case 'lead':
      return markup`<p class="lead">${inline(block.text)}</p>\n`;
    case 'note':
    case 'paragraph':
      return markup`<p>${inline(block.text)}</p>\n`;
    case 'facts': {
      const facts = block.facts.map(([name, value]) =>
        value === undefined ? nothing : markup`<dt>${name}</dt><dd>${inline(value)}</dd>\n`,
      );
      return markup`<dl class="facts">\n${facts}</dl>\n`;
    }
    case 'tiles':
      return markup`<div class="tiles">\n${block.tiles.map(tileMarkup)}</div>\n`;
    case 'table':
      return titled(block.title, tableMarkup(block));
    case 'list': {
      const items = block.items.map((each) => markup`<li>${inline(each)}</li>`);
      const list = block.ordered === true ? markup`<ol>${items}</ol>\n` : markup`<ul>${items}</ul>\n`;
      return items.length === 0 ? nothing : titled(block.title, list);
    }
    case 'chain': {
      const names = block.names.map((name) => markup`<li><code>${name}</code></li>`);
      return names.length === 0 ? nothing : titled(block.title, markup`<ol class="chain">${names}</ol>\n`);
    }
    case 'lines':
      return markup`<pre>${block.lines.map((line) => markup`${line}\n`)}</pre>\n`;
    case 'bars':
      return block.rows.length === 0 ? nothing : timeBars(block);
    case 'graph':
      return graphMarkup(block);
    case 'part':
      return titled(block.title, bodyOf(block.blocks));
    default:
      return unreachable(block);
  }
}

function titled(title: string | undefined, body: Markup): Markup {
  return title === undefined || body === nothing ? body : markup`<h3>${title}</h3>\n${body}`;
}

function tileMarkup({ label, tone, value }: Tile): Markup {
  return markup`<div class="tile ${tone}"><b>${value}</b><span>${label}</span></div>\n`;
}

/** Columns in which every cell is empty are left out. */
function tableMarkup({ columns, rows }: Table): Markup {
  if (rows.length === 0) return nothing;
  const shown = columns.flatMap(({ kind = '', title }, index) =>
    rows.some((row) => piecesOf(row[index]).some((piece) => piece !== '')) ? [{ index, kind, title }] : [],
  );
  const head = shown.map(({ kind, title }) => markup`<th class="${kind}">${title}</th>`);
  const body = rows.map((row) => {
    const cells = shown.map(({ index, kind }) => markup`<td class="${kind}">${inline(row[index])}</td>`);
    return markup`<tr>${cells}</tr>\n`;
  });
  return markup`<div class="scroll"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

function graphMarkup({ edges, label, nodes, note }: Graph): Markup {
  if (nodes.length === 0) return nothing;
  if (nodes.length > mostNodes) {
    return markup`<p>${count(nodes.length, 'component')} are too many for a drawing; they are listed below.</p>\n`;
  }
  return markup`<p>${note}</p>\n${graphSvg(nodes, edges, label)}`;
}

function inline(text: Text | undefined): Markup {
  return markup`${piecesOf(text).map(pieceMarkup)}`;
}

function pieceMarkup(piece: Piece): Markup {
  if (typeof piece === 'string') return markup`${piece}`;
  switch (piece.kind) {
    case 'badge':
      return markup`<span class="badge ${piece.tone}">${piece.text}</span>`;
    case 'code':
      return markup`<code>${piece.text}</code>`;
    case 'strong':
      return markup`<b>${piece.text}</b>`;
    case 'aside':
      return markup`<br/><span class="dim">${piece.text}</span>`;
    case 'link':
      return markup`<a href="#${piece.to}">${piece.text}</a>`;
    default:
      return unreachable(piece);
  }
}
