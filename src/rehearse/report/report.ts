// A performance as one value that every renderer works from, and that `--json` prints: version 1 of an interface.
import { toolFor } from '../../engine.ts';
import type { Verdict } from '../../assess/assessment.ts';
import type { PlanKind, StepAction } from '../../plan/plan.ts';
import { nextStep, pendingStep, type StepReport, type StepStatus } from '../../report/step-report.ts';
import type { JournalRecord } from '../../run/journal/events.ts';
import { unreachable } from '../../util/unreachable.ts';
import { exitCodeOf, outcomeOf, planOf, reasonOf, assessmentsOf, type Outcome } from './outcome.ts';
import { waitText } from '../disaster/darkness.ts';
import type { Happened, Performance, Simulated } from '../disaster/performance.ts';
import type { PieceState } from '../disaster/disaster.ts';
import { deletesIn } from '../world/namings.ts';
import { worldServices } from '../world/plugs.ts';
import { faultText } from './fault-text.ts';
import type { Fault, ObservedCall, Services } from '../../sandbox/index.ts';

export interface RehearsedStep {
  readonly id: string;
  readonly component: string;
  readonly action: StepAction;
  readonly status: StepStatus;
  readonly because: string;
  /** Seconds since the recovery began; null when it never did. */
  readonly from: number | null;
  readonly to: number | null;
  /** What was seen last, or why it failed or was skipped; null when there is nothing to say. */
  readonly detail: string | null;
}

/** One command that somebody typed. */
export interface RehearsedRun {
  /** 0: the first operator. */
  readonly operator: number;
  readonly strategy: PlanKind | null;
  /** Seconds since the recovery began. */
  readonly from: number;
  readonly to: number;
  readonly outcome: Outcome;
  /** Of `relight recover`; null for a process that was killed. */
  readonly exitCode: number | null;
  readonly reason: string | null;
  readonly steps: readonly RehearsedStep[];
}

export interface Verdicts {
  readonly component: string;
  readonly verdict: Verdict;
  readonly because: string | null;
}

/** Something that happened, for the timeline. */
export interface RehearsedEvent {
  /** Seconds since the recovery began; null when it never happened, since the recovery was over before. */
  readonly at: number | null;
  readonly text: string;
}

/** Something that waited for a name that was dark. */
export interface RehearsedWait {
  /** Whose tasks wait; null for the recovery itself and what is no component. */
  readonly component: string | null;
  readonly because: readonly string[];
  /** All of it in one sentence. */
  readonly text: string;
}

/** A fault that was set. */
export interface RehearsedFault {
  readonly kind: Fault['kind'];
  /** In words. */
  readonly text: string;
  /** Seconds since the recovery began. */
  readonly at: number;
  /** Calls that it did something to; load balancers, services or changes that it held up. */
  readonly hits: number;
}

export interface RehearsalReport {
  readonly version: 1;
  readonly tool: string;
  readonly playbook: { readonly name: string; readonly digest: string; readonly file: string };
  readonly target: { readonly account: string; readonly alias: string | null; readonly region: string };
  /** `healed`: all healthy, serving, and nothing left to do (or all taken down). `refused`: nothing was changed, for a stated reason. */
  readonly result: 'healed' | 'refused' | 'not-healed';
  readonly disaster: readonly {
    readonly component: string;
    readonly state: PieceState;
    /** What was done; null when an earlier disruption had taken the piece away. */
    readonly what: string | null;
    /** Pieces that AWS made go with it. */
    readonly also: readonly string[];
  }[];
  /** ISO 8601, in AWS's own time. */
  readonly startedAt: string;
  /** From the first call of the recovery to its end, in AWS's own time. */
  readonly seconds: number;
  /** The objective, in seconds; null when the playbook names none. */
  readonly rtoSeconds: number | null;
  /** Null when there is no objective, or nothing was healed. */
  readonly objective: 'met' | 'missed' | null;
  /** What the recovery saw first; empty when it was turned away. */
  readonly before: readonly Verdicts[];
  /** Ids of the plan's steps, in order; null when there was no plan. */
  readonly plan: readonly string[] | null;
  readonly runs: readonly RehearsedRun[];
  readonly events: readonly RehearsedEvent[];
  /** In the order in which they were set; those of events that never happened are left out. */
  readonly faults: readonly RehearsedFault[];
  /** Names that did not answer for the whole recovery, and what waited for them. */
  readonly dark: readonly { readonly name: string; readonly waits: readonly RehearsedWait[] }[];
  readonly end: {
    readonly healthy: boolean;
    readonly serving: boolean;
    readonly verdicts: readonly Verdicts[];
    readonly probes: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
    /** Steps that a second recovery would do. */
    readonly stepsLeft: readonly string[];
  };
  readonly calls: {
    readonly total: number;
    readonly changes: number;
    readonly deletes: number;
    readonly byOperation: Readonly<Record<string, number>>;
  };
}

/** Of milliseconds; what is less than one of them is not told. */
function secondsOf(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}

