// From a playbook to an open session: the place is compared before anything else is asked of AWS.
import type { AccessOptions, AwsAccess } from '../aws/access.ts';
import { connect } from '../aws/connect.ts';
import { loadClients } from '../aws/loading.ts';
import { readEndpointSettings } from '../aws/endpoints/endpoint-settings.ts';
import { endpointMap, type EndpointMap } from '../aws/endpoints/endpoints.ts';
import type { AwsService } from '../aws/services/service.ts';
import { classify, type AwsFailure } from '../aws/errors.ts';
import { readIdentity, type Identity } from '../aws/credentials/identity.ts';
import type { ComponentType } from '../components/contract.ts';
import { componentTypes } from '../components/index.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import { endpointMismatches, identityMismatches, regionMismatch, type Mismatch } from '../guard/guard.ts';
import { loadActing, loadLooking } from '../observe/loading.ts';
import type { ObserveContext } from '../observe/context.ts';
import { edgesOf } from '../playbook/checks/edges.ts';
import type { Playbook } from '../playbook/model.ts';
import { loadPlaybook as load, type LoadResult } from '../playbook/playbook.ts';
import { createSharing, type Sharing } from '../util/sharing.ts';
import { servicesOf } from './services.ts';
import { version } from '../version.ts';

/** What plans and journals call the tool. */
export const tool = `relight ${version}`;

/** The tool, and the modules from outside whose types a playbook's components are of: with others it may act otherwise. */
export function toolFor({ components, types }: Playbook): string {
  const sources = [...components.values()].flatMap(({ type }) => types.get(type)?.source ?? []);
  const modules = [...new Set(sources.map(({ digest, module }) => `${module} ${digest.slice(0, 16)}`))].sort();
  return modules.length === 0 ? tool : `${tool} with ${modules.join(', ')}`;
}

/** Reads and checks a playbook: every mistake at once, or a sound value. */
export function loadPlaybook(input: {
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly params?: Readonly<Record<string, string>>;
  /** The types that components may be of: the shipped ones unless told. */
  readonly types?: ReadonlyMap<string, ComponentType>;
  /** Names that may be read wherever they stand, such as those that other playbooks provide; none unless told. */
  readonly open?: readonly string[];
}): LoadResult {
  const { bytes, file, open = [], params = {}, types = componentTypes } = input;
  return load({ bytes, file, open, params, types });
}

/** The dependency graph of a playbook's components. */
export function graphOf(playbook: Playbook): Graph {
  return buildGraph([...playbook.components.keys()], edgesOf(playbook));
}

/** A playbook, the place it names, and the access to it: what all later stages work with. */
export interface Session {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly identity: Identity;
  readonly observeContext: ObserveContext;
  readonly types: ReadonlyMap<string, ComponentType>;
}

/** A way into a place, and who that makes the caller. */
interface Entry {
  readonly aws: AwsAccess;
  readonly identity: Identity | AwsFailure;
  readonly sharing: Sharing;
}

/** A place for several sessions: the first one enters it, and the others use its access. Each compares for itself. */
export interface SharedEntry {
  entry?: Promise<Entry>;
}

export type SessionResult =
  | { readonly kind: 'open'; readonly session: Session }
  /** The wrong place; `identity` is null when region or endpoints alone told it and nobody was asked. */
  | { readonly kind: 'refused'; readonly identity: Identity | null; readonly mismatches: readonly Mismatch[] }
  /** Nobody could say who the caller is. */
  | { readonly kind: 'no-identity'; readonly failure: AwsFailure };

/**

/**
 * Opens a playbook's target: compares region, endpoints, account and alias before anything else is asked of AWS. Only then
 * do reads pass the gate.
 *
 * @param types the component types to see and act with: those of the playbook unless told
 * @param place what sessions share that are opened with the same options in the same account and region
 */
