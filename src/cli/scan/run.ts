// One scan from its words to its report: what `scan` and `strays` share.
import { tool } from '../../engine.ts';
import type { Fleet } from '../../fleet/model.ts';
import { scanReport } from '../../scan/fold.ts';
import type { PlaybookOutcome, Unread } from '../../scan/outcome.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { systemClock } from '../../util/clock.ts';
import type { GlobalOptions } from '../options.ts';
import { sharedPlaces, type SharedPlaces } from '../place/session.ts';
import type { Io } from '../terminal/io.ts';
import { scanEnding } from './ending.ts';
import type { Recalled } from './remembering.ts';
import { scanTargets } from './scanning.ts';
import { byFleet, surveyor, type Surveyed } from './survey.ts';
import type { ScanTarget } from './targets.ts';

export interface ScanRequest {
  /** As they were typed, and the files that they name. */
  readonly words: readonly string[];
  readonly files: readonly string[];
  readonly targets: readonly ScanTarget[];
  readonly unread: readonly Unread[];
  /** Undefined without a fleet file. */
  readonly fleet: Fleet | undefined;
  /** What stands in the accounts is listed too. */
  readonly beyond: boolean;
  /** Milliseconds. */
  readonly deadline: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly options: GlobalOptions;
  /** Told of each playbook when it has been looked at. */
  readonly tell: (outcome: PlaybookOutcome) => void;
  /** Opened here unless told. */
  readonly shared?: SharedPlaces;
  /** What was acknowledged counts like all else. */
  readonly strict?: boolean;
  /** What earlier scans leave to this one; nothing unless told. */
  readonly recall?: ((outcomes: readonly PlaybookOutcome[]) => Recalled) | undefined;
}

export interface Scanned {
  readonly report: ScanReport;
  /** Undefined where nobody asked for what is beyond the playbooks. */
  readonly surveyed: Surveyed | undefined;
  readonly outcomes: readonly PlaybookOutcome[];
  readonly recalled: Recalled | undefined;
}

export async function runScan(request: ScanRequest, io: Io): Promise<Scanned> {
  const { beyond, deadline, fleet, options, startedAt, tell, unread } = request;
  const targets = fleet === undefined ? request.targets : byFleet(request.targets, fleet);
  using ending = scanEnding(deadline, systemClock, io);
  const shared = request.shared ?? (await sharedPlaces(options, io));
  const scanning = { shared, ending, tell };
  const survey = beyond ? surveyor({ ...request, scanning }, io) : undefined;
  const outcomes = await scanTargets(targets, survey === undefined ? scanning : { ...scanning, ...survey }, io);
  const surveyed = await survey?.survey(outcomes, unread);
  const recalled = request.recall?.(outcomes);
  const report = scanReport({
    tool,
    startedAt,
    endedAt: systemClock.now(),
    ended: ending.ended(),
    deadline,
    outcomes,
    unread,
    beyond: surveyed,
    strict: request.strict ?? false,
    remembered: recalled?.remembered,
    resolved: recalled === undefined ? [] : [...recalled.resolved.values()].flat(),
  });
  return { report, surveyed, outcomes, recalled };
}
