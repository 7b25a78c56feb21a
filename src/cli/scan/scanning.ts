// Looks at many playbooks: accounts side by side, those of one place together, with the calls that one look takes. One that cannot
// be entered (the wrong account, no credentials) hides its own pieces and nobody else's.
import pLimit from 'p-limit';
import { AnotherPlace } from '../../aws/endpoints/answer-place.ts';
import { throttledIn, type CallMeter } from '../../aws/meter.ts';
import type { Assessed, SharedEntry } from '../../engine.ts';
import { firstPause, longestPatience, type Patience } from '../../observe/patient.ts';
import { scanEnded, type Calls, type Obstacle, type PlaybookOutcome } from '../../scan/outcome.ts';
import { groupBy } from '../../util/group-by.ts';
import { shellWord } from '../../util/shell.ts';
import { patienceFor } from '../changing/patience.ts';
import { UserError } from '../exit.ts';
import { typeWords, whereWords } from '../options.ts';
import { regionOf, type CliSession, type OpenedPlace } from '../place/session.ts';
import { lookKnowinglyTogether } from '../state/earlier-writes.ts';
import { bugText } from '../terminal/bug.ts';
import { type Io } from '../terminal/io.ts';
import { complainTo } from './memory-files.ts';
import type { ScanEnding } from './ending.ts';
import type { ScanTarget } from './targets.ts';
import { enteredOf, type Entered, type Place } from './entering.ts';

/** Accounts that are looked at side by side. */
export const accountsAtOnce = 16;
/** Playbooks of one place that are looked at together; the others come after, so that what is seen is of one time. */
const playbooksTogether = 100;
/** Playbooks of one place that are looked at side by side, each by itself, where the look at all of them failed. */
const aloneAtOnce = 4;

export interface Scanning extends Pick<Place, 'ending' | 'entered' | 'shared'> {
  /** Told of each playbook that was looked at, with what was seen. */
  readonly looked?: ((target: ScanTarget, cli: CliSession, assessed: Assessed) => void) | undefined;
  /** Told of each playbook when it has been looked at. */
  readonly tell: (outcome: PlaybookOutcome) => void;
}

export interface Outcomes {
  /** Of every target, in the order of the targets. */
  readonly outcomes: readonly PlaybookOutcome[];
  /** What was sent to see them. */
  readonly calls: Calls;
}

export async function scanTargets(targets: readonly ScanTarget[], scanning: Scanning, io: Io): Promise<Outcomes> {
  const told = new Set<string>();
  const outcomes = new Map<ScanTarget, PlaybookOutcome>();
  const meters = new Set<CallMeter>();
  const limitAccounts = pLimit(accountsAtOnce);
  const accounts = groupBy(placesOf(targets), ([first]) => first?.playbook.target.account);
  await Promise.all(
    [...accounts.values()].map((places) =>
      limitAccounts(() =>
        Promise.all(
          places.map(async (place) => {
            const waited = { milliseconds: 0 };
            for (const group of groupsOf(place)) {
              // Entered anew for each: who could not be told by whom a group is seen may be told for the next.
              const entry: SharedEntry = {};
              await lookedAt(group, { ...scanning, entry, waited, meters, told }, outcomes, io);
            }
          }),
        ),
      ),
    ),
  );
  return { outcomes: targets.flatMap((each) => outcomes.get(each) ?? []), calls: callsIn(meters) };
}

/** Those that are reached in one way, and live in one account and region. */
export function placesOf(targets: readonly ScanTarget[]): readonly (readonly ScanTarget[])[] {
  const ways = new Map<unknown, number>();
  const numberOf = (way: unknown): number => {
    const known = ways.get(way) ?? ways.size;
    ways.set(way, known);
    return known;
  };
  const groups = groupBy(targets, ({ credentials, options, playbook }) =>
    JSON.stringify([
      ...[playbook.target.account, playbook.target.region, options.region, options.profile],
      credentials === undefined ? null : numberOf(credentials),
    ]),
  );
  return [...groups.values()];
}

/** Those of a place that are looked at together. */
export function groupsOf(place: readonly ScanTarget[]): readonly (readonly ScanTarget[])[] {
  return Array.from({ length: Math.ceil(place.length / playbooksTogether) }, (_, at) =>
    place.slice(at * playbooksTogether, (at + 1) * playbooksTogether),
  );
}

function callsIn(meters: Iterable<CallMeter>): Calls {
  const all = [...meters];
  return {
    awsCalls: all.reduce((sum, { total }) => sum + total, 0),
    throttled: all.reduce((sum, meter) => sum + throttledIn(meter), 0),
  };
}

interface Entering extends Scanning, Place {
  /** Milliseconds that its playbooks have waited for answers, one group after the other. */
  readonly waited: { milliseconds: number };
}

