// One scan from its words to its report: what `scan` and `strays` share.
import { servicesOf, tool } from '../../engine.ts';
import { boundOf, type ScanBound } from '../../scan/bound.ts';
import { judgeBetween } from '../../scan/between/judge.ts';
import type { PlaybookPair } from '../../scan/between/model.ts';
import { scanReport } from '../../scan/fold.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { shellWord } from '../../util/shell.ts';
import { typeWords, whereWords, type GlobalOptions } from '../options.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import type { Io } from '../terminal/io.ts';
import { scanEnding } from './ending.ts';
import type { Noting } from './noting.ts';
import type { Recollection, Settled } from './remembering.ts';
import { accountsAtOnce, groupsOf, placesOf, scanTargets } from './scanning.ts';
import type { ScanSubject } from './subject.ts';
import { surveyor, type Surveyed } from './survey.ts';

export interface ScanRequest {
  readonly subject: ScanSubject;
  /** What stands in the accounts is listed too. */
  readonly beyond: boolean;
  /** Milliseconds. */
  readonly deadline: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly options: GlobalOptions;
  /** Told before anything is asked. */
  readonly foresee?: (bound: ScanBound) => void;
  /** Told of each playbook when it has been looked at. */
  readonly tell: (outcome: PlaybookOutcome) => void;
  /** What was acknowledged counts like all else. */
  readonly strict?: boolean;
  /** What is healthy is noted as known good, once the answer is given; undefined: it is not. */
  readonly noting?: Noting | undefined;
  /** Gives the answer; nothing of what comes after it changes that. */
  readonly answer?: ((scanned: Scanned) => Promise<void>) | undefined;
  /** What earlier scans leave to this one; nothing unless told. */
  readonly recollection?: Recollection | undefined;
}

export interface Scanned {
  readonly report: ScanReport;
  /** Undefined where nobody asked for what is beyond the playbooks. */
  readonly surveyed: Surveyed | undefined;
  readonly outcomes: readonly PlaybookOutcome[];
  /** To be released. */
  readonly settled: Settled | undefined;
}

/** Each side with the profile by which a fleet file reaches its account. */
function compareCommand({ left, right }: PlaybookPair, { options, subject }: ScanRequest): string {
  const profiles = (['left', 'right'] as const).flatMap((side): readonly string[] => {
    const file = side === 'left' ? left : right;
    const profile = subject.targets.find(({ playbook }) => playbook.file === file)?.options.profile;
    return profile === undefined || profile === options.profile ? [] : [`--${side}-profile`, profile];
  });
  const words = ['compare', left, right, ...profiles].map((each) => shellWord(each));
  return `relight ${words.join(' ')}${whereWords(options)}`;
}

export async function runScan(
  request: ScanRequest,
  io: Io,
  { clock }: Pick<Surroundings, 'clock'> = machine,
): Promise<Scanned> {
  const { beyond, deadline, options, startedAt, subject, tell } = request;
  const { shared, targets, unread } = subject;
  const bound = scanBound(subject, options);
  request.foresee?.(bound);
  using ending = scanEnding(deadline, clock, io);
  const scanning = { shared, ending, tell, looked: request.noting?.looked };
  const survey = beyond ? surveyor({ subject, options, scanning }, io) : undefined;
  const { calls, outcomes } = await scanTargets(
    targets,
    survey === undefined ? scanning : { ...scanning, ...survey },
    io,
  );
  const surveyed = await survey?.survey(outcomes);
  const between = judgeBetween({
    outcomes,
    pairs: subject.pairs,
    whole: subject.wholeFleet,
    at: startedAt,
    commands: {
      circle: (files) => `relight validate ${files.map((each) => shellWord(each)).join(' ')}${typeWords(options)}`,
      pair: (pair) => compareCommand(pair, request),
    },
  });
  const settled = await request.recollection?.settle({ outcomes, between, surveyed });
  const report = scanReport({
    tool,
    startedAt,
    endedAt: clock.now(),
    ended: ending.ended(),
    deadline,
    outcomes,
    calls,
    bound,
    unread,
    beyond: surveyed,
    between,
    strict: request.strict ?? false,
    remembered: settled?.remembered,
    resolved: settled?.resolved ?? [],
    alarmDue: settled?.alarmDue,
  });
  const scanned: Scanned = { report, surveyed, outcomes, settled };
  await request.answer?.(scanned);
  await request.noting?.note(ending.signal);
  return scanned;
}

/** How much a scan asks at most. */
function scanBound({ share, targets }: ScanSubject, options: GlobalOptions): ScanBound {
  const places = placesOf(targets).flatMap((place) => {
    const [first] = place;
    if (first === undefined) return [];
    const { account, region } = first.playbook.target;
    return [{ account, region, groups: groupsOf(place).map((group) => group.map(({ playbook }) => playbook)) }];
  });
  return boundOf(places, { share, services: servicesOf(options.types.types), accountsAtOnce });
}
