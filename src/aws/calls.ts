// One call, from the client to the wire: gate, pacing, time-out, the proof of its answer, and what may be repeated is. A call
// waits for its turn, before it is repeated, and while credentials are renewed; none of these waits holds a place among the
// calls under way.
import { setTimer } from '../util/clock.ts';
import type { AccessOptions } from './access.ts';
import { elsewhereIn, type AnswerPlace } from './endpoints/answer-place.ts';
import { checkAnswer } from './contract/answers.ts';
import { unexpected } from './contract/envelope.ts';
import type { Listings } from './contract/listings.ts';
import { alienRefusal } from './contract/refusals.ts';
import type { Members } from './contract/rules.ts';
import { askersOf } from './counted.ts';
import type { CredentialCache } from './credentials/credential-cache.ts';
import { leadsTo, type EndpointMap } from './endpoints/endpoints.ts';
import { isClassified } from './classified-error.ts';
import { cameFrom, CallTimeout, ClassifiedError, classify, isNotOffered, type ErrorClass } from './errors.ts';
import { HeldBack, isGateRefusal, type Gate, type GatedCall } from './gate.ts';
import { countCall, countRepeat, explainCall, type Asker, type CallMeter, type CallPurpose } from './meter.ts';
import type { Pacer } from './pacing.ts';
import { mayReveal } from './revealing.ts';
import { isChange, kindOf, type AwsService, type CallKind } from './services/service.ts';
import { overTheWire, type Transport, type Trip } from './wire.ts';

/** No call is without a limit. A read is short; a change may take AWS longer to accept. Milliseconds. */
const callTimeout = { read: 10_000, change: 30_000 } as const;
/** What the repeats of a read that nobody answered may take in all, beyond the read's own time. Milliseconds. */
const afterTimeout = 4_500;

/** Tries of one call: a refusal for rate may always be repeated, a lost answer only when the call was a read. */
const tries = { throttled: 6, unavailable: 3, timeout: 2 } as const;
const firstBackoff = { throttled: 1_000, unavailable: 250, timeout: 250 } as const;
const longestBackoff = 20_000;
/** Expired answers to one call although AWS took the credentials elsewhere. */
const renewals = 3;

/** What the layer needs of an SDK client: the middleware stack and the handler of requests, alike in all of them. */
interface LayeredClient {
  readonly middlewareStack: {
    add: (middleware: unknown, options: { step: string; priority?: string; name: string }) => void;
  };
  readonly config: { readonly requestHandler?: Transport | undefined };
}

type Handler = (args: unknown) => Promise<unknown>;

/** What the SDK tells its middleware of a command: the place of a schema is the same in all of its clients. */
interface CommandContext {
  readonly commandName?: string;
  readonly __smithy_context?: { readonly operationSchema?: readonly unknown[] };
}

/** [kind, namespace, name, traits, input, output]; undefined in a test's own client. */
function outputSchemaOf({ __smithy_context: smithy }: CommandContext): unknown {
  return smithy?.operationSchema?.[5];
}

export interface Layer extends Pick<
  AccessOptions,
  'callLimit' | 'clock' | 'wireClock' | 'onCall' | 'onExchange' | 'onHeaders' | 'signal'
> {
  readonly gate: Gate;
  /** What answers must come from; undefined where nobody knows it yet. */
  readonly place?: AnswerPlace | undefined;
  /** Where requests may go; undefined where none leaves the process. */
  readonly endpoints?: EndpointMap | undefined;
  readonly meter: CallMeter;
  readonly pacer: Pacer;
  readonly listings: Listings;
  readonly limit: <T>(work: () => Promise<T>) => Promise<T>;
  readonly jitter: () => number;
  /** Undefined for calls that are about credentials themselves. */
  readonly credentialCache: CredentialCache | undefined;
  /** Of those for whom a call is made, where that is known. */
  readonly askers?: readonly Asker[];
}

export function addLayer(client: unknown, service: AwsService, layer: Layer): void {
  const { config, middlewareStack } = client as LayeredClient;
  const operationOf = (context: { commandName?: string }): string =>
    (context.commandName ?? 'UnknownCommand').replace(/Command$/, '');
  middlewareStack.add(
    (next: Handler, context: CommandContext) => (args: unknown) => {
      const { input } = args as { readonly input: Members };
      const operation = operationOf(context);
      const kind = kindOf(service, operation, input);
      const reveals = kind === 'secret-read' && mayReveal(args);
      return callWithRetries(
        {
          service,
          operation,
          schema: outputSchemaOf(context),
          kind,
          reveals,
          input,
          send: (trip) => next({ input, trip }),
        },
        { ...layer, askers: askersOf(args) },
      );
    },
    { step: 'initialize', priority: 'high', name: 'relightCalls' },
  );
  // Signed and ready: what may have changed while it was made ready is asked now.
  middlewareStack.add(
    (next: Handler, context: { commandName?: string }) => {
      const operation = operationOf(context);
      const change = isChange(service, operation);
      return (args: unknown) => {
        layer.gate.leave(operation, change);
        if (layer.endpoints !== undefined) insistOnEndpoint(layer.endpoints, service, args, layer.gate);
        // Asked late: a client that sessions share has no handler of its own, and goes on to the session's.
        return overTheWire(service, operation, args, config.requestHandler, next, layer.onHeaders);
      };
    },
    { step: 'deserialize', priority: 'low', name: 'relightWire' },
  );
}

