// For the types' `lookCalls`: how many calls tell of so many pieces. Pure.

/** @param size how many pieces AWS tells of in one call */
export function callsFor(pieces: number, size: number): number {
  return Math.ceil(pieces / size);
}

/** How many different values there are: of pieces that AWS lists by what they live in, one listing each. */
export function differentIn<Spec>(specs: readonly Spec[], of: (spec: Spec) => unknown): number {
  return new Set(specs.map((each) => JSON.stringify(of(each)))).size;
}

/** DescribeTags takes at most 20 ARNs, of mixed kinds [ELB API]. */
export const arnsPerCall = 20;

/** What tells the tags of pieces of load balancing. */
export function tagCalls(pieces: number): Readonly<Record<string, number>> {
  return { 'elbv2:DescribeTags': callsFor(pieces, arnsPerCall) };
}
