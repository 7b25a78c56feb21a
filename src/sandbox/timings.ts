// How long things take in AWS: the one table to correct when a duration proves wrong.
// Section numbers are those of the facts in SPEC.md; "unverified" marks guesses.

/** All durations in milliseconds. */
export interface Timings {
  /** ALB and NLB, `provisioning` to `active`. */
  readonly loadBalancerProvisioning: number;
  /** A target group stays "in use" this long after its last listener or rule went. */
  readonly targetGroupRelease: number;
  /** Registration of a target before its first health check. */
  readonly targetRegistration: number;
  /** Factor on the target group's own health-check interval until the first check passed (0 = at once). */
  readonly healthCheckFactor: number;
  /** Factor on the target group's own deregistration delay. */
  readonly drainFactor: number;
  /** ECS task, PROVISIONING to RUNNING (unverified: 20-90 s on Fargate). */
  readonly taskStart: number;
  /** ECS task, SIGTERM to STOPPED. */
  readonly taskStop: number;
  /** Rollout is COMPLETED this long after the last task is steady. */
  readonly rolloutCompletion: number;
  /** DRAINING to INACTIVE after the last task has stopped and drained. */
  readonly serviceDrained: number;
  /** INACTIVE service to MISSING (unverified: hours). */
  readonly servicePurge: number;
  /** Route 53 change, PENDING to INSYNC. */
  readonly changeInSync: number;
  /** A zone's previous change batch is still being accepted (unverified: sub-second to seconds). */
  readonly changeAcceptance: number;
  /** Route 53 health check, creation to the first status. */
  readonly healthCheckFirstStatus: number;
  /** DynamoDB table, CREATING to ACTIVE (unverified: 5-20 s). */
  readonly tableCreate: number;
  /** DynamoDB table, DELETING to gone. */
  readonly tableDelete: number;
  /** DynamoDB table, UPDATING to ACTIVE after a change of billing, throughput, encryption or class (unverified). */
  readonly tableUpdate: number;
  /** DynamoDB time to live, ENABLING to ENABLED and DISABLING to DISABLED: "up to one hour". */
  readonly timeToLiveChange: number;
}

/** AWS's usual durations: the middle of the ranges in SPEC.md. */
export const awsTimings: Timings = {
  loadBalancerProvisioning: 110_000,
  targetGroupRelease: 5_000,
  targetRegistration: 4_000,
  healthCheckFactor: 1,
  drainFactor: 1,
  taskStart: 40_000,
  taskStop: 15_000,
  rolloutCompletion: 10_000,
  serviceDrained: 20_000,
  servicePurge: 3_600_000,
  changeInSync: 35_000,
  changeAcceptance: 500,
  healthCheckFirstStatus: 60_000,
  tableCreate: 12_000,
  tableDelete: 10_000,
  tableUpdate: 8_000,
  timeToLiveChange: 1_800_000,
};

/** Nothing takes any time: for tests of logic, and for benches that count calls. */
export const instantTimings: Timings = {
  loadBalancerProvisioning: 0,
  targetGroupRelease: 0,
  targetRegistration: 0,
  healthCheckFactor: 0,
  drainFactor: 0,
  taskStart: 0,
  taskStop: 0,
  rolloutCompletion: 0,
  serviceDrained: 0,
  servicePurge: 3_600_000,
  changeInSync: 0,
  changeAcceptance: 0,
  healthCheckFirstStatus: 0,
  tableCreate: 0,
  tableDelete: 0,
  tableUpdate: 0,
  timeToLiveChange: 0,
};
