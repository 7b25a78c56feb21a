// One recovery as the command line makes it, in process: opened, looked, planned, run, or killed on the way.
import type { AccessOptions } from '../../aws/access.ts';
import {
  openSession,
  planAgain,
  planChange,
  recover,
  type ExecuteOptions,
  type PlannedAgain,
  type PlannedChange,
  type Session,
  type Assessed,
} from '../../engine.ts';
import type { ComponentType } from '../../components/contract.ts';
import { refusalText } from '../../guard/guard.ts';
import type { Consents } from '../../plan/consent.ts';
import type { Plan, PlanKind, Resumption } from '../../plan/plan.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { RunReport } from '../../report/report.ts';
import type { Approver } from '../../run/approval/approvals.ts';
import type { BeforeImage, JournalRecord } from '../../run/journal/events.ts';
import type { MemoryJournal } from '../../run/journal/journal.ts';
import { imagesBefore, recalledFrom, type ToldRun } from '../../run/journal/recalled.ts';
import type { Memory } from '../../settings/base.ts';
import type { Lease } from '../../run/lock/lease.ts';
import type { Clock } from '../../util/clock.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Process } from './killable.ts';

/** What a recovery is made of; a part that is not named is the shipped one. Looks at the end use the shipped ones only. */
export interface Parts {
  readonly types?: ReadonlyMap<string, ComponentType>;
  /** Told each plan before it is run. */
  readonly plan?: (plan: Plan) => Plan;
  /** Told each journal before it is written to. */
  readonly journal?: (journal: MemoryJournal) => MemoryJournal;
  /** Told the playbook before it is recovered by. */
  readonly playbook?: (playbook: Playbook) => Playbook;
  /** Told what a saved plan was planned anew to. */
  readonly saved?: (planned: PlannedAgain, saved: SavedPlan) => PlannedAgain;
  /** False: no lock is taken, where one would be. */
  readonly lock?: boolean;
}

export interface RunOptions {
  /** False: the playbook's probes are left out. */
  readonly verify?: boolean | undefined;
  readonly stop?: AbortSignal | undefined;
  /** Without one nobody approves. */
  readonly approver?: Approver | undefined;
  /** The lock that it holds, if it needs one. */
  readonly lease?: Lease | undefined;
  /** The process that it happens in, if that may be killed. */
  readonly within?: Process | undefined;
  /** Told each journal record as soon as it is safe. */
  readonly onRecord?: ((record: JournalRecord) => void) | undefined;
  readonly parts?: Parts | undefined;
}

export interface AttemptOptions extends RunOptions {
  readonly kind: PlanKind;
  /** Components to leave out. */
  readonly excluded?: ReadonlySet<string> | undefined;
  /** What the operator lets happen although something speaks against it. */
  readonly accepted?: Consents | undefined;
  /** Pieces that serve may be taken down; true unless told: who rehearses means it. */
  readonly allowDowntime?: boolean | undefined;
  /** The unfinished run to go on with. */
  readonly resumes?: Resumption | undefined;
  /** A plan that was made before, to be run if it is still the same. */
  readonly saved?: SavedPlan | undefined;
}

/** What came of one `relight recover`. */
export type Attempt =
  /**
   * The wrong place, or nobody could tell which place it is, or another run holds the lock, or what the recovery needs did
   * not answer until its deadline: nothing else was asked.
   */
  | { readonly kind: 'turned-away'; readonly by: 'guard' | 'nobody' | 'lock' | 'need'; readonly reason: string }
  /** The plan breaks a rule of the playbook, or a saved one does not hold any more. */
  | { readonly kind: 'refused'; readonly reason: string; readonly assessed: Assessed; readonly plan: Plan }
  /** No step: all is in place, or all that is not is blocked. */
  | { readonly kind: 'idle'; readonly assessed: Assessed; readonly plan: Plan }
  | {
      readonly kind: 'ran';
      readonly assessed: Assessed;
      readonly plan: Plan;
      readonly report: RunReport;
      readonly journal: MemoryJournal;
    }
  /** Its process was killed, after it had written these lines. */
  | { readonly kind: 'killed'; readonly plan: Plan | null; readonly records: readonly JournalRecord[] };

/** What a run in this world is given, and its journal once it is open. */
export interface Execution extends Omit<ExecuteOptions, 'approval' | 'forecast'> {
  readonly journal: () => MemoryJournal;
}

/** Where attempts are made. */
export interface Venue {
  readonly playbook: Playbook;
  readonly access: AccessOptions;
  /** @param runClock what the journal's times are read from */
  readonly executionOf: (options: RunOptions, runClock: Clock) => Execution;
  /** Of all runs in this place, oldest first. */
  readonly journals: readonly MemoryJournal[];
  readonly knownGood: Memory;
}

