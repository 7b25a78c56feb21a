// relight watch: runs the scans of a fleet on schedule, each as a process of its own, and tells whoever listens from outside that it
// lives. It looks at nothing itself.
import { randomBytes } from 'node:crypto';
import type { Fleet, FleetSchedule } from '../../fleet/model.ts';
import { keepDelivering } from '../watch/delivering.ts';
import { noticeId, type Notice } from '../../notify/notice.ts';
import { seededRandom } from '../../util/random.ts';
import { jsonText, linesText } from '../../util/shown.ts';
import { durationText } from '../../util/words.ts';
import { createMetrics } from '../../watch/metrics.ts';
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
import { whereWords, type GlobalOptions } from '../options.ts';
import { stateDirectoryOf } from '../place/session.ts';
import { besideFleet, bytesNamed, fleetNamed } from '../scan/fleet.ts';
import { complainTo } from '../scan/memory-files.ts';
import { openNotifier, type Notifier } from '../notify/notifier.ts';
import { startChild } from '../watch/child.ts';
import { openDoor } from '../watch/door.ts';
import { filledIn, postPing } from '../watch/pinging.ts';
import { lastDueIn } from '../watch/last-due.ts';
import { systemdIn } from '../watch/systemd.ts';
import { wallClock } from '../../util/clock.ts';
import type { Io } from '../terminal/io.ts';

export interface WatchOptions extends Omit<GlobalOptions, 'only' | 'exclude'> {
  readonly listen: string;
}

