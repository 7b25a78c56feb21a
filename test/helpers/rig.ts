// The whole product against the embedded AWS, in process: a playbook, a world it is deployed in, and the stages as one
// call each. A deployed world is made once for each playbook and copied for each case, so that a case costs no deploying.
import { readFileSync } from 'node:fs';
import type { Assessments } from '../../src/assess/assess.ts';
import { nothingKnown, type Known } from '../../src/assess/proof.ts';
import { componentTypes } from '../../src/components/index.ts';
import {
  loadPlaybook,
  look,
  lookBeforeUndo,
  openSession,
  planUndo,
  playbookBeforeRun,
  type PlannedUndo,
  type PlanRequest,
  type Session,
  type Assessed,
} from '../../src/engine.ts';
import type { Plan, PlanKind } from '../../src/plan/plan.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { breakComponents, type Broken } from '../../src/rehearse/disaster/break.ts';
import { presumedBy } from '../../src/rehearse/world/seed.ts';
import type { RunOptions } from '../../src/rehearse/world/attempt.ts';
import {
  beginning,
  opened,
  seededHarness,
  harnessFrom,
  type Planned,
  type Harness,
} from '../../src/rehearse/world/harness.ts';
import type { RunReport } from '../../src/report/report.ts';
import type { BeforeImage } from '../../src/run/journal/events.ts';
import type { MemoryJournal } from '../../src/run/journal/journal.ts';
import { authorsIn } from '../../src/run/journal/authors.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import {
  createWorld,
  presume,
  snapshot,
  VirtualClock,
  type ObservedCall,
  type Timings,
  type WorldData,
} from '../../src/sandbox/index.ts';
import type { Records } from '../../src/undo/changes-made.ts';
import { recall, type PastRun } from '../../src/undo/past.ts';

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

/** Downtime is allowed unless told otherwise; `known`: what journals and adoptions tell. */
export interface UndoOptions extends Pick<RecoverOptions, 'accepted' | 'allowDowntime' | 'excluded'> {
  readonly known?: Known;
}

export interface RecoverOptions extends Partial<Omit<PlanRequest, 'kind'>>, RunOptions {}

export type { Planned };

/** A harness with what tests ask for again and again. */
export interface Rig extends Omit<Harness, 'fork' | 'withPlaybook'> {
  readonly fork: () => Rig;
  readonly withPlaybook: (playbook: Playbook) => Rig;
  readonly status: () => Promise<Assessments>;
  /** Downtime is allowed unless told otherwise: most tests take down what serves, and mean it. */
  readonly recover: (kind: PlanKind, options?: RecoverOptions) => Promise<Recovery>;
  /** Takes a run back; `past` is what `recallOf` made of it. */
  readonly undo: (past: PastRun, options?: UndoOptions & Pick<RecoverOptions, 'stop'>) => Promise<Recovery>;
  /** Plans an undo and runs nothing. */
  readonly planUndo: (past: PastRun, options?: UndoOptions) => Promise<PlannedUndo>;
  /** Deletes pieces by hand, and waits until they are gone unless told otherwise. */
  readonly break: (ids: readonly string[], wait?: boolean) => Promise<readonly Broken[]>;
}

/** A world that holds what the playbook presumes, and nothing of its own. */
export async function seededRig(playbook: Playbook, timings?: Timings): Promise<Rig> {
  return rigOn(await seededHarness(playbook, timings === undefined ? {} : { timings }));
}

/** A world that holds what the playbook names and nothing makes (networks, roles, images, zones, ..): no shared piece either. */
export function bareRig(playbook: Playbook): Rig {
  const world = createWorld({ clock: new VirtualClock(beginning) });
  presume(world, presumedBy(playbook));
  return rigOn(harnessFrom(playbook, snapshot(world)));
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
  return rigOn(harnessFrom(playbook, await data));
}

async function deploy(playbook: Playbook): Promise<WorldData> {
  const rig = await seededRig(playbook);
  const { report } = await rig.recover('repair');
  if (report.result !== 'succeeded') throw new Error(`deploying failed: ${unfinished(report).join('\n')}`);
  return snapshot(rig.world);
}

