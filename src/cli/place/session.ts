// From the command line to an open session: playbook, place, identity; the header is printed before anything else.
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import type { AccessOptions, CallRecord } from '../../aws/access.ts';
import { readEndpointSettings } from '../../aws/endpoints/endpoint-settings.ts';
import { awsOwnWords, endpointMap, isLoopback, type EndpointMap } from '../../aws/endpoints/endpoints.ts';
import type { AwsFailure } from '../../aws/errors.ts';
import type { Identity } from '../../aws/credentials/identity.ts';
import { createPacers, type Pacers } from '../../aws/pacing.ts';
import {
  loadPlaybook,
  openSession,
  servicesOf,
  type Session,
  type SessionResult,
  type SharedEntry,
} from '../../engine.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import { endpointMismatches, refusalText } from '../../guard/guard.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { LoadResult } from '../../playbook/playbook.ts';
import type { Paint } from '../../report/paint.ts';
import { placeText, type Place } from '../../report/place-text.ts';
import { networkProber } from '../../run/probe/network-prober.ts';
import type { Prober } from '../../run/probe/probe.ts';
import { tokenHeaders, tokenOf } from './sandbox-token.ts';
import { servedProber } from '../../run/probe/served-prober.ts';
import { scaledClock, SwitchableClock, systemClock, type Clock } from '../../util/clock.ts';
import { seededRandom } from '../../util/random.ts';
import { largestFile, readNamedFile, UnusableFile } from '../../util/storage-read.ts';
import type { EmbeddedAws } from './embedded.ts';
import { recorder } from './recorder.ts';
import { exitCodes, UserError } from '../exit.ts';
import { missingProfile } from './named-profile.ts';
import { nameServersFor } from './name-servers.ts';
import { pathIn, paintFor, type Io } from '../terminal/io.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { shellWord } from '../../util/shell.ts';
import { linesText, shown } from '../../util/shown.ts';

/** Reads a playbook, prints every mistake at once, and gives up if there is one. */
export function readPlaybook(
  file: string,
  options: Pick<GlobalOptions, 'param' | 'types' | 'color'>,
  io: Io,
  open: readonly string[] = [],
): Playbook {
  const result = loadDiagnosed(file, options, io, open);
  const color = paintFor(io, options.color, io.canRedraw).bad('x') !== 'x';
  if (result.diagnostics.length > 0) io.err(diagnosticsText(result.diagnostics, result.text, { color }));
  if (!result.ok) throw new UserError(typesHint(result));
  return result.playbook;
}

/** What helps beside its mistakes: where a type has no name like any that there is; else empty. */
export function typesHint({ diagnostics }: LoadResult): string {
  const isStrange = diagnostics.some(({ code, suggestion }) => code === 'unknown-type' && suggestion === undefined);
  return isStrange ? 'Component types of your own are named on the command line: --types <module>' : '';
}

/**
 * Reads a playbook; its mistakes are part of the answer.
 *
 * @param open names that may be read wherever they stand, also where the playbook has them in a secret's place
 * @param text that is to be in the file; what is in it unless told
 */
export function loadDiagnosed(
  file: string,
  options: Pick<GlobalOptions, 'param' | 'types'>,
  io: Io,
  open: readonly string[] = [],
  text?: string,
): LoadResult {
  const bytes = text === undefined ? readBytes(file, io) : new TextEncoder().encode(text);
  const input = { bytes, file, params: options.param, types: options.types.types };
  const result = loadPlaybook({ ...input, open });
  if (result.ok) io.hide?.(result.playbook.secrets.redactor);
  return result;
}

/** @throws UserError when it cannot be read */
export function readBytes(file: string, io: Io): Uint8Array {
  const path = pathIn(io, file);
  try {
    const { size } = statSync(path);
    if (size > largestFile) throw new UserError(`${file}: ${size} bytes is too large for a playbook`);
    return readNamedFile(path, largestFile);
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (error instanceof UnusableFile)
      throw new UserError(`${file}: more than ${largestFile} bytes is too large for a playbook`);
    const code = (error as { code?: unknown }).code;
    if (code === 'ENOENT') throw new UserError(`${file}: no such file`);
    if (code === 'EISDIR') throw new UserError(`${file}: is a folder; name a playbook file`);
    throw new UserError(`${file}: ${shown(error instanceof Error ? error.message : String(error))}`);
  }
}

