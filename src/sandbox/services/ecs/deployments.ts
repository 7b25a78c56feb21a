// Deployments of a service: made, completed, failed, rolled back.
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import { deploymentName } from './arns.ts';
import { tell } from './events.ts';
import type { DeploymentRecord, DeploymentSpec, ServiceDeploymentRecord, ServiceRecord } from './store.ts';
import { directTraffic, nextShift } from './traffic.ts';

interface Place {
  readonly world: World;
  readonly local: RegionData;
  readonly at: number;
}

/** Puts a new PRIMARY deployment on top; the service deployment before it ends. */
export function addDeployment(place: Place, service: ServiceRecord, spec: DeploymentSpec): DeploymentRecord {
  const { world, at } = place;
  const sources = service.deployments.map((deployment) => deployment.id);
  const deployment = replacePrimary(place, service, spec);
  for (const older of service.history) {
    if (older.finishedAt !== null) continue;
    older.status = older.rollback === undefined ? 'STOPPED' : 'ROLLBACK_FAILED';
    older.stoppedAt = at;
    older.finishedAt = at;
  }
  service.history.unshift({
    id: world.hex(21),
    revision: deployment.id,
    sourceRevisions: sources,
    createdAt: at,
    finishedAt: null,
    status: 'IN_PROGRESS',
    statusReason: null,
    deploymentConfiguration: service.deploymentConfiguration,
  });
  return deployment;
}

function replacePrimary({ world, local, at }: Place, service: ServiceRecord, spec: DeploymentSpec): DeploymentRecord {
  const id = world.digits(19);
  const shift = nextShift(service, at);
  const deployment: DeploymentRecord = {
    id,
    createdAt: at,
    updatedAt: at,
    spec,
    desiredCount: service.desiredCount,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: `ECS deployment ${deploymentName(id)} in progress.`,
    ...(shift === undefined ? {} : { shift }),
  };
  if (shift?.bakedAt === null) directTraffic(local, spec, shift, at);
  for (const older of service.deployments) older.desiredCount = 0;
  service.deployments.unshift(deployment);
  service.revisions[id] = { createdAt: at, spec };
  service.steadySince = null;
  service.steadyTold = false;
  service.failures = 0;
  service.retryAt = at;
  return deployment;
}

/** The rollout is done: what was going on in the history has succeeded. */
export function completeDeployment(
  world: World,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  at: number,
): void {
  deployment.rolloutState = 'COMPLETED';
  deployment.rolloutStateReason = `ECS deployment ${deploymentName(deployment.id)} completed.`;
  deployment.updatedAt = at;
  service.lastCompleted = deployment.id;
  tell(world, service, at, `(deployment ${deploymentName(deployment.id)}) deployment completed.`);
  for (const entry of service.history) {
    if (entry.status === 'ROLLBACK_IN_PROGRESS') entry.status = 'ROLLBACK_SUCCESSFUL';
    else if (entry.status === 'IN_PROGRESS') entry.status = 'SUCCESSFUL';
    else continue;
    entry.finishedAt = at;
  }
}

/** Failed tasks that make the circuit breaker act: half the desired count, at least 3, at most 200. */
export function circuitThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}

/** Ends a failing deployment and, where asked for, goes back to the last one that was completed. */
export function breakCircuit(place: Place, service: ServiceRecord, deployment: DeploymentRecord): void {
  const { world, at } = place;
  const name = deploymentName(deployment.id);
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  deployment.updatedAt = at;
  tell(world, service, at, `(deployment ${name}) deployment failed: tasks failed to start.`);
  const entry = service.history.find(({ finishedAt }) => finishedAt === null);
  if (entry !== undefined) {
    entry.statusReason = deployment.rolloutStateReason;
    entry.failedTasks = deployment.failedTasks;
    entry.broken = true;
  }
  const back = service.lastCompleted;
  if (service.circuitBreaker.rollback && back !== null && service.revisions[back] !== undefined) {
    rollBack(place, service, back, entry, 'ECS deployment circuit breaker:');
  } else if (entry !== undefined) {
    entry.status = 'STOPPED';
    entry.stoppedAt = at;
    entry.finishedAt = at;
  }
}

/**
 * Goes back to an earlier revision. The rollback is the end of the service deployment that is under way, not one of its
 * own.
 *
 * @param because begins the reason that the new deployment tells
 */
export function rollBack(
  place: Place,
  service: ServiceRecord,
  revision: string,
  entry: ServiceDeploymentRecord | undefined,
  because: string,
): void {
  const back = service.revisions[revision];
  if (back === undefined) return;
  const { world, at } = place;
  const failed = service.deployments[0];
  if (entry !== undefined) {
    entry.status = 'ROLLBACK_IN_PROGRESS';
    entry.failedTasks ??= failed?.failedTasks ?? 0;
    entry.rollback = { startedAt: at, reason: entry.statusReason ?? because, revision };
  }
  const next = replacePrimary(place, service, back.spec);
  const name = deploymentName(next.id);
  next.rolloutStateReason = `${because} rolling back to deploymentId ${name}.`;
  tell(world, service, at, `rolling back to deployment ${name}.`);
}
