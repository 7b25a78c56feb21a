// What an update does to a service that answers.
import { nameIn } from '../kit/ecs.ts';
import { interrupts, takenAway } from '../kit/harms.ts';
import type { Difference, Harm, Json } from '../contract.ts';
import { serves } from './readiness.ts';
import type { ServiceSpec, ServiceState } from './schema.ts';

/** Nothing is taken from a service that does not answer. */
export function harms(_spec: ServiceSpec, state: ServiceState, differences: readonly Difference[]): readonly Harm[] {
  const answering = serves(state);
  if (answering === undefined) return [];
  return differences.flatMap(({ actual, desired, path }): readonly Harm[] => {
    switch (path) {
      case 'desiredCount':
        return desired === 0 ? [interrupts(path, `desiredCount 0 stops its ${answering}`)] : [];
      case 'network.subnets':
      case 'network.securityGroups':
        return takenAway({ actual, desired, path }, `its ${answering}`);
      case 'taskDefinition':
        return failedBefore(desired, state).map((revision) =>
          interrupts(
            `${path} ${revision}`,
            `${nameIn(revision)} has failed to start here before, and its ${answering} run another`,
          ),
        );
      default:
        return [];
    }
  });
}

/**
 * A revision of which a deployment has failed, while another one runs: DescribeServices tells it for some minutes, and the history of
 * deployments for 90 days [ECS API, Deployment.rolloutState, ListServiceDeployments].
 */
function failedBefore(
  desired: Json | undefined,
  { deployments, failed, taskDefinition }: ServiceState,
): readonly string[] {
  if (typeof desired !== 'string' || desired === taskDefinition) return [];
  const hasFailed =
    nameIn(failed ?? '') === nameIn(desired) ||
    deployments.some((each) => each.rolloutState === 'FAILED' && nameIn(each.taskDefinition) === nameIn(desired));
  return hasFailed ? [desired] : [];
}
