// Services that ECS does not deploy by itself: what AWS refuses to change of them.
import { listText } from '../../util/words.ts';
import { topOf } from '../kit/changing.ts';
import type { ServiceState } from './schema.ts';
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
