// Runs a week: the watch as it is, by a virtual clock, with scans in this process; and what its receivers were sent.
import { mkdirSync, writeFileSync } from 'node:fs';
import { runCli } from '../../../src/cli/program.ts';
import { machine, type StartScan, type Surroundings } from '../../../src/cli/surroundings.ts';
import type { Io } from '../../../src/cli/terminal/io.ts';
import { factsIn } from '../../../src/cli/watch/facts.ts';
import type { Attempt } from '../../../src/notify/deliver/senders.ts';
import type { Outcome } from '../../../src/notify/deliver/outcome.ts';
import type { Notice } from '../../../src/notify/notice.ts';
import type { RunningScan } from '../../../src/watch/supervisor.ts';
import { fleetText, notifyText, playbooks, type Piece, type ReceiverName } from './fleet.ts';
import { covers, strikes, type WeekPlan } from './plan.ts';
import { openWorld, type Deed, type WeekWorld } from './world.ts';

/** One notice that came to a receiver, as often as it came. */
export interface Arrival {
  readonly receiver: ReceiverName;
  readonly at: number;
  readonly notice: Notice;
  /** It was told that it may have come before. */
  readonly repeated: boolean;
  /** Its answer was lost. */
  readonly lost: boolean;
}

export interface ScanBegun {
  readonly schedule: string;
  readonly at: number;
  /** Undefined where it came to nothing. */
  code?: number;
}

export interface WeekSeen {
  readonly arrivals: readonly Arrival[];
  readonly scans: readonly ScanBegun[];
  readonly calls: number;
  /** All that the watch said, and all complaints of scans. */
  readonly said: string;
}

/** Lets a planned week pass. */
export async function runWeek(plan: WeekPlan, folder: string): Promise<WeekSeen> {
  layOut(folder);
  const world = await openWorld(plan.from - 600_000);
  const week = new Week(plan, world, folder);
  await week.run();
  return week.seen();
}

/** A fleet that is well, and scans of it by hand, whose receivers take all. */
export async function openFleet(
  folder: string,
  startAt: number,
): Promise<{
  readonly world: WeekWorld;
  readonly arrivals: readonly Arrival[];
  /** Of a schedule; resolves with its exit code. */
  readonly scan: (schedule: string) => Promise<number>;
}> {
  layOut(folder);
  const world = await openWorld(startAt);
  const nothing = { ills: [], outages: [], receiversDown: [], scansFail: [], stops: [] };
  const week = new Week({ seed: 0, from: startAt, to: Number.POSITIVE_INFINITY, ...nothing }, world, folder);
  return { world, arrivals: week.seen().arrivals, scan: (schedule) => week.scan(schedule) };
}

function layOut(folder: string): void {
  mkdirSync(`${folder}/books`);
  for (const { name, text } of playbooks) writeFileSync(`${folder}/books/${name}.yaml`, text);
  writeFileSync(`${folder}/fleet.yaml`, fleetText);
  writeFileSync(`${folder}/notify.yaml`, notifyText);
}

/** Milliseconds that a receiver takes to say that it has it. */
const answering = 300;

const secret = `whsec_${Buffer.from('a week of a watch, by a virtual clock').toString('base64')}`;

/** Something that happens at an instant. */
interface Happening {
  readonly at: number;
  readonly act: () => Promise<void>;
}

class Week {
  readonly #plan: WeekPlan;
  readonly #world: WeekWorld;
  readonly #folder: string;
  /** What a scan has around it, and what a watch has. */
  readonly #scanning: Surroundings;
  readonly #around: Surroundings;
  readonly #arrivals: Arrival[] = [];
  readonly #scans: ScanBegun[] = [];
  #said = '';
  #daemon: { readonly stop: () => void; readonly ended: Promise<number> } | undefined;

