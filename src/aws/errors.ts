// The one classifier of AWS errors. Everything that decides on an error decides on its class, never on a name or text;
// texts that mean "wait and look again" are listed here with their source.
import { scrubCredentials } from '../util/redact.ts';
import { shown, shownName } from '../util/shown.ts';

/** What an error means for the one who asked. */
export type ErrorClass =
  | 'not-found'
  /** Credentials or permissions: repeating does not help. */
  | 'denied'
  /** Credentials ran out; the same call works again with fresh ones. */
  | 'expired'
  /** Refused for its rate, surely not applied. */
  | 'throttled'
  /** Another change is in progress or something still holds on: wait and look again. */
  | 'conflict'
  /** The request itself is wrong. */
  | 'invalid'
  /** No answer, or a server's error: whether a change was applied is not known. */
  | 'unavailable'
  /** Nobody answered within the call's time; like `unavailable`. */
  | 'timeout';

export interface AwsFailure {
  readonly class: ErrorClass;
  /** The wire code, without the `Exception` that the SDK adds to ELBv2's. */
  readonly code: string;
  readonly message: string;
}

/** Thrown by the call layer instead of a hanging promise. */
export class CallTimeout extends Error {
  constructor(operation: string, milliseconds: number) {
    super(`${operation} gave no answer within ${milliseconds / 1000} s`);
    this.name = 'CallTimeout';
  }
}

/** A failure whose meaning its thrower knows better than any code tells: what AWS answered with was not what was meant. */
export class ClassifiedError extends Error {
  readonly class: ErrorClass;
  readonly code: string;

  constructor(errorClass: ErrorClass, message: string, options?: ErrorOptions & { readonly code?: string }) {
    super(message, options);
    this.name = 'ClassifiedError';
    this.class = errorClass;
    this.code = options?.code ?? this.name;
  }
}

const codes: Readonly<Record<string, ErrorClass>> = {
  // Throttling family [SDK retry middleware; ECS, ELB, Route 53, EC2 API throttling documentation].
  Throttling: 'throttled',
  Throttled: 'throttled',
  ThrottledException: 'throttled',
  ThrottlingException: 'throttled',
  TooManyRequests: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestLimitExceeded: 'throttled',
  RequestThrottled: 'throttled',
  SlowDown: 'throttled',
  BandwidthLimitExceeded: 'throttled',
  ProvisionedThroughputExceededException: 'throttled',
  // Credentials and permissions [STS, IAM common errors].
  AccessDenied: 'denied',
  AccessDeniedException: 'denied',
  UnauthorizedOperation: 'denied',
  AuthFailure: 'denied',
  InvalidClientTokenId: 'denied',
  UnrecognizedClientException: 'denied',
  SignatureDoesNotMatch: 'denied',
  MissingAuthenticationToken: 'denied',
  MissingAuthenticationTokenException: 'denied',
  RegionDisabledException: 'denied',
  OptInRequired: 'denied',
  CredentialsProviderError: 'denied',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  // Gone.
  ResourceNotFoundException: 'not-found',
  ClusterNotFoundException: 'not-found',
  ServiceNotFoundException: 'not-found',
  LoadBalancerNotFound: 'not-found',
  TargetGroupNotFound: 'not-found',
  ListenerNotFound: 'not-found',
  RuleNotFound: 'not-found',
  NoSuchHostedZone: 'not-found',
  NoSuchHealthCheck: 'not-found',
  NoSuchChange: 'not-found',
  // In progress or held.
  PriorRequestNotComplete: 'conflict',
  ResourceInUse: 'conflict',
  ResourceInUseException: 'conflict',
  TransactionConflictException: 'conflict',
  UpdateInProgressException: 'conflict',
  ClusterContainsServicesException: 'conflict',
  ClusterContainsTasksException: 'conflict',
  HealthCheckVersionMismatch: 'conflict',
  CertificateNotFound: 'conflict',
  // Nobody knows.
  InternalFailure: 'unavailable',
  InternalError: 'unavailable',
  InternalServerError: 'unavailable',
  ServerException: 'unavailable',
  ServiceUnavailable: 'unavailable',
  ServiceUnavailableException: 'unavailable',
  RequestTimeout: 'timeout',
  RequestTimeoutException: 'timeout',
  TimeoutError: 'timeout',
  CallTimeout: 'timeout',
  ECONNRESET: 'unavailable',
  ECONNREFUSED: 'unavailable',
  EPIPE: 'unavailable',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unavailable',
  ENETUNREACH: 'unavailable',
  ENOTFOUND: 'unavailable',
  EAI_AGAIN: 'unavailable',
};

/** Texts under a general code that mean "wait and look again" [ECS CreateService, DeleteService; terraform-provider-aws]. */
const waitAndLookAgain: readonly { readonly code: string; readonly text: string }[] = [
  { code: 'InvalidParameterException', text: 'still Draining' },
  { code: 'InvalidParameterException', text: 'does not have an associated load balancer' },
  { code: 'InvalidParameterException', text: 'verify that the ECS service role' },
  { code: 'InvalidParameterException', text: 'service linked role exists' },
  { code: 'InvalidParameterException', text: 'deployments are active' },
  { code: 'DependencyViolation', text: 'has a dependent object' },
];

/** Codes under which AWS also hides a missing thing [ECS DescribeTaskDefinition answers ClientException]. */
const notFoundTexts: readonly { readonly code: string; readonly text: string }[] = [
  { code: 'ClientException', text: 'Unable to describe task definition' },
];

/**
 * Classifies anything that an AWS call can throw. What is not recognised is `unavailable` when the server or the
 * network failed and `invalid` when AWS refused the request. The message comes without credentials: AWS quotes the whole
 * signed request when its signature is wrong. It is on one line, and nothing in it but what can be seen.
 */
export function classify(error: unknown): AwsFailure {
  const code = codeOf(error);
  const message = messageOf(error);
  return { class: classOf(error, code, message), code: shownName(code), message: shown(scrubCredentials(message)) };
}

function classOf(error: unknown, code: string, message: string): ErrorClass {
  if (error instanceof ClassifiedError) return error.class;
  const known = codes[code];
  if (known !== undefined) return known;
  if (waitAndLookAgain.some((entry) => entry.code === code && message.includes(entry.text))) return 'conflict';
  if (notFoundTexts.some((entry) => entry.code === code && message.includes(entry.text))) return 'not-found';
  const status = statusOf(error);
  if (status === 429) return 'throttled';
  if (status === undefined || status >= 500) return 'unavailable';
  return status === 403 ? 'denied' : 'invalid';
}

/** True when the error is AWS's word that the thing does not exist. */
export function isNotFound(error: unknown): boolean {
  return classify(error).class === 'not-found';
}

/** The wire code: `e.Code` (Query and XML services), a system error's `code`, or the SDK's name without `Exception`. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'Unknown';
  const { Code, code, name } = error as { Code?: unknown; code?: unknown; name?: unknown };
  if (typeof Code === 'string' && Code !== '') return Code;
  if (typeof code === 'string' && code !== '') return code;
  if (typeof name !== 'string' || name === '') return 'Unknown';
  const bare = name.replace(/Exception$/, '');
  return name in codes || !(bare in codes) ? name : bare;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message === '' ? error.name : error.message;
  return String(error);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const metadata = (error as { $metadata?: { httpStatusCode?: unknown } }).$metadata;
  return typeof metadata?.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
