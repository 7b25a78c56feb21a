// The whole product against the embedded AWS, in process: a playbook, a world it is deployed in, and the stages as one
// call each. A deployed world is made once for each playbook and copied for each case, so that a case costs no deploying.
import { readFileSync } from 'node:fs';
import { connect, type AccessOptions, type AwsAccess } from '../../src/aws/access.ts';
import type { Assessments } from '../../src/assess/assess.ts';
import {
  execute,
  loadPlaybook,
  look,
  openSession,
  planFrom,
  planUndo,
  playbookBeforeRun,
  type PlannedUndo,
  type PlanRequest,
  type Session,
  type SessionResult,
  type Sighting,
} from '../../src/engine.ts';
import type { Plan, PlanKind } from '../../src/plan/plan.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { breakComponents, type Broken } from '../../src/rehearse/break.ts';
import { openSandbox, type OpenSandbox } from '../../src/rehearse/sandbox.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { Approver } from '../../src/run/approvals.ts';
import type { BeforeImage } from '../../src/run/events.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/run/journal.ts';
import { readJournal } from '../../src/run/read-journal.ts';
import {
  copyData,
  Faults,
  probeHttp,
  sandboxClientConfig,
  snapshot,
  type ObservedCall,
  type Timings,
  type VirtualClock,
  type World,
  type WorldData,
} from '../../src/sandbox/index.ts';

import type { Records } from '../../src/undo/deeds.ts';
import { recall, type PastRun } from '../../src/undo/past.ts';

/** Where every world's time begins. */
const beginning = Date.UTC(2016, 8, 5, 9);

/** A playbook that ships: `readShipped('deployer-api.yaml')`. */
export function readShipped(file: string): string {
  return readFileSync(new URL(`../../playbooks/${file}`, import.meta.url), 'utf8');
}

/** A playbook from its text, which must be sound. */
export function playbookOf(text: string, params: Readonly<Record<string, string>> = {}): Playbook {
  const result = loadPlaybook({ bytes: new TextEncoder().encode(text), file: 'playbook.yaml', params });
  if (!result.ok) throw new Error(result.diagnostics.map((each) => each.message).join('\n'));
  return result.playbook;
}

/** What a recovery left behind. */
export interface Recovery {
  readonly plan: Plan;
  readonly report: RunReport;
  readonly journal: MemoryJournal;
  /** What the sandbox was asked between the first look and the end, in order. */
  readonly wire: readonly ObservedCall[];
}

export interface RecoverOptions extends Partial<Omit<PlanRequest, 'kind'>> {
  /** False: the playbook's probes are left out. */
  readonly verify?: boolean;
  readonly stop?: AbortSignal;
  readonly approver?: Approver;
}

export interface Planned {
  readonly session: Session;
  readonly sighting: Sighting;
  readonly plan: Plan;
}

/** One playbook in one world. */
export interface Rig {
  readonly playbook: Playbook;
  readonly sandbox: OpenSandbox;
  readonly world: World;
  readonly clock: VirtualClock;
  /** Rules for relight's own calls; the hands of an operator are not struck. */
  readonly faults: Faults;
  /** relight's own calls as the sandbox saw them, in order. */
  readonly wire: ObservedCall[];
  /** Clients of an operator, free of faults and of the wire log: what is changed here, others have changed. */
  readonly operator: AwsAccess;
  /** A copy of the world as it is, with a clock and a wire log of its own. */
  readonly fork: () => Rig;
  /** The same world seen through another playbook. */
  readonly withPlaybook: (playbook: Playbook) => Rig;
  /** A session, or why there is none. */
  readonly tryOpen: (mode: 'read' | 'change', region?: string) => Promise<SessionResult>;
  readonly open: (mode: 'read' | 'change') => Promise<Session>;
  readonly look: () => Promise<Sighting>;
  readonly status: () => Promise<Assessments>;
  readonly plan: (kind: PlanKind, more?: Partial<PlanRequest>) => Promise<Planned>;
  /** Downtime is allowed unless told otherwise: most tests take down what serves, and mean it. */
  readonly recover: (kind: PlanKind, options?: RecoverOptions) => Promise<Recovery>;
  /** Takes a run back; `past` is what `recallOf` made of it. */
  readonly undo: (past: PastRun, options?: Pick<RecoverOptions, 'excluded' | 'stop'>) => Promise<Recovery>;
  /** Plans an undo and runs nothing. */
  readonly planUndo: (past: PastRun) => Promise<PlannedUndo>;
  /** Deletes pieces by hand, and waits until they are gone unless told otherwise. */
  readonly break: (ids: readonly string[], wait?: boolean) => Promise<readonly Broken[]>;
  /** HTTP status that a client on the internet gets, or the word for why it gets none. */
  readonly http: (url: string) => number | string;
}

/** A world that holds what the playbook presumes, and nothing of its own. */
export async function seededRig(playbook: Playbook, timings?: Timings): Promise<Rig> {
  const rig = rigIn(playbook, { startAt: beginning, ...(timings === undefined ? {} : { timings }) });
  await rig.sandbox.seed(playbook);
  rig.wire.length = 0;
  return rig;
}