/** An open session with what the commands need beside it. */
export interface CliSession {
  readonly session: Session;
  readonly place: Place;
  readonly prober: Prober;
  /** For results on stdout. */
  readonly paint: Paint;
  /** For progress on stderr. */
  readonly errPaint: Paint;
  /** How the session was opened, for further ones in the same place. */
  readonly access: AccessOptions;
  /** Who is told of calls, those of further accesses too. */
  readonly told: Pick<AccessOptions, 'onCall'>;
  /** Set with `--sandbox`. */
  readonly embedded: EmbeddedAws | undefined;
  readonly stateDirectory: string;
}

/** A target as far as it could be opened. */
export interface OpenedPlace {
  readonly result: SessionResult;
  readonly region: string;
  /** Undefined with `--sandbox`. */
  readonly endpoints: EndpointMap | undefined;
  /** Undefined with `--sandbox`, and for AWS's own. */
  readonly endpoint: string | undefined;
  /** A sandbox answered, an embedded or a served one. */
  readonly sandbox: boolean;
  readonly access: AccessOptions;
  readonly told: CliSession['told'];
  readonly embedded: EmbeddedAws | undefined;
  readonly stateDirectory: string;
}

/** Who is told of what goes over the wire. */
export type Listeners = Pick<AccessOptions, 'onCall' | 'onHeaders'>;

/** What places share that are opened side by side: one embedded world, one time, one account's rates. */
export interface SharedPlaces {
  readonly embedded: EmbeddedAws | undefined;
  readonly clock: SwitchableClock;
  readonly pacers: Pacers;
  /** Told by the answers' headers: a relight sandbox is behind the endpoint. */
  readonly found: { headers?: Readonly<Record<string, string>> };
}

/**
 * For places that are opened side by side.
 *
 * @param share of AWS's request rates
 */
export async function sharedPlaces(options: GlobalOptions, io: Io, share?: number): Promise<SharedPlaces> {
  const embedded = options.sandbox === true ? await embeddedIn(stateDirectoryOf(options, io), options) : undefined;
  const clock = new SwitchableClock(systemClock);
  return { embedded, clock, pacers: createPacers(clock, share), found: {} };
}

/** How a place is opened, beside what the options say. */
export interface Opening extends Pick<AccessOptions, 'concurrency' | 'signal' | 'credentials'> {
  /** What sessions of one place share that are opened alike. */
  readonly entry?: SharedEntry;
  readonly shared?: SharedPlaces;
}

/** A third of relight is the sandbox: loaded for who wants it. */
async function embeddedIn(stateDirectory: string, options: GlobalOptions): Promise<EmbeddedAws> {
  const { openEmbedded } = await import('./embedded.ts');
  return openEmbedded(stateDirectory, options.sandboxSpeed, options.types.types);
}

/** Opens the playbook's target and tells what came of it; throws only for options that mean nothing. */
export async function openPlace(
  playbook: Playbook,
  mode: AccessOptions['mode'],
  options: GlobalOptions,
  io: Io,
  listeners: Listeners = {},
  { entry, shared, ...own }: Opening = {},
): Promise<OpenedPlace> {
  const stateDirectory = stateDirectoryOf(options, io);
  const places = shared ?? (await sharedPlaces(options, io));
  const region = regionOf(options, io) ?? playbook.target.region;
  const { access, endpoint, endpoints } = await accessTo(region, mode, { listeners, options, places }, io);
  const { embedded, found } = places;
  const onExchange = options.record === undefined ? undefined : recorder(options.record, playbook.secrets.redactor, io);
  const told = listeners.onCall === undefined ? {} : { onCall: listeners.onCall };
  const exchanged = onExchange === undefined ? {} : { onExchange };
  const result = await openSession(playbook, { ...access, ...own, ...told, ...exchanged }, undefined, entry);
  const sandbox = embedded !== undefined || found.headers !== undefined;
  return { result, region, endpoints, endpoint, sandbox, access, told, embedded, stateDirectory };
}

