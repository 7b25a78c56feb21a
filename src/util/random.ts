// Chance that can be repeated: the same seed gives the same numbers.

/** Pseudo-random numbers in [0, 1): Tommy Ettinger's mulberry32, good enough for lots. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A draw from the lognormal distribution of that median; `sigma` is the standard deviation of the logarithm. */
export function lognormal(random: () => number, median: number, sigma: number): number {
  // Box and Muller's way to a normal draw; 1 - random() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
