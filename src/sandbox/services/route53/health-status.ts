// What the checkers of a health check report. One look at the endpoint through the data plane stands for all of them:
// the sandbox has no network that only some could reach.
import { timestamp } from '../../model.ts';
import type { CallContext, Operation, Output } from '../../model.ts';
import { endpointHealth } from '../../dataplane/index.ts';
import { healthCheckOf } from './errors.ts';
import * as read from './input.ts';
import type { HealthCheck } from './store.ts';
import { route53Times } from './timings.ts';
import { unverifiedTexts } from './unverified.ts';

/** Two checkers of each region, out of the published ranges ROUTE53_HEALTHCHECKS (ip-ranges.json). */
const checkers: readonly (readonly [region: string, address: string])[] = [
  ['us-east-1', '54.243.31.223'],
  ['us-east-1', '107.23.255.31'],
  ['us-west-1', '54.183.255.159'],
  ['us-west-1', '54.241.32.95'],
  ['us-west-2', '54.244.52.223'],
  ['us-west-2', '54.245.168.31'],
  ['eu-west-1', '54.228.16.31'],
  ['eu-west-1', '176.34.159.223'],
  ['ap-southeast-1', '54.251.31.159'],
  ['ap-southeast-1', '54.255.254.223'],
  ['ap-southeast-2', '54.252.79.159'],
  ['ap-southeast-2', '54.252.254.223'],
  ['ap-northeast-1', '54.248.220.31'],
  ['ap-northeast-1', '54.250.253.223'],
  ['sa-east-1', '54.232.40.95'],
  ['sa-east-1', '177.71.207.159'],
];

export const getHealthCheckStatus: Operation = (input, context) => {
  const check = healthCheckOf(context, read.requiredText(input, 'HealthCheckId', 64));
  return { HealthCheckObservations: observations(context, check).list };
};

/** The sandbox keeps no history of probes: the last failure is the present one, or none. */
export const getHealthCheckLastFailureReason: Operation = (input, context) => {
  const check = healthCheckOf(context, read.requiredText(input, 'HealthCheckId', 64));
  const { healthy, list } = observations(context, check);
  return { HealthCheckObservations: healthy ? [] : list };
};

function observations(
  { now, world }: CallContext,
  { config, createdAt }: HealthCheck,
): { readonly healthy: boolean; readonly list: readonly Output[] } {
  if (['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'].includes(config.type)) {
    throw read.invalidInput(unverifiedTexts.statusOfCalculated(config.type));
  }
  // A disabled check sends no requests, and a new one has not yet sent enough.
  if (config.disabled || now < createdAt + route53Times(world).healthCheckFirstStatus)
    return { healthy: true, list: [] };
  const { healthy, report } = endpointHealth(world, config);
  const interval = (config.requestInterval ?? 30) * 1000;
  const list = checkers
    .filter(([region]) => config.regions?.includes(region) ?? true)
    .map(([region, address], index) => {
      // Checkers do not coordinate with one another: each has its own phase.
      const phase = createdAt + Math.floor((index * interval) / checkers.length);
      const checkedAt = now < phase ? createdAt : phase + Math.floor((now - phase) / interval) * interval;
      return {
        Region: region,
        IPAddress: address,
        StatusReport: { Status: report, CheckedTime: timestamp(checkedAt) },
      };
    });
  return { healthy, list };
}
