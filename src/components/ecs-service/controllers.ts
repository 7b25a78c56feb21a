// Services that ECS does not deploy by itself: what AWS refuses to change of them.
import { listText } from '../../util/words.ts';
import { topOf } from '../kit/changing.ts';
import type { Blocker, ChangeAction, Target } from '../contract.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';
import { controllerOf } from './words.ts';

/** What UpdateService takes for services of other deployment controllers [ECS API, UpdateService]. */
const changeable: ReadonlySet<string> = new Set([
  'desiredCount',
  'healthCheckGracePeriod',
  'placementConstraints',
  'placementStrategy',
  'enableECSManagedTags',
  'propagateTags',
]);

/**
 * Made again, a service is deployed by what deploys it now. Of one whose task sets somebody else makes, ECS takes no task
 * definition: "TaskDefinition must be blank" [ECS API, CreateService].
 */
export function blockers(
  { spec }: Target<ServiceSpec>,
  state: ServiceState | undefined,
  action: ChangeAction,
): Promise<readonly Blocker[]> {
  const stays = spec.deploymentController === undefined && spec.taskDefinition !== undefined;
  if (action !== 'create' || !stays || state === undefined || controllerOf(state) !== 'EXTERNAL') {
    return Promise.resolve([]);
  }
  return Promise.resolve([
    {
      what: 'it takes no task definition for a service of the EXTERNAL controller, which it is',
      remedy: 'let the playbook say its deploymentController: { type: ECS } to take it back, or { type: EXTERNAL }',
    },
  ]);
}

/** Why AWS would refuse an update of these paths, or a new deployment of the same tasks where there are none. */
export function refuses(state: ServiceState, paths: readonly string[]): string | undefined {
  const controller = controllerOf(state);
  // A service that is handed to another controller is changed by the rules of that one.
  if (controller === 'ECS' || paths.some((path) => topOf(path) === 'deploymentController')) return undefined;
  const remedy = controller === 'CODE_DEPLOY' ? 'a deployment of AWS CodeDeploy does' : 'a new task set does';
  if (paths.length === 0) return `ECS starts no new deployment of a service of the ${controller} controller: ${remedy}`;
  const refused = [...new Set(paths.map(topOf))].filter(
    (word) => !changeable.has(word) && !(word === 'deployment' && controller === 'CODE_DEPLOY'),
  );
  if (refused.length === 0) return undefined;
  return `AWS does not change ${listText(refused)} of a service of the ${controller} controller: ${remedy}`;
}
