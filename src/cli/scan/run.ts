// One scan from its words to its report: what `scan` and `strays` share.
import { tool } from '../../engine.ts';
import { scanReport } from '../../scan/fold.ts';
import type { PlaybookOutcome } from '../../scan/outcome.ts';
import type { ScanReport } from '../../scan/scan-report.ts';
import type { GlobalOptions } from '../options.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import type { Io } from '../terminal/io.ts';
import { scanEnding } from './ending.ts';
import type { Recollection, Settled } from './remembering.ts';
import { scanTargets } from './scanning.ts';
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
  /** To be released. */
  readonly settled: Settled | undefined;
}

export async function runScan(
  request: ScanRequest,
  io: Io,
  { clock }: Pick<Surroundings, 'clock'> = machine,
): Promise<Scanned> {
  const { beyond, deadline, options, startedAt, subject, tell } = request;
  const { shared, targets, unread } = subject;
  using ending = scanEnding(deadline, clock, io);
  const scanning = { shared, ending, tell };
  const survey = beyond ? surveyor({ subject, options, scanning }, io) : undefined;
  const outcomes = await scanTargets(targets, survey === undefined ? scanning : { ...scanning, ...survey }, io);
  const surveyed = await survey?.survey(outcomes);
  const settled = await request.recollection?.settle(outcomes, surveyed);
  const report = scanReport({
    tool,
    startedAt,
    endedAt: clock.now(),
    ended: ending.ended(),
    deadline,
    outcomes,
    unread,
    beyond: surveyed,
    strict: request.strict ?? false,
    remembered: settled?.remembered,
    resolved: settled?.resolved ?? [],
    alarmDue: settled?.alarmDue,
  });
  return { report, surveyed, outcomes, settled };
}