/** The way there, before anybody has said who goes. */
export async function accessTo(
  region: string,
  mode: AccessOptions['mode'],
  {
    listeners = {},
    options,
    places,
  }: { readonly listeners?: Listeners; readonly options: GlobalOptions; readonly places: SharedPlaces },
  io: Io,
): Promise<{
  readonly access: AccessOptions;
  readonly endpoints: EndpointMap | undefined;
  readonly endpoint: string | undefined;
}> {
  const { clock, embedded, found, pacers } = places;
  const endpoints = embedded === undefined ? await endpointsOf(options, io, region) : undefined;
  const endpoint = endpoints?.elsewhere;
  const access: AccessOptions = embedded?.access(region, mode) ?? {
    region,
    mode,
    clock,
    wireClock: systemClock,
    pacers,
    jitter: seededRandom(randomBytes(4).readUInt32LE()),
    profile: profileOf(options, io),
    nameServers: nameServersFor(endpoint, () => found.headers),
    ...(endpoints === undefined ? {} : { endpoints }),
    onHeaders: (headers) => {
      listeners.onHeaders?.(headers);
      if (found.headers !== undefined || endpoint === undefined) return;
      const time = sandboxTime(headers);
      // Only this machine can be a sandbox: a header from elsewhere changes nothing.
      if (time === undefined || !isLoopback(endpoint)) return;
      found.headers = headers;
      clock.switchTo(time);
    },
  };
  return { access, endpoints, endpoint };
}

export function stateDirectoryOf(options: Pick<GlobalOptions, 'stateDir'>, io: Io): string {
  return pathIn(io, options.stateDir);
}

/** Where and as whom, for the first line on the screen. */
export function placeOf(identity: Identity, playbook: Playbook, opened: OpenedPlace): Place {
  const { account, alias, aliasDetail, arn } = identity;
  const { endpoints, region, sandbox } = opened;
  const endpoint = sandbox ? null : (opened.endpoint ?? null);
  const environment = playbook.target.environment ?? null;
  const through = endpoints === undefined ? null : (awsOwnWords(endpoints) ?? null);
  return { account, alias, aliasDetail, arn, region, environment, sandbox, endpoint, through };
}

/** Opens the playbook's target. Refuses with exit code 3 in the wrong place. */
export async function openCliSession(
  playbook: Playbook,
  mode: AccessOptions['mode'],
  options: GlobalOptions,
  io: Io,
): Promise<CliSession> {
  const paint = paintFor(io, options.color, io.canRedraw);
  const opened = await openPlace(playbook, mode, options, io, verboseListeners(options, io));
  const { endpoint, result } = opened;
  switch (result.kind) {
    case 'no-identity':
      throw new UserError(
        `cannot tell who the caller is: ${result.failure.code}: ${result.failure.message}\n` +
          `Nothing was looked at or changed. ${await identityRemedy(result.failure, endpoint, options, io)}`,
      );
    case 'refused': {
      if (result.identity !== null) io.err(`${placeText(placeOf(result.identity, playbook, opened), paint)}\n\n`);
      const seed = seedHint(playbook, options, opened);
      const text = refusalText(result.mismatches, regionSource(options, io));
      throw new UserError(seed === undefined ? text : `${text}\n${seed}`, exitCodes.refused);
    }
    case 'open': {
      const cli = cliSessionOf(opened, result.session, options, io);
      io.err(`${placeText(cli.place, paint)}\n\n`);
      return cli;
    }
  }
}

/** Tells every call, where that is asked for. */
export function verboseListeners(options: Pick<GlobalOptions, 'color' | 'verbose'>, io: Io): Listeners {
  if (options.verbose !== true) return {};
  const paint = paintFor(io, options.color, io.canRedraw);
  return {
    onCall: (call) => {
      io.err(linesText([callText(call, paint)]));
    },
  };
}

/** An open session with what the commands need beside it; says nothing. */
export function cliSessionOf(opened: OpenedPlace, session: Session, options: GlobalOptions, io: Io): CliSession {
  const { access, embedded, endpoint, stateDirectory, told } = opened;
  const served = opened.sandbox && embedded === undefined && endpoint !== undefined;
  return {
    session,
    place: placeOf(session.identity, session.playbook, opened),
    prober: embedded?.prober ?? (served ? servedProber(endpoint, tokenHeaders(tokenOf(options, io))) : networkProber),
    paint: paintFor(io, options.color, io.outIsTerminal),
    errPaint: paintFor(io, options.color, io.canRedraw),
    access,
    told,
    embedded,
    stateDirectory,
  };
}