/** Looks at playbooks of one place; each has an outcome then, whatever comes between. */
async function lookedAt(
  group: readonly ScanTarget[],
  entering: Entering,
  outcomes: Map<ScanTarget, PlaybookOutcome>,
  io: Io,
): Promise<void> {
  const { ending, looked, tell } = entering;
  const settle = (target: ScanTarget, outcome: () => PlaybookOutcome): void => {
    // What does not notice that the scan is over may come late: it was answered for.
    if (outcomes.has(target)) return;
    const told = outcome();
    outcomes.set(target, told);
    tell(told);
  };
  const unseen = (target: ScanTarget, because: Obstacle, opened?: OpenedPlace): void => {
    settle(target, () => unseenFor(target, io, because, opened));
  };
  const failing = (targets: readonly Entered[] | readonly ScanTarget[], error: unknown): void => {
    const because = obstacleOf(error, io);
    for (const each of targets) {
      if ('target' in each) unseen(each.target, because, each.opened);
      else unseen(each, because);
    }
  };
  const answered = ({ cli, opened, target }: Entered, one: Assessed | undefined): void => {
    if (one === undefined || outcomes.has(target)) return;
    looked?.(target, cli, one);
    const { assessments, observations } = one;
    settle(target, () => ({ ...outcomeBase(target, io, opened), seen: { kind: 'looked', assessments, observations } }));
  };
  /** What goes wrong with one of them is no reason to know nothing of the others. */
  const lookedAtAlone = async (entered: readonly Entered[], together: unknown): Promise<void> => {
    const limit = pLimit(aloneAtOnce);
    const seen = await Promise.all(
      entered.map((each) =>
        limit(async () => {
          try {
            const [one] = await seenOf([each], entering, io);
            answered(each, one);
            return true;
          } catch (error) {
            failing([each], error);
            return false;
          }
        }),
      ),
    );
    if (seen.every(Boolean) && !(together instanceof UserError)) io.err(bugText(together));
  };
  const work = async (): Promise<void> => {
    const entered = await enteredOf(group, entering, { unseen, failing }, io);
    if (entered.length === 0) return;
    try {
      const seen = await seenOf(entered, entering, io);
      entered.forEach((each, at) => {
        answered(each, seen[at]);
      });
    } catch (error) {
      if (!mayBeOneOf(entered, error, ending)) failing(entered, error);
      else await lookedAtAlone(entered, error);
    }
  };
  await Promise.race([work(), ending.tooLate]);
  for (const target of group) unseen(target, notReached(ending));
}

/** What is wrong with the place, and the end of the scan, are so for each of them. */
function mayBeOneOf(entered: readonly Entered[], error: unknown, { signal }: ScanEnding): boolean {
  return entered.length > 1 && !(error instanceof AnotherPlace) && !signal.aborted;
}

function seenOf(entered: readonly Entered[], { ending, waited }: Entering, io: Io): Promise<readonly Assessed[]> {
  const [first] = entered;
  if (first === undefined) return Promise.resolve([]);
  const { account, region } = first.target.playbook.target;
  const whose = entered.length === 1 ? first.target.playbook.metadata.name : `${account} ${region}`;
  const said = {
    err: (text: string) => {
      io.err(`${whose}: ${text}`);
    },
  };
  const patient = patienceFor(new Set(), first.target.options, said);
  const patience: Patience = {
    ...patient,
    stop: ending.signal,
    // Whoever comes last is not to pay for all that waited before: an outage would leave no time to look at them at all.
    within: Math.max(firstPause, longestPatience - waited.milliseconds),
    tell: (waiting) => {
      if (waiting.kind !== 'waiting') waited.milliseconds += waiting.milliseconds;
      patient.tell?.(waiting);
    },
  };
  return lookKnowinglyTogether(
    entered.map(({ cli }) => cli),
    patience,
    complainTo(io),
  );
}

/** Why a piece of work came to nothing. A bug in one look is no reason to keep from anybody what the others found. */
function obstacleOf(error: unknown, io: Io): Obstacle {
  if (error instanceof UserError) return { reason: 'invalid', detail: error.message };
  if (error instanceof AnotherPlace) return { reason: 'place', detail: error.message };
  io.err(bugText(error));
  return { reason: 'failed', detail: error instanceof Error ? error.message : String(error) };
}

function notReached(ending: ScanEnding): Obstacle {
  return { reason: 'not-reached', detail: ending.detail(), code: scanEnded };
}

function unseenFor(target: ScanTarget, io: Io, because: Obstacle, opened?: OpenedPlace): PlaybookOutcome {
  return { ...outcomeBase(target, io, opened), seen: { kind: 'unseen', because } };
}

function outcomeBase(target: ScanTarget, io: Io, opened: OpenedPlace | undefined): Omit<PlaybookOutcome, 'seen'> {
  const result = opened?.result;
  const identity =
    result?.kind === 'open' ? result.session.identity : result?.kind === 'refused' ? result.identity : null;
  return {
    playbook: target.playbook,
    principal: identity?.arn ?? null,
    alias: identity?.alias ?? null,
    sandbox: opened?.sandbox ?? false,
    commands: commandsFor(target, io),
  };
}

/** As they are to be typed where the scan was typed. */
export function commandsFor({ options, playbook }: ScanTarget, io: Io): PlaybookOutcome['commands'] {
  const named = options.region ?? regionOf(options, io);
  const region = named === undefined || named === playbook.target.region ? options.region : playbook.target.region;
  const where = whereWords(region === undefined ? options : { ...options, region });
  const file = shellWord(playbook.file);
  return {
    plan: `relight plan ${file}${where}`,
    permissions: `relight permissions ${file} --for scan${typeWords(options)}`,
  };
}
