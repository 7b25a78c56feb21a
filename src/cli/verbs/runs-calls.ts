// relight runs calls: what each call of a past run was for. Needs no credentials and asks nobody.
import { join } from 'node:path';
import { callsText, explainedIn } from '../../report/calls.ts';
import { foldReport } from '../../report/report.ts';
import { jsonText } from '../../util/shown.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { findRun, journalTrouble } from '../state/run-store.ts';
import { paintFor, type Io } from '../terminal/io.ts';
import type { RunsOptions } from './runs.ts';

export function runsCalls(name: string, options: RunsOptions, io: Io): ExitCode {
  const run = findRun(join(stateDirectoryOf(options, io), 'runs'), name);
  const { journal } = run;
  if (journal.kind !== 'sound') throw new UserError(journalTrouble(run) ?? '');
  const report = foldReport(journal.records);
  const explained = explainedIn(journal.records);
  if (options.json === true) {
    const { awsCalls, runId } = report;
    io.out(jsonText({ version: 1, runId, awsCalls, explained: explained ?? null }));
  } else {
    io.out(callsText(report, explained, paintFor(io, options.color, io.outIsTerminal)));
  }
  return exitCodes.fine;
}