  constructor(plan: WeekPlan, world: WeekWorld, folder: string) {
    this.#plan = plan;
    this.#world = world;
    this.#folder = folder;
    this.#scanning = {
      ...machine,
      clock: world.clock,
      wallClock: world.clock,
      places: world.places,
      sender: () => (attempt) => this.#receive(attempt),
    };
    this.#around = { ...this.#scanning, startScan: this.#startScan };
  }

  seen(): WeekSeen {
    return { arrivals: this.#arrivals, scans: this.#scans, calls: this.#world.calls(), said: this.#said };
  }

  scan(schedule: string): Promise<number> {
    return runCli(['scan', 'fleet.yaml', '--schedule', schedule, '--json', '--quiet'], this.#io({}), this.#scanning);
  }

  async run(): Promise<void> {
    const { clock, faults } = this.#world;
    // Whatever is loaded when it is used first is loaded before: a virtual clock does not wait for it.
    await runCli(['scan', 'fleet.yaml', '--json', '--no-memory'], this.#io({}), this.#scanning);
    for (const outage of this.#plan.outages) {
      faults.add({ kind: outage.kind, service: outage.service, when: (subject) => strikes(outage, subject) });
    }
    await clock.sleep(this.#plan.from - clock.now());
    await this.#start();
    for (const { act, at } of this.#happenings()) {
      await clock.sleep(at - clock.now());
      await act();
    }
    await clock.sleep(this.#plan.to - clock.now());
    await this.#stop();
  }

  #happenings(): readonly Happening[] {
    const { ills, stops } = this.#plan;
    const deed = (at: number, what: Deed, piece: Piece): Happening => {
      return { at, act: () => this.#world.deed(what, piece) };
    };
    const deeds = { missing: 'lose', drifted: 'change', described: 'describe' } as const;
    return [
      // What is over is mended before what follows it at once.
      ...ills.map(({ piece, to }) => deed(to, 'mend', piece)),
      ...ills.map(({ from, illness, piece }) => deed(from, deeds[illness], piece)),
      ...stops.flatMap(({ from, to }): Happening[] => [
        { at: from, act: () => this.#stop() },
        { at: to, act: () => this.#start() },
      ]),
    ]
      .filter(({ at }) => at < this.#plan.to)
      .toSorted((left, right) => left.at - right.at);
  }

  async #start(): Promise<void> {
    let begun = (): void => undefined;
    const watching = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let stop = (): void => undefined;
    const io = this.#io({
      err: (text) => {
        if (text.includes('watching fleet.yaml')) begun();
      },
      onDaemonSignals: (told) => {
        ({ stop } = told);
        return () => undefined;
      },
    });
    const ended = runCli(['watch', 'fleet.yaml', '--listen', '127.0.0.1:0'], io, this.#around);
    await Promise.race([watching, ended]);
    this.#daemon = {
      stop: () => {
        stop();
      },
      ended,
    };
  }

  async #stop(): Promise<void> {
    // The end of the week may find nobody who watches.
    if (this.#daemon === undefined) return;
    this.#daemon.stop();
    const code = await this.#daemon.ended;
    if (code !== 0) throw new Error(`the watch ended with ${String(code)}:\n${this.#said.slice(-4_000)}`);
    this.#daemon = undefined;
  }

  #io(own: Partial<Io>): Io {
    return {
      out: () => undefined,
      block: () => undefined,
      env: { HOME: this.#folder, HOOK: secret },
      cwd: this.#folder,
      canAsk: false,
      outIsTerminal: false,
      canRedraw: false,
      columns: 120,
      rows: 24,
      ask: () => Promise.resolve(undefined),
      onInterrupt: () => () => undefined,
      ...own,
      err: (text) => {
        this.#said += text;
        own.err?.(text);
      },
    };
  }

  readonly #startScan: StartScan = ({ input, words }) => {
    const { clock } = this.#world;
    const schedule = words[words.indexOf('--schedule') + 1] ?? '';
    const scan: ScanBegun = { schedule, at: clock.now() };
    this.#scans.push(scan);
    const failing = this.#plan.scansFail.find((each) => each.schedule === schedule && covers(each, scan.at));
    switch (failing?.how) {
      case 'dies':
        return {
          ended: Promise.resolve({ kind: 'crashed', detail: 'it was killed by SIGKILL' }),
          kill: () => undefined,
        };
      case 'error':
        return { ended: Promise.resolve({ kind: 'ended', code: 1, facts: undefined }), kill: () => undefined };
      case 'hangs':
        return { ended: new Promise(() => undefined), kill: () => undefined };
      case undefined:
        return this.#inProcess(scan, words, input);
    }
  };

  /** What a process of its own would do. */
  #inProcess(scan: ScanBegun, words: readonly string[], input: Uint8Array): RunningScan {
    let out = '';
    const interrupts = new Set<() => void>();
    const io = this.#io({
      out: (text) => {
        out += text;
      },
      input: () => Promise.resolve(input),
      onInterrupt: (listener) => {
        interrupts.add(listener);
        return () => interrupts.delete(listener);
      },
    });
    const ended = runCli(words, io, this.#scanning).then((code) => {
      scan.code = code;
      return { kind: 'ended' as const, code, facts: factsIn(out) };
    });
    return {
      ended,
      kill: () => {
        for (const each of [...interrupts]) each();
      },
    };
  }

  async #receive({ notice, receiver, repeated, signal }: Attempt): Promise<Outcome> {
    const name = receiver.name as ReceiverName;
    const { clock } = this.#world;
    const at = clock.now();
    const down = this.#plan.receiversDown.find((each) => each.receiver === name && covers(each, at));
    const arrive = (lost: boolean): void => {
      this.#arrivals.push({ receiver: name, at, notice, repeated, lost });
    };
    switch (down?.how) {
      case 'refuses':
        return { kind: 'failed', why: 'ECONNREFUSED', unsure: false };
      case 'hangs':
        return hanging(signal);
      case 'loses':
        arrive(true);
        return { kind: 'failed', why: 'ECONNRESET', unsure: true };
      case undefined:
        arrive(false);
        await clock.sleep(answering);
        return { kind: 'accepted', how: 'HTTP 200' };
    }
  }
}

/** Takes the connection and never answers. */
function hanging(signal: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = (): void => {
      resolve({ kind: 'failed', why: 'no answer', unsure: false });
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
