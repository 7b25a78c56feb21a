import type { Blocker, ChangeAction, Readiness, Target } from '../contract.ts';
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

/** Its services go on with it; AWS starts no other from it [ECS API, DeregisterTaskDefinition]. */
export function spent({ family, revision, status }: TaskDefinitionState): { what: string; remedy: string } | undefined {
  if (status !== 'INACTIVE') return undefined;
  return {
    what: `${family}:${revision} is INACTIVE, and AWS starts no new service from it`,
    remedy: `Register ${family} again first`,
  };
}

/** What has been left behind, and why. */
export function remarks({ family, newer }: TaskDefinitionState): readonly string[] {
  if (newer === undefined) return [];
  const why = newer.failure ?? 'no service of this playbook runs it';
  return [`${family}:${newer.revision} is newer and is not deployed: ${why}`];
}

/** What has failed is not registered once more, to be deployed, because a playbook happens to say it. */
export function blockers(
  { spec }: Target<TaskDefinitionSpec>,
  state: TaskDefinitionState | undefined,
  action: ChangeAction,
): Promise<readonly Blocker[]> {
  const newer = state?.newer;
  if (action !== 'update' || newer?.failure === undefined || !newer.asSaid) return Promise.resolve([]);
  return Promise.resolve([
    {
      what: `what is in ${spec.family}:${newer.revision} would be deployed again, although ${newer.failure}`,
      remedy: `let the playbook say what works, or deploy ${spec.family}:${newer.revision} by hand`,
    },
  ]);
}
