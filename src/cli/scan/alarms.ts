// --notify of a scan: whoever is to know of what has changed is told, once for each change. The notice is on disk before the report is
// shown; a receiver that is down costs seconds, and never changes an exit code.
import type { Severity } from '../../components/contract.ts';
import { alarmNotice, type PlaybookAlarms } from './alarm-notice.ts';
import type { AlarmPolicy } from '../../scan/memory.ts';
import { systemClock } from '../../util/clock.ts';
import { linesText } from '../../util/shown.ts';
import { openNotifier, standingLines } from '../notify/notifier.ts';
import { reachWords, type ReachOptions } from '../notify/reach.ts';
import { scanIdAt } from './memory-files.ts';
import { bugText } from '../terminal/bug.ts';
import type { Io } from '../terminal/io.ts';

export interface Alarms {
  readonly policy: AlarmPolicy;
  /** Writes down what is to be told. */
  readonly put: (alarms: readonly PlaybookAlarms[]) => void;
  /** Sends what waits, for some seconds. Never fails. */
  readonly deliver: () => Promise<void>;
}

/** Routes choose by severity: here all is told, unless a fleet says less. */
const allOfIt: AlarmPolicy = { severity: 'low' satisfies Severity, after: 0, remind: undefined };
/** Milliseconds: what is not taken by then waits for the next scan, or for `notify flush`. */
const longestWait = 2_000;

/** @throws UserError for a mistake in the file, before anything is looked at */
export function openAlarms(file: string, options: ReachOptions, io: Io, policy: AlarmPolicy = allOfIt): Alarms {
  const notifier = openNotifier(file, options, io, (event) => {
    if (event.kind === 'not-kept')
      io.err(linesText([`warning: notify: ${event.receiver}: cannot be written down: ${event.why}`]));
  });
  return {
    policy,
    put: (alarms) => {
      const at = systemClock.now();
      const notice = alarmNotice(alarms, { at, scan: scanIdAt(at) });
      if (notice !== undefined) notifier.deliverer.put(notice);
    },
    deliver: async () => {
      try {
        const standings = await notifier.deliverer.deliver({ within: longestWait });
        io.err(linesText(standings.flatMap((each) => standingLines(each, notifier, reachWords(options)))));
      } catch (error) {
        io.err(bugText(error));
      }
    },
  };
}
