// Lists what stands in the accounts that a scan entered, whoever's it is: each account and region once, by the sessions that the
// playbooks were looked at with. Regions that a fleet file names beside those of the playbooks are entered too.
import pLimit from 'p-limit';
import { throttledIn } from '../../aws/meter.ts';
import { AnotherPlace } from '../../aws/endpoints/answer-place.ts';
import type { ComponentType, StateEntries } from '../../components/contract.ts';
import { insistOnPlace } from '../../engine.ts';
import { inventoryOf, type PlaceInventory, type Unlisted } from '../../observe/inventory.ts';
import { claimsOf } from '../../scan/beyond/claims.ts';
import { statesIn } from '../../scan/beyond/states.ts';
import { judgeBeyond } from '../../scan/beyond/judge.ts';
import type { Judged, Survey, SurveyedPlace } from '../../scan/beyond/model.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { GlobalOptions } from '../options.ts';
import { cliSessionOf, openPlace, verboseListeners, type CliSession } from '../place/session.ts';
import { bugText } from '../terminal/bug.ts';
import type { Io } from '../terminal/io.ts';
import { commandsFor, type Scanning } from './scanning.ts';
import type { ScanSubject } from './subject.ts';
import type { ScanTarget } from './targets.ts';

const placesAtOnce = 8;

interface Entered {
  readonly target: ScanTarget;
  readonly cli: CliSession;
}

export interface Surveyor {
  readonly entered: NonNullable<Scanning['entered']>;
  /** To be called when all playbooks have been looked at. */
  readonly survey: (outcomes: readonly PlaybookOutcome[]) => Promise<Surveyed>;
}

export interface Surveyed {
  readonly survey: Survey;
  readonly judged: Judged;
  readonly awsCalls: number;
  readonly throttled: number;
}

export interface SurveyRequest {
  readonly subject: ScanSubject;
  readonly options: GlobalOptions;
  readonly scanning: Pick<Scanning, 'ending' | 'shared'>;
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
    survey: async (outcomes) => {
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
        fleet: request.subject.fleet,
        wholeFleet: request.subject.wholeFleet,
        command: `relight strays${request.subject.said}`,
      };
      const sum = (of: 'awsCalls' | 'throttled'): number => surveyed.reduce((all, each) => all + each[of], 0);
      return { survey, judged: judgeBeyond(survey), awsCalls: sum('awsCalls'), throttled: sum('throttled') };
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
): Promise<Pick<Surveyed, 'awsCalls' | 'throttled'> & { readonly place: SurveyedPlace }> {
  const { playbook } = target;
  const { account, environment, region } = playbook.target;
  const { observeContext } = cli.session;
  const { meter } = observeContext.aws;
  const before = { awsCalls: meter.total, throttled: throttledIn(meter) };
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
    awsCalls: meter.total - before.awsCalls,
    throttled: throttledIn(meter) - before.throttled,
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
  { options, scanning, subject }: SurveyRequest,
  io: Io,
): Promise<readonly Entered[]> {
  const wanted = (subject.fleet?.accounts ?? []).flatMap(({ id, regions }) => {
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
