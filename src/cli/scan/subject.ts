// What a command that looks at many playbooks is about: the playbooks that its words name, or those of a fleet, and the way into
// each account.
import type { Fleet, FleetSchedule } from '../../fleet/model.ts';
import { usualShare } from '../../fleet/schema.ts';
import type { Playbook } from '../../playbook/model.ts';
import { shellWord } from '../../util/shell.ts';
import { UserError } from '../exit.ts';
import type { PlaybookPair } from '../../scan/between/model.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import { filesNamed, realFile } from '../place/named-files.ts';
import { readBytes, type SharedPlaces } from '../place/session.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import type { Io } from '../terminal/io.ts';
import { besideFleet, entered, fleetFrom, fleetNamed, scheduleNamed } from './fleet.ts';
import { pairsNamed } from './pairs.ts';
import { targetsNamed, type ScanTargets } from './targets.ts';

export interface SubjectAsked {
  readonly options: GlobalOptions;
  /** `--fleet`: a fleet file that says of accounts and names outside, where the words are playbooks. */
  readonly fleet?: string | undefined;
  /** Of a fleet that stands for its playbooks: only the accounts of this schedule. */
  readonly schedule?: string | undefined;
  /** What the fleet file held when it was read by whoever watches. */
  readonly asRead?: Uint8Array | undefined;
  /** What stands in the accounts is listed too; undefined: where the schedule says so. */
  readonly beyond: boolean | undefined;
}

export interface ScanSubject extends ScanTargets {
  readonly fleet: Fleet | undefined;
  readonly schedule: FleetSchedule | undefined;
  /** What stands in the accounts is listed too. */
  readonly beyond: boolean;
  /** All playbooks of the fleet are looked at; false without one. */
  readonly wholeFleet: boolean;
  /** All playbooks of a fleet that stands for itself, those of other schedules too; undefined where not all could be read. */
  readonly fleetPlaybooks: readonly Playbook[] | undefined;
  /** Playbooks that a fleet file wants to be alike; one of the two may not be looked at. */
  readonly pairs: readonly PlaybookPair[];
  readonly shared: SharedPlaces;
  /** Of each of AWS's rates, what is taken; the rest is left to others. */
  readonly share: number;
  /** The words as they are typed again: ` 'playbooks/*.yaml' --fleet fleet.yaml --profile ops`. */
  readonly said: string;
}

/** @throws UserError for a mistake in a fleet file, or words that do not go together */
export async function subjectOf(
  words: readonly string[],
  asked: SubjectAsked,
  io: Io,
  { places }: Pick<Surroundings, 'places'> = machine,
): Promise<ScanSubject> {
  const { asRead, options } = asked;
  const standing = fleetStanding(words, asRead, options, io);
  if (standing !== undefined && asked.fleet !== undefined) {
    throw new UserError(`--fleet ${asked.fleet}: ${standing.file} is a fleet already`);
  }
  const schedule = scheduleOf(asked.schedule, standing);
  const beyond = asked.beyond ?? schedule?.beyond ?? false;
  const beside =
    asked.fleet === undefined ? undefined : fleetFrom(asked.fleet, readBytes(asked.fleet, io), options, io);
  const fleet = standing ?? beside;
  const share = fleet?.share ?? usualShare;
  const shared = await places(options, io, share);
  const own = fleet && ownWords(fleet, io);
  const named = targetsNamed(standing === undefined || own === undefined ? words : own, options, io);
  const said = [...words, ...(asked.fleet === undefined ? [] : ['--fleet', asked.fleet])];
  const about =
    fleet === undefined
      ? named
      : await entered(fleet, named, { beyond, schedule, shared, options, isOwn: standing !== undefined }, io);
  const { pairs, unread } =
    fleet === undefined ? { pairs: [], unread: [] } : pairsNamed(fleet, named, standing !== undefined, io);
  return {
    ...about,
    unread: [...about.unread, ...unread],
    pairs,
    fleet,
    schedule,
    beyond,
    wholeFleet: schedule === undefined && own !== undefined && isWhole(own, about, io),
    fleetPlaybooks:
      standing !== undefined && named.unread.length === 0 ? named.targets.map(({ playbook }) => playbook) : undefined,
    ...{ shared, share },
    said: said.map((each) => ` ${shellWord(each)}`).join('') + whereWords(options),
  };
}

/** A fleet stands alone: it says itself which playbooks are its own. */
function fleetStanding(
  words: readonly string[],
  asRead: Uint8Array | undefined,
  options: GlobalOptions,
  io: Io,
): Fleet | undefined {
  const [fleet] = words
    .filter((word) => !word.startsWith('!'))
    .flatMap((word) => fleetNamed(word, options, io, asRead) ?? []);
  if (fleet === undefined || words.length === 1) return fleet;
  throw new UserError(`${fleet.file} is a fleet, and names its playbooks itself: scan it alone`);
}

function scheduleOf(name: string | undefined, fleet: Fleet | undefined): FleetSchedule | undefined {
  if (name === undefined) return undefined;
  if (fleet === undefined) throw new UserError(`--schedule ${name}: only a fleet has schedules`);
  return scheduleNamed(fleet, name);
}

/** The words of a fleet file, as somebody types them who stands where relight was started. */
function ownWords(fleet: Fleet, io: Io): readonly string[] {
  return fleet.playbooks.map((word) =>
    word.startsWith('!') ? `!${besideFleet(fleet, word.slice(1), io)}` : besideFleet(fleet, word, io),
  );
}

function isWhole(own: readonly string[], { files, unread }: ScanTargets, io: Io): boolean {
  const all = filesNamed(own, io);
  const named = new Set(files.map((each) => realFile(each, io)));
  return unread.length === 0 && all.unmatched.length === 0 && all.files.every((each) => named.has(realFile(each, io)));
}
