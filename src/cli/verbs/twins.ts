// relight twins: services that have one name in two accounts and are not alike. Cannot change anything.
import { tool } from '../../engine.ts';
import { beyondFindings } from '../../scan/beyond/findings.ts';
import { twinsIn } from '../../scan/beyond/twins.ts';
import { twinsText } from '../../scan/report/text.ts';
import { systemClock } from '../../util/clock.ts';
import { jsonText } from '../../util/shown.ts';
import { exitCodes, type ExitCode } from '../exit.ts';
import type { GlobalOptions } from '../options.ts';
import { runScan } from '../scan/run.ts';
import { subjectOf } from '../scan/subject.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import { deadlineOf } from './scan.ts';

export type TwinsOptions = Omit<GlobalOptions, 'only' | 'exclude'> & {
  readonly deadline?: string;
  readonly fleet?: string;
};

export async function twins(words: readonly string[], given: TwinsOptions, io: Io): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  const subject = await subjectOf(words, { options, fleet: given.fleet, beyond: false }, io);
  const deadline = deadlineOf(given, subject.fleet?.deadline);
  const request = { subject, beyond: false, deadline, startedAt: systemClock.now(), options, tell: () => undefined };
  const { outcomes, report } = await runScan(request, io);
  const judged = twinsIn({ outcomes });
  const findings = beyondFindings(judged, { command: `relight twins${subject.said}` });
  const { coverage } = report;
  if (given.json === true) {
    const { unread, unseen } = coverage;
    io.out(jsonText({ version: 1, tool, findings, cannotTell: judged.cannotTell, unseen, unread }));
  } else {
    io.out(twinsText({ ...report, findings }, judged.cannotTell, paintFor(io, given.color, io.outIsTerminal)));
  }
  if (coverage.unseen.length > 0) return exitCodes.incomplete;
  if (coverage.unread > 0) return exitCodes.error;
  return findings.length > 0 ? exitCodes.pending : exitCodes.fine;
}
