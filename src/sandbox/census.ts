// How many pieces of each kind a world holds: to see whether anything was made twice.
import type { World } from './model.ts';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const playbookKey = 'relight:playbook';
const componentKey = 'relight:component';

/**
 * Pieces that carry a playbook's tag, by the component that they are tagged as. Task definitions, of which a new revision
 * is made with each change, are left out. `health checks` counts all of the account, tagged or not.
 */
export function countPieces(world: World, region: string, playbook: string): Readonly<Record<string, number>> {
  const { dynamodb, ecs, elbv2 } = world.region(region);
  const { healthChecks, tags } = world.data.route53;
  const counts: Record<string, number> = { 'health checks': Object.keys(healthChecks).length };
  const add = (tagsOf: Readonly<Record<string, string>>): void => {
    const component = tagsOf[componentKey];
    if (tagsOf[playbookKey] === playbook && component !== undefined) counts[component] = (counts[component] ?? 0) + 1;
  };
  const { listeners, loadBalancers, rules, targetGroups } = elbv2;
  for (const store of [loadBalancers, targetGroups, listeners, rules]) {
    for (const piece of Object.values<{ readonly tags: readonly Tag[] }>(store))
      add(Object.fromEntries(piece.tags.map(({ Key, Value }) => [Key, Value])));
  }
  for (const service of Object.values(ecs.services)) if (service.status === 'ACTIVE') add(lower(service.tags));
  for (const cluster of Object.values(ecs.clusters)) add(lower(cluster.tags));
  for (const table of Object.values(dynamodb.tables)) add(table.tags);
  for (const id of Object.keys(healthChecks)) add(lower(tags[`healthcheck/${id}`] ?? []));
  return counts;
}

function lower(tags: readonly { readonly key: string; readonly value: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}
