// relight doctor: could a recovery begin here and now? Looks and tells; cannot change anything.
import { join } from 'node:path';
import type { CallRecord } from '../../aws/access.ts';
import { AnotherPlace } from '../../aws/endpoints/answer-place.ts';
import { group, ng, ok, skip, troubled, warn, type Check } from '../../doctor/check.ts';
import {
  clockCheck,
  embeddedClockCheck,
  endpointCheck,
  identityChecks,
  lockCheck,
  prerequisiteChecks,
  proofCheck,
  reachabilityChecks,
  readChecks,
  refusalChecks,
  runsCheck,
  type Caller,
} from '../../doctor/findings.ts';
import { look, lookForNeeds, lookForRefusals, servicesOf, type Session, type Assessed } from '../../engine.ts';
import type { Playbook } from '../../playbook/model.ts';
import { regionRemedy } from '../../guard/guard.ts';
import { doctorText } from '../../report/doctor-text.ts';
import { placeText } from '../../report/place-text.ts';
import { LockTrouble } from '../../run/lock/store.ts';
import { systemClock, type Clock } from '../../util/clock.ts';
import { count } from '../../util/words.ts';
import { heldOf } from '../state/earlier-locks.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { lockPlaceOf, lockStoreOf, worldLockStore, type LockOption } from '../state/locking.ts';
import { tableFor } from '../state/known-good.ts';
import { proofStatus } from '../state/proofs.ts';
import { leftoverRuns } from '../state/leftover-runs.ts';
import { typeWords, whereWords, type GlobalOptions } from '../options.ts';
import {
  identityRemedy,
  loadDiagnosed,
  openPlace,
  placeOf,
  regionSource,
  sandboxTime,
  seedHint,
  stateDirectoryOf,
  type OpenedPlace,
} from '../place/session.ts';
import { cannotKeepRuns, cannotMakeIn } from '../state/state-files.ts';
import { shellWord } from '../../util/shell.ts';
import { jsonText } from '../../util/shown.ts';

export type DoctorOptions = GlobalOptions & LockOption;

/** What needs a place to look at. */
const afterPlace = ['clock', 'reachability', 'reads', 'prerequisites', 'deletes', 'lock'];

export async function doctor(file: string, options: DoctorOptions, io: Io): Promise<ExitCode> {
  const loaded = loadDiagnosed(file, options, io);
  const checks: Check[] = [];
  if (loaded.ok) {
    const { components, verify, metadata } = loaded.playbook;
    const size = `${count(components.size, 'component')}, ${count(verify.length, 'probe')}`;
    checks.push(
      ok('playbook', `${metadata.name}, ${size}`),
      proofCheck(proofStatus(loaded.playbook, options, io), loaded.playbook, systemClock.now()),
      ...(await awsChecks(loaded.playbook, options, io)),
    );
  } else {
    checks.push(
      ng(
        'playbook',
        `${count(loaded.diagnostics.length, 'mistake')}; see: relight validate ${shellWord(file)}${typeWords(options)}`,
      ),
    );
    const why = 'needs a sound playbook';
    checks.push(...['proof', 'place', ...afterPlace].map((name) => skip(name, why)));
  }
  const stateDirectory = stateDirectoryOf(options, io);
  const noPlace = cannotKeepRuns(stateDirectory, options.sandbox === true);
  checks.push(noPlace === undefined ? ok('state', `${options.stateDir} can be written to`) : ng('state', noPlace));
  const runs = join(stateDirectory, 'runs');
  checks.push(runsFound(runs, join(options.stateDir, 'runs')));
  if (options.json === true) io.out(jsonText({ version: 1, file, checks }));
  else io.out(doctorText(file, checks, paintFor(io, options.color, io.outIsTerminal)));
  return doctorExitCode(checks);
}

function runsFound(directory: string, shown: string): Check {
  try {
    return runsCheck(leftoverRuns(directory), shown);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return ng('runs', error.message, 'unseen');
  }
}

function doctorExitCode(checks: readonly Check[]): ExitCode {
  const troubles = new Set(troubled(checks).map((each) => each.trouble));
  if (troubles.has('place')) return exitCodes.refused;
  if (troubles.has('unseen')) return exitCodes.incomplete;
  return troubles.size > 0 ? exitCodes.error : exitCodes.fine;
}

