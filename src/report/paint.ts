// Colours by meaning. Renderers stay pure: whoever prints decides whether there is colour at all.

import { shown } from '../util/shown.ts';
import { withoutStyle } from '../util/style.ts';

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Lost, deleted, failed. */
  readonly bad: (text: string) => string;
  /** Needs a look: drifted, orphaned, unknown, waiting. */
  readonly warn: (text: string) => string;
  /** Healthy, created, done. */
  readonly good: (text: string) => string;
  /** Updated. */
  readonly change: (text: string) => string;
}

const same = (text: string): string => text;

export const plainPaint: Paint = { bold: same, dim: same, bad: same, warn: same, good: same, change: same };

/** Lines of columns, each as wide as its widest cell; the last column is not padded. A cell is one line, whatever is in it. */
export function table(cells: readonly (readonly string[])[], gap = '  '): readonly string[] {
  const rows = cells.map((row) => row.map(shown));
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, index) => {
      if (index < row.length - 1) widths[index] = Math.max(widths[index] ?? 0, visibleLength(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - visibleLength(cell)),
      )
      .join(gap)
      .trimEnd(),
  );
}

function visibleLength(text: string): number {
  return withoutStyle(text).length;
}
