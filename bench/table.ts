// What a bench found, as a table: each figure beside its target.

export interface Row {
  readonly what: string;
  readonly figure: string;
  /** Undefined: told for information. */
  readonly target?: string;
  readonly ok?: boolean;
}

/** `within('...', 0.8, 1, 's')`: a figure that must not be larger than its target. */
export function within(what: string, figure: number, target: number, unit: string): Row {
  return { what, figure: `${tidy(figure)} ${unit}`, target: `<= ${tidy(target)} ${unit}`, ok: figure <= target };
}

export function tidy(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });
}

export function tableText(rows: readonly Row[]): string {
  const cells = rows.map(({ what, figure, target = '', ok }) => [
    what,
    figure,
    target,
    ok === undefined ? '' : ok ? 'ok' : 'NOT',
  ]);
  const all = [['what', 'figure', 'target', ''], ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
