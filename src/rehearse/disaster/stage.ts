// Where a script is played: one world, whoever types in it, and what has happened so far.
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
import type { Attempt } from '../world/attempt.ts';
import { otherHarness, type Harness } from '../world/harness.ts';
import { startProcess, type Process } from '../world/killable.ts';
import type { MemoryLock } from '../world/memory-lock.ts';
import { hangingReads, isDarkness, neededDark, waitText } from './darkness.ts';
import type { Disruption } from './disaster.ts';
import { inject } from './inject.ts';
import type { FaultSimulated, Happened, Performance, Simulated } from './performance.ts';
import { limitedFor, type Command, type Happening, type Script, type TimedHappening } from './script.ts';

export class Stage {
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
  /** Told what a process that died right now would have left, after each journal record of the first command. */
  readonly #onRecord: ((left: Simulated) => void) | undefined;

  /** @param dark names that do not answer */
  constructor(
    harness: Harness,
    lock: MemoryLock | undefined,
    dark: readonly string[],
    onRecord?: (left: Simulated) => void,
  ) {
    this.#harness = harness;
    this.#lock = lock;
    this.#dark = dark;
    this.#onRecord = onRecord;
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

  /** The first process is dead already, and the command is typed again at once. */
  async goOn({ command }: Script, killed: Simulated): Promise<void> {
    this.#played.push(killed);
    await this.#harness.clock.sleep(0);
    await this.#typeAgain(0, command);
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
    const isFirst = operator === 0 && this.#played.length === 0;
    const ended = (attempt: Attempt): Simulated => {
      const callsUntil = callsMade();
      return { operator, startedAt: began, endedAt: clock.now(), attempt, records, callsBefore, callsUntil };
    };
    const end = (attempt: Attempt): Attempt => {
      this.#played.push(ended(attempt));
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
        if (isFirst) this.#onRecord?.(ended(killedAfter(records)));
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

function killedAfter(records: readonly JournalRecord[]): Attempt {
  const [first] = records;
  return { kind: 'killed', plan: first?.type === 'run-started' ? first.plan : null, records };
}

/** Whoever types a command types its limit of deletes with it. */
function limitedHarness(harness: Harness, command: Command): Harness {
  return command.maxDeletes === undefined ? harness : harness.withPlaybook(limitedFor(command, harness.playbook));
}

/** What the next command of this kind goes on with: the last run, when it did not reach its end. */
export function leftBy(played: readonly Pick<Simulated, 'records'>[], kind: PlanKind): Resumption | undefined {
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
    const { mark, rules } = await inject(harness, disruption, { wait: false });
    setFaults(harness.world, harness.faults, rules);
    if (mark.refused !== undefined) return `AWS refused it: ${mark.refused}`;
    return mark.what ?? 'it was not there';
  } catch (error) {
    const { code, message } = classify(error);
    return `AWS refused it: ${code}: ${message}`;
  }
}
