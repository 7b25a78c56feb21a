// What nobody could verify about misfortune in AWS: how long reads lag, how widely durations spread.
import type { ServiceName } from './model.ts';
import type { Timings } from './timings.ts';

/**
 * How long a read may answer from before a write, in milliseconds. AWS documents that ECS, Elastic Load Balancing, IAM and
 * DynamoDB reads are eventually consistent, "usually within a second" for DynamoDB, and gives no figure for the others;
 * Terraform allows ECS and IAM two minutes.
 */
export const staleWindows: Readonly<Record<ServiceName, number>> = {
  ecs: 2_000,
  elasticloadbalancing: 2_000,
  dynamodb: 1_000,
  iam: 5_000,
  route53: 0,
  sts: 0,
};

/**
 * Spread of each duration about its usual value: the standard deviation of its logarithm, chosen so that 90 % of the draws
 * lie in the range that was captured or documented for it (SPEC.md); where there is no range, such that it doubles in one
 * case of twenty. Zero: AWS does as it is configured.
 */
export const timingSpreads: Readonly<Record<keyof Timings, number>> = {
  loadBalancerProvisioning: 0.35, // 62 to 196 s
  targetGroupRelease: 0.5, // captured: 1 to 10 s
  targetRegistration: 0.4,
  healthCheckFactor: 0.1,
  drainFactor: 0,
  taskStart: 0.45, // 19 to 84 s
  taskStop: 0.4, // up to 30 s, the default stopTimeout
  rolloutCompletion: 0.35,
  serviceDrained: 0.5, // captured: up to 45 s
  servicePurge: 0,
  changeInSync: 0.33, // documentation: usually within 60 s
  changeAcceptance: 0.7,
  healthCheckFirstStatus: 0.25, // documentation: 30 to 90 s
  tableCreate: 0.35, // 7 to 21 s
  tableDelete: 0.6, // documentation: seconds to minutes
  tableUpdate: 0.4,
  timeToLiveChange: 0.4, // documentation: up to an hour
};
