// What gets stuck in ECS.
import type { StuckKind } from '../../model.ts';
import { own } from '../../records.ts';
import { advanceEcs } from './advance.ts';
import { releaseServiceBehaviour, setServiceBehaviour } from './behaviours.ts';
import { ecsOf, type EcsStore, type ServiceBehaviour, type ServiceRecord } from './store.ts';

type Holds = (tasks: EcsStore['tasks'], service: ServiceRecord) => boolean;

function stuckService(kind: string, behaviour: ServiceBehaviour, holds: Holds): StuckKind {
  return {
    kind,
    holdsUp: 'service',
    set: (_data, local) =>
      Object.entries(ecsOf(local).behaviours).flatMap(([name, set]) => (set.includes(behaviour) ? [name] : [])),
    isSet: (world, { resource = '', region }) =>
      own(ecsOf(world.region(region)).behaviours, resource)?.includes(behaviour) === true,
    turn: (world, { resource = '', region }, on, at) => {
      if (on) setServiceBehaviour(world, region, resource, behaviour, at);
      else releaseServiceBehaviour(world, region, resource, behaviour, at);
    },
    held: (world, { resource, region }, at) => {
      advanceEcs(world, region, at);
      const { services, tasks } = ecsOf(world.region(region));
      const named = Object.values(services).filter(({ name }) => name === resource);
      return named.filter((service) => holds(tasks, service)).map(({ arn }) => arn);
    },
  };
}

const haveFailed: Holds = (_tasks, service) => service.deployments.some(({ failedTasks }) => failedTasks > 0);

const hasTargets: Holds = (tasks, service) =>
  service.tasks.some((arn) => {
    const task = tasks[arn];
    return task !== undefined && task.startedAt !== null && task.targets.length > 0;
  });

export const ecsStuck: readonly StuckKind[] = [
  /** Its tasks stop while they start, so that it never gets steady. */
  stuckService('service-never-steady', 'never-steady', haveFailed),
  /** Its targets fail their health checks, so that their tasks are replaced again and again. */
  stuckService('targets-unhealthy', 'unhealthy', (...held) => haveFailed(...held) || hasTargets(...held)),
  /** Deleted, it stays DRAINING. */
  stuckService('service-drains-forever', 'draining-forever', (_tasks, { status }) => status === 'DRAINING'),
];
