// The one way from a request to its answer, for both transports: find the service, decode, throttle, inject faults,
// carry out, encode.
import type { Faults, FaultRule } from './faults.ts';
import { faultError, throttled } from './faults.ts';
import type { AccessKeys } from './keys.ts';
import type { AwsError, CallContext, Caller, Input, SandboxService, ServiceName, World } from './model.ts';
import { accountWorld } from './accounts.ts';
import { callerOf, invalidToken, notAuthorized, signatureOf, type Signature } from './callers.ts';
import { refuseInvalidRequest } from './inputs/refuse.ts';
import { asAwsError, errorAnswer } from './protocol/errors.ts';
import { decodeEc2 } from './protocol/ec2.ts';
import { decodeJson } from './protocol/json.ts';
import { decodeQuery } from './protocol/query.ts';
import { decodeRestXml } from './protocol/restxml.ts';
import type { DecodedCall, SandboxRequest, SandboxResponse } from './protocol/wire.ts';
import { tooLarge } from './request-limits.ts';
import { findService } from './route.ts';
import { mayBeStale } from './stale.ts';
import { settleStuck } from './stuck.ts';
import { watchChange } from './watch.ts';
import { takeToken } from './throttling.ts';

export type CallOutcome =
  | { readonly kind: 'ok' }
  | { readonly kind: 'error'; readonly code: string; readonly status: number }
  /** The connection broke; `applied` tells whether the operation was carried out before. */
  | { readonly kind: 'reset'; readonly applied: boolean }
  /** The caller gave up before an answer; nothing was carried out. */
  | { readonly kind: 'aborted' };

/** One call as seen on the wire, told once its outcome is known. */
export interface ObservedCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly mutating: boolean;
  readonly region: string;
  /** Virtual instant of arrival. */
  readonly at: number;
  readonly input: Input;
  readonly outcome: CallOutcome;
}

export interface TransportOptions {
  readonly faults?: Faults;
  /** Access keys that are expired, or another caller's. */
  readonly keys?: AccessKeys;
  /** Whose credentials sign, where requests bear no signature: the in-process transport's. */
  readonly signature?: Signature;
  /** Enforce AWS's request rates; off unless told. */
  readonly throttling?: boolean;
  /** Time that every call takes on its way. */
  readonly latencyMs?: number;
  readonly onCall?: (call: ObservedCall) => void;
}

/**
 * Carries out one request. Rejects only when there is no answer: an `AbortError` when the caller gave up, an error with
 * code `ECONNRESET` when a fault broke the connection.
 */
