// How many pieces of each kind a world holds: to see whether anything was made twice.
import type { World, WorldData } from './model.ts';

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
    for (const piece of Object.values<{ readonly tags: readonly Tag[] }>(store)) add(upper(piece.tags));
  }
  for (const service of Object.values(ecs.services)) if (service.status === 'ACTIVE') add(lower(service.tags));
  for (const cluster of Object.values(ecs.clusters)) add(lower(cluster.tags));
  for (const table of Object.values(dynamodb.tables)) add(table.tags);
  for (const id of Object.keys(healthChecks)) add(lower(tags[`healthcheck/${id}`] ?? []));
  return counts;
}

function upper(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

function lower(tags: readonly { readonly key: string; readonly value: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

/**
 * The settings of the pieces that carry a tag, by a name for each: to see whether anybody changed them. What carries no
 * tags counts by what it says: records whose name begins with the tag's value, items of which an attribute is just that.
 */
export function picturesIn(
  data: WorldData,
  region: string,
  { key, value }: { readonly key: string; readonly value: string },
): Readonly<Record<string, string>> {
  const pictures: Record<string, string> = {};
  const add = (name: string, settings: unknown): void => {
    pictures[name] = JSON.stringify(settings);
  };
  const { dynamodb, ecs, elbv2 } = data.regions[region] ?? {};
  const { healthChecks, tags, zones } = data.route53;
  for (const each of Object.values(ecs?.services ?? {})) {
    const { arn, cluster, deployments, desiredCount, status } = each;
    // ECS remembers what is deleted for a while.
    if (status !== 'ACTIVE' || lower(each.tags)[key] !== value) continue;
    add(`service ${arn}`, { cluster, desiredCount, runs: deployments[0]?.spec, tags: each.tags });
  }
  for (const { arn, body, status, tags: own } of Object.values(ecs?.taskDefinitions ?? {})) {
    if (lower(own)[key] === value) add(`task definition ${arn}`, { body, status, own });
  }
  for (const { arn, settings, status, tags: own } of Object.values(ecs?.clusters ?? {})) {
    if (lower(own)[key] === value) add(`cluster ${arn}`, { settings, status, own });
  }
  for (const each of Object.values(elbv2?.loadBalancers ?? {})) {
    const { attributes, listeners, securityGroups, subnets } = each;
    if (upper(each.tags)[key] === value)
      add(`load balancer ${each.arn}`, { attributes, listeners, securityGroups, subnets, tags: each.tags });
  }
  for (const { arn, attributes, healthCheck, tags: own } of Object.values(elbv2?.targetGroups ?? {})) {
    if (upper(own)[key] === value) add(`target group ${arn}`, { attributes, healthCheck, own });
  }
  for (const each of Object.values(elbv2?.listeners ?? {}))
    if (upper(each.tags)[key] === value) add(`listener ${each.arn}`, each);
  for (const each of Object.values(elbv2?.rules ?? {}))
    if (upper(each.tags)[key] === value) add(`rule ${each.arn}`, each);
  for (const table of Object.values(dynamodb?.tables ?? {})) {
    const { billingMode, deletedAt, deletionProtection, name, throughput } = table;
    if (table.tags[key] === value)
      add(`table ${name}`, { billingMode, deletedAt, deletionProtection, throughput, tags: table.tags });
    if (deletedAt !== null) continue;
    for (const [place, item] of Object.entries(table.items)) {
      const says = Object.values(item).some((each) => 'S' in each && each.S === value);
      if (says) add(`item ${place} of ${name}`, item);
    }
  }
  for (const { config, id } of Object.values(healthChecks)) {
    const own = tags[`healthcheck/${id}`] ?? [];
    if (lower(own)[key] === value) add(`health check ${id}`, { config, own });
  }
  for (const zone of Object.values(zones)) {
    for (const [name, records] of Object.entries(zone.names)) {
      if (!name.startsWith(`${value}.`)) continue;
      for (const [kind, history] of Object.entries(records)) {
        const record = history.at(-1)?.record;
        if (record !== undefined && record !== null) add(`record ${name} ${kind.trim()} in ${zone.name}`, record);
      }
    }
  }
  return pictures;
}
