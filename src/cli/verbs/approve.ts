// relight approve: says yes or no to a component that a run waits for, from another terminal or another person's.
import { join } from 'node:path';
import { readApproval, writeApproval, type ApprovalFile } from '../../run/approval/approval-files.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { isoNow, systemClock } from '../../util/clock.ts';
import { whoAmI } from '../state/who-am-i.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import type { Io } from '../terminal/io.ts';
import type { GlobalOptions } from '../options.ts';
import { findRun, journalTrouble } from '../state/run-store.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { fileErrorCode } from '../state/state-files.ts';
import { jsonText } from '../../util/shown.ts';
import { storageRemedy } from '../../util/storage-remedy.ts';

export interface ApproveOptions extends Pick<GlobalOptions, 'stateDir' | 'json'> {
  readonly deny?: boolean;
}

export function approve(name: string, component: string, options: ApproveOptions, io: Io): ExitCode {
  const run = findRun(join(stateDirectoryOf(options, io), 'runs'), name);
  if (run.journal.kind !== 'sound') throw new UserError(journalTrouble(run) ?? '');
  const { records } = run.journal;
  const { approvals } = records[0].plan;
  if (!approvals.includes(component)) {
    const waiting = approvals.length === 0 ? 'it asks for none' : `it asks for ${approvals.join(', ')}`;
    throw new UserError(`run ${run.runId} asks for no approval of ${component}: ${waiting}`);
  }
  const earlier = inRun(run.place, () => readApproval(run.place, run.runId, component));
  const over = earlier === undefined ? whyTooLate(records, component) : decidedText(earlier);
  if (over !== undefined) throw tooLate(run.runId, component, over);
  const decision = options.deny === true ? 'denied' : 'granted';
  const approval: ApprovalFile = {
    version: 1,
    run: run.runId,
    component,
    decision,
    by: whoAmI(),
    at: isoNow(systemClock),
  };
  if (!inRun(run.place, () => writeApproval(run.place, approval)))
    throw tooLate(run.runId, component, 'somebody else was faster');
  io.out(
    options.json === true
      ? jsonText(approval)
      : `${decision === 'granted' ? 'approved' : 'denied'}: ${component} in run ${run.runId}, by ${approval.by}\n`,
  );
  return exitCodes.fine;
}

/** Who may read a run's journal may not always write into its folder. */
function inRun<Result>(place: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = fileErrorCode(error);
    const folder = join(place, 'approvals');
    throw new UserError(`${folder} cannot be used (${code}). ${storageRemedy(code, place)}. Nothing was written`);
  }
}

function tooLate(runId: string, component: string, why: string): UserError {
  return new UserError(`refused: ${component} in run ${runId}: ${why}. Nothing was written.`, exitCodes.refused);
}

function decidedText({ at, by, decision }: ApprovalFile): string {
  return `${by} has ${decision} it already, at ${at}`;
}

/** A run that has ended, or that has its answer, hears nothing any more. */
function whyTooLate(records: readonly JournalRecord[], component: string): string | undefined {
  for (const record of records) {
    if (record.type === 'run-finished') return `the run has ended (${record.result})`;
    if (record.type !== 'approval-granted' && record.type !== 'approval-refused') continue;
    if (record.component !== component) continue;
    return record.type === 'approval-granted' ? `${record.by} has granted it already` : `refused: ${record.because}`;
  }
  return undefined;
}