const deployed = new Map<string, Promise<WorldData>>();

/** A copy of a world in which the playbook is deployed; deployed once for each text. */
export async function deployedRig(text: string): Promise<Rig> {
  const playbook = playbookOf(text);
  let data = deployed.get(text);
  if (data === undefined) {
    data = deploy(playbook);
    deployed.set(text, data);
  }
  return rigFrom(playbook, await data);
}

async function deploy(playbook: Playbook): Promise<WorldData> {
  const rig = await seededRig(playbook);
  const { report } = await rig.recover('repair');
  if (report.result !== 'succeeded') throw new Error(`deploying failed: ${unfinished(report).join('\n')}`);
  return snapshot(rig.world);
}

function rigFrom(playbook: Playbook, data: WorldData, timings?: Timings): Rig {
  const copy = copyData(data);
  return rigIn(playbook, { startAt: copy.now, data: copy, ...(timings === undefined ? {} : { timings }) });
}

function rigIn(playbook: Playbook, options: Omit<Parameters<typeof openSandbox>[0], 'doorOptions'>): Rig {
  const faults = new Faults();
  const wire: ObservedCall[] = [];
  const doorOptions = {
    faults,
    onCall: (call: ObservedCall): void => {
      wire.push(call);
    },
  };
  return rigOf(playbook, { sandbox: openSandbox({ ...options, doorOptions }), faults, wire });
}

/** What rigs of the same world share. */
interface Place {
  readonly sandbox: OpenSandbox;
  readonly faults: Faults;
  readonly wire: ObservedCall[];
}

function rigOf(playbook: Playbook, place: Place): Rig {
  const { sandbox, faults, wire } = place;
  const { world, clock, prober } = sandbox;
  const { region: home } = playbook.target;
  let runs = 0;
  let hands: AwsAccess | undefined;

  const tryOpen: Rig['tryOpen'] = (mode, region = home) => openSession(playbook, sandbox.access(region, mode));
  const open: Rig['open'] = async (mode) => opened(await tryOpen(mode));
  return {
    playbook,
    sandbox,
    world,
    clock,
    faults,
    wire,
    get operator() {
      hands ??= operatorIn(world, clock, home);
      return hands;
    },
    fork: () => rigFrom(playbook, snapshot(world), world.timings),
    withPlaybook: (other) => rigOf(other, place),
    tryOpen,
    open,
    look: async () => look(await open('read')),
    status: async () => (await look(await open('read'))).assessments,
    plan: (kind, more) => planIn('read', kind, more),
    recover: async (kind, options = {}) => {
      const from = wire.length;
      const { verify = true, stop = new AbortController().signal, approver, ...asked } = options;
      const { session, sighting, plan } = await planIn('change', kind, { allowDowntime: true, ...asked });
      runs += 1;
      let journal: MemoryJournal | undefined;
      const report = await execute(session, sighting, plan, {
        openJournal: (sink) => (journal = createMemoryJournal(`run-${clock.now()}-${runs}`, clock, sink)),
        prober,
        verify,
        stop,
        ...(approver === undefined ? {} : { approver }),
      });
      if (journal === undefined) throw new Error('no journal was opened');
      return { plan, report, journal, wire: wire.slice(from) };
    },
    planUndo: (past) => planUndoIn('read', past),
    undo: async (past, { excluded, stop = new AbortController().signal } = {}) => {
      const from = wire.length;
      const { session, sighting, plan } = await planUndoIn('change', past, excluded);
      if (plan.refusals.length > 0) throw new Error(plan.refusals.map((each) => each.text).join('\n'));
      runs += 1;
      let journal: MemoryJournal | undefined;
      const report = await execute(session, sighting, plan, {
        openJournal: (sink) => (journal = createMemoryJournal(`undo-${clock.now()}-${runs}`, clock, sink)),
        prober,
        verify: false,
        stop,
      });
      if (journal === undefined) throw new Error('no journal was opened');
      return { plan, report, journal, wire: wire.slice(from) };
    },
    break: async (ids, wait = true) => {
      const access = { region: home, mode: 'change', clock, door: freeDoor(world, home) } as const;
      const session = opened(await openSession(playbook, access));
      const { survey } = await look(session);
      session.viewpoint.aws.gate.openForChanges();
      const { graph, viewpoint } = session;
      const broken = await breakComponents(ids, { playbook, graph, survey, viewpoint, wait: false });
      if (wait) await untilGone(session, broken);
      return broken;
    },
    http: (url) => {
      const answer = probeHttp(world, url);
      return 'error' in answer ? answer.error : answer.status;
    },
  };

  async function planUndoIn(
    mode: 'read' | 'change',
    past: PastRun,
    excluded?: ReadonlySet<string>,
  ): Promise<PlannedUndo> {
    const before = playbookBeforeRun(playbook, past);
    const session = opened(await openSession(before, sandbox.access(home, mode)));
    return planUndo(session, await look(session), playbook, past, {
      ...(excluded === undefined ? {} : { excluded }),
      allowDowntime: true,
    });
  }

  async function planIn(mode: 'read' | 'change', kind: PlanKind, more: Partial<PlanRequest> = {}): Promise<Planned> {
    const session = await open(mode);
    const sighting = await look(session);
    return { session, sighting, plan: planFrom(session, sighting, { ...more, kind }) };
  }
}

