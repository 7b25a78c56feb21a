// Plays a script: the disaster, the recovery, and whatever happens in the middle of it, all on one virtual clock.
import { classify } from '../../aws/errors.ts';
import {
  clearFaults,
  heldUp,
  inRegion,
  isStuckState,
  setFaults,
  type Fault,
  type ObservedCall,
} from '../../sandbox/index.ts';
import type { PlanKind, Resumption } from '../../plan/plan.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { unfinishedRun } from '../../run/journal/unfinished.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Disruption } from './disaster.ts';
import { startProcess, type Process } from '../world/killable.ts';
import { limitedFor, type Command, type Happening, type Script, type TimedHappening } from './script.ts';
import type { Attempt, Parts } from '../world/attempt.ts';
import { otherHarness, type Harness } from '../world/harness.ts';
import { memoryLock, type MemoryLock } from '../world/memory-lock.ts';
import { passes, watch, type Witnessed } from '../world/watch.ts';
import type { Playbook } from '../../playbook/model.ts';
import { darknessOf, hangingReads, isDarkness, neededDark, waitsIn, waitText, type Waits } from './darkness.ts';
import { inject, type Mark } from './inject.ts';
import { endOf, type Ending, type RehearsalEnvironment } from '../world/environment.ts';

/** One command that somebody typed, from its first call to its last. Instants in milliseconds since the epoch. */
export interface Simulated {
  /** 0: the first operator; n: who came with the nth command of `when`. */
  readonly operator: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly attempt: Attempt;
  readonly records: readonly JournalRecord[];
  /** For each record, how many calls of `Performance.wire` AWS had got before it was written. */
  readonly callsBefore: readonly number[];
  /** How many calls of `Performance.wire` AWS had got when it ended. */
  readonly callsUntil: number;
}

/** One happening, and what came of it. */
export interface Happened extends TimedHappening {
  /** Milliseconds since the epoch; null when the recovery was over before. */
  readonly fellAt: number | null;
  /** What a disruption did, or why it could not fall. */
  readonly detail: string | undefined;
}

/** A fault that was set, and what it did. */
export interface FaultSimulated {
  readonly fault: Fault;
  /** Milliseconds since the epoch. */
  readonly setAt: number;
  /** Calls that a rule did something to; load balancers, services or changes that a stuck state held up. */
  readonly hits: number;
}

export interface Performance {
  readonly script: Script;
  readonly marks: readonly Mark[];
  /** In the order of their beginnings. */
  readonly played: readonly Simulated[];
  readonly happened: readonly Happened[];
  /** Those that the script names, in the order in which they were set. */
  readonly faults: readonly FaultSimulated[];
  /** What has waited for names that are dark. */
  readonly waits: readonly Waits[];
  /** Calls of all operators, those of the looks at the end left out. */
  readonly wire: readonly ObservedCall[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly end: Ending;
  /** What clients on the internet got meanwhile. */
  readonly witnessed: Witnessed;
}

/** @param parts what the recoveries are made of */
export async function simulate(environment: RehearsalEnvironment, script: Script, parts?: Parts): Promise<Performance> {
  const scene = script.deployed
    ? await environment.scene(script.disaster)
    : { marks: [], data: environment.seeded, rules: [] as const };
  const harness = environment.harness(scene, parts === undefined ? {} : { parts });
  const lock = script.locked === true && parts?.lock !== false ? memoryLock() : undefined;
  const { dark = [] } = script;
  const stage = new Stage(harness, lock, dark);
  for (const name of dark) setFaults(harness.world, harness.faults, [darknessOf(name, harness.playbook)]);
  for (const fault of script.faults) stage.setFault(fault);
  const startedAt = harness.clock.now();
  const { tell, witnessed } = watch(harness.world, harness.playbook, environment.paths);
  harness.witnesses.add(tell);
  await stage.play(script);
  harness.witnesses.delete(tell);
  const endedAt = harness.clock.now();
  const told = stage.told();
  // No fault hits the looks at the end; what is stuck in AWS then is stuck for them too.
  harness.faults.clear();
  const end = await endOf(harness, script.command.kind);
  const waits = waitsIn(harness.world, dark, harness.playbook, end);
  const seen = ownDoing(witnessed(), () => environment.harness({ data: scene.data, rules: [] }), harness.playbook);
  return { script, marks: scene.marks, ...told, waits, startedAt, endedAt, end, witnessed: seen };
}

/** What falls silent where nobody recovers anything, as time goes by, is not the recovery's doing. */
function ownDoing(witnessed: Witnessed, untouched: () => Harness, playbook: Playbook): Witnessed {
  if (witnessed.silences.length === 0) return witnessed;
  const { clock, world } = untouched();
  const silences = witnessed.silences.filter(({ at, check }) => {
    clock.advance(at - clock.now());
    return passes(world, playbook, check);
  });
  return { ...witnessed, silences };
}

/** Where a script is played: one world, whoever types in it, and what has happened so far. */
class Stage {
  readonly #harness: Harness;
  readonly #lock: MemoryLock | undefined;
  readonly #dark: readonly string[];
  readonly #faults: Omit<FaultSimulated, 'hits'>[] = [];
  /** Calls of those who come from elsewhere. */
  readonly #othersWire: ObservedCall[] = [];
  readonly #played: Simulated[] = [];
  readonly #happened: Happened[] = [];
  /** Of the first operator. */
  #process: Process | undefined;
  #restartAfter: number | undefined;
  #operators = 0;

