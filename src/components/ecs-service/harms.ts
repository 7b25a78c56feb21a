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
        return revisionHarms(path, desired, state, answering);
      default:
        return [];
    }
  });
}

/**
 * A revision of which a deployment has failed, while another one runs: DescribeServices tells it for some minutes, and the history of
 * deployments for 90 days [ECS API, Deployment.rolloutState, ListServiceDeployments].
 */
function revisionHarms(
  path: string,
  desired: Json | undefined,
  { deployments, failed, taskDefinition, untold }: ServiceState,
  answering: string,
): readonly Harm[] {
  if (typeof desired !== 'string' || desired === taskDefinition) return [];
  const wanted = nameIn(desired);
  const hasFailed =
    nameIn(failed ?? '') === wanted ||
    deployments.some((each) => each.rolloutState === 'FAILED' && nameIn(each.taskDefinition) === wanted);
  const what = hasFailed
    ? `${wanted} has failed to start here before`
    : untold !== undefined && nameIn(untold.revision) === wanted
      ? `nobody could see whether ${wanted} has failed to start here before (${untold.why})`
      : undefined;
  return what === undefined ? [] : [interrupts(`${path} ${desired}`, `${what}, and its ${answering} run another`)];
}