export async function watchFleet(file: string, given: WatchOptions, io: Io): Promise<ExitCode> {
  const options: GlobalOptions = { ...given, only: [], exclude: [] };
  const address = addressIn(given.listen);
  const watching = new Watching(fleetOf(file, options, io), options, io);
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

/** What outlives a fleet file that is read again: scans that run, metrics, what waits to be told. */
class Watching {
  readonly metrics = createMetrics();
  readonly #running: Running = new Map();
  readonly #options: GlobalOptions;
  readonly #io: Io;
  #read: ReadFleet;
  #supervisor: Supervisor;
  #retire = new AbortController();
  #notifier: Notifier | undefined;

  constructor(read: ReadFleet, options: GlobalOptions, io: Io) {
    this.#read = read;
    this.#options = options;
    this.#io = io;
    this.#notifier = this.#notifierOf(read.fleet);
    this.#supervisor = this.#supervise(read);
  }

  states(): ReturnType<Supervisor['states']> {
    return this.#supervisor.states();
  }

  async run(stop: AbortSignal): Promise<void> {
    const delivering = keepDelivering(
      () => this.#notifier,
      stop,
      (text) => {
        this.say(text);
      },
    );
    const isOver = (): boolean => stop.aborted;
    while (!isOver()) {
      const end = AbortSignal.any([stop, this.#retire.signal]);
      await this.#supervisor.run(end);
      if (isOver() || !this.#retire.signal.aborted) break;
      this.#retire = new AbortController();
      this.#supervisor = this.#supervise(this.#read);
    }
    await killAll(this.#running);
    await delivering;
  }

  /** What is wrong with the new file is told, and the old one stays in force. */
  reload(readAgain: () => ReadFleet): void {
    try {
      const read = readAgain();
      this.#notifier = this.#notifierOf(read.fleet);
      this.#read = read;
      this.say(`${read.fleet.file} was read again`);
      this.#retire.abort(new Error('read again'));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.say(
        `${this.#read.fleet.file} is not taken: ${error.message.trim() || 'see above'}; what was in force stays so`,
      );
    }
  }

  say(text: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const at = new Date(wallClock.now()).toISOString();
    if (this.#options.json === true) this.#io.out(`${jsonText({ at, text, ...facts }).replaceAll(/\n\s*/g, '')}\n`);
    else this.#io.err(linesText([`${at} ${text}`]));
  }

  #notifierOf(fleet: Fleet): Notifier | undefined {
    if (fleet.notify === undefined) return undefined;
    return openNotifier(besideFleet(fleet, fleet.notify, this.#io), this.#options, this.#io);
  }

  #supervise({ bytes, fleet }: ReadFleet): Supervisor {
    const { env, cwd } = this.#io;
    return createSupervisor({
      schedules: fleet.schedules,
      clock: wallClock,
      random: seededRandom(randomBytes(4).readUInt32LE()),
      running: this.#running,
      memory: lastDueIn(stateDirectoryOf(this.#options, this.#io), fleet.name, complainTo(this.#io)),
      start: ({ schedule }) =>
        startChild({
          command: [process.execPath, process.argv[1] ?? '', ...this.#wordsFor(fleet, schedule)],
          cwd,
          env,
          input: bytes,
          tell: (text) => {
            if (this.#options.verbose === true) this.#io.err(linesText(text.trimEnd().split('\n')));
          },
        }),
      listeners: {
        started: ({ id, schedule }) => {
          this.say(`${schedule.name}: scan began`, { schedule: schedule.name, scan: id, event: 'started' });
          this.#ping(schedule, 'start', id, `scan of ${fleet.name} began`);
        },
        ended: (ended) => {
          this.#ended(ended);
        },
        skipped: ({ schedule }) => {
          this.metrics.skipped(schedule.name);
          this.say(`${schedule.name}: not begun, the scan before still runs`, {
            schedule: schedule.name,
            event: 'skipped',
          });
        },
      },
    });
  }

  #wordsFor({ file }: Fleet, { name }: FleetSchedule): readonly string[] {
    const where = this.#options;
    const words = whereWords({ ...where, types: { ...where.types, words: [] } })
      .split(/ (?=--)/)
      .filter((each) => each !== '');
    const types = this.#options.types.words.flatMap((word) => ['--types', word]);
    return ['scan', file, '--schedule', name, '--as-read', '--json', '--quiet', ...words.flatMap(plainWords), ...types];
  }

  #ended(ended: ScanEnded): void {
    const { end, endedAt, id, schedule, startedAt } = ended;
    this.metrics.ended(ended);
    const text = `${schedule.name}: ${endText(end)} after ${durationText((endedAt - startedAt) / 1000)}`;
    this.say(text, { schedule: schedule.name, scan: id, event: 'ended', end });
    this.#ping(schedule, hasSucceeded(end) ? 'success' : 'fail', id, text);
    // What a scan found it tells itself; that there was none nobody else can tell.
    if (end.kind !== 'ended' || ![0, 2, 4].includes(end.code)) this.#tellFailure(ended, text);
  }

  #tellFailure({ id, endedAt, schedule }: ScanEnded, text: string): void {
    const notice: Notice = {
      version: 1,
      id: noticeId('watch', id),
      about: { kind: 'watch' },
      title: `a scan failed: ${text}`,
      groups: [
        {
          place: {
            account: null,
            alias: null,
            region: null,
            environment: null,
            sandbox: this.#options.sandbox === true,
          },
          playbook: null,
          items: [
            {
              id: noticeId('scan-failed', this.#read.fleet.name, schedule.name),
              text,
              details: ['what happened there meanwhile is not known'],
              severity: 'high',
              state: 'new',
              command: `relight scan ${this.#read.fleet.file} --schedule ${schedule.name}`,
            },
          ],
        },
      ],
      link: null,
      at: new Date(endedAt).toISOString(),
    };
    try {
      this.#notifier?.deliverer.put(notice);
    } catch (error) {
      this.say(`nobody could be told: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #ping(schedule: FleetSchedule, kind: PingKind, id: string, body: string): void {
    const url = pingUrl(filledIn(schedule, this.#io.env), kind, id);
    if (url === undefined) return;
    void deliverPing(url, body, postPing, wallClock).then((failure) => {
      // Never the URL: whoever has it can say that all is well.
      if (failure !== undefined) this.say(`${schedule.name}: the ping "${kind}" did not arrive: ${failure}`);
    });
  }
}

/** `--profile 'a b'` as it is passed without a shell. */
function plainWords(text: string): readonly string[] {
  const [, name = '', value] = /^(--[a-z-]+)(?: (.*))?$/s.exec(text) ?? [];
  if (value === undefined) return [name];
  return [name, value.startsWith("'") ? value.slice(1, -1).replaceAll("'\\''", "'") : value];
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