  /** @param dark names that do not answer */
  constructor(harness: Harness, lock: MemoryLock | undefined, dark: readonly string[]) {
    this.#harness = harness;
    this.#lock = lock;
    this.#dark = dark;
    this.#hangReads();
  }

  #hangReads(): void {
    const { faults, playbook, world } = this.#harness;
    setFaults(world, faults, hangingReads(this.#dark, playbook));
  }

  setFault(named: Fault): void {
    const { clock, faults, playbook, world } = this.#harness;
    // A copy, so that what it hits is counted apart from what the same fault hits when it is set again.
    const fault = { ...inRegion(named, playbook.target.region, world.services) };
    this.#faults.push({ fault, setAt: clock.now() });
    setFaults(world, faults, [fault]);
  }

  /** The recovery, and what happens before and during it. */
  async play({ command, happenings }: Script): Promise<void> {
    const inTime = happenings.toSorted((left, right) => left.at - right.at);
    for (const timed of inTime.filter((each) => each.at === 0)) await this.#fall(timed);
    const over = new AbortController();
    const later = inTime.filter((each) => each.at > 0).map((timed) => this.#fallLater(timed, over.signal));
    await this.#type(0, command);
    over.abort(new Error('the recovery is over'));
    await Promise.all(later);
  }

  told(): Pick<Performance, 'played' | 'happened' | 'faults' | 'wire'> {
    const { faults, wire, world } = this.#harness;
    const hitsOf = (fault: Fault): number => (isStuckState(fault) ? heldUp(world, fault) : faults.hitsOf(fault));
    return {
      played: this.#played.toSorted((left, right) => left.startedAt - right.startedAt),
      happened: this.#happened.toSorted((left, right) => left.at - right.at),
      faults: this.#faults.map((each) => ({ ...each, hits: hitsOf(each.fault) })),
      wire: [...wire, ...this.#othersWire],
    };
  }

  /** Types a command, and types it again as often as it says. */
  async #type(operator: number, command: Command): Promise<void> {
    if (command.saved === undefined) await this.#typeAgain(operator, command);
    else await this.#runSaved(operator, command, command.saved);
  }

  /** Plans, lets happen what happens before the plan is run, and runs it. */
  async #runSaved(operator: number, command: Command, { set, twice }: NonNullable<Command['saved']>): Promise<void> {
    const harness = limitedHarness(this.#harness, command);
    const { accepted, allowDowntime, excluded, kind } = command;
    const saved = await harness.save(kind, { accepted, allowDowntime, excluded });
    for (const [component, state] of Object.entries(set)) await disruptNow(harness, { component, state });
    await this.#attempt(operator, command, saved);
    if (twice) await this.#attempt(operator, command, saved);
  }

  async #typeAgain(operator: number, command: Command): Promise<void> {
    const { clock } = this.#harness;
    let patience = command.dieAfter === undefined ? 0 : 1;
    for (let left = command.attempts; left > 0;) {
      const attempt = await this.#attempt(operator, command);
      if (attempt.kind === 'killed') {
        const restartAfter = command.dieAfter === undefined ? this.#restartAfter : 0;
        if (restartAfter === undefined) return;
        await clock.sleep(restartAfter);
        continue;
      }
      // All is in place, and what the dead process sent last may not be everywhere yet: it is asked once more.
      if (attempt.kind === 'idle' && patience > 0) {
        patience -= 1;
        await clock.sleep(command.pause);
        continue;
      }
      left -= 1;
      if (isOver(attempt, command) || left === 0) return;
      await clock.sleep(command.pause);
    }
  }

  async #attempt(operator: number, command: Command, saved?: SavedPlan): Promise<Attempt> {
    const harness = this.#harness;
    const { clock, playbook } = harness;
    const { accepted, allowDowntime, caller, excluded, kind } = command;
    const isHere = caller === undefined;
    const there = limitedHarness(
      isHere ? harness : otherHarness(playbook, { ...caller, startAt: clock.now() }),
      command,
    );
    const within = startProcess(there.access('change'));
    if (operator === 0) this.#process = within;
    const records: JournalRecord[] = [];
    const callsBefore: number[] = [];
    const callsMade = (): number => (isHere ? harness.wire.length : 0);
    const dieAfter = this.#played.some((each) => each.operator === operator) ? undefined : command.dieAfter;
    const began = clock.now();
    const end = (attempt: Attempt): Attempt => {
      const callsUntil = callsMade();
      this.#played.push({
        operator,
        startedAt: began,
        endedAt: clock.now(),
        attempt,
        records,
        callsBefore,
        callsUntil,
      });
      return attempt;
    };
    const [needed] = neededDark(this.#dark, playbook);
    if (needed !== undefined) {
      await clock.sleep(playbook.recovery.deadline);
      return end({ kind: 'turned-away', by: 'need', reason: waitText(needed) });
    }
    const claimed =
      this.#lock === undefined ? undefined : await this.#lock.take(`operator-${operator + 1}`, within.clock);
    if (claimed?.kind === 'refused') {
      const { command: other, user } = claimed.holder.owner;
      const reason = `another run is at work: ${user}, ${other}`;
      return end({ kind: 'turned-away', by: 'lock', reason });
    }
    const lease = claimed?.lease;
    const attempt = await there.attempt({
      kind,
      excluded,
      accepted,
      allowDowntime,
      lease,
      within,
      saved,
      resumes: isHere ? leftBy(this.#played, kind) : undefined,
      onRecord: (record) => {
        records.push(record);
        callsBefore.push(callsMade());
        if (records.length === dieAfter) within.kill();
      },
    });
    await lease?.release();
    if (!isHere) this.#othersWire.push(...there.wire);
    return end(attempt);
  }

  async #fallLater(timed: TimedHappening, over: AbortSignal): Promise<void> {
    try {
      await this.#harness.clock.sleep(timed.at, over);
    } catch {
      this.#happened.push({ ...timed, fellAt: null, detail: undefined });
      return;
    }
    await this.#fall(timed);
  }