function opened(result: SessionResult): Session {
  if (result.kind !== 'open') throw new Error(`no session: ${JSON.stringify(result)}`);
  return result.session;
}

/** Seldom looks suffice: draining alone takes five minutes. */
async function untilGone(session: Session, broken: readonly Broken[]): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const { survey } = await look(session);
    if (broken.every(({ component }) => survey.observations.get(component)?.kind === 'absent')) return;
    await session.viewpoint.clock.sleep(60_000);
  }
  throw new Error(`still there: ${JSON.stringify(broken)}`);
}

function operatorIn(world: World, clock: VirtualClock, region: string): AwsAccess {
  const aws = connect({ region, mode: 'change', clock, door: freeDoor(world, region) });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

/** Past the faults and the wire log. */
function freeDoor(world: World, region: string): NonNullable<AccessOptions['door']> {
  return (service) => sandboxClientConfig(world, service === 'elbv2' ? 'elasticloadbalancing' : service, region);
}

/** What an undo knows of runs, from their journals as a program would read them back. */
export function recallOf(
  runs: readonly [...MemoryJournal[], MemoryJournal],
  begunUndos: readonly MemoryJournal[] = [],
): PastRun {
  const recalled = recall(
    runs.map(recordsOf) as [Records],
    ({ file, runId }) => {
      const journal = runs.find((each) => each.runId === runId);
      const [folder, step = ''] = file.split('/');
      const image = (folder === 'before' ? journal?.beforeImages : journal?.afterImages)?.get(step);
      if (image === undefined) throw new Error(`no image ${file} of ${runId}`);
      // Through the form in which it is on disk.
      return { kind: 'sound', image: JSON.parse(JSON.stringify(image)) as BeforeImage };
    },
    { excluded: new Set(), begunUndos: begunUndos.map(recordsOf) },
  );
  if (recalled.kind !== 'sound') throw new Error(recalled.troubles.join('\n'));
  return recalled.past;
}

function recordsOf(journal: MemoryJournal): Records {
  const read = readJournal(journal.records.map((each) => `${JSON.stringify(each)}\n`).join(''));
  if (read.kind !== 'sound') throw new Error(`the journal is ${JSON.stringify(read)}`);
  return read.records;
}

// --- Reading results -------------------------------------------------------------------------------------------------

/** Ids of all components that the playbook owns. */
export function ownedBy(playbook: Playbook): readonly string[] {
  return [...playbook.components.values()].filter((each) => !each.shared).map((each) => each.id);
}

/** Verdicts that are not healthy: `{ service: 'missing' }`. */
export function troubles(assessments: Assessments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...assessments.values()].filter((each) => each.verdict !== 'healthy').map((each) => [each.id, each.verdict]),
  );
}

/** `step: after [...] because`, one a line. */
export function stepLines(plan: Plan): string {
  return plan.steps.map((step) => `${step.id}: after [${step.after.join(', ')}] because ${step.because}`).join('\n');
}

/** Steps of a report that did not succeed, for readable failures. */
export function unfinished(report: RunReport): readonly string[] {
  return report.steps
    .filter((step) => step.status !== 'succeeded')
    .map((step) => `${step.id} ${step.status}: ${step.error?.code ?? ''} ${step.error?.message ?? step.detail ?? ''}`);
}

export function mutations(calls: readonly ObservedCall[]): readonly ObservedCall[] {
  return calls.filter((call) => call.mutating);
}

/**
 * What makes each present piece the very one it is: ids, ARNs and DNS names that AWS gave it, when it was made, and for
 * records and items, which carry none of those, their content.
 */
export function identitiesOf({ survey }: Sighting): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [id, observation] of survey.observations) {
    if (observation.kind !== 'present') continue;
    const state = observation.state as {
      readonly description?: Readonly<Record<string, unknown>>;
      readonly item?: unknown;
    };
    const { description } = state;
    const born = description?.['createdAt'] ?? description?.['CreatedTime'] ?? description?.['registeredAt'] ?? '';
    const content = state.item ?? ('zone' in state ? description : '');
    result.set(id, JSON.stringify([survey.outputs.get(id), born, content]));
  }
  return result;
}

/** Ids of a plan's steps, in order. */
export function stepIds(plan: Plan): readonly string[] {
  return plan.steps.map((step) => step.id);
}

/** An output of a component that is there, such as its ARN. */
export async function outputOf(rig: Rig, component: string, output: string): Promise<string> {
  const value = (await rig.fork().look()).survey.outputs.get(component)?.[output];
  if (value === undefined) throw new Error(`${component} has no ${output}`);
  return value;
}