/** One `relight recover` from its first call to its last. */
export async function attempt(venue: Venue, options: AttemptOptions): Promise<Attempt> {
  const { onRecord, within } = options;
  if (within === undefined) return attemptAlive(venue, options);
  const written: { plan: Plan | null; readonly records: JournalRecord[] } = { plan: null, records: [] };
  const work = attemptAlive(
    { ...venue, access: within.access },
    {
      ...options,
      onRecord: (record) => {
        if (record.type === 'run-started') written.plan = record.plan;
        written.records.push(record);
        onRecord?.(record);
      },
    },
  );
  const end = within.killed.then((): Attempt => ({ kind: 'killed', ...written }));
  return Promise.race([end, work]);
}

async function attemptAlive(
  { playbook, access, executionOf, journals, knownGood }: Venue,
  options: AttemptOptions,
): Promise<Attempt> {
  const result = await openSession(options.parts?.playbook?.(playbook) ?? playbook, access, options.parts?.types);
  if (result.kind === 'refused') return { kind: 'turned-away', by: 'guard', reason: refusalText(result.mismatches) };
  if (result.kind === 'no-identity') return { kind: 'turned-away', by: 'nobody', reason: result.failure.message };
  const { session } = result;
  const { accepted, allowDowntime = true, excluded, kind, parts, resumes, saved } = options;
  const request = {
    kind,
    allowDowntime,
    ...(excluded === undefined ? {} : { excluded }),
    ...(accepted === undefined ? {} : { accepted }),
    ...(resumes === undefined ? {} : { resumes }),
  };
  const execution = executionOf({ approver: granting(access.clock), ...options }, session.observeContext.clock);
  let stale: string | undefined;
  const planNow = async (seen: Assessed, memory: Memory): Promise<PlannedChange> => {
    if (saved === undefined) return planChange(session, seen, request, memory);
    const again = await planAgain(session, seen, saved, request, memory);
    const { apart, moved, ...planned } = parts?.saved?.(again, saved) ?? again;
    if (moved.length > 0) stale = 'what the saved plan was made for has moved';
    else if (apart.length > 0) stale = 'planned anew, the saved plan is not the same';
    return planned;
  };
  const { assessed, plan, ...recovery } = await recover(session, {
    ...request,
    ...execution,
    patience: { excluded, stop: options.stop },
    plan: async (seen) => {
      const memory = resumes === undefined ? knownGood : withRuns(knownGood, memoryOf(journals, session));
      const planned = await planNow(seen, memory);
      return { ...planned, plan: parts?.plan?.(planned.plan) ?? planned.plan };
    },
    approve: () => Promise.resolve({ kind: stale === undefined ? 'yes' : 'no' }),
  });
  if (stale !== undefined) return { kind: 'refused', reason: stale, assessed, plan };
  switch (recovery.kind) {
    case 'refused':
      return { kind: 'refused', reason: plan.refusals[0]?.text ?? '', assessed, plan };
    case 'ran':
      return { kind: 'ran', assessed, plan, report: recovery.report, journal: execution.journal() };
    case 'idle':
    case 'declined':
      return { kind: 'idle', assessed, plan };
    default:
      return unreachable(recovery);
  }
}

/** The newest first. */
function withRuns(knownGood: Memory, runs: Memory): Memory {
  const memory = new Map(knownGood);
  for (const [id, recalled] of runs) memory.set(id, [...recalled, ...(memory.get(id) ?? [])]);
  return memory;
}

/** What the runs that did not reach their end had written down, as `relight recover` finds it in its state directory. */
function memoryOf(journals: readonly MemoryJournal[], { types, observeContext }: Session): Memory {
  return recalledFrom(imagesIn(journals), types, observeContext.scope);
}

/** Of the pieces that runs which did not reach their end have touched: all that a later one reads in their images. */
export function imagesIn(journals: readonly MemoryJournal[]): ReadonlyMap<string, BeforeImage> {
  const last = journals.findLastIndex(({ records }) =>
    records.some((each) => each.type === 'run-finished' && each.result === 'succeeded'),
  );
  const runs = journals.slice(last + 1).flatMap(({ beforeImages, records }): readonly ToldRun[] => {
    const [first, ...others] = records;
    if (first?.type !== 'run-started') return [];
    return [{ records: [first, ...others], imageOf: ({ step }) => beforeImages.get(step) }];
  });
  return imagesBefore(runs);
}

/** Somebody sits there and says yes at once. */
function granting(clock: Clock): Approver {
  return { decide: () => Promise.resolve({ kind: 'granted', by: 'rehearsal', how: 'flag' }), clock };
}
