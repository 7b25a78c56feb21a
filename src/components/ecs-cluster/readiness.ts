import type { Readiness } from '../contract.ts';
import type { ClusterState } from './schema.ts';

/** Status words of Cluster.status [ECS API]; an INACTIVE one is observed as absent. */
export function readiness(state: ClusterState): Readiness {
  switch (state.status) {
    case 'ACTIVE':
      return { kind: 'ready' };
    case 'PROVISIONING':
      return { kind: 'settling', direction: 'coming', detail: 'PROVISIONING' };
    case 'DEPROVISIONING':
      return { kind: 'settling', direction: 'going', detail: 'DEPROVISIONING' };
    case 'FAILED':
      return { kind: 'unhealthy', terminal: true, detail: 'FAILED: its capacity providers could not be set up' };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}
