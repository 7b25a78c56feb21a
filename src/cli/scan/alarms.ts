// --notify of a scan: whoever is to know of what has changed is told, once for each change. The notice is on disk before the report is
// shown; a receiver that is down costs seconds, and never changes an exit code.
import type { DeliveryEvent } from '../../notify/deliver/deliverer.ts';
import type { AlarmPolicy } from '../../scan/memory.ts';
import { linesText } from '../../util/shown.ts';
import { openNotifier, standingLines } from '../notify/notifier.ts';
import { reachWords, type ReachOptions } from '../notify/reach.ts';
import { machine, type Surroundings } from '../surroundings.ts';
import { bugText } from '../terminal/bug.ts';
import type { Io } from '../terminal/io.ts';
import { alarmNotice, type AlarmGroup } from './alarm-notice.ts';

export interface Alarms {
  readonly policy: AlarmPolicy;
  /** Writes down what is to be told. Never fails. @returns false where it is in this process alone */
  readonly put: (alarms: readonly AlarmGroup[], scan: string) => boolean;
  /** Sends what waits, for some seconds. Never fails. @returns false where something was neither taken nor written down */
  readonly deliver: () => Promise<boolean>;
}

/** Routes choose by severity: here all is told, unless a fleet says less. */
const allOfIt: AlarmPolicy = { severity: 'low', after: 0, remind: undefined };
/** Milliseconds: what is not taken by then waits for the next scan, or for `notify flush`. */
const longestWait = 2_000;

/** @throws UserError for a mistake in the file, before anything is looked at */
export function openAlarms(
  file: string,
  options: ReachOptions,
  io: Io,
  policy: AlarmPolicy = allOfIt,
  around: Pick<Surroundings, 'clock' | 'sender'> = machine,
): Alarms {
  let unkept = 0;
  const tell = (event: DeliveryEvent): void => {
    if (event.kind === 'not-kept') unkept += 1;
    if (event.kind === 'not-kept')
      io.err(linesText([`warning: notify: ${event.receiver}: cannot be written down: ${event.why}`]));
  };
  const notifier = openNotifier(file, options, io, tell, around);
  const { config, deliverer } = notifier;
  return {
    policy,
    put: (alarms, scan) => {
      const notice = alarmNotice(alarms, { at: around.clock.now(), scan, link: config.link });
      if (notice !== undefined) deliverer.put(notice);
      return unkept === 0;
    },
    deliver: async () => {
      try {
        const standings = await deliverer.deliver({ within: longestWait });
        io.err(linesText(standings.flatMap((each) => standingLines(each, notifier, reachWords(options)))));
        return standings.every((each) => each.unkept === 0);
      } catch (error) {
        io.err(bugText(error));
        return false;
      }
    },
  };
}
