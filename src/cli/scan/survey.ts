// Lists what stands in the accounts that a scan entered, whoever's it is: each account and region once, by the sessions that the
// playbooks were looked at with. Regions that a fleet file names beside those of the playbooks are entered too.
import { dirname } from 'node:path';
import pLimit from 'p-limit';
import { AnotherPlace } from '../../aws/endpoints/answer-place.ts';
import type { ComponentType, StateEntries } from '../../components/contract.ts';
import { insistOnPlace } from '../../engine.ts';
import { diagnosticsText } from '../../playbook/diagnostic.ts';
import { loadFleet } from '../../fleet/load.ts';
import type { Fleet } from '../../fleet/model.ts';
import { inventoryOf, type PlaceInventory, type Unlisted } from '../../observe/inventory.ts';
import { claimsOf } from '../../scan/beyond/claims.ts';
import { statesIn } from '../../scan/beyond/states.ts';
import { judgeBeyond } from '../../scan/beyond/judge.ts';
import type { Judged, Survey, SurveyedPlace } from '../../scan/beyond/model.ts';
import type { PlaybookOutcome, Unread } from '../../scan/outcome.ts';
import { shellWord } from '../../util/shell.ts';
import { UserError } from '../exit.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { cliSessionOf, openPlace, readBytes, verboseListeners, type CliSession } from '../place/session.ts';
import { bugText } from '../terminal/bug.ts';
import { paintFor, pathIn, type Io } from '../terminal/io.ts';
import { commandsFor, type Scanning } from './scanning.ts';
import { filesNamed, realFiles, type ScanTarget } from './targets.ts';

const placesAtOnce = 8;

interface Entered {
  readonly target: ScanTarget;
  readonly cli: CliSession;
}

export interface Surveyor {
  readonly entered: NonNullable<Scanning['entered']>;
  /** To be called when all playbooks have been looked at. */
  readonly survey: (outcomes: readonly PlaybookOutcome[], unread: readonly Unread[]) => Promise<Surveyed>;
}

export interface Surveyed {
  readonly survey: Survey;
  readonly judged: Judged;
  readonly awsCalls: number;
}

export interface SurveyRequest {
  /** As they were typed. */
  readonly words: readonly string[];
  /** What the words name. */
  readonly files: readonly string[];
  readonly fleet: Fleet | undefined;
  readonly options: GlobalOptions;
  readonly scanning: Pick<Scanning, 'ending' | 'shared'>;
}

/** @throws UserError with every mistake of the file told */
export function readFleet(file: string, { color }: Pick<GlobalOptions, 'color'>, io: Io): Fleet {
  const result = loadFleet({ file, bytes: readBytes(file, io) });
  if (result.ok) return result.fleet;
  const colored = paintFor(io, color, io.canRedraw).bad('x') !== 'x';
  io.err(diagnosticsText(result.diagnostics, result.text, { color: colored }));
  throw new UserError('');
}

/** Each account is reached by the profile that the fleet file gives it, unless the command names one for all. */
export function byFleet(targets: readonly ScanTarget[], { accounts }: Fleet): readonly ScanTarget[] {
  return targets.map((target) => {
    const { options, playbook } = target;
    const profile = options.profile ?? accounts.find(({ id }) => id === playbook.target.account)?.profile;
    return profile === undefined ? target : { ...target, options: { ...options, profile } };
  });
}

