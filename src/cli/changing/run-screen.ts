// A run as the terminal shows it: progress, questions, interruptions, the journal in the state directory, the report.
import { join } from 'node:path';
import type { ExecuteOptions } from '../../engine.ts';
import type { Forecast } from '../../forecast/forecast.ts';
import { foreseeRest } from '../../forecast/remaining.ts';
import type { Plan } from '../../plan/plan.ts';
import type { RunReport } from '../../report/report.ts';
import { runText } from '../../report/run-text.ts';
import { openFileJournal, type Journal } from '../../run/journal/journal.ts';
import { isUnwritten } from '../../run/journal/written.ts';
import { systemClock } from '../../util/clock.ts';
import { jsonText } from '../../util/shown.ts';
import { StorageFailure } from '../../util/storage.ts';
import { storageText } from '../../util/storage-remedy.ts';
import { approverFor } from './approver.ts';
import { asWorldFailure } from '../place/world-failure.ts';
import { exitCodes, UserError } from '../exit.ts';
import type { Endings } from '../notify/run-end.ts';
import type { Io } from '../terminal/io.ts';
import { editionHere } from '../state/editions.ts';
import type { Locked } from '../state/locked-session.ts';
import { keptWords, whereWords, type ApprovalOptions, type GlobalOptions } from '../options.ts';
import { showProgress } from './progress.ts';
import type { CliSession } from '../place/session.ts';
import { cannotWrite } from '../state/state-files.ts';

export type RunScreenOptions = GlobalOptions &
  Pick<ApprovalOptions, 'approve'> & { readonly verify: boolean; readonly endings?: Endings };

/** What a run is given, and what is said of it. */
export interface RunScreen {
  /** Right before the run: from here on an interruption stops it tidily. */
  readonly begin: (plan: Plan, forecast: Forecast | undefined) => void;
  readonly execution: Omit<ExecuteOptions, 'approval' | 'forecast' | 'savedPlan'>;
  /** Prints the report, and keeps the embedded world once more. */
  readonly show: (report: RunReport) => void;
  /** What a failure is told as: of a run that was to begin and whose first line could not be written. */
  readonly failure: (error: unknown) => unknown;
  /** Nothing is shown and nobody listened to any more. */
  readonly close: () => void;
}

export function runScreen({ cli, lease, listenNoMore, runId }: Locked, options: RunScreenOptions, io: Io): RunScreen {
  const { clock } = cli.session.observeContext;
  const { embedded } = cli;
  const directory = join(cli.stateDirectory, 'runs');
  const stop = new AbortController();
  let progress: ReturnType<typeof showProgress> | undefined;
  let stopListening: () => void = () => undefined;
  let place: string | null = null;
  let begun = false;
  const approver = approverFor(
    {
      directory: join(directory, runId),
      approved: options.approve,
      ...(embedded !== undefined && options.sandboxSpeed === undefined
        ? { clock: systemClock, hold: () => embedded.clock.hold() }
        : { clock }),
      ask: (...asked) => (progress?.ask ?? io.ask)(...asked),
    },
    io,
  );
  return {
    begin: (plan, forecast) => {
      begun = true;
      stopListening = stopOnInterrupt(stop, io, () => options.endings?.cutOff(runId, cli));
      listenNoMore();
      const remaining = forecast === undefined ? undefined : foreseeRest(plan, forecast);
      if (options.quiet !== true) progress = showProgress(plan, remaining, clock, io, cli.errPaint);
    },
    execution: {
      openJournal: (sink) => {
        const journal = openJournal(directory, runId, clock, (record) => {
          sink(record);
          progress?.record(record);
        });
        place = journal.place;
        return journal;
      },
      prober: cli.prober,
      verify: options.verify,
      stop: stop.signal,
      sandbox: cli.place.sandbox,
      ...(cli.place.endpoint === null ? {} : { endpoint: cli.place.endpoint }),
      approver,
      lease,
      edition: editionHere(cli.session.playbook, io),
    },
    show: (report) => {
      progress?.end();
      if (hasChanged(report)) io.changed?.();
      io.out(
        options.json === true
          ? jsonText(report)
          : `\n${runText(report, place, cli.paint, whereWords(options), keptWords(options))}`,
      );
      if (isUnwrittenRun(report)) {
        io.err(
          `${report.interruption ?? ''}.\nWhat happened after that is written nowhere; the state is in AWS: ` +
            'make good what is wrong there, then run the same command again to go on from what is there\n',
        );
      }
      if (stop.signal.aborted) io.err('interrupted: run the same command again to go on from what is there\n');
      if (lease.lost.aborted && report.interruption !== null) {
        io.err(`${report.interruption}\nThe state is in AWS: run the same command again to go on from what is there\n`);
      }
      keepWorld(cli, report);
    },
    // What fails earlier, such as reading what earlier runs left, has nothing to do with writing this one down.
    failure: (error) => (begun && error instanceof StorageFailure ? notBegun(storageText(error, directory)) : error),
    close: () => {
      progress?.end();
      stopListening();
    },
  };
}

/** @param atOnce called right before the process ends */
function stopOnInterrupt(stop: AbortController, io: Io, atOnce: () => void): () => void {
  let presses = 0;
  return io.onInterrupt(() => {
    presses += 1;
    if (presses > 1) {
      atOnce();
      io.err('\nstopped at once; the journal tells how far it came. Run the same command again to go on.\n');
      process.exit(exitCodes.failed);
    }
    io.err('\nstopping: calls under way are finished, nothing new is begun; press again to stop at once\n');
    stop.abort(new Error('interrupted'));
  });
}

/** A run that cannot be written down is not run. */
export function notBegun(trouble: string): UserError {
  return new UserError(`the run cannot be written down: ${trouble}. Nothing was changed.`);
}

/** The world of `--sandbox`, once more: a save that failed meanwhile may do now. */
function keepWorld({ embedded }: CliSession, report: RunReport): void {
  try {
    embedded?.save();
  } catch (error) {
    const failure = asWorldFailure(error);
    throw new UserError(failure.message, hasChanged(report) ? exitCodes.failed : exitCodes.error);
  }
}

/** The run ended because nothing more could be written. */
export function isUnwrittenRun({ interruption }: RunReport): boolean {
  return interruption !== null && isUnwritten(interruption);
}

/** A change was sent to AWS, whatever came of it. */
export function hasChanged({ steps }: RunReport): boolean {
  return steps.some((step) => step.attempts > 0);
}

/** @throws UserError when there is no place for it */
function openJournal(...[directory, runId, clock, onRecord]: Parameters<typeof openFileJournal>): Journal {
  try {
    return openFileJournal(directory, runId, clock, onRecord);
  } catch (error) {
    throw notBegun(cannotWrite(error, join(directory, runId), directory));
  }
}
