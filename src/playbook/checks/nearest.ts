// "Did you mean": the nearest of the right names. Computed only for mistakes, and within a budget, so that a file made
// of nothing but mistakes still gets its answer at once.

/** Finds the nearest candidate, or none that is near enough. */
export type Suggest = (word: string, candidates: Iterable<string>) => string | undefined;

/** A finder of near names that gives up after `budget` comparisons in all. */
export function createSuggest(budget = 200_000): Suggest {
  let left = budget;
  return (word, candidates) => {
    const limit = Math.max(1, Math.floor(word.length / 3));
    let best: string | undefined;
    let bestDistance = limit + 1;
    for (const candidate of candidates) {
      if ((left -= 1) < 0) break;
      if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
      const distance = editDistance(word.toLowerCase(), candidate.toLowerCase(), bestDistance);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best === word ? undefined : best;
  };
}

/**
 * Damerau-Levenshtein distance (optimal string alignment): insertions, deletions, substitutions and swaps of
 * neighbours. Stops with `limit` as soon as the distance cannot be smaller.
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let value = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, at(beforeLast, j - 2) + 1);
      }
      row.push(value);
      smallest = Math.min(smallest, value);
    }
    if (smallest >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
