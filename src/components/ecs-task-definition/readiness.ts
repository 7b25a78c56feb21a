import type { Effect, Readiness } from '../contract.ts';
import type { TaskDefinitionSpec, TaskDefinitionState } from './schema.ts';

/** Words of TaskDefinitionStatus [ECS API]. */
export function readiness(state: TaskDefinitionState): Readiness {
  switch (state.status) {
    case 'ACTIVE':
    // Its services go on with it [ECS API, DeregisterTaskDefinition]; another one is observed as absent.
    case 'INACTIVE':
      return { kind: 'ready' };
    case 'DELETE_IN_PROGRESS':
      return { kind: 'settling', direction: 'going', detail: 'DELETE_IN_PROGRESS' };
    default:
      return { kind: 'unknown', detail: `unlisted status word ${state.status}` };
  }
}

/** What has been left behind, and why. */
export function remarks({ family, newer }: TaskDefinitionState): readonly string[] {
  if (newer === undefined) return [];
  const why = newer.failure ?? 'no service of this playbook runs it';
  return [`${family}:${newer.revision} is newer and is not deployed: ${why}`];
}

/** To register once more what has failed, and to deploy it. */
export function effects(_spec: TaskDefinitionSpec, { family, newer }: TaskDefinitionState): readonly Effect[] {
  if (newer?.failure === undefined || !newer.asSaid) return [];
  const what = `what is in ${family}:${newer.revision} would be deployed again, although ${newer.failure}`;
  return [{ subject: newer.arn, what }];
}
