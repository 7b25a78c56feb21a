// relight watch: runs the scans of a fleet on schedule, each as a process of its own, and tells whoever listens from outside that it
// lives. It looks at nothing itself.
import { randomBytes } from 'node:crypto';
import type { Fleet, FleetSchedule } from '../../fleet/model.ts';
import { seededRandom } from '../../util/random.ts';
import { linesText } from '../../util/shown.ts';
import { durationText } from '../../util/words.ts';
import { createMetrics } from '../../watch/metrics.ts';
import { failureStep } from '../../watch/failures.ts';
import { deliverPing, pingUrl, type PingKind } from '../../watch/ping.ts';
import {
  createSupervisor,
  hasSucceeded,
  killAll,
  type Running,
  type ScanEnd,
  type ScanEnded,
  type Supervisor,
} from '../../watch/supervisor.ts';
import { exitCodes, UserError, type ExitCode } from '../exit.ts';
import { whereList, whereWords, type GlobalOptions } from '../options.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { besideFleet, bytesNamed, fleetNamed } from '../scan/fleet.ts';
import { complainTo } from '../scan/memory-files.ts';
import { openNotifier, type Notifier } from '../notify/notifier.ts';
import { startChild } from '../watch/child.ts';
import { openDoor } from '../watch/door.ts';
import { filledIn, postPing } from '../watch/pinging.ts';
import { failureNotice } from '../watch/failure-notice.ts';
import { watchFileIn, type WatchFile } from '../watch/memory.ts';
import { systemdIn } from '../watch/systemd.ts';
import { isoNow } from '../../util/clock.ts';
import { machine, type StartScan, type Surroundings } from '../surroundings.ts';
import { bugText } from '../terminal/bug.ts';
import type { Io } from '../terminal/io.ts';

export interface WatchOptions extends Omit<GlobalOptions, 'only' | 'exclude'> {
  readonly listen: string;
  /** False: no scan notes what is healthy as known good. */
  readonly knownGood: boolean;
  /** `dynamodb://relight` */
  readonly memory?: string;
}

/** What its scans are told beside what they are told anyway. */
function scanWords({ knownGood, memory }: WatchOptions): readonly string[] {
  return [...(knownGood ? [] : ['--no-known-good']), ...(memory === undefined ? [] : ['--memory', memory])];
}

/** Watches until it is told to stop. @throws UserError for a mistake in the fleet file, or where nobody can listen */
export async function watchFleet(
  file: string,
  given: WatchOptions,
  io: Io,
  around: Surroundings = machine,
): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  const address = addressIn(given.listen);
  const words = { options, more: scanWords(given) };
  const watching = new Watching(fleetOf(file, options, io), words, io, around);
  const door = await openDoor({ ...address, states: () => watching.states(), metrics: watching.metrics }).catch(
    (error: unknown) => {
      throw new UserError(`--listen ${given.listen}: ${error instanceof Error ? error.message : String(error)}`);
    },
  );
  const systemd = systemdIn(io.env);
  const life =
    systemd.watchdog === undefined
      ? undefined
      : setInterval(() => {
          systemd.tell('WATCHDOG=1');
        }, systemd.watchdog / 2);
  const stop = new AbortController();
  const stopListening = io.onDaemonSignals?.({
    stop: () => {
      stop.abort(new Error('stopped'));
    },
    reload: () => {
      systemd.tell('RELOADING=1');
      watching.reload(() => fleetOf(file, options, io));
      systemd.tell('READY=1');
    },
  });
  watching.say(`watching ${file}; health and metrics at ${door.url}`, { door: door.url });
  watching.sayWhoIsTold();
  systemd.tell('READY=1');
  try {
    await watching.run(stop.signal);
  } finally {
    systemd.tell('STOPPING=1');
    clearInterval(life);
    stopListening?.();
    await door.close();
  }
  watching.say('stopped');
  return exitCodes.fine;
}

