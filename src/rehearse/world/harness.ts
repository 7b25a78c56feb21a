// The whole product against an embedded AWS, in process: one playbook in one world, and the engine's stages as one call
// each. Rehearsals, proofs and tests play on it.
import type { AccessOptions, AwsAccess } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import {
  execute,
  look,
  openSession,
  planAgain,
  planChange,
  recover,
  savedPlanFrom,
  type ExecuteOptions,
  type PlannedAgain,
  type PlannedChange,
  type PlanRequest,
  type Session,
  type SessionResult,
  type Assessed,
} from '../../engine.ts';
import type { ComponentType } from '../../components/contract.ts';
import { refusalText } from '../../guard/guard.ts';
import type { Patience } from '../../observe/patient.ts';
import type { Consents } from '../../plan/consent.ts';
import type { Plan, PlanKind, Resumption } from '../../plan/plan.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { RunReport } from '../../report/report.ts';
import type { Approver } from '../../run/approval/approvals.ts';
import type { BeforeImage, JournalRecord, SavedImage } from '../../run/journal/events.ts';
import { createMemoryJournal, type MemoryJournal } from '../../run/journal/journal.ts';
import { imagesBefore, recalledFrom, type ToldRun } from '../../run/journal/recalled.ts';
import type { Memory } from '../../settings/base.ts';
import {
  copyData,
  Faults,
  probeHttp,
  sandboxClientConfig,
  snapshot,
  type TransportOptions,
  type FaultRule,
  type ObservedCall,
  type Durations,
  type ServicePlug,
  type VirtualClock,
  type World,
  type WorldData,
} from '../../sandbox/index.ts';
import type { Lease } from '../../run/lock/lease.ts';
import type { Clock } from '../../util/clock.ts';
import { unreachable } from '../../util/unreachable.ts';
import type { Process } from './killable.ts';
import { plugsOf } from './plugs.ts';
import { openSandbox, sandboxNameOf, type OpenSandbox } from './sandbox.ts';

/** Where every rehearsal's time begins: the morning of the Wonderland outage. */
export const beginning = Date.UTC(2016, 8, 5, 9);

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

export interface HarnessOptions {
  /** Parts for attempts on this harness. */
  readonly parts?: Parts;
  readonly timings?: Durations;
  /** Services of the sandbox beside its own; those that the playbook's types bring unless told. */
  readonly services?: readonly ServicePlug[] | undefined;
  /** Source of ids and pseudo-random numbers of a new world. */
  readonly seed?: number;
  /** Rules for relight's own calls. */
  readonly faults?: readonly FaultRule[];
  /** What pieces have beyond the playbook, by component and path; nothing unless told. */
  readonly beyond?: Harness['beyond'];
  /** What is remembered of the healthy service; nothing unless told. */
  readonly knownGood?: Memory;
  /** What else the transport does: AWS's request rates, latency. */
  readonly transport?: Pick<TransportOptions, 'throttling' | 'latencyMs'>;
}

