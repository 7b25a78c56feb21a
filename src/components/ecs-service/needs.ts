// What a service needs of others: its tasks' network, and what it names of no component. What its tasks need is their
// definition's.
import type { Need } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { needs } from '../kit/needs/told.ts';
import type { ServiceSpec } from './schema.ts';

export function needsOf({
  cluster,
  loadBalancer,
  loadBalancers = [],
  network,
  taskDefinition,
}: ServiceSpec): readonly Need[] {
  const groups = [loadBalancer, ...loadBalancers].map((each) => each?.targetGroup);
  return [
    ...needs('subnet', network?.subnets ?? []),
    ...needs('security-group', network?.securityGroups ?? []),
    ...needs('cluster', [cluster]).map(byName),
    ...needs('task-definition', [taskDefinition]).map(byName),
    ...needs('target-group', groups),
  ];
}

/** The same, however it is written: AWS looks for both in the caller's account and region [ECS API, CreateService]. */
function byName(need: Need): Need {
  return { ...need, name: nameIn(need.name) };
}