async function awsChecks(playbook: Playbook, options: DoctorOptions, io: Io): Promise<readonly Check[]> {
  const calls: CallRecord[] = [];
  let ahead: number | undefined;
  let served: Clock | undefined;
  const onHeaders = (headers: Readonly<Record<string, string>>): void => {
    const told = Date.parse(headers['date'] ?? '');
    // The header has whole seconds: on average half a second of its own has passed.
    if (ahead === undefined && Number.isFinite(told)) ahead = (systemClock.now() - told - 500) / 1000;
    served ??= sandboxTime(headers);
  };
  let opened: OpenedPlace;
  try {
    opened = await openPlace(playbook, 'read', options, io, { onHeaders, onCall: (call) => calls.push(call) });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const why = 'needs a way to AWS';
    return [ng('place', error.message), ...afterPlace.map((name) => skip(name, why))];
  }
  const { result, embedded, endpoint, endpoints, sandbox, region } = opened;
  // Before anything is looked at: in an embedded sandbox every call takes some of its time.
  const embeddedLead = embedded === undefined ? undefined : leadOf(embedded.clock);
  const caller = await callerOf(opened, options, io);
  if (caller.kind === 'known') {
    io.err(`${placeText(placeOf(caller.identity, playbook, opened), paintFor(io, options.color, io.canRedraw))}\n\n`);
  }
  const target =
    embedded !== undefined
      ? 'the embedded sandbox'
      : endpoint === undefined
        ? 'AWS'
        : `${sandbox ? 'a sandbox, served' : "an endpoint that is not AWS's,"} at ${endpoint}`;
  const injections = endpoints === undefined ? [] : [endpointCheck(endpoints)];
  const targets = injections.some((each) => each.outcome === 'ng') ? [] : [ok('target', target)];
  const seen = result.kind === 'open' ? await lookHere(result.session) : undefined;
  const strays = seen instanceof AnotherPlace ? [ng('answers', seen.message, 'place')] : [];
  const identity = identityChecks(caller, playbook, region).map((each) => {
    const remedy = placeRemedy(each, playbook, options, opened, io);
    return remedy === undefined ? each : { ...each, further: [remedy] };
  });
  const place = group('place', [...targets, ...injections, ...identity, ...strays], '');
  const assessed = seen instanceof AnotherPlace ? undefined : seen;
  const clock =
    embeddedLead === undefined
      ? clockCheck(ahead, 'no answer told the time', served === undefined ? undefined : leadOf(served))
      : embeddedClockCheck(embeddedLead);
  const reachability = group('reachability', reachabilityChecks(apisOf(playbook), calls), '');
  if (assessed === undefined) {
    const why =
      result.kind === 'refused' || strays.length > 0
        ? 'nothing is looked at in the wrong place'
        : 'needs credentials that are accepted';
    return [
      place,
      clock,
      reachability,
      skip('reads', why),
      skip('prerequisites', why),
      skip('deletes', why),
      skip('lock', why),
    ];
  }
  const { byId: observations } = assessed.looked.observations;
  return [
    place,
    clock,
    reachability,
    group('reads', readChecks(playbook, observations), ''),
    group(
      'prerequisites',
      prerequisiteChecks(playbook, observations, playbook.types, assessed.needs),
      'the playbook takes nothing for granted',
    ),
    group('deletes', refusalChecks(assessed.refusals), 'nothing of it is known to be refused by AWS'),
    await lockFound(playbook, options, opened, io),
    ...(await knownGoodFound(playbook, opened)),
  ];
}

/** The table that known good is kept in for a team, where the playbook names one: a recovery begins without it too. */
async function knownGoodFound(playbook: Playbook, opened: OpenedPlace): Promise<readonly Check[]> {
  const { result } = opened;
  if (result.kind !== 'open') return [];
  const { session } = result;
  const table = tableFor({ ...opened, place: placeOf(session.identity, playbook, opened), session });
  if (table === undefined) return [];
  const read = await table.heads().finally(table.close);
  if (read.kind === 'failed') return [{ ...warn('known good', read.why), further: ['a recovery goes on without it'] }];
  const [newest] = read.versions;
  const what =
    newest === undefined
      ? 'no version yet'
      : `${count(read.versions.length, 'version')}, the last of ${newest.at} by ${newest.by}`;
  const text = `${table.place}: ${what}`;
  return [
    read.troubles.length === 0 ? ok('known good', text) : { ...warn('known good', text), further: read.troubles },
  ];
}