export function reportOf(performance: Performance): RehearsalReport {
  const { end, endedAt, marks, played, script, startedAt, wire } = performance;
  const { metadata, digest, file, target, objectives, types } = script.playbook;
  const services = worldServices(types);
  const first = played.find((each) => each.operator === 0);
  const seconds = secondsOf(endedAt - startedAt);
  const rtoSeconds = objectives.rto === undefined ? null : secondsOf(objectives.rto);
  const changes = wire.filter((call) => call.mutating);
  const stepsLeft = end.plan.steps.map((step) => step.id);
  const said = played.filter((each) => each.operator === 0).at(-1);
  const done = said !== undefined && exitCodeOf(said.attempt, end.serving) === 0;
  const isThere = end.healthy && end.serving;
  const healed = done && stepsLeft.length === 0 && (script.command.kind === 'teardown' || isThere);
  const deletes = changes.reduce((sum, call) => sum + (wasDone(call) ? deletesIn(call, types) : 0), 0);
  const plan = first === undefined ? null : planOf(first.attempt);
  return {
    version: 1,
    tool: toolFor(script.playbook),
    playbook: { name: metadata.name, digest, file },
    target: { account: target.account, alias: target.alias ?? null, region: target.region },
    result: healed ? 'healed' : changes.length === 0 && performance.waits.length === 0 ? 'refused' : 'not-healed',
    disaster: marks.map(({ component, state, what, also }) => ({ component, state, what, also })),
    startedAt: new Date(startedAt).toISOString(),
    seconds,
    rtoSeconds,
    objective: rtoSeconds === null || !healed ? null : seconds <= rtoSeconds ? 'met' : 'missed',
    before: first === undefined ? [] : verdictsSeen(first),
    plan: plan === null ? null : plan.steps.map((step) => step.id),
    runs: played.map((each) => runOf(each, performance)),
    events: performance.happened.map((each) => eventOf(each, startedAt, services)),
    faults: performance.faults.map(({ fault, hits, setAt }) => ({
      kind: fault.kind,
      text: faultText(fault, services),
      at: secondsOf(setAt - startedAt),
      hits,
    })),
    dark: (script.dark ?? []).map((name) => ({
      name,
      waits: performance.waits
        .filter((each) => each.name === name)
        .map((each) => ({ component: each.component, because: each.because, text: waitText(each) })),
    })),
    end: {
      healthy: end.healthy,
      serving: end.serving,
      verdicts: [...end.assessed.assessments.values()].map(({ id, reasons, verdict }) => ({
        component: id,
        verdict,
        because: verdict === 'healthy' ? null : (reasons[0]?.text ?? null),
      })),
      probes: end.probes.map(({ detail, name, ok }) => ({ name, ok, detail })),
      stepsLeft,
    },
    calls: {
      total: wire.length,
      changes: changes.length,
      deletes,
      byOperation: counted(wire.map((call) => `${call.service}:${call.operation}`)),
    },
  };
}

function verdictsSeen({ attempt }: Simulated): readonly Verdicts[] {
  const seen = assessmentsOf(attempt);
  const components = seen === null ? (planOf(attempt)?.components ?? []) : [...seen.values()];
  return components.map(({ id, reasons, verdict }) => ({
    component: id,
    verdict,
    because: verdict === 'healthy' ? null : (reasons[0]?.text ?? null),
  }));
}

/** AWS carried it out, whether or not the caller heard of it. */
function wasDone({ outcome }: ObservedCall): boolean {
  return outcome.kind === 'ok' || (outcome.kind === 'reset' && outcome.applied);
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([left], [right]) => (left < right ? -1 : 1)));
}

function runOf(played: Simulated, { end, startedAt }: Performance): RehearsedRun {
  const { attempt, endedAt, operator, records } = played;
  const since = (instant: number): number => secondsOf(instant - startedAt);
  return {
    operator,
    strategy: planOf(attempt)?.strategy ?? null,
    from: since(played.startedAt),
    to: since(endedAt),
    outcome: outcomeOf(attempt),
    exitCode: exitCodeOf(attempt, end.serving),
    reason: reasonOf(attempt),
    steps: stepsOf(records).map((step) => {
      const from = step.startedAt === null ? null : since(Date.parse(step.startedAt));
      return {
        id: step.id,
        component: step.component,
        action: step.action,
        status: step.status,
        because: step.because,
        from,
        to: from === null ? null : step.seconds === null ? since(endedAt) : secondsOf((from + step.seconds) * 1000),
        detail: step.error === null ? step.detail : `${step.error.code}: ${step.error.message}`,
      };
    }),
  };
}

/** Folds what was written, also of a run that was cut off. */
function stepsOf(records: readonly JournalRecord[]): readonly StepReport[] {
  const [first] = records;
  if (first?.type !== 'run-started') return [];
  const steps = new Map<string, StepReport>(first.plan.steps.map((step) => [step.id, pendingStep(step)]));
  for (const record of records) {
    if (!('step' in record)) continue;
    const before = steps.get(record.step);
    if (before !== undefined) steps.set(record.step, nextStep(before, record));
  }
  return [...steps.values()];
}

function eventOf({ at, detail, fellAt, happening }: Happened, startedAt: number, services: Services): RehearsedEvent {
  const tail = detail === undefined ? '' : `: ${detail}`;
  const said = (text: string): RehearsedEvent =>
    fellAt === null
      ? { at: null, text: `${text}, meant for ${at / 1000} s: the recovery was over before` }
      : { at: secondsOf(fellAt - startedAt), text: `${text}${tail}` };
  switch (happening.kind) {
    case 'disruption':
      return said(`${happening.disruption.component} ${happening.disruption.state}`);
    case 'fault':
      return said(`fault ${faultText(happening.fault, services)}`);
    case 'calm':
      return said('all faults end');
    case 'command': {
      const { caller, kind } = happening.command;
      const where = caller === undefined ? '' : `, with credentials of account ${caller.account}`;
      return said(`another operator types ${kind === 'teardown' ? 'teardown' : `recover, ${kind}`}${where}`);
    }
    case 'kill':
      return said(
        happening.restartAfter === undefined
          ? 'the process is killed'
          : `the process is killed, and started again ${happening.restartAfter / 1000} s later`,
      );
    default:
      return unreachable(happening);
  }
}
