// The one classifier of AWS errors. Everything that decides on an error decides on its class, never on a name or text. What
// only one service says is in its row of services/.
import { atMostAPage } from '../util/beginning.ts';
import { scrubCredentials } from '../util/redact.ts';
import { shown, shownName } from '../util/shown.ts';
import { isClassified, type ErrorClass } from './classified-error.ts';
import { awsServices } from './services/index.ts';
import type { AwsService } from './services/service.ts';

export { ClassifiedError, type ErrorClass } from './classified-error.ts';

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

/** What means the same in all services. */
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
  OptInRequired: 'denied',
  CredentialsProviderError: 'denied',
  ExpiredToken: 'expired',
  ExpiredTokenException: 'expired',
  RequestExpired: 'expired',
  // Gone.
  ResourceNotFoundException: 'not-found',
  // Nobody knows.
  InternalFailure: 'unavailable',
  InternalError: 'unavailable',
  InternalServerError: 'unavailable',
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

/** What all services say, and what each says of its own. */
const meanings: ReadonlyMap<string, ErrorClass> = new Map([
  ...Object.entries(codes),
  ...awsServices.flatMap((service) => Object.entries(service.errorCodes)),
]);
const texts = awsServices.flatMap((service) => service.errorTexts ?? []);

/**
 * Under what an error bears whose answer it is, where that is known: what its service says of its own codes goes before all
 * else. A registered symbol, so that a type from outside, which may have a copy of this module of its own, reads the same.
 */
const origin = Symbol.for('relight.service');
/** Under what it bears which operation it answers. */
const asked = Symbol.for('relight.operation');

/** Notes which service an error came from, so that it is understood wherever it is looked at later, and what was asked. */
export function cameFrom(service: AwsService, error: unknown, operation: string): void {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return;
  Object.defineProperty(error, origin, { value: service, configurable: true });
  Object.defineProperty(error, asked, { value: operation, configurable: true });
}

/** What was asked when it failed, as IAM calls it: `elasticloadbalancing:DescribeTags`. Undefined for what is no answer. */
export function apiOf(error: unknown): string | undefined {
  const service = originOf(error);
  if (service === undefined) return undefined;
  const operation = (error as { readonly [asked]?: unknown })[asked];
  return typeof operation === 'string' ? `${service.iamPrefix ?? service.signingName}:${operation}` : undefined;
}

function originOf(error: unknown): AwsService | undefined {
  return typeof error === 'object' && error !== null ? (error as { [origin]?: AwsService })[origin] : undefined;
}

function meaningOf(error: unknown, code: string): ErrorClass | undefined {
  const own = originOf(error)?.errorCodes;
  return own !== undefined && Object.hasOwn(own, code) ? own[code] : meanings.get(code);
}

/**
 * Classifies anything that an AWS call can throw. What is not recognised is `unavailable` when the server or the
 * network failed and `invalid` when AWS refused the request. The message comes without credentials: AWS quotes the whole
 * signed request when its signature is wrong. It is on one line, nothing in it but what can be seen, and at most a page.
 */
export function classify(error: unknown): AwsFailure {
  const code = codeOf(error);
  const message = messageOf(error);
  return {
    class: classOf(error, code, message),
    code: shownName(code),
    message: shown(atMostAPage(message, scrubCredentials)),
  };
}

/** The same without the message, for who reads a refusal before anybody shows it. */
export function refusalOf(error: unknown): Pick<AwsFailure, 'class' | 'code'> {
  const code = codeOf(error);
  return { class: classOf(error, code, messageOf(error)), code: shownName(code) };
}

function classOf(error: unknown, code: string, message: string): ErrorClass {
  if (isClassified(error)) return error.class;
  const known =
    meaningOf(error, code) ??
    [...(originOf(error)?.errorTexts ?? []), ...texts].find((each) => each.code === code && message.includes(each.text))
      ?.class;
  if (known !== undefined) return known;
  const status = statusOf(error);
  if (status === 429) return 'throttled';
  if (status === undefined || status >= 500) return 'unavailable';
  return status === 403 ? 'denied' : 'invalid';
}

/** What whoever has no such operation answers: AWS's front ends, emulators, and what is no answer of AWS (`contract/`). */
const notOfferedCodes: ReadonlySet<string> = new Set([
  'UnknownOperationException',
  'UnknownOperation',
  'InvalidAction',
  'NotImplemented',
  'NotImplementedException',
  'NotOffered',
]);

/** True when the endpoint has no such operation: neither repeating nor waiting helps, and nothing was asked. */
export function isNotOffered({ code }: AwsFailure): boolean {
  return notOfferedCodes.has(code);
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
  return meaningOf(error, name) !== undefined || meaningOf(error, bare) === undefined ? name : bare;
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
