// Tables of a document for a terminal. All else that is told there has a form of its own.
import { table, type Paint } from '../paint.ts';
import { piecesOf, type Badge, type Table, type Text } from './document.ts';

/** Its rows, set off from the margin, below the heads of their columns where they have any. */
export function tableLines({ columns, rows }: Table, paint: Paint, heads = true): readonly string[] {
  const head = heads && rows.length > 0 ? [columns.map(({ title }) => paint.dim(title))] : [];
  const lines = [...head, ...rows.map((row) => row.map((cell) => terminalText(cell, paint)))];
  return table(lines.map(([first = '', ...rest]) => [`  ${first}`, ...rest]));
}

export function terminalText(text: Text | undefined, paint: Paint): string {
  return piecesOf(text)
    .map((piece) => (typeof piece === 'string' ? piece : piece.kind === 'badge' ? painted(piece, paint) : piece.text))
    .join('');
}

function painted({ text, tone }: Badge, paint: Paint): string {
  return tone === 'quiet' ? text : paint[tone](text);
}