/** The command that gives a sandbox the account and alias that the playbook names; undefined where that is not what is wrong. */
export function seedHint(
  { file }: Playbook,
  options: GlobalOptions,
  { endpoint, result, sandbox }: OpenedPlace,
): string | undefined {
  if (!sandbox || result.kind !== 'refused' || result.identity === null) return undefined;
  const where = whereWords(endpoint === undefined ? options : { ...options, endpointUrl: endpoint });
  return `This is a sandbox. To give it the playbook's account and alias: relight sandbox seed ${shellWord(file)}${where}`;
}

type WhereTo = Pick<GlobalOptions, 'endpointUrl' | 'profile' | 'region' | 'types'>;

/** Where the calls of each service go, by command line, environment and profile. */
async function endpointsOf(options: WhereTo, io: Io, region: string): Promise<EndpointMap> {
  const { endpointUrl } = options;
  const services = servicesOf(options.types.types);
  const request = { endpointUrl, profile: profileOf(options, io), env: io.env, services };
  const map = endpointMap(await readEndpointSettings(request), region, services);
  if (map.mistakes.length > 0) throw new UserError(map.mistakes.join('\n'));
  return map;
}

/** Where no playbook names one: a sandbox has all. */
const usualRegion = 'us-east-1';

/** The endpoint instead of AWS's own, when one is named. Refuses with exit code 3 where there is more than one. */
export async function endpointOf(options: WhereTo, io: Io): Promise<string | undefined> {
  const region = regionOf(options, io);
  const map = await endpointsOf(options, io, region ?? usualRegion);
  const astray = endpointMismatches(map);
  if (astray.length > 0) {
    const assumed = region === undefined && astray.some(({ found }) => found.includes(usualRegion));
    const whose = `\nNobody named a region: ${usualRegion} is assumed. Name yours: --region, or AWS_REGION`;
    throw new UserError(`${refusalText(astray)}${assumed ? whose : ''}`, exitCodes.refused);
  }
  return map.elsewhere;
}

const regionVariables = ['AWS_REGION', 'AWS_DEFAULT_REGION'] as const;

/** The region that the options or the environment name. */
export function regionOf({ region }: Pick<WhereTo, 'region'>, io: Io): string | undefined {
  return region ?? regionVariables.map((each) => nonEmpty(io.env[each])).find((each) => each !== undefined);
}

/** What names the region: an option or a variable; undefined where only the playbook does. */
export function regionSource({ region }: WhereTo, io: Io): string | undefined {
  return region === undefined ? regionVariables.find((each) => nonEmpty(io.env[each]) !== undefined) : '--region';
}

function profileOf({ profile }: WhereTo, io: Io): string | undefined {
  return profile ?? nonEmpty(io.env['AWS_PROFILE']);
}

/** What to do when nobody could say who the caller is. */
export async function identityRemedy(
  failure: AwsFailure,
  endpoint: string | undefined,
  options: WhereTo,
  io: Io,
): Promise<string> {
  const noProfile = await missingProfile(failure, options, io);
  if (noProfile !== undefined) return noProfile;
  if (endpoint === undefined) {
    return (
      'Check the credentials (AWS_PROFILE, --profile), the region and the network; ' +
      'without an AWS account, add --sandbox.'
    );
  }
  if (failure.class === 'unavailable' || failure.class === 'timeout') {
    return `Is anything listening at ${endpoint}? A sandbox is started with: relight sandbox serve`;
  }
  return isLoopback(endpoint)
    ? `Check the credentials; for a relight sandbox at ${endpoint} any will do: ` +
        'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox'
    : `Check the credentials (AWS_PROFILE, --profile), and whether ${endpoint} is the right endpoint.`;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

function callText(call: CallRecord, paint: Paint): string {
  const took = `${call.took} ms`;
  return paint.dim(
    `  call ${call.service}:${call.operation} ${took}${call.error === undefined ? '' : ` ${call.error}`}`,
  );
}

/** A served relight sandbox tells its time in each answer: `1; speed=60; now=1479...`. */
export function sandboxTime(headers: Readonly<Record<string, string>>): Clock | undefined {
  const text = headers['x-relight-sandbox'];
  if (text === undefined) return undefined;
  const speed = Number(/speed=([\d.]+)/.exec(text)?.[1] ?? '1');
  const now = Number(/now=([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
  return Number.isFinite(speed) && speed > 0 && Number.isFinite(now) ? scaledClock(speed, now) : undefined;
}
