// Durations as people write them: `500ms`, `30s`, `5m`, `1h30m`. Inside relight a duration is milliseconds.

const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Largest unit first, each at most once. */
export const durationPattern = /^(?=\d)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** One week: longer is a slip of the pen, and timers overflow at 24.8 days. */
export const longestDuration = 7 * 24 * 3_600_000;

/** Milliseconds, or undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const match = durationPattern.exec(text);
  if (match === null) return undefined;
  return units.reduce((sum, [, size], index) => sum + Number(match[index + 1] ?? 0) * size, 0);
}

/** `1h30m` for 5400000. */
export function formatDuration(milliseconds: number): string {
  let left = Math.round(milliseconds);
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
