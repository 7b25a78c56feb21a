// StopServiceDeployment: the only way to end a service deployment is to go back [API reference "StopServiceDeployment"].
import { AwsError } from '../../model.ts';
import type { CallContext, Input, Output } from '../../model.ts';
import { afterKind, lastPart, serviceKey } from './arns.ts';
import { rollBack } from './deployments.ts';
import { invalidParameter, textOf } from './input.ts';
import { ecsOf } from './store.ts';
import { unverifiedTexts } from './unverified.ts';
import { wakeService } from './wake.ts';

/** Repeating it while it goes back changes nothing. */
export function stopServiceDeployment(input: Input, { local, now, world }: CallContext): Output {
  const arn = textOf(input, 'serviceDeploymentArn') ?? '';
  if (textOf(input, 'stopType') === 'ABORT') throw invalidParameter(unverifiedTexts.stopType);
  const [cluster = '', name = ''] = afterKind(arn).split('/');
  const service = ecsOf(local).services[serviceKey(cluster, name)];
  const entry = service?.history.find(({ id }) => id === lastPart(arn));
  if (service === undefined || entry === undefined) {
    throw new AwsError('ServiceDeploymentNotFoundException', unverifiedTexts.serviceDeploymentMissing);
  }
  if (entry.status === 'ROLLBACK_IN_PROGRESS') return { serviceDeploymentArn: arn };
  if (entry.status !== 'IN_PROGRESS' || service.status !== 'ACTIVE') {
    throw new AwsError('ConflictException', unverifiedTexts.deploymentEnded);
  }
  const back = service.lastCompleted;
  if (back === null) throw new AwsError('ConflictException', unverifiedTexts.nothingBefore);
  const failed = service.deployments[0];
  if (failed !== undefined) failed.rolloutState = 'FAILED';
  entry.statusReason = unverifiedTexts.stoppedByHand;
  rollBack({ world, local, at: now }, service, back, entry, 'ECS deployment stopped:');
  wakeService(ecsOf(local), service, now);
  return { serviceDeploymentArn: arn };
}