/** Whatever led a client elsewhere, in spite of what it was told: nothing goes there. */
function insistOnEndpoint(map: EndpointMap, service: AwsService, args: unknown, gate: Gate): void {
  const { request } = args as { readonly request: Parameters<typeof leadsTo>[2] };
  if (leadsTo(map, service, request)) return;
  const reason =
    `a request of ${service.name} was about to go to ${request.protocol}//${request.hostname}, which is not the endpoint that ` +
    'was checked: nothing more is sent';
  const error = new ClassifiedError('denied', reason, { code: 'AnotherEndpoint' });
  gate.shut(error);
  throw error;
}

/** An answer that names a piece of another account or region: nothing passes any more. */
function insistOnPlace({ operation, service }: Call, answer: unknown, { gate, place }: Layer): void {
  if (place === undefined) return;
  const elsewhere = elsewhereIn(service, operation, (answer as { readonly output?: unknown }).output, place);
  if (elsewhere === undefined) return;
  gate.shut(elsewhere);
  throw elsewhere;
}

interface Call extends GatedCall {
  readonly service: AwsService;
  /** The SDK's, of the output. */
  readonly schema: unknown;
  readonly input: Members;
  readonly send: (trip: Trip) => Promise<unknown>;
}

async function callWithRetries(call: Call, layer: Layer): Promise<unknown> {
  const { service, operation, kind } = call;
  const { clock, gate, credentialCache, pacer } = layer;
  const wire = layer.wireClock ?? clock;
  gate.check(call);
  let spent: number | undefined;
  let renewed = 0;
  let unanswered = 0;
  for (let attempt = 1; ;) {
    const stop = stopOf(layer);
    insistOnGoingOn(layer, undefined);
    await credentialCache?.ready();
    await pacer.take(service, operation, stop);
    let generation = 0;
    let sentAt = clock.now();
    let waitedFrom = wire.now();
    try {
      const answer = await layer.limit(async () => {
        // Again: while the call waited for its turn, the credentials may have expired, or the gate been shut.
        await credentialCache?.ready();
        gate.check(call);
        generation = credentialCache?.generation ?? 0;
        sentAt = clock.now();
        waitedFrom = wire.now();
        return oneCall(call, layer, unanswered);
      });
      pacer.quota.earn(spent);
      insistOnPlace(call, answer, layer);
      return answer;
    } catch (error) {
      if (isGateRefusal(error) || error instanceof HeldBack) throw error;
      insistOnGoingOn(layer, error);
      const problem = classify(error);
      const failure = problem.class;
      if (failure === 'expired' && credentialCache !== undefined && renewed < renewals) {
        // Credentials are looked at before anything else: a call with expired ones was surely not carried out.
        renewed += 1;
        await credentialCache.renew(generation);
        continue;
      }
      if (failure === 'throttled') pacer.throttled(service, operation, sentAt);
      else unanswered += wire.now() - waitedFrom;
      if (isNotOffered(problem) || !mayRepeat(failure, kind) || attempt >= tries[failure]) throw error;
      if (unanswered >= timeOf(kind, layer) + afterTimeout) throw error;
      spent = pacer.quota.spend(failure === 'throttled');
      if (spent === undefined) throw error;
      const pause = backoff(failure, attempt, layer);
      for (const meter of metersOf(layer)) countRepeat(meter, `${service.name}:${operation}`, problem, pause);
      await clock.sleep(pause, stop);
      attempt += 1;
    }
  }
}

/**
 * Throws where all calls were ended. Whoever ended them and says what that means is believed: the client only tells that a
 * request was aborted.
 */
function insistOnGoingOn({ signal }: Layer, error: unknown): void {
  if (signal?.aborted !== true) return;
  const reason: unknown = signal.reason;
  throw isClassified(reason) ? reason : (error ?? reason);
}

function metersOf({ meter, askers = [] }: Layer): readonly CallMeter[] {
  return askers.length === 0 ? [meter] : [meter, ...askers.flatMap((each) => each.meter ?? [])];
}

const identified: CallPurpose = { why: 'identity', of: [] };

function purposesOf({ askers = [] }: Layer): readonly CallPurpose[] {
  return askers.flatMap(({ purpose }) => purpose ?? []);
}

function mayRepeat(failure: ErrorClass, kind: CallKind): failure is keyof typeof tries {
  return failure === 'throttled' || (kind !== 'change' && (failure === 'unavailable' || failure === 'timeout'));
}

/** A change that was answered with success, or not at all, or with a server's error. One that was refused is not made. */
function mayHaveBeenMade(error: unknown): boolean {
  if (error === undefined) return true;
  if (isGateRefusal(error) || error instanceof HeldBack) return false;
  const { class: failure } = classify(error);
  return failure === 'unavailable' || failure === 'timeout';
}

