/** Hosted zones, changes and health checks of the account; plain JSON. */
export interface Route53Store {
  zones: Record<string, never>;
}

export function emptyRoute53Store(): Route53Store {
  return { zones: {} };
}
