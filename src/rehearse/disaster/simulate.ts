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
import type { JournalRecord } from '../../run/journal/events.ts';
import { unfinishedRun } from '../../run/journal/unfinished.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Disruption } from './disaster.ts';
import { startProcess, type Process } from '../world/killable.ts';
import type { Command, Happening, Script, TimedHappening } from './script.ts';
import { otherHarness, type Attempt, type Parts, type Harness } from '../world/harness.ts';
import { memoryLock } from '../world/memory-lock.ts';
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
  /** Calls of all operators, those of the looks at the end left out. */
  readonly wire: readonly ObservedCall[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly end: Ending;
}

/** @param parts what the recoveries are made of */
export async function simulate(environment: RehearsalEnvironment, script: Script, parts?: Parts): Promise<Performance> {
  const { playbook } = environment;
  const scene = script.deployed
    ? await environment.scene(script.disaster)
    : { marks: [], data: environment.seeded, rules: [] as const };
  const harness = environment.harness(scene, parts === undefined ? {} : { parts });
  const { clock } = harness;
  const faults: Omit<FaultSimulated, 'hits'>[] = [];
  const setFault = (named: Fault): void => {
    // A copy, so that what it hits is counted apart from what the same fault hits when it is set again.
    const fault = { ...inRegion(named, playbook.target.region, harness.world.services) };
    faults.push({ fault, setAt: clock.now() });
    setFaults(harness.world, harness.faults, [fault]);
  };
  for (const fault of script.faults) setFault(fault);
  const lock = script.locked === true && parts?.lock !== false ? memoryLock() : undefined;
  const startedAt = clock.now();
  const wire: ObservedCall[] = [];
  const played: Simulated[] = [];
  const happened: Happened[] = [];
  /** Of the first operator. */
  const running: { process: Process | undefined; restartAfter: number | undefined } = {
    process: undefined,
    restartAfter: undefined,
  };

  const attemptOnce = async (operator: number, command: Command): Promise<Attempt> => {
    const { accepted, allowDowntime, caller, excluded, kind } = command;
    const there = caller === undefined ? harness : otherHarness(playbook, { ...caller, startAt: clock.now() });
    const within = startProcess(there.access('change'));
    if (operator === 0) running.process = within;
    const records: JournalRecord[] = [];
    const callsBefore: number[] = [];
    const dieAfter = played.some((each) => each.operator === operator) ? undefined : command.dieAfter;
    const began = clock.now();
    const end = (attempt: Attempt): Attempt => {
      const callsUntil = there === harness ? harness.wire.length : 0;
      played.push({ operator, startedAt: began, endedAt: clock.now(), attempt, records, callsBefore, callsUntil });
      return attempt;
    };
    const claimed = lock === undefined ? undefined : await lock.take(`operator-${operator + 1}`, within.clock);
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
      resumes: there === harness ? leftBy(played, kind) : undefined,
      onRecord: (record) => {
        records.push(record);
        callsBefore.push(there === harness ? harness.wire.length : 0);
        if (records.length === dieAfter) within.kill();
      },
    });
    await lease?.release();
    if (there !== harness) wire.push(...there.wire);
    return end(attempt);
  };

  const type = async (operator: number, command: Command): Promise<void> => {
    let patience = command.dieAfter === undefined ? 0 : 1;
    for (let left = command.attempts; left > 0;) {
      const attempt = await attemptOnce(operator, command);
      if (attempt.kind === 'killed') {
        const restartAfter = command.dieAfter === undefined ? running.restartAfter : 0;
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
  };

  let operators = 0;
  const happen = async (happening: Happening): Promise<string | undefined> => {
    switch (happening.kind) {
      case 'disruption':
        return disruptNow(harness, happening.disruption);
      case 'fault':
        setFault(happening.fault);
        return undefined;
      case 'calm':
        clearFaults(harness.world, harness.faults);
        return undefined;
      case 'command':
        operators += 1;
        await type(operators, happening.command);
        return undefined;
      case 'kill':
        running.restartAfter = happening.restartAfter;
        running.process?.kill();
        return undefined;
      default:
        return unreachable(happening);
    }
  };
  const fall = async (timed: TimedHappening): Promise<void> => {
    const fellAt = clock.now();
    const entry = happened.push({ ...timed, fellAt, detail: undefined }) - 1;
    const detail = await happen(timed.happening);
    happened[entry] = { ...timed, fellAt, detail };
  };

  const inTime = script.happenings.toSorted((left, right) => left.at - right.at);
  for (const timed of inTime.filter((each) => each.at === 0)) await fall(timed);
  const over = new AbortController();
  const later = inTime
    .filter((each) => each.at > 0)
    .map(async (timed) => {
      try {
        await clock.sleep(timed.at, over.signal);
      } catch {
        happened.push({ ...timed, fellAt: null, detail: undefined });
        return;
      }
      await fall(timed);
    });
  await type(0, script.command);
  over.abort(new Error('the recovery is over'));
  await Promise.all(later);

  const endedAt = clock.now();
  wire.unshift(...harness.wire);
  const hitsOf = (fault: Fault): number =>
    isStuckState(fault) ? heldUp(harness.world, fault) : harness.faults.hitsOf(fault);
  const struck = faults.map((each) => ({ ...each, hits: hitsOf(each.fault) }));
  // No fault hits the looks at the end; what is stuck in AWS then is stuck for them too.
  harness.faults.clear();
  return {
    script,
    marks: scene.marks,
    played: played.toSorted((left, right) => left.startedAt - right.startedAt),
    happened: happened.toSorted((left, right) => left.at - right.at),
    faults: struck,
    wire,
    startedAt,
    endedAt,
    end: await endOf(harness, script.command.kind),
  };
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
    return mark.what ?? 'it was not there';
  } catch (error) {
    const { code, message } = classify(error);
    return `AWS refused it: ${code}: ${message}`;
  }
}
