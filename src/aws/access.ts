// The way to AWS: the SDK's own clients, with one layer below them that gates, paces, counts, times out and retries
// what may be repeated. The SDK's retries are off, so that the journal and the counts tell the truth.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { STSClient } from '@aws-sdk/client-sts';
import { setTimer, type Clock } from '../util/clock.ts';
import { askersMeter } from './counted.ts';
import { CallTimeout, classify } from './errors.ts';
import { Gate, GateRefusal } from './gate.ts';
import { countCall, countRepeat, createMeter, type CallMeter } from './meter.ts';
import { createPacer, isRead, type Pacer } from './pacing.ts';
import { sharedClient, type Door } from './shared-clients.ts';

export type AwsService = 'ecs' | 'elbv2' | 'route53' | 'dynamodb' | 'sts' | 'iam';

/** One answered or failed call, as told to `onCall`. Times in milliseconds since the epoch. */
export interface CallRecord {
  readonly service: AwsService;
  readonly operation: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** The error's wire code, undefined on success. */
  readonly error?: string;
}

/** The clients of one account and region. */
export interface AwsAccess {
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly route53: Route53Client;
  readonly dynamodb: DynamoDBClient;
  readonly sts: STSClient;
  readonly iam: IAMClient;
  readonly region: string;
  readonly gate: Gate;
  readonly meter: CallMeter;
}

export interface AccessOptions {
  readonly region: string;
  /** `read` can never be opened for changes. */
  readonly mode: 'read' | 'change';
  /** Read when a call goes out, so that a clock found by the first call (a served sandbox's) holds for all later ones. */
  readonly clock: Clock;
  /**
   * Times a call out. A call over a real network needs the real clock, also when all else goes by a served sandbox's
   * faster time; `clock` unless told.
   */
  readonly wireClock?: Clock | undefined;
  readonly profile?: string | undefined;
  readonly endpoint?: string | undefined;
  /** Client settings of another door to AWS, such as the in-process sandbox. */
  readonly door?: ((service: AwsService) => object) | undefined;
  /**
   * Doors of one kind differ in nothing but their `requestHandler`, and nothing leaves the process through them: their
   * clients are made once and used by all sessions.
   */
  readonly doorKind?: string | undefined;
  readonly pacer?: Pacer | undefined;
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Told the headers of each answer. */
  readonly onHeaders?: ((headers: Readonly<Record<string, string>>) => void) | undefined;
  /** Aborts every call. */
  readonly signal?: AbortSignal | undefined;
}

/** No call is without a limit. A read is short; a change may take AWS longer to accept. */
const callTimeout = { read: 10_000, change: 30_000 } as const;
const connectTimeout = 5_000;

/** Tries of one call: a refusal for rate may always be repeated, a lost answer only when the call was a read. */
const tries = { throttled: 6, unavailable: 3, timeout: 2 } as const;
const firstBackoff = { throttled: 1_000, unavailable: 250, timeout: 250 } as const;
const longestBackoff = 20_000;

/**
 * The SDK copies every input and output for its logger's `info`, without anything that is sensitive, even when the logger
 * is its own that says nothing; one without `info` spares that.
 */
const quiet = { trace: nothing, debug: nothing, warn: nothing, error: nothing };

function nothing(): void {
  return undefined;
}

/** What the layer needs of an SDK client: the middleware stack, alike in all of them. */
interface LayeredClient {
  readonly middlewareStack: {
    add: (middleware: unknown, options: { step: string; priority?: string; name: string }) => void;
  };
}

type Handler = (args: unknown) => Promise<unknown>;

