// The whole product against an embedded AWS, in process: one playbook in one world, and the engine's stages as one call
// each. Rehearsals, proofs and tests play on it.
import type { AccessOptions, AwsAccess } from '../../aws/access.ts';
import { connect } from '../../aws/connect.ts';
import {
  execute,
  look,
  openSession,
  planChange,
  savedPlanFrom,
  type PlanRequest,
  type Session,
  type SessionResult,
  type Assessed,
} from '../../engine.ts';
import type { Patience } from '../../observe/patient.ts';
import type { Plan, PlanKind } from '../../plan/plan.ts';
import type { SavedPlan } from '../../plan/saved.ts';
import type { Playbook } from '../../playbook/model.ts';
import type { RunReport } from '../../report/report.ts';
import type { BeforeImage, JournalRecord, SavedImage } from '../../run/journal/events.ts';
import { copyOfJournal, createMemoryJournal, type MemoryJournal } from '../../run/journal/journal.ts';
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
import type { Process } from './killable.ts';
import { plugsOf } from './plugs.ts';
import { openSandbox, sandboxNameOf, type OpenSandbox } from './sandbox.ts';
import { attempt, type Attempt, type AttemptOptions, type Parts, type RunOptions, type Venue } from './attempt.ts';

/** Where every rehearsal's time begins: the morning of the Wonderland outage. */
export const beginning = Date.UTC(2016, 8, 5, 9);

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
  /** What had happened in the world before, where it is the copy of one in the middle of a recovery. */
  readonly past?: Past;
  /** What else the transport does: AWS's request rates, latency. */
  readonly transport?: Pick<TransportOptions, 'throttling' | 'latencyMs'>;
}

/** What those who were at work in a world have left behind, beside the world. */
export interface Past {
  readonly wire: readonly ObservedCall[];
  /** Of all runs, oldest first, as far as they had come. */
  readonly journals: readonly MemoryJournal[];
}

export interface Planned {
  readonly session: Session;
  readonly assessed: Assessed;
  readonly plan: Plan;
}

export interface Ran {
  readonly report: RunReport;
  readonly journal: MemoryJournal;
}

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
  /** A copy of what has happened so far. */
  readonly past: () => Past;
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
  { beyond, transport, faults: rules, knownGood, parts, past }: HarnessOptions,
  options: Omit<Parameters<typeof openSandbox>[0], 'transportOptions'>,
): Harness {
  const faults = new Faults(rules);
  const wire: ObservedCall[] = [...(past?.wire ?? [])];
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
    runs: { count: past?.journals.length ?? 0, journals: [...(past?.journals ?? [])] },
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
    past: () => ({ wire: [...wire], journals: place.runs.journals.map(copyOfJournal) }),
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
