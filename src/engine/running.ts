// Running a plan, and asking the service itself.
import type { Forecast } from '../forecast/forecast.ts';
import { briefOf } from '../forecast/make.ts';
import type { Plan } from '../plan/plan.ts';
import type { SavedPlan } from '../plan/saved.ts';
import type { Edition } from '../playbook/edition.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { foldReport, type RunReport } from '../report/report.ts';
import type { Approver } from '../run/approval/approvals.ts';
import type { Approval, JournalRecord } from '../run/journal/events.ts';
import type { Journal } from '../run/journal/journal.ts';
import type { Lease } from '../run/lock/lease.ts';
import { probe, probeOnce, type ProbeOutcome, type Prober } from '../run/probe/probe.ts';
import { redactingJournal } from '../run/journal/redacting-journal.ts';
import { runPlan } from '../run/run.ts';
import type { Assessed } from './looking.ts';
import { toolFor, type Session } from './session.ts';

export interface ExecuteOptions {
  /** Opens the journal; told a sink that must see every record. */
  readonly openJournal: (sink: (record: JournalRecord) => void) => Journal;
  readonly prober: Prober;
  /** Run the playbook's probes at the end. */
  readonly verify: boolean;
  /** Aborted to stop the run tidily. */
  readonly stop: AbortSignal;
  /** The run is one in a sandbox, which may go by the account's own number. */
  readonly sandbox?: boolean;
  /** Where all calls go that is neither AWS nor a sandbox of relight, for the journal. */
  readonly endpoint?: string | undefined;
  /** The lock that keeps other runs away. The caller has taken it and gives it back; undefined: there is none. */
  readonly lease?: Lease | undefined;
  /** The saved plan that this is a run of, for the journal. */
  readonly savedPlan?: Pick<SavedPlan, 'id' | 'seal'>;
  /** Asked before the first step of a component with `approval: required`; without one nobody approves. */
  readonly approver?: Approver;
  /** Who said yes to the plan and how, for the journal. */
  readonly approval?: Approval;
  /** What was forecast of the plan, for the journal. */
  readonly forecast?: Forecast | undefined;
  /** Where the playbook lay, and what it owns, for the journal. */
  readonly edition?: Edition;
}

/** One probe of the playbook and its outcome. */
export interface Probed extends ProbeOutcome {
  readonly name: string;
}

/**
 * Runs the playbook's probes against what was seen: does the service answer as things are?
 *
 * @param patient false: each is asked once; true: again and again until it is right, for as long as it allows
 */
export function probeAll(
  session: Session,
  assessed: Pick<Assessed, 'observations'>,
  prober: Prober,
  patient = false,
): Promise<readonly Probed[]> {
  const { clock } = session.observeContext;
  return Promise.all(
    session.playbook.verify.map(async (check) => {
      const resolved = resolveReferences(check, (id, output) => assessed.observations.outputs.get(id)?.[output]);
      const outcome = patient
        ? await probe(resolved, prober, clock, new AbortController().signal, () => undefined)
        : await probeOnce(resolved, prober);
      return { name: check.name, ...outcome, detail: session.playbook.secrets.redactor.text(outcome.detail) };
    }),
  );
}

/**
 * Runs a plan. The session must have been opened with `mode: 'change'`; from here on changes pass the gate.
 */
export async function execute(
  session: Session,
  assessed: Pick<Assessed, 'observations'>,
  plan: Plan,
  options: ExecuteOptions,
): Promise<RunReport> {
  const { playbook, observeContext } = session;
  if (plan.refusals.length > 0) throw new Error('Internal error: a refused plan must not be run');
  observeContext.aws.gate.openForChanges();
  const records: JournalRecord[] = [];
  const journal = redactingJournal(
    options.openJournal((record) => records.push(record)),
    playbook.secrets.redactor,
  );
  try {
    await runPlan({
      playbook,
      plan,
      observations: assessed.observations,
      observeContext,
      journal,
      prober: options.prober,
      tool: toolFor(playbook),
      verify: options.verify,
      sandbox: options.sandbox ?? false,
      endpoint: options.endpoint,
      stop: options.stop,
      lease: options.lease,
      ...(options.edition === undefined ? {} : { edition: options.edition }),
      ...(options.savedPlan === undefined ? {} : { savedPlan: options.savedPlan }),
      ...(options.approver === undefined ? {} : { approver: options.approver }),
      ...(options.approval === undefined ? {} : { approval: options.approval }),
      ...(options.forecast === undefined ? {} : { forecast: briefOf(plan, options.forecast) }),
    });
  } finally {
    journal.close();
  }
  return foldReport(records);
}