/** @throws UserError where it is none, or has no schedule */
function fleetOf(file: string, options: GlobalOptions, io: Io): ReadFleet {
  const bytes = bytesNamed(file, io);
  const fleet = bytes && fleetNamed(file, options, io, bytes);
  if (bytes === undefined || fleet === undefined)
    throw new UserError(`${file}: no fleet file (kind: Fleet) is there; docs/operations.md shows one`);
  if (fleet.schedules.length === 0) throw new UserError(`${file}: it has no schedules: nothing would ever be scanned`);
  for (const schedule of fleet.schedules) filledIn(schedule, io.env);
  return { fleet, bytes };
}

/** A fleet, and what its file held: its scans go by that, whatever happens to the file. */
interface ReadFleet {
  readonly fleet: Fleet;
  readonly bytes: Uint8Array;
}

function addressIn(listen: string): { readonly host: string; readonly port: number } {
  const [, host = '', port = ''] = /^(?:(.*):)?(\d{1,5})$/.exec(listen) ?? [];
  if (port === '' || Number(port) > 65_535)
    throw new UserError(`--listen ${listen}: expected a port, or an address and a port: 127.0.0.1:9464`);
  return { host: host === '' ? '127.0.0.1' : host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) };
}

/** With what its scans are begun. */
interface ScanWords {
  readonly options: GlobalOptions;
  /** Further words. */
  readonly more: readonly string[];
}

/** What outlives a fleet file that is read again: scans that run, metrics, what waits to be told. */
class Watching {
  readonly metrics = createMetrics();
  readonly #running: Running = new Map();
  readonly #options: GlobalOptions;
  /** Words for its scans. */
  readonly #more: readonly string[];
  readonly #io: Io;
  readonly #around: Surroundings;
  #force: InForce;
  /** Ends what goes by a file that was read again. */
  #retire = new AbortController();
  #stopping = false;

  constructor(read: ReadFleet, { more, options }: ScanWords, io: Io, around: Surroundings) {
    this.#options = options;
    this.#more = more;
    this.#io = io;
    this.#around = around;
    this.#force = this.#inForce(read);
  }

  states(): ReturnType<Supervisor['states']> {
    return this.#force.supervisor.states();
  }

