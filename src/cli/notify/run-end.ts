// --notify: when a run has come to its end, whoever is to know of it is told. The notice is on disk before the report is shown;
// it is sent when the lock has been given back. A receiver that is down costs seconds, and never changes an exit code.
import type { RunReport } from '../../report/report.ts';
import { cutOffNotice, runNotice, type RunSubject } from '../../notify/run-notice.ts';
import type { Notice } from '../../notify/notice.ts';
import { isoNow, systemClock } from '../../util/clock.ts';
import { linesText } from '../../util/shown.ts';
import { bugText } from '../terminal/bug.ts';
import { whereWords, type GlobalOptions } from '../options.ts';
import type { CliSession } from '../place/session.ts';
import type { Io } from '../terminal/io.ts';
import { openNotifier, standingLines, type Notifier } from './notifier.ts';
import { reachWords } from './reach.ts';

export interface NotifyOption {
  /** A file of receivers. */
  readonly notify?: string;
}

/** Told how a run ends. Neither ever fails. */
export interface Endings {
  readonly ran: (report: RunReport, cli: CliSession) => void;
  /** It is stopped at once: the process ends right after. */
  readonly cutOff: (runId: string, cli: CliSession) => void;
}

/** So long the end of a command may wait for receivers. Milliseconds. */
const longestWait = 5_000;

/** Does the work, and tells how the run in it ended. @throws UserError for a mistake in the file, before anything is done */
export async function notifying<Result>(
  options: GlobalOptions & NotifyOption,
  io: Io,
  work: (told: { readonly endings?: Endings }) => Promise<Result>,
): Promise<Result> {
  if (options.notify === undefined) return work({});
  const notifier = openNotifier(options.notify, options, io, (event) => {
    if (event.kind === 'not-kept')
      io.err(linesText([`warning: notify: ${event.receiver}: cannot be written down: ${event.why}`]));
    if (event.kind === 'damaged') io.err(linesText([`warning: notify: ${event.file}: ${event.why}; set aside`]));
  });
  const told = new Set<string>();
  const put = (make: () => Notice): void => {
    safely(io, () => {
      for (const name of notifier.deliverer.put(make())) told.add(name);
    });
  };
  const endings: Endings = {
    ran: (report, cli) => {
      put(() =>
        runNotice(report, subjectOf(report.runId, report.finishedAt, cli), noticeOptions(notifier, options, cli)),
      );
    },
    cutOff: (runId, cli) => {
      put(() => cutOffNotice(subjectOf(runId, null, cli), noticeOptions(notifier, options, cli)));
    },
  };
  try {
    return await work({ endings });
  } finally {
    if (told.size > 0) await deliver(notifier, [...told], options, io);
  }
}

function subjectOf(runId: string, finishedAt: string | null, { place, session }: CliSession): RunSubject {
  const { file, metadata } = session.playbook;
  const { account, alias, environment, region, sandbox } = place;
  return {
    runId,
    playbook: { name: metadata.name, file },
    place: { account, alias, environment, region, sandbox },
    at: finishedAt ?? isoNow(systemClock),
  };
}

function noticeOptions({ config }: Notifier, options: GlobalOptions, { session }: CliSession) {
  return { where: whereWords(options), redactor: session.playbook.secrets.redactor, link: config.link };
}

async function deliver(notifier: Notifier, only: readonly string[], options: GlobalOptions, io: Io): Promise<void> {
  const stop = new AbortController();
  const listenNoMore = io.onInterrupt(() => {
    stop.abort(new Error('interrupted'));
  });
  try {
    const standings = await notifier.deliverer.deliver({ within: longestWait, signal: stop.signal, only });
    const where = reachWords(options);
    const lines = standings.flatMap((each) => standingLines(each, notifier, where));
    const shown =
      options.quiet === true ? lines.filter((line) => !/^notify: \S+: \d+ notices? delivered$/.test(line)) : lines;
    io.err(linesText(shown));
  } catch (error) {
    io.err(bugText(error));
  } finally {
    listenNoMore();
  }
}

/** What goes wrong while somebody is told is told, and stops nothing. */
function safely(io: Io, work: () => void): void {
  try {
    work();
  } catch (error) {
    io.err(bugText(error));
  }
}