function rigOn(harness: Harness): Rig {
  return {
    ...harness,
    get operator() {
      return harness.operator;
    },
    fork: () => rigOn(harness.fork()),
    withPlaybook: (other) => rigOn(harness.withPlaybook(other)),
    status: async () => (await harness.look()).assessments,
    recover: async (kind, { approver, onRecord, stop, verify, within, ...asked } = {}) => {
      const from = harness.wire.length;
      const planned = await harness.plan(kind, { allowDowntime: true, ...asked }, 'change');
      const { journal, report } = await harness.run(planned, { approver, onRecord, stop, verify, within });
      return { plan: planned.plan, report, journal, wire: harness.wire.slice(from) };
    },
    planUndo: (past, options) => planUndoOn(harness, 'read', past, options),
    undo: async (past, { stop, ...options } = {}) => {
      const from = harness.wire.length;
      const planned = await planUndoOn(harness, 'change', past, options);
      const { plan } = planned;
      if (plan.refusals.length > 0) throw new Error(plan.refusals.map((each) => each.text).join('\n'));
      const { journal, report } = await harness.run(planned, { stop, verify: false });
      return { plan, report, journal, wire: harness.wire.slice(from) };
    },
    break: async (ids, wait = true) => {
      const session = opened(await openSession(harness.playbook, harness.operatorAccess('change')));
      const { observations } = await look(session);
      session.observeContext.aws.gate.openForChanges();
      const { graph, playbook, observeContext } = session;
      const broken = await breakComponents(ids, { playbook, graph, observations, observeContext, wait: false });
      if (wait) await untilGone(session, broken);
      return broken;
    },
  };
}

async function planUndoOn(
  harness: Harness,
  mode: 'read' | 'change',
  past: PastRun,
  options: UndoOptions = {},
): Promise<PlannedUndo> {
  const before = harness.withPlaybook(playbookBeforeRun(harness.playbook, past));
  const session = await before.open(mode);
  const request = { allowDowntime: true, ...options };
  const seen = await look(session);
  const draft = planUndo(session, seen, harness.playbook, past, request);
  return planUndo(session, await lookBeforeUndo(seen, [draft]), harness.playbook, past, request);
}

/** Seldom looks suffice: draining alone takes five minutes. */
async function untilGone(session: Session, broken: readonly Broken[]): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const { observations } = await look(session);
    if (broken.every(({ component }) => observations.byId.get(component)?.kind === 'absent')) return;
    await session.observeContext.clock.sleep(60_000);
  }
  throw new Error(`still there: ${JSON.stringify(broken)}`);
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

/** Who wrote what, by these journals, oldest first: what a state directory that holds them would tell. */
export function knownFrom(journals: readonly MemoryJournal[]): Known {
  return { ...nothingKnown, authors: authorsIn(journals.map(recordsOf), componentTypes) };
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
export function identitiesOf({ observations }: Assessed): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [id, observation] of observations.byId) {
    if (observation.kind !== 'present') continue;
    const state = observation.state as {
      readonly description?: Readonly<Record<string, unknown>>;
      readonly item?: unknown;
    };
    const { description } = state;
    const born = description?.['createdAt'] ?? description?.['CreatedTime'] ?? description?.['registeredAt'] ?? '';
    const content = state.item ?? ('zone' in state ? description : '');
    result.set(id, JSON.stringify([observations.outputs.get(id), born, content]));
  }
  return result;
}

/** Ids of a plan's steps, in order. */
export function stepIds(plan: Plan): readonly string[] {
  return plan.steps.map((step) => step.id);
}

/** An output of a component that is there, such as its ARN. */
export async function outputOf(rig: Rig, component: string, output: string): Promise<string> {
  const value = (await rig.fork().look()).observations.outputs.get(component)?.[output];
  if (value === undefined) throw new Error(`${component} has no ${output}`);
  return value;
}
