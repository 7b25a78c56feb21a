// AWS's request throttling: token buckets per account and region (Route 53: one per account), refilled by the world's
// clock. Rates: "Request throttling for the Amazon ECS API", "Elastic Load Balancing API throttling" and "Route 53
// quotas" in the AWS documentation.
import type { ServiceName, World } from './model.ts';

interface Rate {
  readonly bucket: string;
  /** Calls that may come at once. */
  readonly burst: number;
  /** Tokens per second. */
  readonly refill: number;
}

function rate(bucket: string, burst: number, refill: number): Rate {
  return { bucket, burst, refill };
}

const ecsRates: readonly (readonly [Rate, RegExp])[] = [
  [rate('cluster-modify', 20, 1), /^(Create|Delete|Update|Put)Cluster/],
  [rate('cluster-read', 50, 20), /^(DescribeClusters|ListClusters)$/],
  [rate('task-definition-modify', 20, 1), /^(Register|Deregister)TaskDefinition$/],
  [rate('task-definition-delete', 5, 1), /^DeleteTaskDefinitions$/],
  [rate('task-definition-read', 50, 20), /^(Describe|List)TaskDefinition/],
  [rate('deployment-read', 50, 20), /^(Describe|List)Service(Deployments|Revisions)$/],
  [rate('services-by-namespace', 10, 1), /^ListServicesByNamespace$/],
  [rate('service-read', 100, 20), /^(DescribeServices|ListServices|DescribeTaskSets)$/],
  [rate('service-modify', 50, 5), /^(Create|Update|Delete)(Service|TaskSet)/],
  [rate('cluster-resource-read', 100, 20), /^(Describe|List)(Tasks|ContainerInstances)$/],
  [rate('tag-modify', 20, 10), /^(Tag|Untag)Resource$/],
  [rate('tag-read', 50, 20), /^ListTagsForResource$/],
  [rate('cluster-resource-modify', 100, 40), /^(RunTask|StartTask|StopTask|\w+ContainerInstances?\w*)$/],
];

// AWS documents only the Describe rate; the other two are those that the AWS Load Balancer Controller keeps to.
const elbv2Rates: readonly (readonly [Rate, RegExp])[] = [
  [rate('describe', 40, 10), /^Describe/],
  [rate('registration', 20, 4), /^(Register|Deregister)Targets$/],
  [rate('modify', 20, 3), /^/],
];

/** "All requests: five requests per second per AWS account." */
const route53Rates: readonly (readonly [Rate, RegExp])[] = [[rate('account', 5, 5), /^/]];

const none: readonly (readonly [Rate, RegExp])[] = [];

const rates: Readonly<Record<ServiceName, readonly (readonly [Rate, RegExp])[]>> = {
  ecs: ecsRates,
  elasticloadbalancing: elbv2Rates,
  route53: route53Rates,
  dynamodb: none,
  sts: none,
  iam: none,
};

/**
 * Takes a token for one call; false when AWS would throttle it.
 *
 * @param share of the rates that others leave, in (0, 1]; a bucket holds one token at least
 */
export function takeToken(world: World, service: ServiceName, operation: string, region: string, share = 1): boolean {
  const found = rates[service].find(([, operations]) => operations.test(operation))?.[0];
  if (found === undefined) return true;
  const now = world.clock.now();
  const burst = Math.max(1, found.burst * share);
  const key = `${service === 'route53' ? 'global' : region}/${service}/${found.bucket}`;
  let bucket = world.buckets.get(key);
  if (bucket === undefined) {
    bucket = { tokens: burst, at: now };
    world.buckets.set(key, bucket);
  }
  const refilled = (Math.max(0, now - bucket.at) / 1000) * found.refill * share;
  bucket.tokens = Math.min(burst, bucket.tokens + refilled);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
