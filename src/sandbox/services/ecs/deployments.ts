// Deployments of a service: made, completed, failed, rolled back.
import type { World } from '../../model.ts';
import { deploymentName } from './arns.ts';
import { tell } from './events.ts';
import type { DeploymentRecord, DeploymentSpec, ServiceRecord } from './store.ts';

/** Puts a new PRIMARY deployment on top. */
export function addDeployment(
  world: World,
  service: ServiceRecord,
  spec: DeploymentSpec,
  at: number,
  reason?: string,
): DeploymentRecord {
  const id = world.digits(19);
  const sources = service.deployments.map((deployment) => deployment.id);
  const deployment: DeploymentRecord = {
    id,
    createdAt: at,
    updatedAt: at,
    spec,
    desiredCount: service.desiredCount,
    failedTasks: 0,
    rolloutState: 'IN_PROGRESS',
    rolloutStateReason: reason ?? `ECS deployment ${deploymentName(id)} in progress.`,
  };
  for (const older of service.deployments) older.desiredCount = 0;
  service.deployments.unshift(deployment);
  service.revisions[id] = { createdAt: at, spec };
  for (const older of service.history) {
    if (older.status !== 'IN_PROGRESS') continue;
    older.status = 'STOPPED';
    older.finishedAt = at;
  }
  service.history.unshift({
    id: world.hex(21),
    revision: id,
    sourceRevisions: sources,
    createdAt: at,
    finishedAt: null,
    status: 'IN_PROGRESS',
    statusReason: null,
  });
  service.steadySince = null;
  service.steadyTold = false;
  service.failures = 0;
  service.retryAt = at;
  return deployment;
}

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
export function breakCircuit(world: World, service: ServiceRecord, deployment: DeploymentRecord, at: number): void {
  deployment.rolloutState = 'FAILED';
  deployment.rolloutStateReason = 'ECS deployment circuit breaker: tasks failed to start.';
  deployment.updatedAt = at;
  tell(world, service, at, `(deployment ${deploymentName(deployment.id)}) deployment failed: tasks failed to start.`);
  const back = service.revisions[service.lastCompleted ?? ''];
  const entry = service.history.find(({ status }) => status === 'IN_PROGRESS');
  const rollBack = service.circuitBreaker.rollback && back !== undefined;
  if (entry !== undefined) {
    entry.status = rollBack ? 'ROLLBACK_IN_PROGRESS' : 'STOPPED';
    entry.statusReason = deployment.rolloutStateReason;
    if (!rollBack) entry.finishedAt = at;
  }
  if (!rollBack) return;
  const next = addDeployment(world, service, back.spec, at);
  next.rolloutStateReason = `ECS deployment circuit breaker: rolling back to deploymentId ${deploymentName(next.id)}.`;
  // The rollback is the end of the failed service deployment, not one of its own.
  service.history.shift();
  tell(world, service, at, `rolling back to deployment ${deploymentName(next.id)}.`);
}
