// The way to AWS: the SDK's own clients, with one layer below them (calls.ts) and one credential cache for all. The SDK's retries
// are off, so that the journal and the counts tell the truth.
import pLimit from 'p-limit';
import { seededRandom } from '../util/random.ts';
import { ClassifiedError } from './classified-error.ts';
import type { AccessOptions, AwsAccess, ClientOptions, Sender } from './access.ts';
import { addLayer, type Layer } from './calls.ts';
import { Listings } from './contract/listings.ts';
import { loadSchemas } from './contract/shape.ts';
import { CredentialCache } from './credentials/credential-cache.ts';
import { fixedSource, providerChain, type CredentialSource, type Keys } from './credentials/credentials.ts';
import { gatedNameServers, nobodyToAsk, type NameServers } from './dns/name-servers.ts';
import { networkNameServers } from './dns/resolver.ts';
import {
  clientSettings,
  endpointMap,
  everywhere,
  isAsked,
  noSettings,
  type EndpointMap,
} from './endpoints/endpoints.ts';
import { Gate } from './gate.ts';
import { loadedLate } from './loading.ts';
import { createMeter } from './meter.ts';
import { createPacers } from './pacing.ts';
import { quiet } from './credentials/quiet.ts';
import { revealingClient } from './revealing.ts';
import type { AwsService, SdkClient } from './services/service.ts';
import { awsServices } from './services/index.ts';
import { sts } from './services/sts.ts';
import { sharedClient } from './shared-clients.ts';
import type { Transport } from './wire.ts';

/**
 * A connection has its time; the answer has the call's own, kept by the call layer. A `requestTimeout` would only warn, and
 * its timer outlives a request of which the SDK never hears again (answered with HTTP 101, its connection is closed without
 * an event that the SDK listens to): it would keep the process alive.
 */
const requestHandler = { connectionTimeout: 5_000, socketAcquisitionWarningTimeout: 1_000 };

/** A type from outside may have a copy of one of these rows: what counts is what is known here. */
const shipped: ReadonlyMap<string, AwsService> = new Map(awsServices.map((each) => [each.name, each]));

/** Of a service that is only asked aside, who brings a row of it knows more. */
function knownRow(row: AwsService): AwsService {
  const own = shipped.get(row.name);
  return own === undefined || (own.aside === true && row.aside !== true) ? row : own;
}

/** Makes the clients; nothing is sent. */
export function connect(options: AccessOptions): AwsAccess {
  const { account, clock, region } = options;
  const endpoints = options.transport === undefined ? endpointsOf(options) : undefined;
  const gate = new Gate(options.mode, options.scope);
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
    requestHandler,
    ...options.transport?.(service),
  });
  const credentialCache = new CredentialCache({
    source: options.credentials ?? sourceOf(options),
    identify: async (keys) => {
      const [make, { GetCallerIdentityCommand }] = await Promise.all([
        sts.load(),
        import('@aws-sdk/client-sts'),
        loadSchemas(),
      ]);
      const client = make({ ...settings(sts), credentials: { ...keys } });
      // Without a credential cache: what is said of these keys is an answer, and no reason to look for others. Without a limit:
      // all places may be taken by calls that wait for this answer.
      addLayer(client, sts, { ...layer, limit: (work) => work(), credentialCache: undefined });
      const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
      return { account: Account, arn: Arn };
    },
    gate,
    clock,
    wallClock: options.wireClock ?? clock,
  });
  // Marked as remembering by itself, so that the SDK asks for each call instead of remembering for ever.
  const credentials = Object.assign(() => credentialCache.keys(), { memoized: true });
  const layered = (service: AwsService, make: (settings: object) => SdkClient): SdkClient => {
    const own = settings(service);
    const client =
      options.transportKind === undefined || options.credentials !== undefined
        ? make({ ...own, credentials })
        : sharedClient(
            `${options.transportKind}/${region}/${service.name}${service.aside === true ? '/aside' : ''}`,
            () => make(own),
            (own as { readonly requestHandler: Transport }).requestHandler,
          );
    addLayer(client, service, { ...layer, credentialCache });
    return client;
  };
  const clients = new Map<AwsService, SdkClient>();
  const client: AwsAccess['client'] = <Client extends SdkClient>(
    row: AwsService<Client>,
    { reveals = false }: ClientOptions = {},
  ): Sender<Client> => {
    const service = knownRow(row);
    let found = clients.get(service);
    if (found === undefined) {
      found =
        endpoints === undefined || isAsked(endpoints, service)
          ? loadedLate(service, (make) => layered(service, make))
          : notAsked(service);
      clients.set(service, found);
    }
    const sender = found as Sender<Client>;
    return reveals ? revealingClient(sender) : sender;
  };
  const nameServers = gatedNameServers(options.nameServers ?? ownNameServers(options, endpoints), gate);
  return { client, region, gate, meter, credentialCache, nameServers };
}

/** Zones of an emulator are served nowhere, and whose servers it names is anybody's guess. */
function ownNameServers({ clock, wireClock }: AccessOptions, endpoints: EndpointMap | undefined): NameServers {
  return endpoints === undefined || endpoints.elsewhere !== undefined
    ? nobodyToAsk('what answers the calls is not AWS')
    : networkNameServers(wireClock ?? clock);
}

/** Nothing is sent to where nobody has looked. */
function notAsked({ name }: AwsService): SdkClient {
  const reason = `all others have an endpoint of their own, and ${name} has none there: it is not asked`;
  return { send: () => Promise.reject(new ClassifiedError('unavailable', reason, { code: 'NoEndpoint' })) };
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
  const settings = transport?.(sts) as { readonly credentials?: Keys } | undefined;
  return settings?.credentials === undefined
    ? providerChain(profile, region)
    : fixedSource(settings.credentials, 'fixed credentials');
}
