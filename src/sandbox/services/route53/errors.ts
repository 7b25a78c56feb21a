// Route 53's error answers that have one home for all operations.
import { AwsError } from '../../model.ts';
import type { CallContext } from '../../model.ts';
import { bareId } from './input.ts';
import { route53Of, type HealthCheck, type HostedZone } from './store.ts';
import { own } from '../../records.ts';
import { route53Times } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';

/** Several messages in one pair of brackets, as AWS sends them since the messages element fell out of use. */
export function invalidChangeBatch(messages: readonly string[]): AwsError {
  return new AwsError('InvalidChangeBatch', `[${messages.join(', ')}]`);
}

/** @throws AwsError `NoSuchHostedZone` */
export function zoneOf(context: CallContext, id: string): HostedZone {
  const bare = bareId(id);
  const zone = own(route53Of(context.world.data).zones, bare);
  if (zone === undefined) throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${bare}`, 404);
  return zone;
}

/** @throws AwsError `NoSuchHealthCheck` */
export function healthCheckOf(context: CallContext, id: string): HealthCheck {
  const check = own(route53Of(context.world.data).healthChecks, id);
  if (check === undefined) throw noSuchHealthCheck(id);
  return check;
}

export function noSuchHealthCheck(id: string): AwsError {
  return new AwsError('NoSuchHealthCheck', unverifiedTexts.noSuchHealthCheck(id), 404);
}

/** A batch of the same zone is still being accepted. */
export function refuseWhileBusy(context: CallContext, zone: HostedZone): void {
  const { now, world } = context;
  if (zone.lastBatchAt !== null && now < zone.lastBatchAt + route53Times(world).changeAcceptance) {
    throw new AwsError(
      'PriorRequestNotComplete',
      'The request was rejected because Route 53 was still processing a prior request.',
    );
  }
}
