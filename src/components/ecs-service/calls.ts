// What a look at services takes.
import { groupBy } from '../../util/group-by.ts';
import { callsFor } from '../kit/look-calls.ts';
import type { ServiceSpec } from './schema.ts';

/** [ECS API, DescribeServices] */
export const servicesPerCall = 10;

/** The targets of a service that has none are asked for twice; one that the playbook says none of may have some. */
export function lookCalls(specs: readonly ServiceSpec[]): Readonly<Record<string, number>> {
  const groups = specs.reduce((sum, { loadBalancers }) => sum + Math.max(1, loadBalancers?.length ?? 0), 0);
  const clusters = [...groupBy(specs, ({ cluster }) => cluster).values()];
  return {
    'ecs:DescribeServices': clusters.reduce((sum, { length }) => sum + callsFor(length, servicesPerCall), 0),
    'elbv2:DescribeTargetHealth': 2 * groups,
  };
}
