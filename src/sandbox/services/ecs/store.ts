/** Clusters, task definitions, services and tasks of one region; plain JSON. */
export interface EcsStore {
  clusters: Record<string, never>;
}

export function emptyEcsStore(): EcsStore {
  return { clusters: {} };
}
