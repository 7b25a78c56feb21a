// One scan from its words to its report: what `scan` and `strays` share.
import { servicesOf, tool } from '../../engine.ts';
import { boundOf, type ScanBound } from '../../scan/bound.ts';
import { scanReport } from '../../scan/fold.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import { systemClock } from '../../util/clock.ts';
import type { GlobalOptions } from '../options.ts';
import type { Io } from '../terminal/io.ts';
import { scanEnding } from './ending.ts';
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
  /** What earlier scans leave to this one; nothing unless told. */
  readonly recollection?: Recollection | undefined;
}

export interface Scanned {
  readonly report: ScanReport;
  /** Undefined where nobody asked for what is beyond the playbooks. */
  readonly surveyed: Surveyed | undefined;
  readonly outcomes: readonly PlaybookOutcome[];
  readonly settled: Settled | undefined;
}

export async function runScan(request: ScanRequest, io: Io): Promise<Scanned> {
  const { beyond, deadline, options, startedAt, subject, tell } = request;
  const { shared, targets, unread } = subject;
  const bound = scanBound(subject, options);
  request.foresee?.(bound);
  using ending = scanEnding(deadline, systemClock, io);
  const scanning = { shared, ending, tell };
  const survey = beyond ? surveyor({ subject, options, scanning }, io) : undefined;
  const { calls, outcomes } = await scanTargets(
    targets,
    survey === undefined ? scanning : { ...scanning, ...survey },
    io,
  );
  const surveyed = await survey?.survey(outcomes);
  const settled = request.recollection?.settle(outcomes, surveyed);
  const report = scanReport({
    tool,
    startedAt,
    endedAt: systemClock.now(),
    ended: ending.ended(),
    deadline,
    outcomes,
    calls,
    bound,
    unread,
    beyond: surveyed,
    strict: request.strict ?? false,
    remembered: settled?.remembered,
    resolved: settled?.resolved ?? [],
  });
  return { report, surveyed, outcomes, settled };
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