  async run(stop: AbortSignal): Promise<void> {
    stop.addEventListener('abort', () => {
      this.#stopping = true;
    });
    while (!this.#stopping) {
      const retire = this.#retire.signal;
      const end = AbortSignal.any([stop, retire]);
      const { notifier, supervisor } = this.#force;
      const delivering = notifier?.deliverer.keepDelivering(end);
      await supervisor.run(end);
      // All schedules may have come to their end: what waits to be told is told all the same.
      await delivering;
      if (!retire.aborted) break;
    }
    await killAll(this.#running, this.#around.wallClock);
  }

  /** What is wrong with the new file is told, and the old one stays in force. */
  reload(readAgain: () => ReadFleet): void {
    try {
      this.#force = this.#inForce(readAgain());
      this.say(`${this.#force.fleet.file} was read again`);
      this.sayWhoIsTold();
      const before = this.#retire;
      this.#retire = new AbortController();
      before.abort(new Error('read again'));
    } catch (error) {
      if (!(error instanceof UserError)) this.#io.err(bugText(error));
      const why = error instanceof UserError ? error.message.trim() || 'see above' : 'that is a bug, see above';
      this.say(`${this.#force.fleet.file} is not taken: ${why}; what was in force stays so`);
    }
  }

  /** Alerts that nobody gets look like a fleet that is well. */
  sayWhoIsTold(): void {
    const { file, notify } = this.#force.fleet;
    if (notify === undefined)
      this.say(
        `${file} has no notify: what scans find is told by metrics, pings and this journal alone, whatever its alerts say`,
      );
  }

  say(text: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const at = isoNow(this.#around.wallClock);
    if (this.#options.json === true) this.#io.out(linesText([JSON.stringify({ at, text, ...facts })]));
    else this.#io.err(linesText([`${at} ${text}`]));
  }

  #inForce({ bytes, fleet }: ReadFleet): InForce {
    const { startScan = asProcess(this.#io) } = this.#around;
    const notifier =
      fleet.notify === undefined
        ? undefined
        : openNotifier(besideFleet(fleet, fleet.notify, this.#io), this.#options, this.#io, undefined, this.#around);
    const memory = watchFileIn(stateDirectoryOf(this.#options, this.#io), fleet.name, complainTo(this.#io));
    const supervisor = createSupervisor({
      schedules: fleet.schedules,
      clock: this.#around.wallClock,
      random: seededRandom(randomBytes(4).readUInt32LE()),
      running: this.#running,
      memory,
      start: ({ schedule }) =>
        startScan({
          words: this.#wordsFor(fleet, schedule),
          input: bytes,
          tell: (text) => {
            if (this.#options.verbose === true) this.#io.err(linesText(text.trimEnd().split('\n')));
          },
        }),
      listeners: {
        started: ({ again, id, schedule }) => {
          const why = again ? ', since what was found may have lasted long enough to be told' : '';
          this.say(`${schedule.name}: scan began${why}`, { schedule: schedule.name, scan: id, event: 'started' });
          this.#ping(schedule, 'start', id, `scan of ${fleet.name} began`);
        },
        ended: (ended) => {
          this.#ended(ended, { fleet, notifier, memory });
        },
        skipped: ({ schedule: { name } }) => {
          this.metrics.skipped(name);
          this.say(`${name}: not begun, the scan before still runs`, { schedule: name, event: 'skipped' });
        },
        failed: (error) => {
          this.#io.err(bugText(error));
        },
      },
    });
    return { fleet, notifier, supervisor };
  }

  #wordsFor({ file }: Fleet, { name }: FleetSchedule): readonly string[] {
    const words = ['scan', file, '--schedule', name, '--as-read', '--json', '--quiet'];
    return [...words, ...this.#more, ...whereList(this.#options)];
  }

  #ended(ended: ScanEnded, by: Pick<InForce, 'fleet' | 'notifier'> & { readonly memory: WatchFile }): void {
    const { end, endedAt, id, schedule, startedAt } = ended;
    const text = `${schedule.name}: ${endText(end)} after ${durationText((endedAt - startedAt) / 1000)}`;
    this.say(this.#stopping ? `${schedule.name}: ended with the watch` : text, {
      schedule: schedule.name,
      scan: id,
      event: 'ended',
      end,
    });
    // What is ended by whoever stops the watch has not failed.
    if (this.#stopping) return;
    this.metrics.ended(ended);
    this.#ping(schedule, hasSucceeded(end) ? 'success' : 'fail', id, text);
    const { change, failing } = failureStep(by.memory.failing(schedule.name), end, endedAt, by.fleet.alerts.remind);
    if (change === undefined) return;
    by.notifier?.deliverer.put(
      failureNotice({
        change,
        ended,
        fleet: by.fleet,
        text,
        where: whereWords(this.#options),
        sandbox: this.#options.sandbox === true,
      }),
    );
    by.memory.setFailing(schedule.name, failing);
  }

  #ping(schedule: FleetSchedule, kind: PingKind, id: string, body: string): void {
    const url = pingUrl(filledIn(schedule, this.#io.env), kind, id);
    if (url === undefined) return;
    void deliverPing(url, body, postPing, this.#around.wallClock).then((failure) => {
      // Never the URL: whoever has it can say that all is well.
      if (failure !== undefined) this.say(`${schedule.name}: the ping "${kind}" did not arrive: ${failure}`);
    });
  }
}

/** A scan may hang in whatever it likes: in a process of its own it can be ended. */
function asProcess({ cwd, env }: Io): StartScan {
  return ({ words, ...scan }) =>
    startChild({ command: [process.execPath, process.argv[1] ?? '', ...words], cwd, env, ...scan });
}

/** What goes by one reading of the fleet file. */
interface InForce {
  readonly fleet: Fleet;
  readonly notifier: Notifier | undefined;
  readonly supervisor: Supervisor;
}

function endText(end: ScanEnd): string {
  switch (end.kind) {
    case 'ended':
      return endWords.get(end.code) ?? `the scan failed with exit code ${end.code}`;
    case 'crashed':
      return `the scan's process died: ${end.detail}`;
    case 'given-up':
      return `the scan did not end, and was given up`;
  }
}

const endWords: ReadonlyMap<number, string> = new Map([
  [0, 'all is well'],
  [2, 'there are findings'],
  [4, 'not all could be seen'],
]);
