// Trouble that no call of AWS brings about, put into a world directly: a tag of somebody else, an application that
// hangs, a load balancer that failed. What it does is what a world remembers, so that forks of it have the same trouble.
import type { World } from './model.ts';
import { advanceEcs } from './services/ecs/advance.ts';
import { setTargetBehaviour } from './services/ecs/behaviours.ts';
import { isLive } from './services/ecs/task-life.ts';

/**
 * Puts a tag on a piece, whatever it is.
 *
 * @param id its ARN, or a health check's id
 * @returns false when nothing taggable has that id
 */
export function putTag(world: World, region: string, id: string, key: string, value: string): boolean {
  const { dynamodb, ecs, elbv2 } = world.region(region);
  const lower =
    ecs.taskDefinitions[id] ??
    Object.values(ecs.services).find(({ arn }) => arn === id) ??
    Object.values(ecs.clusters).find(({ arn }) => arn === id);
  if (lower !== undefined) {
    lower.tags = [...lower.tags.filter((tag) => tag.key !== key), { key, value }];
    return true;
  }
  const upper = elbv2.loadBalancers[id] ?? elbv2.targetGroups[id] ?? elbv2.listeners[id] ?? elbv2.rules[id];
  if (upper !== undefined) {
    upper.tags = [...upper.tags.filter((tag) => tag.Key !== key), { Key: key, Value: value }];
    return true;
  }
  const table = dynamodb.tables[/:table\/(.+)$/.exec(id)?.[1] ?? ''];
  if (table !== undefined) {
    table.tags = { ...table.tags, [key]: value };
    return true;
  }
  const { route53 } = world.data;
  if (route53.healthChecks[id] === undefined) return false;
  const place = `healthcheck/${id}`;
  route53.tags[place] = [...(route53.tags[place] ?? []).filter((tag) => tag.key !== key), { key, value }];
  return true;
}

/** Longest health-check grace period that ECS takes, in seconds (2,147,483,647), is more than a rehearsal ever lasts. */
const longGrace = 7 * 24 * 3600;

/**
 * The application in a service's tasks hangs: the tasks run, their targets fail, and ECS lets them be, as it does during
 * a health-check grace period. Tasks that are started from now on answer.
 *
 * @param arn the service's
 * @returns false when there is no such service, or none of its tasks is a target that answers by an address of its own
 */
export function hangTasks(world: World, region: string, arn: string): boolean {
  const { ecs } = world.region(region);
  advanceEcs(world, region, world.clock.now());
  const service = Object.values(ecs.services).find((each) => each.arn === arn);
  if (service === undefined) return false;
  const addresses = service.tasks.flatMap((each) => {
    const task = ecs.tasks[each];
    return task !== undefined && isLive(task) && task.targets.length > 0 ? (task.address ?? []) : [];
  });
  if (addresses.length === 0) return false;
  service.healthCheckGracePeriodSeconds = longGrace;
  for (const address of addresses) setTargetBehaviour(world, region, address, 'error');
  return true;
}

/**
 * A load balancer ends in the state `failed`; one that is made in its place does not.
 *
 * @returns false when there is none
 */
export function failLoadBalancer(world: World, region: string, arn: string): boolean {
  const { elbv2 } = world.region(region);
  if (elbv2.loadBalancers[arn] === undefined) return false;
  elbv2.behaviours[arn] = 'failed';
  return true;
}