export async function openSession(
  playbook: Playbook,
  options: AccessOptions,
  types: ReadonlyMap<string, ComponentType> = playbook.types,
  place: SharedEntry = {},
): Promise<SessionResult> {
  const region = regionMismatch(playbook.target, options.region);
  if (region !== undefined) return { kind: 'refused', identity: null, mismatches: [region] };
  const services = servicesOf(types);
  const { astray, endpoints } = await wayOfCalls(options, services);
  if (astray.length > 0) return { kind: 'refused', identity: null, mismatches: astray };
  // All that acts is there before anything does, and time in this process does not wait for the disk.
  const used = new Set([...playbook.components.values()].map(({ type }) => type));
  await loadActing([...types.values()].filter(({ traits }) => used.has(traits.type)));
  if (options.transport !== undefined) {
    await loadClients(services.filter(({ aside }) => aside !== true));
    await loadLooking(playbook, types);
  }
  place.entry ??= enter({
    account: playbook.target.account,
    concurrency: playbook.recovery.concurrency,
    ...options,
    endpoints,
  });
  const { aws, identity, sharing } = await place.entry;
  if ('class' in identity) return { kind: 'no-identity', failure: identity };
  const mismatches = identityMismatches(playbook.target, identity);
  if (mismatches.length > 0) return { kind: 'refused', identity, mismatches };
  aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  const scope = {
    account: identity.account,
    region: identity.region,
    partition: identity.partition,
    playbook: playbook.metadata.name,
  };
  const observeContext: ObserveContext = {
    aws,
    scope,
    clock: options.clock,
    types,
    concurrency: options.concurrency ?? playbook.recovery.concurrency,
    sharing,
  };
  return {
    kind: 'open',
    session: { playbook, graph: graphOf(playbook), identity, observeContext, types },
  };
}

/** A place that no playbook names yet: whoever the credentials are tells which it is. */
export type PlainPlaceResult =
  | { readonly kind: 'open'; readonly identity: Identity; readonly observeContext: ObserveContext }
  | { readonly kind: 'refused'; readonly identity: Identity | null; readonly mismatches: readonly Mismatch[] }
  | { readonly kind: 'no-identity'; readonly failure: AwsFailure };

/** Calls under way at the same time, where no playbook says it. */
const usualConcurrency = 10;

/**
 * Opens an account and region to look for what is in no playbook yet. Only reads pass, and none before the account is known
 * and is the expected one.
 *
 * @param expected the account that it has to be; whichever it is unless told
 */
export async function openPlainPlace(
  options: AccessOptions,
  types: ReadonlyMap<string, ComponentType>,
  expected: string | undefined,
): Promise<PlainPlaceResult> {
  const services = servicesOf(types);
  const { astray, endpoints } = await wayOfCalls(options, services);
  if (astray.length > 0) return { kind: 'refused', identity: null, mismatches: astray };
  await loadActing([...types.values()]);
  if (options.transport !== undefined) await loadClients(services.filter(({ aside }) => aside !== true));
  const { aws, identity, sharing } = await enter({
    concurrency: usualConcurrency,
    ...options,
    endpoints,
    mode: 'read',
  });
  if ('class' in identity) return { kind: 'no-identity', failure: identity };
  if (expected !== undefined && identity.account !== expected) {
    return { kind: 'refused', identity, mismatches: [{ what: 'account', expected, found: identity.account }] };
  }
  aws.credentialCache.expect(identity);
  aws.gate.openForReads();
  const { account, partition, region } = identity;
  const observeContext: ObserveContext = {
    aws,
    scope: { account, region, partition, playbook: '' },
    clock: options.clock,
    types,
    concurrency: options.concurrency ?? usualConcurrency,
    sharing,
  };
  return { kind: 'open', identity, observeContext };
}

async function enter(options: AccessOptions): Promise<Entry> {
  const aws = connect(options);
  return { aws, identity: await whoAmI(aws), sharing: createSharing(options.clock) };
}

/** Where calls go, and which of them to another place than the others; in this process they go nowhere. */
async function wayOfCalls(
  options: AccessOptions,
  services: readonly AwsService[],
): Promise<{ readonly endpoints: EndpointMap | undefined; readonly astray: readonly Mismatch[] }> {
  if (options.transport !== undefined) return { endpoints: undefined, astray: [] };
  const endpoints = options.endpoints ?? (await endpointsOf(options, services));
  return { endpoints, astray: endpointMismatches(endpoints) };
}

/** From command line, environment and profile. */
async function endpointsOf(
  { endpoint, profile, region }: AccessOptions,
  services: readonly AwsService[],
): Promise<EndpointMap> {
  const request = { endpointUrl: endpoint, endpointSource: 'the endpoint', profile, services };
  return endpointMap(await readEndpointSettings(request), region, services);
}

async function whoAmI(aws: AwsAccess): Promise<Identity | AwsFailure> {
  try {
    return await readIdentity(aws);
  } catch (error) {
    return classify(error);
  }
}
