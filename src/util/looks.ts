// When a wait looks again. One grid for the run that waits and the forecast that tells how long it takes.

/** Seconds after which the first looks of a wait come; from the last one on they come as far apart as that one is late. */
const firstLooks = [0, 1, 3, 7, 15] as const;
const longestPause = 15;

/** A wait never looks less often than this, in seconds, however long it is to take: what fails meanwhile is to be noticed. */
const longestUnseen = 30;

/**
 * Seconds after the beginning of a wait at which it looks next. After the first two looks, which notice what is done at once,
 * those that come before half of the usual time are few: what takes AWS minutes is not asked about each second.
 *
 * @param elapsed seconds after the beginning of the look that has just been made
 * @param usual seconds that it usually takes; 0 where nobody knows
 */
export function nextLook(elapsed: number, usual = 0): number {
  const next = firstLooks.find((look) => look > elapsed + 0.5) ?? onGrid(elapsed) + longestPause;
  if (elapsed < firstLooks[1]) return next;
  return Math.max(next, onGrid(Math.min(elapsed + longestUnseen, usual / 2)));
}

function onGrid(seconds: number): number {
  return Math.floor((seconds + 0.5) / longestPause) * longestPause;
}