  async #fall(timed: TimedHappening): Promise<void> {
    const fellAt = this.#harness.clock.now();
    const entry = this.#happened.push({ ...timed, fellAt, detail: undefined }) - 1;
    const detail = await this.#happen(timed.happening);
    this.#happened[entry] = { ...timed, fellAt, detail };
  }

  async #happen(happening: Happening): Promise<string | undefined> {
    switch (happening.kind) {
      case 'disruption':
        return disruptNow(this.#harness, happening.disruption);
      case 'fault':
        this.setFault(happening.fault);
        return undefined;
      case 'calm':
        // What is dark is no fault that passes.
        clearFaults(this.#harness.world, this.#harness.faults, isDarkness);
        this.#hangReads();
        return undefined;
      case 'command':
        this.#operators += 1;
        await this.#type(this.#operators, happening.command);
        return undefined;
      case 'kill':
        this.#restartAfter = happening.restartAfter;
        this.#process?.kill();
        return undefined;
      default:
        return unreachable(happening);
    }
  }
}

/** Whoever types a command types its limit of deletes with it. */
function limitedHarness(harness: Harness, command: Command): Harness {
  return command.maxDeletes === undefined ? harness : harness.withPlaybook(limitedFor(command, harness.playbook));
}

/** What the next command of this kind goes on with: the last run, when it did not reach its end. */
function leftBy(played: readonly Simulated[], kind: PlanKind): Resumption | undefined {
  const [first, ...others] = played.findLast((each) => each.records.length > 0)?.records ?? [];
  const left = first?.type === 'run-started' ? unfinishedRun([first, ...others]) : undefined;
  return left?.strategy === kind ? left.resumption : undefined;
}

/** Typing the same command again would change nothing. */
function isOver(attempt: Attempt, { untilIdle = false }: Command): boolean {
  switch (attempt.kind) {
    case 'turned-away':
      return attempt.by !== 'nobody';
    case 'refused':
    case 'idle':
    case 'killed':
      return true;
    case 'ran':
      return attempt.report.result === 'succeeded' && !untilIdle;
    default:
      return unreachable(attempt);
  }
}

/** A disruption in the middle of a recovery may find its piece gone, or AWS may refuse it: that is told, and no bug. */
async function disruptNow(harness: Harness, disruption: Disruption): Promise<string> {
  try {
    const { mark, rules } = await inject(harness, disruption, false);
    setFaults(harness.world, harness.faults, rules);
    if (mark.refused !== undefined) return `AWS refused it: ${mark.refused}`;
    return mark.what ?? 'it was not there';
  } catch (error) {
    const { code, message } = classify(error);
    return `AWS refused it: ${code}: ${message}`;
  }
}