/** Makes the clients; nothing is sent. */
export function connect(options: AccessOptions): AwsAccess {
  const gate = new Gate(options.mode);
  const meter = createMeter();
  const pacer = options.pacer ?? createPacer(options.clock);
  const settings = (service: AwsService): object => ({
    region: options.region,
    maxAttempts: 1,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    logger: quiet,
    requestHandler: { connectionTimeout: connectTimeout, requestTimeout: callTimeout.change },
    ...options.door?.(service),
  });
  const layered = <Client extends object>(service: AwsService, make: (settings: object) => Client): Client => {
    const own = settings(service);
    const client =
      options.doorKind === undefined
        ? make(own)
        : sharedClient(
            `${options.doorKind}/${options.region}/${service}`,
            () => make(own),
            (own as { readonly requestHandler: Door }).requestHandler,
          );
    addLayer(client as LayeredClient, service, { ...options, gate, meter, pacer });
    return client;
  };
  return {
    ecs: layered('ecs', (all) => new ECSClient(all)),
    elbv2: layered('elbv2', (all) => new ElasticLoadBalancingV2Client(all)),
    route53: layered('route53', (all) => new Route53Client(all)),
    dynamodb: layered('dynamodb', (all) => new DynamoDBClient(all)),
    sts: layered('sts', (all) => new STSClient(all)),
    iam: layered('iam', (all) => new IAMClient(all)),
    region: options.region,
    gate,
    meter,
  };
}

interface Layer extends AccessOptions {
  readonly gate: Gate;
  readonly meter: CallMeter;
  readonly pacer: Pacer;
  /** Of whom a call is made for, where that is known. */
  readonly asker?: CallMeter | undefined;
}

function addLayer(client: LayeredClient, service: AwsService, layer: Layer): void {
  const operationOf = (context: { commandName?: string }): string =>
    (context.commandName ?? 'UnknownCommand').replace(/Command$/, '');
  client.middlewareStack.add(
    (next: Handler, context: { commandName?: string }) => (args: unknown) =>
      callWithRetries(service, operationOf(context), () => next(args), { ...layer, asker: askersMeter(args) }),
    { step: 'initialize', priority: 'high', name: 'relightCalls' },
  );
  if (layer.onHeaders !== undefined) {
    const { onHeaders } = layer;
    client.middlewareStack.add(
      (next: Handler) => async (args: unknown) => {
        const result = await next(args);
        const headers = (result as { response?: { headers?: Record<string, string> } }).response?.headers;
        if (headers !== undefined) onHeaders(headers);
        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'relightHeaders' },
    );
  }
}

async function callWithRetries(
  service: AwsService,
  operation: string,
  send: () => Promise<unknown>,
  layer: Layer,
): Promise<unknown> {
  layer.gate.check(operation);
  const repeatable = isRead(operation);
  for (let attempt = 1; ; attempt += 1) {
    await layer.pacer.take(service, operation);
    // Again: the gate is the last thing before the wire.
    layer.gate.check(operation);
    try {
      return await oneCall(service, operation, send, layer);
    } catch (error) {
      if (error instanceof GateRefusal || layer.signal?.aborted === true) throw error;
      const problem = classify(error);
      const failure = problem.class;
      const mayRepeat = failure === 'throttled' || (repeatable && (failure === 'unavailable' || failure === 'timeout'));
      if (!mayRepeat || attempt >= tries[failure]) throw error;
      const pause = Math.min(longestBackoff, firstBackoff[failure] * 2 ** (attempt - 1));
      for (const meter of metersOf(layer)) countRepeat(meter, `${service}:${operation}`, problem, pause);
      await layer.clock.sleep(pause, layer.signal);
    }
  }
}

function metersOf({ meter, asker }: Layer): readonly CallMeter[] {
  return asker === undefined ? [meter] : [meter, asker];
}

async function oneCall(
  service: AwsService,
  operation: string,
  send: () => Promise<unknown>,
  layer: Layer,
): Promise<unknown> {
  const { clock } = layer;
  const startedAt = clock.now();
  const key = `${service}:${operation}`;
  for (const meter of metersOf(layer)) countCall(meter, key);
  const limit = isRead(operation) ? callTimeout.read : callTimeout.change;
  const report = (error?: unknown): void => {
    layer.onCall?.({
      service,
      operation,
      startedAt,
      endedAt: clock.now(),
      ...(error === undefined ? {} : { error: classify(error).code }),
    });
  };
  let cancel = nothing;
  const lost = new Promise<never>((_resolve, reject) => {
    cancel = setTimer(layer.wireClock ?? clock, limit, () => {
      reject(new CallTimeout(key, limit));
    });
  });
  try {
    const call = send();
    // Whoever loses the race must not become an unhandled rejection.
    call.catch(() => undefined);
    const result = await Promise.race([call, lost]);
    report();
    return result;
  } catch (error) {
    report(error);
    throw error;
  } finally {
    cancel();
  }
}