/** What to do about a check of the place that is not good, where that is known. */
function placeRemedy(
  { name, trouble }: Check,
  playbook: Playbook,
  options: DoctorOptions,
  opened: OpenedPlace,
  io: Io,
): string | undefined {
  if (trouble !== 'place') return undefined;
  if (name !== 'region') return seedHint(playbook, options, opened);
  const source = regionSource(options, io);
  return source === undefined ? undefined : regionRemedy(playbook.target.region, source);
}

/** What a doctor looks at in AWS. */
interface Seen {
  readonly looked: Assessed;
  readonly needs: Awaited<ReturnType<typeof lookForNeeds>>;
  readonly refusals: Awaited<ReturnType<typeof lookForRefusals>>;
}

/** An answer from another place is a finding. */
async function lookHere(session: Session): Promise<Seen | AnotherPlace> {
  try {
    const looked = await look(session);
    const [needs, refusals] = await Promise.all([lookForNeeds(session, looked), lookForRefusals(session, looked)]);
    return { looked, needs, refusals };
  } catch (error) {
    if (error instanceof AnotherPlace) return error;
    throw error;
  }
}

async function lockFound(
  playbook: Playbook,
  options: DoctorOptions,
  { access, result }: OpenedPlace,
  io: Io,
): Promise<Check> {
  const place = lockPlaceOf(playbook, options, io);
  const identity = result.kind === 'open' ? result.session.identity : undefined;
  const { earlier, store: own } =
    options.sandbox === true
      ? { store: worldLockStore(options, io), earlier: [] }
      : lockStoreOf(playbook, place, { access, identity }, io);
  const isFile = options.sandbox === true || place.kind === 'file';
  try {
    const { record, store } = await heldOf(own, earlier);
    const flag = options.lock === undefined ? '' : ` --lock ${shellWord(options.lock)}`;
    const check = lockCheck(record, `relight lock show ${shellWord(playbook.file)}${flag}${whereWords(options)}`);
    const noPlace = isFile ? cannotMakeIn(store.place) : undefined;
    return check.outcome !== 'ok' || noPlace === undefined ? check : ng('lock', `it could not be taken: ${noPlace}`);
  } catch (error) {
    if (!(error instanceof LockTrouble)) throw error;
    const unseen = error.kind === 'denied' || error.kind === 'unreachable';
    // What comes on a line of its own is not part of the command before it.
    const [head = '', ...further] = error.lines;
    return { ...ng('lock', head, unseen ? 'unseen' : 'other'), ...(further.length === 0 ? {} : { further }) };
  }
}

/** Seconds that a sandbox's clock is ahead of this machine's. */
function leadOf(clock: Clock): number {
  return (clock.now() - systemClock.now()) / 1000;
}

async function callerOf({ result, endpoint }: OpenedPlace, options: DoctorOptions, io: Io): Promise<Caller> {
  switch (result.kind) {
    case 'open':
      return { kind: 'known', identity: result.session.identity, mismatches: [] };
    case 'refused':
      return result.identity === null
        ? { kind: 'not-asked', mismatches: result.mismatches }
        : { kind: 'known', identity: result.identity, mismatches: result.mismatches };
    case 'no-identity': {
      const { failure } = result;
      return { kind: 'unknown', failure, remedy: await identityRemedy(failure, endpoint, options, io) };
    }
  }
}

/** The APIs that a playbook's types read from, and those of the identity reads. */
function apisOf(playbook: Playbook): readonly string[] {
  const services = servicesOf(playbook.types);
  const prefixes = [...playbook.components.values()]
    .flatMap((each) => playbook.types.get(each.type)?.traits.permissions.read ?? [])
    .map((action) => action.slice(0, action.indexOf(':')))
    .map((prefix) => services.find((each) => each.signingName === prefix)?.name ?? prefix);
  const identifying = services.filter((each) => each.identityCalls !== undefined).map(({ name }) => name);
  return [...identifying, ...[...new Set(prefixes)].sort()];
}