export interface Planned {
  readonly session: Session;
  readonly assessed: Assessed;
  readonly plan: Plan;
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

export interface Ran {
  readonly report: RunReport;
  readonly journal: MemoryJournal;
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
  /** The wrong place, or nobody could tell which place it is, or another run holds the lock: nothing else was asked. */
  | { readonly kind: 'turned-away'; readonly by: 'guard' | 'nobody' | 'lock'; readonly reason: string }
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

/** One playbook in one world. */
export interface Harness {
  readonly playbook: Playbook;
  readonly sandbox: OpenSandbox;
  readonly world: World;
  readonly clock: VirtualClock;
  /** Rules for relight's own calls; the hands of an operator are not struck. */
  readonly faults: Faults;
  /** relight's own calls as the sandbox saw them, in order of their outcomes. */
  readonly wire: ObservedCall[];
  /** Told each of these calls once its outcome is known. */
  readonly witnesses: Set<(call: ObservedCall) => void>;
  /** What pieces have beyond the playbook, by component and path; empty unless told. */
  readonly beyond: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** The way of relight into this world; `startProcess` makes a killable one of it. */
  readonly access: (mode: AccessOptions['mode'], region?: string) => AccessOptions;
  /** The way of an operator who works by hand: free of faults and of the wire log. */
  readonly operatorAccess: (mode: AccessOptions['mode']) => AccessOptions;
  /** Clients of that operator, open for changes. */
  readonly operator: AwsAccess;
  /** A copy of the world as it is, with a clock and a wire log of its own, free of faults. */
  readonly fork: () => Harness;
  /** The same world seen through another playbook. */
  readonly withPlaybook: (playbook: Playbook) => Harness;
  /** A session, or why there is none. */
  readonly tryOpen: (mode: AccessOptions['mode'], region?: string) => Promise<SessionResult>;
  /** @throws Error when there is none */
  readonly open: (mode: AccessOptions['mode']) => Promise<Session>;
  readonly look: () => Promise<Assessed>;
  readonly plan: (kind: PlanKind, more?: Partial<PlanRequest>, mode?: AccessOptions['mode']) => Promise<Planned>;
  /** A plan of this kind as `plan --out` keeps it. */
  readonly save: (kind: PlanKind, more?: Partial<PlanRequest>) => Promise<SavedPlan>;
  /** Runs a plan, whatever it holds; its session must be one for changes. */
  readonly run: (planned: Planned, options?: RunOptions) => Promise<Ran>;
  /** One `relight recover` from its first call to its last. */
  readonly attempt: (options: AttemptOptions) => Promise<Attempt>;
  /** HTTP status that a client on the internet gets, or the word for why it gets none. */
  readonly http: (url: string) => number | string;
}

/** A world that holds what the playbook presumes, and nothing of its own. */
export async function seededHarness(playbook: Playbook, options: HarnessOptions = {}): Promise<Harness> {
  const { seed, services = plugsOf(playbook.types), timings } = options;
  const harness = setUpHarness(playbook, options, {
    startAt: beginning,
    services,
    ...(timings === undefined ? {} : { timings }),
    ...(seed === undefined ? {} : { seed }),
  });
  await harness.sandbox.seed(playbook);
  harness.wire.length = 0;
  return harness;
}

/** A harness in a copy of a saved world. */
export function harnessFrom(playbook: Playbook, data: WorldData, options: HarnessOptions = {}): Harness {
  const { services = plugsOf(playbook.types), timings } = options;
  const copy = copyData(data);
  return setUpHarness(playbook, options, {
    startAt: copy.now,
    data: copy,
    services,
    ...(timings === undefined ? {} : { timings }),
  });
}

/** An empty world in an account of its own: where wrong credentials lead to. */
export function otherHarness(
  playbook: Playbook,
  place: { readonly account: string; readonly alias?: string | undefined; readonly startAt?: number },
): Harness {
  const { account, alias, startAt = beginning } = place;
  const services = plugsOf(playbook.types);
  return setUpHarness(playbook, {}, { startAt, account, services, ...(alias === undefined ? {} : { alias }) });
}

function setUpHarness(
  playbook: Playbook,
  { beyond, transport, faults: rules, knownGood, parts }: HarnessOptions,
  options: Omit<Parameters<typeof openSandbox>[0], 'transportOptions'>,
): Harness {
  const faults = new Faults(rules);
  const wire: ObservedCall[] = [];
  const witnesses: Harness['witnesses'] = new Set();
  const transportOptions: TransportOptions = {
    ...transport,
    faults,
    onCall: (call) => {
      wire.push(call);
      for (const witness of witnesses) witness(call);
    },
  };
  return harnessOf(playbook, {
    sandbox: openSandbox({ ...options, transportOptions }),
    faults,
    wire,
    witnesses,
    runs: { count: 0, journals: [] },
    parts: parts ?? {},
    beyond: beyond ?? new Map(),
    knownGood: knownGood ?? new Map(),
  });
}

/** What harnesses of the same world share. */
interface Place {
  readonly sandbox: OpenSandbox;
  readonly faults: Faults;
  readonly wire: ObservedCall[];
  readonly witnesses: Harness['witnesses'];
  readonly runs: { count: number; readonly journals: MemoryJournal[] };
  readonly parts: Parts;
  readonly beyond: Harness['beyond'];
  readonly knownGood: Memory;
}

function harnessOf(playbook: Playbook, place: Place): Harness {
  const { sandbox, faults, wire } = place;
  const { world, clock, prober } = sandbox;
  const { region: home } = playbook.target;
  let operator: AwsAccess | undefined;

  const access: Harness['access'] = (mode, region = home) => sandbox.access(region, mode);
  const operatorAccess: Harness['operatorAccess'] = (mode) => ({
    region: home,
    mode,
    clock,
    transport: freeTransport(world, home),
  });
  const tryOpen: Harness['tryOpen'] = (mode, region) => openSession(playbook, access(mode, region));
  const open: Harness['open'] = async (mode) => opened(await tryOpen(mode));

  // As the command line does: whoever may change goes on looking, whoever only reads has one look.
  const plan: Harness['plan'] = async (kind, more = {}, mode = 'read') =>
    planIn(await open(mode), kind, more, mode === 'change' ? { excluded: more.excluded } : undefined);

  const executionOf: Venue['executionOf'] = (options, runClock) => {
    const { approver, lease, onRecord, parts, stop = new AbortController().signal, verify = true, within } = options;
    place.runs.count += 1;
    const runId = `run-${clock.now()}-${place.runs.count}`;
    let opened: MemoryJournal | undefined;
    return {
      journal: () => {
        if (opened === undefined) throw new Error('Internal error: no journal was opened');
        return opened;
      },
      openJournal: (sink) => {
        const tell = (record: JournalRecord): void => {
          sink(record);
          onRecord?.(record);
        };
        const journal = createMemoryJournal(runId, runClock, tell);
        opened = parts?.journal?.(journal) ?? journal;
        place.runs.journals.push(opened);
        return within === undefined ? opened : killableJournal(opened, within);
      },
      prober,
      verify,
      stop,
      lease,
      ...(approver === undefined ? {} : { approver }),
    };
  };

  const run: Harness['run'] = async ({ session, assessed, plan: planned }, options = {}) => {
    const execution = executionOf(options, session.observeContext.clock);
    const report = await execute(session, assessed, planned, execution);
    return { report, journal: execution.journal() };
  };

  return {
    playbook,
    sandbox,
    world,
    clock,
    faults,
    wire,
    witnesses: place.witnesses,
    beyond: place.beyond,
    access,
    operatorAccess,
    get operator() {
      operator ??= openOperator(operatorAccess('change'));
      return operator;
    },
    fork: () => harnessFrom(playbook, snapshot(world), { timings: world.timings, services: world.services.further }),
    withPlaybook: (other) => harnessOf(other, place),
    tryOpen,
    open,
    look: async () => look(await open('read')),
    plan,
    save: async (kind, more = {}) => {
      const {
        assessed,
        plan: planned,
        session,
      } = await planIn(await open('read'), kind, { allowDowntime: true, ...more }, undefined, place.knownGood);
      const options = { id: `saved-${clock.now()}`, ttl: planTtl, excluded: new Set<string>(), sandbox: true };
      return savedPlanFrom(session, assessed, planned, options);
    },
    run,
    attempt: (options) =>
      attempt(
        { playbook, access: access('change'), executionOf, journals: place.runs.journals, knownGood: place.knownGood },
        { ...options, parts: options.parts ?? place.parts },
      ),
    http: (url) => {
      const answer = probeHttp(world, url);
      return 'error' in answer ? answer.error : answer.status;
    },
  };
}

/** A dead process writes nothing, although the lines of code that follow each other without a wait still run here. */
function killableJournal(journal: MemoryJournal, within: Process): MemoryJournal {
  return {
    ...journal,
    record: (event) => {
      if (within.alive()) journal.record(event);
    },
    saveBeforeImage: (image) => (within.alive() ? journal.saveBeforeImage(image) : unsaved(image)),
    saveAfterImage: (image) => (within.alive() ? journal.saveAfterImage(image) : unsaved(image)),
  };
}

/** Where an image would have been; no record that names it is written. */
function unsaved(image: BeforeImage): SavedImage {
  return { file: image.step, digest: '' };
}

async function planIn(
  session: Session,
  kind: PlanKind,
  more: Partial<PlanRequest>,
  patience: Patience | undefined,
  memory?: Memory,
): Promise<Planned> {
  return { session, ...(await planChange(session, await look(session, patience), { ...more, kind }, memory)) };
}

/** Milliseconds, as `plan --out` has it unless told. */
const planTtl = 15 * 60_000;

/** What a run in this world is given, and its journal once it is open. */
interface Execution extends Omit<ExecuteOptions, 'approval' | 'forecast'> {
  readonly journal: () => MemoryJournal;
}

interface Venue {
  readonly playbook: Playbook;
  readonly access: AccessOptions;
  /** @param runClock what the journal's times are read from */
  readonly executionOf: (options: RunOptions, runClock: Clock) => Execution;
  /** Of all runs in this place, oldest first. */
  readonly journals: readonly MemoryJournal[];
  readonly knownGood: Memory;
}

async function attempt(venue: Venue, options: AttemptOptions): Promise<Attempt> {
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
  const last = journals.findLastIndex(({ records }) =>
    records.some((each) => each.type === 'run-finished' && each.result === 'succeeded'),
  );
  const runs = journals.slice(last + 1).flatMap(({ beforeImages, records }): readonly ToldRun[] => {
    const [first, ...others] = records;
    if (first?.type !== 'run-started') return [];
    return [{ records: [first, ...others], imageOf: ({ step }) => beforeImages.get(step) }];
  });
  return recalledFrom(imagesBefore(runs), types, observeContext.scope);
}

/** Somebody sits there and says yes at once. */
function granting(clock: Clock): Approver {
  return { decide: () => Promise.resolve({ kind: 'granted', by: 'rehearsal', how: 'flag' }), clock };
}

/** @throws Error when the place cannot be opened: the world is not the playbook's */
export function opened(result: SessionResult): Session {
  if (result.kind !== 'open') throw new Error(`no session: ${JSON.stringify(result)}`);
  return result.session;
}

function openOperator(access: AccessOptions): AwsAccess {
  const aws = connect(access);
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

/** Past the faults and the wire log. */
function freeTransport(world: World, region: string): NonNullable<AccessOptions['transport']> {
  return (service) => sandboxClientConfig(world, sandboxNameOf(service), region);
}