export function surveyor(request: SurveyRequest, io: Io): Surveyor {
  const places = new Map<string, Entered>();
  return {
    entered: (target, cli) => {
      const { account, region } = target.playbook.target;
      const key = `${account} ${region}`;
      const known = places.get(key);
      // Of several playbooks of a place the first by name: so it is told alike in whatever order they answer.
      if (known === undefined || target.playbook.file < known.target.playbook.file) places.set(key, { target, cli });
    },
    survey: async (outcomes, unread) => {
      const entered = [...places.values(), ...(await furtherPlaces([...places.values()], request, io))];
      const claims = claimsOf(outcomes);
      const limit = pLimit(placesAtOnce);
      const accounts = new Set<string>();
      const inOrder = entered.toSorted((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
      const surveyed = await Promise.all(
        inOrder.map((each) => {
          const { account } = each.target.playbook.target;
          const accountWide = !accounts.has(account);
          accounts.add(account);
          return limit(() =>
            placeOf(each, accountWide, claims.isOurs, statesIn(outcomes, each.target.playbook.target), io),
          );
        }),
      );
      const survey: Survey = {
        places: surveyed.map(({ place }) => place),
        outcomes,
        types: request.options.types.types,
        fleet: request.fleet,
        wholeFleet: unread.length === 0 && isWhole(request, io),
        command: strayCommand(request),
      };
      const awsCalls = surveyed.reduce((sum, each) => sum + each.awsCalls, 0);
      return { survey, judged: judgeBeyond(survey), awsCalls };
    },
  };
}

function keyOf({ target: { playbook } }: Entered): string {
  return `${playbook.target.account} ${playbook.target.region}`;
}

async function placeOf(
  { cli, target }: Entered,
  accountWide: boolean,
  isKnown: (arn: string) => boolean,
  states: readonly StateEntries[],
  io: Io,
): Promise<{ readonly place: SurveyedPlace; readonly awsCalls: number }> {
  const { playbook } = target;
  const { account, environment, region } = playbook.target;
  const { observeContext } = cli.session;
  const before = observeContext.aws.meter.total;
  let inventory: PlaceInventory;
  try {
    inventory = await inventoryOf(observeContext, { accountWide, isKnown, states });
    insistOnPlace(cli.session);
  } catch (error) {
    if (!(error instanceof AnotherPlace)) io.err(bugText(error));
    const detail = error instanceof Error ? error.message : String(error);
    inventory = nothingListed(observeContext.types, accountWide, detail, observeContext.clock.now());
  }
  const { file, metadata } = playbook;
  const permissions = `${commandsFor(target, io).permissions} --beyond`;
  return {
    place: {
      account,
      region,
      environment: environment ?? null,
      principal: cli.session.identity.arn,
      entry: { playbook: metadata.name, file, permissions },
      inventory,
    },
    awsCalls: observeContext.aws.meter.total - before,
  };
}

/** A bug, or an answer from another place: nothing that was listed counts. */
function nothingListed(
  types: ReadonlyMap<string, ComponentType>,
  accountWide: boolean,
  detail: string,
  at: number,
): PlaceInventory {
  const unlisted: Unlisted = { kind: 'unknown', reason: 'invalid', detail, code: 'Unlisted', api: undefined };
  const asked = [...types].filter(
    ([, { inventory }]) => inventory?.list !== undefined && (accountWide || inventory.accountWide !== true),
  );
  return { at, listings: new Map(asked.map(([type]) => [type, unlisted])), hints: unlisted, states: [] };
}

/** Regions of the fleet's accounts where no playbook is: entered with the way that leads to another place of the account. */
async function furtherPlaces(
  entered: readonly Entered[],
  { fleet, options, scanning }: SurveyRequest,
  io: Io,
): Promise<readonly Entered[]> {
  const wanted = (fleet?.accounts ?? []).flatMap(({ id, regions }) => {
    const own = entered.filter(({ target }) => target.playbook.target.account === id);
    const [first] = own;
    if (first === undefined) return [];
    const known = new Set(own.map(({ target }) => target.playbook.target.region));
    return regions.filter((each) => !known.has(each)).map((region) => ({ region, target: first.target }));
  });
  const opened = await Promise.all(
    wanted.map(async ({ region, target }): Promise<Entered | undefined> => {
      const playbook = { ...target.playbook, target: { ...target.playbook.target, region } };
      const there = { ...target.options, region };
      const { credentials } = target;
      const { ending, shared } = scanning;
      const opening = { shared, signal: ending.signal, ...(credentials === undefined ? {} : { credentials }) };
      const place = await openPlace(playbook, 'read', there, io, verboseListeners(options, io), opening);
      if (place.result.kind !== 'open') return undefined;
      const cli = cliSessionOf(place, place.result.session, there, io);
      return { target: { ...target, playbook, options: there }, cli };
    }),
  );
  // A place that cannot be entered was not looked at: whoever judges says so of what it may hold.
  return opened.filter((each) => each !== undefined);
}

/** Are all playbooks of the fleet among those that were named? */
function isWhole({ files, fleet }: SurveyRequest, io: Io): boolean {
  if (fleet === undefined) return false;
  const folder = dirname(pathIn(io, fleet.file));
  const { files: all, unread } = filesNamed(fleet.playbooks, { ...io, cwd: folder });
  if (unread.length > 0) return false;
  const named = new Set(realFiles(files, io));
  return realFiles(all, { ...io, cwd: folder }).every((each) => named.has(each));
}

function strayCommand({ fleet, options, words }: SurveyRequest): string {
  const said = words.map((each) => ` ${shellWord(each)}`).join('');
  const by = fleet === undefined ? '' : ` --fleet ${shellWord(fleet.file)}`;
  return `relight strays${said}${by}${whereWords(options)}`;
}
