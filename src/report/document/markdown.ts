// A document as Markdown, to be pasted into an issue, a post-mortem or a drill's minutes. Graphs are drawn by whoever shows
// it [GitHub, Creating diagrams].
import { unreachable } from '../../util/unreachable.ts';
import {
  piecesOf,
  type Block,
  type Document,
  type Graph,
  type GraphNode,
  type Piece,
  type Table,
  type Text,
  type Tone,
} from './document.ts';
import { markdownBlock, markdownCode, markdownEscaped, markdownText } from './markdown-text.ts';

export function documentMarkdown({ headline, opening, sections, verdict }: Document): string {
  const words = verdict.length === 0 ? '' : ` (${verdict.map(({ text }) => markdownText(text)).join(', ')})`;
  const parts = [
    `# ${markdownText(headline)}${words}`,
    ...opening.flatMap((each) => blockParts(each, 3)),
    ...sections.flatMap(({ blocks, title }) => headed(title, blocks, 2)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headed(title: string, blocks: readonly Block[], level: number): readonly string[] {
  const parts = blocks.flatMap((each) => blockParts(each, level + 1));
  return parts.length === 0 ? [] : [`${'#'.repeat(level)} ${markdownText(title)}`, ...parts];
}

/** @param level of a heading in it */
function blockParts(block: Block, level: number): readonly string[] {
  switch (block.kind) {
    case 'note':
    case 'tiles':
      return [];
    case 'lead':
    case 'paragraph':
      return [textIn(block.text)];
    case 'facts': {
      const known = block.facts.flatMap(([name, value]) =>
        value === undefined ? [] : [`- **${name}**: ${textIn(value)}`],
      );
      return [known.join('\n')];
    }
    case 'table':
      return titled(block.title, block.rows.length === 0 ? [] : [tableText(block)]);
    case 'list': {
      const lines = block.items.map(
        (each, index) => `${block.ordered === true ? `${index + 1}.` : '-'} ${textIn(each)}`,
      );
      return titled(block.title, lines.length === 0 ? [] : [lines.join('\n')]);
    }
    case 'chain': {
      const names = block.names.map(markdownCode).join(' → ');
      return names === '' ? [] : [block.title === undefined ? names : `${block.title}: ${names}`];
    }
    case 'lines':
      return [markdownBlock(block.lines, block.language).join('\n')];
    case 'bars':
      return block.instead === undefined ? [] : blockParts(block.instead, level);
    case 'graph':
      return mermaid(block);
    case 'part':
      return headed(block.title, block.blocks, level);
    default:
      return unreachable(block);
  }
}

function titled(title: string | undefined, parts: readonly string[]): readonly string[] {
  return title === undefined || parts.length === 0 ? parts : [`${title}:`, ...parts];
}

function tableText({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ title }) => title)),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(row.map((cell) => textIn(cell, true)))),
  ].join('\n');
}

function textIn(text: Text | undefined, inTable = false): string {
  return piecesOf(text)
    .map((piece) => pieceText(piece, inTable))
    .join('')
    .trim();
}

function pieceText(piece: Piece, inTable: boolean): string {
  if (typeof piece === 'string') return markdownEscaped(piece);
  switch (piece.kind) {
    case 'badge':
      return inTable ? markdownText(piece.text) : `**${markdownText(piece.text)}**`;
    case 'code':
      return markdownCode(piece.text);
    case 'strong':
      return `**${markdownText(piece.text)}**`;
    case 'aside':
      return ` — ${markdownText(piece.text)}`;
    case 'link':
      return markdownText(piece.text);
    default:
      return unreachable(piece);
  }
}

const strokes: Readonly<Record<Tone, string>> = {
  good: '#1a7f45',
  change: '#1761c7',
  warn: '#b07300',
  bad: '#bf2334',
  quiet: '#7b8794',
};

/** Beyond this GitHub draws nothing that could be read. */
const mostNodes = 60;

function mermaid({ edges, nodes }: Graph): readonly string[] {
  if (nodes.length === 0 || nodes.length > mostNodes) return [];
  const names = new Map(nodes.map(({ id }, index) => [id, `c${index}`]));
  const boxes = nodes.map((node) => `  ${names.get(node.id) ?? ''}${boxText(node)}:::${node.tone}`);
  const lines = edges.flatMap(({ from, to }) => {
    const [left, right] = [names.get(from), names.get(to)];
    return left === undefined || right === undefined ? [] : [`  ${left} --> ${right}`];
  });
  const classes = Object.entries(strokes).map(
    ([tone, colour]) => `  classDef ${tone} stroke:${colour},stroke-width:2px`,
  );
  return [['```mermaid', 'flowchart TB', ...boxes, ...lines, ...classes, '```'].join('\n')];
}

function boxText({ dashed, id, notes }: GraphNode): string {
  const label = [id, ...notes].map((each) => each.replaceAll(/[^\w ./-]/g, ' ')).join('<br/>');
  return dashed ? `(["${label}"])` : `["${label}"]`;
}
