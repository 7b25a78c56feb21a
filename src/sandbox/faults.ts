// Misfortune on request: which calls fail, and how. Rules belong to a door, not to the world, so that a fork of a world
// is free of them.
import { AwsError } from './model.ts';
import type { Input, SandboxService, ServiceName, WorldData } from './model.ts';
import { unreachable } from '../util/unreachable.ts';

export type FaultKind =
  | 'throttle'
  | 'access-denied'
  | 'expired-token'
  | 'error-500'
  | 'error-503'
  /** Never answers until the caller gives up. */
  | 'hang'
  /** Answers, but `latencyMs` later. */
  | 'latency'
  /** The connection breaks before the request is carried out. */
  | 'reset-before'
  /** The connection breaks after the request was carried out: the caller cannot know. */
  | 'reset-after';

export interface FaultRule {
  readonly service?: ServiceName;
  readonly operation?: string;
  /** The first matching call that is hit, counted from 1. */
  readonly nth?: number;
  /** How many matching calls are hit in a row: 1 when `nth` is given, otherwise all. */
  readonly times?: number;
  /** Text that must occur in the JSON of the decoded input, such as the name of a resource. */
  readonly resource?: string;
  readonly kind: FaultKind;
  /** For `latency`. */
  readonly latencyMs?: number;
  /** Instead of AWS's own text. */
  readonly message?: string;
}

export interface FaultSubject {
  readonly service: ServiceName;
  readonly operation: string;
  readonly input: Input;
}

/** Rules together with how often each has matched. */
export class Faults {
  readonly #rules: { readonly rule: FaultRule; matches: number }[];

  constructor(rules: readonly FaultRule[] = []) {
    this.#rules = rules.map((rule) => ({ rule, matches: 0 }));
  }

  add(rule: FaultRule): void {
    this.#rules.push({ rule, matches: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  /** The rules that hit this call, in order; counts the call against every rule that it matches. */
  strike(subject: FaultSubject): readonly FaultRule[] {
    const struck: FaultRule[] = [];
    for (const entry of this.#rules) {
      const { rule } = entry;
      if (!matches(rule, subject)) continue;
      entry.matches += 1;
      const first = rule.nth ?? 1;
      const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
      if (entry.matches >= first && entry.matches < first + times) struck.push(rule);
    }
    return struck;
  }
}

function matches(rule: FaultRule, subject: FaultSubject): boolean {
  if (rule.service !== undefined && rule.service !== subject.service) return false;
  if (rule.operation !== undefined && rule.operation !== subject.operation) return false;
  return rule.resource === undefined || JSON.stringify(subject.input).includes(rule.resource);
}

/** The error answer of a fault, in the service's own words; undefined for faults that are no answer. */
export function faultError(
  rule: FaultRule,
  service: SandboxService,
  operation: string,
  data: WorldData,
): AwsError | undefined {
  switch (rule.kind) {
    case 'throttle':
      return throttled(service, rule.message);
    case 'access-denied': {
      const action = `${service.name}:${operation}`;
      const text = rule.message ?? `User: ${data.callerArn} is not authorized to perform: ${action} on resource: *`;
      return isJson(service) ? new AwsError('AccessDeniedException', text) : new AwsError('AccessDenied', text, 403);
    }
    case 'expired-token': {
      const text = rule.message ?? 'The security token included in the request is expired';
      return isJson(service) ? new AwsError('ExpiredTokenException', text) : new AwsError('ExpiredToken', text, 403);
    }
    case 'error-500':
      return new AwsError(internalErrorCode(service.name), rule.message ?? internalErrorText, 500);
    case 'error-503':
      return new AwsError(
        isJson(service) ? 'ServiceUnavailableException' : 'ServiceUnavailable',
        rule.message ?? 'Service is unavailable. Please try again later.',
        503,
      );
    case 'hang':
    case 'latency':
    case 'reset-before':
    case 'reset-after':
      return undefined;
    default:
      return unreachable(rule.kind);
  }
}

/** ECS and DynamoDB say `ThrottlingException`; ELBv2, Route 53, IAM and STS say `Throttling`; all with HTTP 400. */
export function throttled(service: SandboxService, message = 'Rate exceeded'): AwsError {
  return new AwsError(isJson(service) ? 'ThrottlingException' : 'Throttling', message);
}

const internalErrorText = 'The request processing has failed because of an unknown error, exception or failure.';

function internalErrorCode(service: ServiceName): string {
  switch (service) {
    case 'ecs':
      return 'ServerException';
    case 'dynamodb':
      return 'InternalServerError';
    case 'iam':
      return 'ServiceFailure';
    case 'elasticloadbalancing':
    case 'route53':
    case 'sts':
      return 'InternalFailure';
    default:
      return unreachable(service);
  }
}

function isJson(service: SandboxService): boolean {
  return service.protocol === 'json-1.0' || service.protocol === 'json-1.1';
}
