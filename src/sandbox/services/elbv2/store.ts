/** Load balancers, target groups, listeners and rules of one region; plain JSON. */
export interface Elbv2Store {
  loadBalancers: Record<string, never>;
}

export function emptyElbv2Store(): Elbv2Store {
  return { loadBalancers: {} };
}
