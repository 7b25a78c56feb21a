// What two recoveries of the same service are compared by: what they took away, and what there is at the end.
import { dynamoDbOf, ecsOf, elbv2Of, route53Of, type ObservedCall } from '../../src/sandbox/index.ts';
import type { Rig } from './rig.ts';

/** Everything that takes a piece away, with what it was about. */
export function removalsIn(wire: readonly ObservedCall[]): readonly string[] {
  return wire.flatMap(({ operation, input }) => {
    const text = JSON.stringify(input);
    const takes = /^(Delete|Deregister)/.test(operation) || text.includes('"Action":"DELETE"');
    return takes ? [`${operation} ${text}`] : [];
  });
}

export type Census = Readonly<Record<string, number>>;

/** How many of each kind there are: nothing is there twice. */
export function censusOf(rig: Rig): Census {
  const local = rig.world.region(rig.playbook.target.region);
  const dynamodb = dynamoDbOf(local);
  const ecs = ecsOf(local);
  const elbv2 = elbv2Of(local);
  const { healthChecks, zones } = route53Of(rig.world.data);
  const count = (store: object): number => Object.keys(store).length;
  return {
    loadBalancers: count(elbv2.loadBalancers),
    targetGroups: count(elbv2.targetGroups),
    listeners: count(elbv2.listeners),
    rules: count(elbv2.rules),
    services: Object.values(ecs.services).filter((each) => each.status !== 'INACTIVE').length,
    revisions: Object.values(ecs.taskDefinitions).filter((each) => each.status === 'ACTIVE').length,
    healthChecks: count(healthChecks),
    records: JSON.stringify(Object.values(zones)).split('"Name"').length,
    tables: count(dynamodb.tables),
  };
}