export async function dispatch(
  world: World,
  request: SandboxRequest,
  options: TransportOptions = {},
  abortSignal?: AbortSignal,
): Promise<SandboxResponse> {
  const requestId = world.requestId();
  let service: SandboxService | undefined;
  let call: DecodedCall;
  let region: string;
  try {
    const found = findService(request, world.services);
    service = found.service;
    region = found.region;
    const refusal = found.refusal ?? tooLarge(Buffer.byteLength(request.body), service);
    if (refusal !== undefined) return errorAnswer(service, request, refusal, requestId);
    call = decode(found.service, request);
  } catch (error) {
    return errorAnswer(service, request, asAwsError(error), requestId);
  }

  const at = world.clock.now();
  const { name } = service;
  const { operation, input } = call;
  const mutating = isMutating(operation);
  const report = (outcome: CallOutcome): void => {
    options.onCall?.({ service: name, operation, mutating, region, at, input, outcome });
  };
  const refuse = (error: AwsError): SandboxResponse => {
    report({ kind: 'error', code: error.code, status: error.status });
    return errorAnswer(service, request, error, requestId);
  };

  const caller = callerOf(world, signatureOf(request) ?? options.signature, options.keys);
  if (caller.refusal === 'invalid') return refuse(invalidToken(service));
  if (caller.refusal === 'expired') {
    const expired = faultError({ kind: 'expired-token' }, service, operation, world.data);
    if (expired !== undefined) return refuse(expired);
  }
  const place = accountWorld(world, caller.account);
  const { faults } = options;
  const struck = faults?.inject({ service: name, operation, input, at, mutating }) ?? noFaults;
  const disruption = struck.find(({ kind }) => kind !== 'latency' && kind !== 'stale' && kind !== 'request-rates');
  let delay = options.latencyMs ?? 0;
  for (const rule of struck) if (rule.kind === 'latency') delay += rule.latencyMs ?? 0;
  try {
    if (abortSignal?.aborted === true) throw abortSignal.reason;
    if (delay > 0) await world.clock.sleep(delay, abortSignal);
    if (disruption?.kind === 'hang') await untilAborted(abortSignal);
  } catch (error) {
    report({ kind: 'aborted' });
    throw abortError(error);
  }

  if (disruption?.kind === 'reset-before') {
    report({ kind: 'reset', applied: false });
    throw connectionReset();
  }
  const rates = struck.find(({ kind }) => kind === 'request-rates');
  if (options.throttling === true || rates !== undefined) {
    if (!takeToken(place, service, operation, region, rates?.share)) {
      if (rates !== undefined) faults?.note(rates);
      return refuse(throttled(service, rates?.message));
    }
  }
  const fault = disruption === undefined ? undefined : faultError(disruption, service, operation, world.data);
  if (fault !== undefined) return refuse(fault);

  settleStuck(world);
  let seen = place;
  if (place !== world) {
    // Further accounts show every write at once.
  } else if (faults !== undefined && !mutating && mayBeStale(service, operation, input)) {
    const stale = struck.find(({ kind }) => kind === 'stale');
    const past = stale && faults.past.before(world, name, stale.staleMs ?? service.stale?.withinMs ?? 0);
    if (stale !== undefined && past !== undefined) {
      seen = past;
      faults.note(stale);
    }
  } else if (faults !== undefined && mutating) {
    const longest = faults.lookBack(service);
    if (longest > 0) faults.past.keep(world, name, longest);
  }
  let answer: SandboxResponse;
  let outcome: CallOutcome = { kind: 'ok' };
  try {
    const denial = caller.denies?.({ service: name, operation, input, region, account: caller.account });
    if (denial !== undefined) throw notAuthorized(service, caller.arn, denial);
    refuseInvalidRequest(service, operation, input, request);
    const changed = mutating ? watchChange(world, region, service) : undefined;
    answer = call.answer(call.handle(input, new Context(seen, region, caller)), requestId);
    changed?.();
  } catch (thrown) {
    const error = asAwsError(thrown);
    outcome = { kind: 'error', code: error.code, status: error.status };
    answer = errorAnswer(service, request, error, requestId);
  }
  if (disruption?.kind === 'reset-after') {
    report({ kind: 'reset', applied: outcome.kind === 'ok' });
    throw connectionReset();
  }
  report(outcome);
  return answer;
}

const noFaults: readonly FaultRule[] = [];

/** @throws AwsError for an operation that the service does not have, or a body that cannot be read */
export function decode(service: SandboxService, request: SandboxRequest): DecodedCall {
  switch (service.protocol) {
    case 'json-1.0':
    case 'json-1.1':
      return decodeJson(service, request);
    case 'ec2':
      return decodeEc2(service, request);
    case 'query':
      return decodeQuery(service, request);
    case 'rest-xml':
      return decodeRestXml(service, request);
  }
}

/** Reads its region only when asked: a call to a global service must not create data of a region. */
class Context implements CallContext {
  readonly world: World;
  readonly region: string;
  readonly now: number;
  readonly caller: Caller;
  readonly callerArn: string;

  constructor(world: World, region: string, caller: Caller) {
    this.world = world;
    this.caller = caller;
    this.callerArn = caller.arn;
    this.region = region;
    this.now = world.clock.now();
  }

  get local(): CallContext['local'] {
    return this.world.region(this.region);
  }
}

/** Whether an operation changes anything, by AWS's naming. */
export function isMutating(operation: string): boolean {
  return !/^(Describe|Get|List|BatchGet|TransactGet|Test|Query$|Scan$)/.test(operation);
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener(
      'abort',
      () => {
        reject(new Error('aborted', { cause: signal.reason }));
      },
      { once: true },
    );
  });
}

function abortError(cause: unknown): Error {
  const error = new Error('Request aborted', { cause });
  error.name = 'AbortError';
  return error;
}

function connectionReset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}
