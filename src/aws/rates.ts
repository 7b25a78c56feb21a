// How many calls AWS lets through: the published rate of each API bucket, and which operation counts in which.

export interface Rate {
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
  'ecs:task-definition-delete': { burst: 5, refill: 1 },
  'ecs:task-definition-read': { burst: 50, refill: 20 },
  'ecs:service-modify': { burst: 50, refill: 5 },
  'ecs:service-read': { burst: 100, refill: 20 },
  'ecs:tag-modify': { burst: 20, refill: 10 },
  'ecs:tag-read': { burst: 50, refill: 20 },
  'ecs:other-modify': { burst: 10, refill: 1 },
  'ecs:other-read': { burst: 50, refill: 20 },
  'elbv2:read': { burst: 40, refill: 10 },
  'elbv2:modify': { burst: 20, refill: 3 },
  'route53:all': { burst: 5, refill: 5 },
  'dynamodb:data': { burst: 100, refill: 100 },
  'dynamodb:control': { burst: 10, refill: 10 },
  'sts:all': { burst: 20, refill: 20 },
  'iam:all': { burst: 5, refill: 5 },
} as const satisfies Record<string, Rate>;

export type BucketName = keyof typeof rates;

/** Services whose rates hold for the whole account, whatever the region [Route 53 quotas; IAM is global]. */
const accountWide: ReadonlySet<string> = new Set(['route53', 'iam']);

export function isAccountWide(service: string): boolean {
  return accountWide.has(service);
}

/** True for operations that cannot change anything, by AWS's naming. */
export function isRead(operation: string): boolean {
  return /^(Describe|Get|List|BatchGet|Test|Scan$)/.test(operation);
}

/** The bucket of an operation and its rate: what bounds how fast a recovery can be. */
export function rateOf(service: string, operation: string): Rate & { readonly bucket: BucketName } {
  const bucket = bucketOf(service, operation);
  return { bucket, ...rates[bucket] };
}

/** The bucket that AWS counts an operation in. */
function bucketOf(service: string, operation: string): BucketName {
  const read = isRead(operation);
  switch (service) {
    case 'ecs':
      return ecsBucketOf(operation, read);
    case 'elbv2':
      return read ? 'elbv2:read' : 'elbv2:modify';
    case 'route53':
      return 'route53:all';
    case 'dynamodb':
      return operation.includes('Item') || operation === 'Scan' ? 'dynamodb:data' : 'dynamodb:control';
    case 'iam':
      return 'iam:all';
    default:
      return 'sts:all';
  }
}

function ecsBucketOf(operation: string, read: boolean): BucketName {
  if (operation.includes('Tag')) return read ? 'ecs:tag-read' : 'ecs:tag-modify';
  if (operation === 'DeleteTaskDefinitions') return 'ecs:task-definition-delete';
  if (operation.includes('Cluster')) return read ? 'ecs:cluster-read' : 'ecs:cluster-modify';
  if (operation.includes('TaskDefinition')) return read ? 'ecs:task-definition-read' : 'ecs:task-definition-modify';
  if (operation.includes('Service')) return read ? 'ecs:service-read' : 'ecs:service-modify';
  return read ? 'ecs:other-read' : 'ecs:other-modify';
}
