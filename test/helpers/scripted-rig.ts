// A whole engine over scripted types: from one line of playbook to plans and runs, with no AWS and no real time.
import { assess, type Assessments } from '../../src/assess/assess.ts';
import type { Assessment } from '../../src/assess/assessment.ts';
import type { AwsAccess } from '../../src/aws/access.ts';
import type { ComponentType } from '../../src/components/contract.ts';
import { buildGraph, type Graph } from '../../src/graph/graph.ts';
import type { ObserveContext } from '../../src/observe/context.ts';
import { observations } from '../../src/observe/look.ts';
import { observeCascades, type Observations } from '../../src/observe/observe.ts';
import { makePlan, type PlanInputs } from '../../src/plan/make.ts';
import type { Plan, PlanKind, PlannedComponent } from '../../src/plan/plan.ts';
import { edgesOf } from '../../src/playbook/checks/edges.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { foldReport, type RunReport } from '../../src/report/report.ts';
import type { Approver } from '../../src/run/approval/approvals.ts';
import type { JournalRecord, RunEvent } from '../../src/run/journal/events.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/run/journal/journal.ts';
import type { Prober } from '../../src/run/probe/probe.ts';
import { runPlan } from '../../src/run/run.ts';
import { VirtualClock } from '../../src/util/clock.ts';
import { createSharing } from '../../src/util/sharing.ts';
import { playbookOf, type PlaybookOptions } from './playbook.ts';
import { ScriptedWorld, scriptedType, stubAccess, type TypeOptions } from './scripted.ts';

export const startOfTime = Date.parse('2026-01-01T00:00:00Z');

export const identity = {
  account: '123456789012',
  alias: 'shop-prod',
  region: 'eu-west-1',
  arn: 'arn:aws:sts::123456789012:assumed-role/ops/ann',
};

export interface RigOptions extends PlaybookOptions {
  /** Types beside `test/node` and `test/entry` (which cannot be reused when its owner is gone). */
  readonly types?: Readonly<Record<string, TypeOptions>>;
  /** False: nothing is there at first. */
  readonly deployed?: boolean;
}

export interface Seen {
  readonly observations: Observations;
  readonly assessments: Assessments;
}

export interface RunOptions {
  readonly stop?: AbortSignal;
  readonly prober?: Prober;
  readonly verify?: boolean;
  readonly runId?: string;
  readonly allowances?: Allowances;
  readonly approver?: Approver;
}

/** What a plan may do beyond what is safe by itself. */
export type Allowances = Partial<Pick<PlanInputs, 'accepted' | 'allowDowntime' | 'resumes'>>;

export interface ScriptedRun {
  readonly report: RunReport;
  readonly journal: MemoryJournal;
  /** The journal's lines without sequence numbers and times. */
  readonly events: readonly RunEvent[];
}

/** Builds the playbook of `text` over a world in which it is deployed. */
export function scriptedRig(text: string, options: RigOptions = {}): ScriptedRig {
  return new ScriptedRig(playbookOf(text, options), options);
}

/** A prober that finds everything well. */
export const contentProber: Prober = {
  http: async () => ({ status: 200, body: 'ok' }),
  dns: async () => ({ values: ['anything'] }),
  tcp: async () => ({ error: undefined }),
};

export class ScriptedRig {
  readonly clock = new VirtualClock(startOfTime);
  readonly world = new ScriptedWorld(this.clock);
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly aws: AwsAccess = stubAccess(identity);

  constructor(playbook: Playbook, options: RigOptions = {}) {
    this.graph = buildGraph([...playbook.components.keys()], edgesOf(playbook));
    const types: Readonly<Record<string, TypeOptions>> = {
      'test/node': {},
      'test/entry': { reuse: false },
      ...options.types,
    };
    this.types = new Map(
      Object.entries(types).map(([name, traits]) => [name, scriptedType(this.world, this.clock, name, traits)]),
    );
    this.playbook = { ...playbook, types: this.types };
    if (options.deployed !== false) this.world.deploy(playbook, this.graph);
  }

  get observeContext(): ObserveContext {
    const { account, region } = identity;
    const scope = { account, region, partition: 'aws', playbook: this.playbook.metadata.name };
    return {
      aws: this.aws,
      scope,
      clock: this.clock,
      types: this.types,
      concurrency: this.playbook.recovery.concurrency,
      sharing: createSharing(this.clock),
    };
  }

  async look(): Promise<Seen> {
    const looked = await observations(this.playbook, this.graph.createOrder, this.observeContext);
    const cascades = await observeCascades([...this.playbook.components.values()], looked, this.observeContext);
    const seen = { ...looked, cascades };
    return { observations: seen, assessments: assess(this.playbook, this.graph, seen, this.types) };
  }

  /** The judgement of one component. */
  async judge(id: string): Promise<Assessment> {
    const assessment = (await this.look()).assessments.get(id);
    if (assessment === undefined) throw new Error(`no assessment of ${id}`);
    return assessment;
  }

  planFrom(seen: Seen, kind: PlanKind, excluded: readonly string[] = [], allowances: Allowances = {}): Plan {
    const { playbook, graph, types } = this;
    return makePlan({
      playbook,
      graph,
      types,
      identity,
      kind,
      ...seen,
      excluded: new Set(excluded),
      ...allowances,
      awsCalls: 3,
    });
  }

  async plan(kind: PlanKind = 'repair', excluded: readonly string[] = [], allowances: Allowances = {}): Promise<Plan> {
    return this.planFrom(await this.look(), kind, excluded, allowances);
  }

  /** Looks, plans and runs; `meanwhile` is what happens between the plan and the run. */
  async run(kind: PlanKind = 'repair', options: RunOptions = {}, meanwhile?: () => void): Promise<ScriptedRun> {
    const seen = await this.look();
    const plan = this.planFrom(seen, kind, [], options.allowances);
    meanwhile?.();
    return this.execute(seen, plan, options);
  }

  async execute(seen: Seen, plan: Plan, options: RunOptions = {}): Promise<ScriptedRun> {
    const journal = createMemoryJournal(options.runId ?? 'run-1', this.clock);
    await runPlan({
      playbook: this.playbook,
      plan,
      observations: seen.observations,
      observeContext: this.observeContext,
      journal,
      prober: options.prober ?? contentProber,
      tool: 'relight test',
      verify: options.verify ?? true,
      stop: options.stop ?? new AbortController().signal,
      ...(options.approver === undefined ? {} : { approver: options.approver }),
    });
    return { report: foldReport(journal.records), journal, events: journal.records.map(withoutStamp) };
  }
}

function withoutStamp(record: JournalRecord): RunEvent {
  const event: Record<string, unknown> = { ...record };
  delete event['seq'];
  delete event['at'];
  return event as RunEvent;
}

/** A plan's steps, one a line: `b.create after a.create, b.delete`. */
export function stepLines(plan: Plan): readonly string[] {
  return plan.steps.map((step) => (step.after.length === 0 ? step.id : `${step.id} after ${step.after.join(', ')}`));
}

/** One component of a plan. */
export function partOf(plan: Plan, id: string): PlannedComponent {
  const part = plan.components.find((each) => each.id === id);
  if (part === undefined) throw new Error(`the plan does not speak of ${id}`);
  return part;
}

/** `disposition: because` of one component. */
export function decisionLine(plan: Plan, id: string): string {
  const { disposition, because, blockedBy } = partOf(plan, id);
  return `${disposition}: ${because}${blockedBy === null || blockedBy === id ? '' : ` [by ${blockedBy}]`}`;
}
