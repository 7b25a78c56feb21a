// The way to AWS: the SDK's own clients, with one layer below them (calls.ts) and one credential cache for all. The SDK's retries
// are off, so that the journal and the counts tell the truth.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { IAMClient } from '@aws-sdk/client-iam';
import { Route53Client } from '@aws-sdk/client-route-53';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import pLimit from 'p-limit';
import type { Clock } from '../util/clock.ts';
import { seededRandom } from '../util/random.ts';
import { addLayer, longestCall, type Layer } from './calls.ts';
import { Listings } from './contract/listings.ts';
import { fixedSource, providerChain, type CredentialSource, type Keys } from './credentials.ts';
import { clientSettings, endpointMap, everywhere, noSettings, type EndpointMap } from './endpoints.ts';
import { Gate } from './gate.ts';
import { CredentialCache } from './credential-cache.ts';
import { createMeter, type CallMeter } from './meter.ts';
import { createPacers, type Pacers } from './pacing.ts';
import { sharedClient } from './shared-clients.ts';
import type { Transport } from './wire.ts';

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
  readonly credentialCache: CredentialCache;
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
  /** One endpoint for all services, instead of what environment and profile say. */
  readonly endpoint?: string | undefined;
  /** Where the calls of each service go, resolved once. `openSession` resolves it where it is not told. */
  readonly endpoints?: EndpointMap | undefined;
  /** Client settings of another transport to AWS, such as the in-process sandbox. */
  readonly transport?: ((service: AwsService) => object) | undefined;
  /**
   * Doors of one kind differ in nothing but their `requestHandler`, and nothing leaves the process through them: their
   * clients are made once and used by all sessions, unless a session brings credentials of its own.
   */
  readonly transportKind?: string | undefined;
  /**
   * 12 digits: rates are an account's, and what identifies itself in an answer must be of this one. Known before the guard
   * has looked, from the playbook.
   */
  readonly account?: string | undefined;
  /** Pass the same value to all accesses of a process, so that they share AWS's rates; its own unless told. */
  readonly pacers?: Pacers | undefined;
  /** Calls that may be under way at once; unbounded unless told. What waits is not under way. */
  readonly concurrency?: number | undefined;
  /** Chance in [0, 1) for the pauses before a call is repeated, so that many machines do not repeat in step. */
  readonly jitter?: (() => number) | undefined;
  /** Where credentials come from; the SDK's provider chain unless told, or those of the transport. */
  readonly credentials?: CredentialSource | undefined;
  readonly onCall?: ((call: CallRecord) => void) | undefined;
  /** Told the headers of each answer. */
  readonly onHeaders?: ((headers: Readonly<Record<string, string>>) => void) | undefined;
  /** Aborts every call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after which a call of any kind counts as lost, where the usual limits are too long. */
  readonly callLimit?: number | undefined;
}

/** Of a connection; the answer has the call's own time. */
const connectTimeout = 5_000;

/**
 * The SDK copies every input and output for its logger's `info`, without anything that is sensitive, even when the logger
 * is its own that says nothing; one without `info` spares that.
 */
const quiet = { trace: nothing, debug: nothing, warn: nothing, error: nothing };

function nothing(): void {
  return undefined;
}

/** Makes the clients; nothing is sent. */
export function connect(options: AccessOptions): AwsAccess {
  const { account, clock, region } = options;
  const endpoints = options.transport === undefined ? endpointsOf(options) : undefined;
  const gate = new Gate(options.mode);
  const meter = createMeter();
  const pacers = options.pacers ?? createPacers(clock);
  const layer: Omit<Layer, 'credentialCache'> = {
    ...options,
    gate,
    place: account === undefined ? undefined : { account, region },
    endpoints,
    meter,
    pacer: pacers.of(account ?? '', region),
    listings: new Listings(),
    limit: pLimit(options.concurrency ?? Number.POSITIVE_INFINITY),
    jitter: options.jitter ?? seededRandom(1),
  };
  const settings = (service: AwsService): object => ({
    region,
    maxAttempts: 1,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(endpoints === undefined ? {} : clientSettings(endpoints, service)),
    logger: quiet,
    requestHandler: { connectionTimeout: connectTimeout, requestTimeout: longestCall },
    ...options.transport?.(service),
  });
  const credentialCache = new CredentialCache({
    source: options.credentials ?? sourceOf(options),
    identify: async (keys) => {
      const sts = new STSClient({ ...settings('sts'), credentials: { ...keys } });
      // Without a credential cache: what is said of these keys is an answer, and no reason to look for others. Without a limit:
      // all places may be taken by calls that wait for this answer.
      addLayer(sts, 'sts', { ...layer, limit: (work) => work(), credentialCache: undefined });
      const { Account = '', Arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    gate,
    clock,
    wallClock: options.wireClock ?? clock,
  });
  // Marked as remembering by itself, so that the SDK asks for each call instead of remembering for ever.
  const credentials = Object.assign(() => credentialCache.keys(), { memoized: true });
  const layered = <Client extends object>(service: AwsService, make: (settings: object) => Client): Client => {
    const own = settings(service);
    const client =
      options.transportKind === undefined || options.credentials !== undefined
        ? make({ ...own, credentials })
        : sharedClient(
            `${options.transportKind}/${region}/${service}`,
            () => make(own),
            (own as { readonly requestHandler: Transport }).requestHandler,
          );
    addLayer(client, service, { ...layer, credentialCache });
    return client;
  };
  return {
    ecs: layered('ecs', (all) => new ECSClient(all)),
    elbv2: layered('elbv2', (all) => new ElasticLoadBalancingV2Client(all)),
    route53: layered('route53', (all) => new Route53Client(all)),
    dynamodb: layered('dynamodb', (all) => new DynamoDBClient(all)),
    sts: layered('sts', (all) => new STSClient(all)),
    iam: layered('iam', (all) => new IAMClient(all)),
    region,
    gate,
    meter,
    credentialCache,
  };
}

/** Without a map, environment and profile count for nothing: nobody has compared what they say. */
function endpointsOf({ endpoint, endpoints, region }: AccessOptions): EndpointMap {
  const named = endpoint === undefined ? {} : everywhere(endpoint, 'the endpoint');
  const map = endpoints ?? endpointMap({ ...noSettings, named }, region);
  const wrong = [...map.mistakes, ...map.problems];
  if (wrong.length > 0)
    throw new Error(`Internal error: clients were made for endpoints in doubt: ${wrong.join('; ')}`);
  return map;
}

/** Another transport has its own credentials, once and for all. */
function sourceOf({ transport, profile, region }: AccessOptions): CredentialSource {
  const settings = transport?.('sts') as { readonly credentials?: Keys } | undefined;
  return settings?.credentials === undefined
    ? providerChain(profile, region)
    : fixedSource(settings.credentials, 'fixed credentials');
}
