// Chance with a seed, for faults and durations: the same seed gives the same misfortune. The world's own ids and lots are
// drawn elsewhere, from a counter that is part of it.

/** Numbers in [0, 1), the same for the same seed: Tommy Ettinger's mulberry32, good enough for lots. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A draw from the lognormal distribution of that median; `sigma` is the standard deviation of the logarithm. */
export function lognormal(random: () => number, median: number, sigma: number): number {
  // Box and Muller's way to a normal draw; 1 - random() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