/** Half of it is certain, half is chance. */
function backoff(failure: keyof typeof tries, attempt: number, { jitter }: Layer): number {
  const longest = Math.min(longestBackoff, firstBackoff[failure] * 2 ** (attempt - 1));
  return longest / 2 + (longest / 2) * jitter();
}

/** What ends waits: the whole access is aborted, or the run that makes the calls is over. */
function stopOf({ credentialCache, signal }: Layer): AbortSignal | undefined {
  const stop = credentialCache?.stop;
  if (signal === undefined || stop === undefined) return stop ?? signal;
  return AbortSignal.any([signal, stop]);
}

function timeOf(kind: CallKind, { callLimit }: Layer): number {
  return callLimit ?? (kind === 'change' ? callTimeout.change : callTimeout.read);
}

/** @param unanswered milliseconds for which earlier tries of it were waited for in vain */
async function oneCall(call: Call, layer: Layer, unanswered: number): Promise<unknown> {
  const { service, operation, kind, send } = call;
  const { clock, wireClock = clock } = layer;
  const startedAt = clock.now();
  const sentAt = wireClock.now();
  const key = `${service.name}:${operation}`;
  for (const meter of metersOf(layer)) countCall(meter, key);
  explainCall(layer.meter, key, kind === 'identity' ? [identified] : purposesOf(layer));
  const usual = timeOf(kind, layer);
  const limit = Math.min(usual, usual + afterTimeout - unanswered, layer.gate.timeFor(kind));
  const report = (error: unknown, output?: unknown): void => {
    if (kind === 'change' && mayHaveBeenMade(error)) for (const meter of metersOf(layer)) meter.changes += 1;
    layer.onCall?.({
      service: service.name,
      operation,
      startedAt,
      endedAt: clock.now(),
      took: wireClock.now() - sentAt,
      ...(error === undefined ? {} : { error: classify(error).code }),
    });
    layer.onExchange?.({
      ...{ service: service.name, operation, at: startedAt, input: call.input },
      ...(error === undefined ? { output } : { error: classify(error) }),
    });
  };
  let abort: AbortController | undefined;
  const trip: Trip = {
    signal: () => {
      abort ??= new AbortController();
      return layer.signal === undefined ? abort.signal : AbortSignal.any([abort.signal, layer.signal]);
    },
  };
  let cancel = (): void => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    // A transport may not notice that nobody waits any more.
    const end = (): void => {
      const reason: unknown = layer.signal?.reason;
      reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
    };
    layer.signal?.addEventListener('abort', end, { once: true });
    const timer = setTimer(wireClock, limit, () => {
      // Of a repeat, which has less, the whole time is told.
      const timeout = new CallTimeout(key, unanswered > 0 ? usual : limit);
      reject(timeout);
      // What is still on its way is let go of: nobody waits for it any more.
      abort?.abort(timeout);
    });
    cancel = () => {
      timer();
      layer.signal?.removeEventListener('abort', end);
    };
  });
  try {
    const sent = send(trip);
    // Whoever loses the race must not become an unhandled rejection.
    sent.catch(() => undefined);
    const result = await Promise.race([sent, lost]);
    try {
      prove(call, result, trip, layer, wireClock.now() - sentAt);
    } catch (error) {
      // What is told of another account is worse than an answer that is not whole.
      insistOnPlace(call, result, layer);
      throw error;
    }
    report(undefined, (result as { readonly output?: unknown }).output);
    return result;
  } catch (thrown) {
    cameFrom(service, thrown, operation);
    const error = understood(thrown, call, trip);
    cameFrom(service, error, operation);
    report(error);
    throw error;
  } finally {
    cancel();
  }
}

/** Throws when the answer is none of AWS's, or goes on with a listing that has no end. */
function prove(
  { service, operation, schema, input }: Call,
  result: unknown,
  trip: Trip,
  layer: Layer,
  milliseconds: number,
): void {
  const { output } = result as { readonly output: Members };
  const { body, host = '' } = trip;
  // Without a wire there is no answer to prove: a test's own handler above it.
  if (body === undefined) return;
  checkAnswer(service, operation, { input, output, body }, host, schema);
  const paging = service.proofs[operation]?.paging;
  if (paging === undefined) return;
  layer.listings.follow({ operation, paging, input, output, bytes: body.byteLength, milliseconds });
}

/** What the SDK throws of an answer that it cannot read is no error of AWS, and no bug here. */
function understood(error: unknown, { service, operation, input }: Call, { body, host = '' }: Trip): unknown {
  if (body === undefined || isClassified(error) || isGateRefusal(error)) return error;
  if (typeof error !== 'object' || error === null) return error;
  if ('$fault' in error) return alienRefusal(service, operation, input, error, host) ?? error;
  const detail = (error instanceof Error ? error.message : 'no error at all').split('\n', 1)[0] ?? '';
  return unexpected(`${host} answered ${operation} with something that cannot be read: ${detail.slice(0, 200)}`, {
    cause: error,
  });
}
