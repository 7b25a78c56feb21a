// Paces calls below AWS's published rates, so that a recovery does not throttle itself: one token bucket per API bucket.
import type { Clock } from '../util/clock.ts';

interface Rate {
  /** Calls that may go out at once. */
  readonly burst: number;
  /** Calls per second after that. */
  readonly refill: number;
}

/**
 * Rates per API bucket [ECS: "Request throttling for the Amazon ECS API"; ELB: "Request throttling for the Elastic Load
 * Balancing API" (prose only, so the lower of the known figures); Route 53: quotas, 5 calls per second and account;
 * the others are unverified and modest].
 */
const rates = {
  'ecs:cluster-modify': { burst: 20, refill: 1 },
  'ecs:cluster-read': { burst: 50, refill: 20 },
  'ecs:task-definition-modify': { burst: 20, refill: 1 },
  'ecs:task-definition-read': { burst: 50, refill: 20 },
  'ecs:service-modify': { burst: 50, refill: 5 },
  'ecs:service-read': { burst: 100, refill: 20 },
  'ecs:other': { burst: 50, refill: 20 },
  'elbv2:read': { burst: 40, refill: 10 },
  'elbv2:modify': { burst: 20, refill: 3 },
  'route53:all': { burst: 5, refill: 5 },
  'dynamodb:data': { burst: 100, refill: 100 },
  'dynamodb:control': { burst: 10, refill: 10 },
  'sts:all': { burst: 20, refill: 20 },
  'iam:all': { burst: 5, refill: 5 },
} as const satisfies Record<string, Rate>;

type BucketName = keyof typeof rates;

/** The bucket that AWS counts an operation in. */
function bucketOf(service: string, operation: string): BucketName {
  const read = isRead(operation);
  switch (service) {
    case 'ecs':
      if (operation.includes('Cluster')) return read ? 'ecs:cluster-read' : 'ecs:cluster-modify';
      if (operation.includes('TaskDefinition')) return read ? 'ecs:task-definition-read' : 'ecs:task-definition-modify';
      if (operation.includes('Service')) return read ? 'ecs:service-read' : 'ecs:service-modify';
      return 'ecs:other';
    case 'elbv2':
      return read ? 'elbv2:read' : 'elbv2:modify';
    case 'route53':
      return 'route53:all';
    case 'dynamodb':
      return operation.includes('Item') ? 'dynamodb:data' : 'dynamodb:control';
    case 'iam':
      return 'iam:all';
    default:
      return 'sts:all';
  }
}

/** True for operations that cannot change anything, by AWS's naming. */
export function isRead(operation: string): boolean {
  return /^(Describe|Get|List|BatchGet|Test)/.test(operation);
}

/** The bucket of an operation and its rate: what bounds how fast a recovery can be. */
export function rateOf(service: string, operation: string): Rate & { readonly bucket: string } {
  const bucket = bucketOf(service, operation);
  return { bucket, ...rates[bucket] };
}

interface Bucket {
  tokens: number;
  at: number;
}

export interface Pacer {
  /** Resolves when the operation may go out. Waiting callers are served in the order in which they came. */
  readonly take: (service: string, operation: string) => Promise<void>;
}

/** A pacer on the given clock; share one among all who act in the same account and region. */
export function createPacer(clock: Clock): Pacer {
  const buckets = new Map<BucketName, Bucket>();
  return {
    async take(service, operation) {
      const name = bucketOf(service, operation);
      const rate = rates[name];
      const now = clock.now();
      let bucket = buckets.get(name);
      if (bucket === undefined) {
        bucket = { tokens: rate.burst, at: now };
        buckets.set(name, bucket);
      }
      bucket.tokens = Math.min(rate.burst, bucket.tokens + ((now - bucket.at) / 1000) * rate.refill);
      bucket.at = now;
      // A token may be taken ahead of time: the debt is the queue, and each caller waits for its own place in it.
      bucket.tokens -= 1;
      if (bucket.tokens < 0) await clock.sleep((-bucket.tokens / rate.refill) * 1000);
    },
  };
}
