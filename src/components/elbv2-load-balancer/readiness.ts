import type { Readiness } from '../contract.ts';
import type { LoadBalancerState } from './schema.ts';

/** Status words of LoadBalancerStateEnum. */
export function readiness(state: LoadBalancerState): Readiness {
  switch (state.status) {
    case 'active':
      return { kind: 'ready' };
    case 'provisioning':
      return { kind: 'settling', direction: 'coming', detail: 'provisioning' };
    case 'active_impaired':
      return {
        kind: 'unhealthy',
        terminal: false,
        detail: `active_impaired: ${state.statusReason ?? 'no reason given'}`,
      };
    case 'failed':
      return { kind: 'unhealthy', terminal: true, detail: `failed: ${state.statusReason ?? 'no reason given'}` };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}
