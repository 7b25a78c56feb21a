// What two recoveries of the same service are compared by: what they took away, and what there is at the end.
import { z } from 'zod';
import { dynamoDbOf, ecsOf, elbv2Of, route53Of, type ObservedCall } from '../../src/sandbox/index.ts';
import type { Rig } from './rig.ts';

/** Everything that takes a piece away, with what it was about. */
export function removalsIn(wire: readonly ObservedCall[]): readonly string[] {
  return wire.flatMap(({ operation, input }) => {
    const taken = recordsTaken(operation, input);
    if (taken !== undefined) return taken.map((text) => `${operation} ${text}`);
    return /^(Delete|Deregister)/.test(operation) ? [`${operation} ${JSON.stringify(input)}`] : [];
  });
}

const change = z.looseObject({
  Action: z.string(),
  ResourceRecordSet: z.looseObject({ Name: z.string(), Type: z.string() }),
});

/** Of a batch of records: what goes and does not come again, by name and type, in the same batch. Undefined for other calls. */
function recordsTaken(operation: string, input: unknown): readonly string[] | undefined {
  if (operation !== 'ChangeResourceRecordSets') return undefined;
  const changes = changesIn(input);
  const keyOf = ({ ResourceRecordSet: { Name, Type } }: z.infer<typeof change>): string => `${Name} ${Type}`;
  const made = new Set(changes.filter((each) => each.Action !== 'DELETE').map(keyOf));
  return changes
    .filter((each) => each.Action === 'DELETE' && !made.has(keyOf(each)))
    .map((each) => JSON.stringify(each.ResourceRecordSet));
}

/** Wherever they stand in the body of the request. */
function changesIn(value: unknown): readonly z.infer<typeof change>[] {
  const read = change.safeParse(value);
  if (read.success) return [read.data];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(changesIn) : [];
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
