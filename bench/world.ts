// A playbook in an embedded AWS, and the stages as calls: what the benches of recoveries work with.
import { componentTypes } from '../src/components/index.ts';
import { execute, look, openSession, planFrom, type Session, type Assessed } from '../src/engine.ts';
import type { Plan, PlanKind } from '../src/plan/plan.ts';
import type { Playbook } from '../src/playbook/model.ts';
import { loadPlaybook } from '../src/playbook/playbook.ts';
import { breakComponents } from '../src/rehearse/disaster/break.ts';
import { openSandbox, type OpenSandbox, type SandboxOptions } from '../src/rehearse/world/sandbox.ts';
import { foldReport, type RunReport } from '../src/report/report.ts';
import { createMemoryJournal, type MemoryJournal } from '../src/run/journal/journal.ts';

export const beginning = Date.UTC(2016, 8, 5, 9);

/** A playbook that must be sound. */
export function playbookOf(text: string): Playbook {
  const result = loadPlaybook({ text, file: 'bench.yaml', params: {}, types: componentTypes });
  if (!result.ok) throw new Error(result.diagnostics.map((each) => `${each.line}: ${each.message}`).join('\n'));
  return result.playbook;
}

export async function open(playbook: Playbook, sandbox: OpenSandbox): Promise<Session> {
  const result = await openSession(playbook, sandbox.access(playbook.target.region, 'change'));
  if (result.kind !== 'open') throw new Error(`no session: ${JSON.stringify(result)}`);
  return result.session;
}

export interface Recovered {
  readonly assessed: Assessed;
  readonly plan: Plan;
  readonly report: RunReport;
  readonly journal: MemoryJournal;
}

/** Look, plan, run: to the end, which must be a good one. */
export async function recover(playbook: Playbook, sandbox: OpenSandbox, kind: PlanKind = 'repair'): Promise<Recovered> {
  const session = await open(playbook, sandbox);
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind, allowDowntime: true });
  const { clock, prober } = sandbox;
  const journals: MemoryJournal[] = [];
  const report = await execute(session, assessed, plan, {
    openJournal: (sink) => {
      const journal = createMemoryJournal(`bench-${clock.now()}`, clock, sink);
      journals.push(journal);
      return journal;
    },
    prober,
    verify: true,
    stop: new AbortController().signal,
  });
  const [journal] = journals;
  if (report.result !== 'succeeded' || journal === undefined) {
    const failed = report.steps.find((step) => step.error !== null);
    throw new Error(`the recovery ended ${report.result}: ${failed?.id ?? ''} ${failed?.error?.message ?? ''}`);
  }
  return { assessed, plan, report: foldReport(journal.records), journal };
}

/** A world in which the playbook is deployed. */
export async function deployed(playbook: Playbook, options: Partial<SandboxOptions> = {}): Promise<OpenSandbox> {
  const { alias } = playbook.target;
  const sandbox = openSandbox({ startAt: beginning, ...(alias === undefined ? {} : { alias }), ...options });
  await sandbox.seed(playbook);
  await recover(playbook, sandbox);
  return sandbox;
}

/** Deletes pieces by hand, and waits until they are gone. */
export async function lose(playbook: Playbook, sandbox: OpenSandbox, ids: readonly string[]): Promise<void> {
  const session = await open(playbook, sandbox);
  const { observations } = await look(session);
  session.observeContext.aws.gate.openForChanges();
  const { graph, observeContext } = session;
  await breakComponents(ids, { playbook, graph, observations, observeContext, wait: true });
}
