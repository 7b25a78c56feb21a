import type { Readiness } from '../contract.ts';
import type { TaskDefinitionState } from './schema.ts';

/** Words of TaskDefinitionStatus [ECS API]; an INACTIVE one is observed as absent. */
export function readiness(state: TaskDefinitionState): Readiness {
  switch (state.status) {
    case 'ACTIVE':
      return { kind: 'ready' };
    case 'DELETE_IN_PROGRESS':
      return { kind: 'settling', direction: 'going', detail: 'DELETE_IN_PROGRESS' };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}
