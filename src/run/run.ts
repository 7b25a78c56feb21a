// Executes a plan: walks its steps, probes at the end, and tells everything to the journal.
import { AnotherPlace } from '../aws/endpoints/answer-place.ts';
import { isSameCaller } from '../aws/credentials/caller.ts';
import { ClassifiedError, classify } from '../aws/errors.ts';
import { readIdentity, type Identity } from '../aws/credentials/identity.ts';
import type { CredentialEvent } from '../aws/credentials/credential-cache.ts';
import { readMeter, since } from '../aws/meter.ts';
import type { ForecastBrief } from '../forecast/forecast.ts';
import { buildGraph } from '../graph/graph.ts';
import type { ObserveContext } from '../observe/context.ts';
import { foretoldOutputs, type Observations } from '../observe/observe.ts';
import { stepGraph } from '../plan/make.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { blockedBehind } from '../plan/probed.ts';
import { edgesOf } from '../playbook/checks/edges.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Edition } from '../playbook/edition.ts';
import type { Check, Playbook } from '../playbook/model.ts';
import { createApprovals, type Answer, type Approver } from './approval/approvals.ts';
import { createDeleteBudget } from './deletes.ts';
import type { StorageFailure } from '../util/storage.ts';
import { unreachable } from '../util/unreachable.ts';
import { listText } from '../util/words.ts';
import { RunEnd, watchForEnd, type Ending } from './ending.ts';
import type { Approval, RunResult } from './journal/events.ts';
import { endOf } from './step/failing.ts';
import type { Journal } from './journal/journal.ts';
import type { Lease } from './lock/lease.ts';
import { probe, type Prober } from './probe/probe.ts';
import { createLiveView, type LiveView } from './live-view.ts';
import { runStep } from './step/step.ts';
import { callCounts } from './step/step-calls.ts';
import { walk } from './walker.ts';
import { stoppingJournal, unwrittenReason } from './journal/written.ts';
import type { StepEnvironment } from './work.ts';

export interface RunInputs {
  readonly playbook: Playbook;
  readonly plan: Plan;
  readonly observations: Observations;
  readonly observeContext: ObserveContext;
  readonly journal: Journal;
  readonly prober: Prober;
  /** Version of the tool, for the journal. */
  readonly tool: string;
  /** False: the playbook's probes are left out; the components' own checks are not. */
  readonly verify: boolean;
  /** Aborted to stop the run tidily. */
  readonly stop: AbortSignal;
  /** The run is one in a sandbox. */
  readonly sandbox?: boolean;
  /** Where all calls go that is neither AWS nor a sandbox of relight. */
  readonly endpoint?: string | undefined;
  /** Asked for the approvals that components need; without one nobody approves. */
  readonly approver?: Approver;
  /** The lock that keeps other runs away; undefined where nobody else can be, as in a rehearsal. */
  readonly lease?: Lease | undefined;
  /** Id and seal of the saved plan, where it is one. */
  readonly savedPlan?: { readonly id: string; readonly seal: string };
  /** Who said yes to the plan, where somebody was asked. */
  readonly approval?: Approval;
  /** What was forecast of the plan. */
  readonly forecast?: ForecastBrief;
  /** Where the playbook lay, and what it owns, for the journal. */
  readonly edition?: Edition;
}

/** How long a run waits for fresh credentials before it ends. */
const credentialPatience = 10 * 60_000;

/**
 * Runs a plan to its end and returns the result; the whole story is in the journal. The access must be open for changes.
 *
 * `failed`: nothing succeeded; `partial`: some steps did, or pieces that need something done are blocked; `refused`: the
 * identity changed before the first step, an answer came from another place before anything was changed, or all that
 * could have begun was not approved.
 */
export async function runPlan(inputs: RunInputs): Promise<RunResult> {
  const { lease, plan, playbook, observeContext } = inputs;
  const cutOff = new Set<string>();
  // Told by whoever cannot write: by then the ending is there, since nothing begins before the first line is written.
  let endUnwritten: (failure: StorageFailure) => void = () => undefined;
  const journal = tellingCutOffs(
    stoppingJournal(inputs.journal, (failure) => {
      endUnwritten(failure);
    }),
    cutOff,
  );
  const startedAt = observeContext.clock.now();
  const { meter } = observeContext.aws;
  const before = readMeter(meter);
  meter.explained = new Map();
  journal.record({
    type: 'run-started',
    version: 1,
    runId: journal.runId,
    tool: inputs.tool,
    plan,
    verify: inputs.verify,
    sandbox: inputs.sandbox ?? false,
    ...(inputs.endpoint === undefined ? {} : { endpoint: inputs.endpoint }),
    ...(lease === undefined ? {} : { lock: { place: lease.place, fence: lease.fence } }),
    ...(inputs.savedPlan === undefined ? {} : { savedPlan: { id: inputs.savedPlan.id, seal: inputs.savedPlan.seal } }),
    ...(inputs.approval === undefined ? {} : { approval: inputs.approval }),
    ...(inputs.forecast === undefined ? {} : { forecast: inputs.forecast }),
    ...(inputs.edition === undefined ? {} : { edition: inputs.edition }),
    needs: needsOf(playbook),
  });
  const finish = (result: RunResult): RunResult => {
    const sent = since(before, meter);
    const explained = [...(meter.explained?.values() ?? [])];
    meter.explained = undefined;
    journal.record({
      type: 'run-finished',
      result,
      awsCalls: sent.total,
      durationSeconds: (observeContext.clock.now() - startedAt) / 1000,
      calls: callCounts(sent),
      explained,
    });
    return result;
  };
  const noteEnd = ({ message }: RunEnd): void => {
    journal.record({ type: 'run-interrupted', reason: message });
  };
  const { clock } = observeContext;
  const ending = watchForEnd({ clock, stop: inputs.stop, deadline: playbook.recovery.deadline, onEnd: noteEnd });
  endUnwritten = (failure) => {
    ending.end(new RunEnd('storage', unwrittenReason(failure)));
  };
  const stop = ending.signal;
  const leave = observeContext.aws.credentialCache.attend({
    stop,
    patience: credentialPatience,
    tell: (event) => {
      noteCredentials(event, journal, ending);
    },
  });
  const { gate } = observeContext.aws;
  const astray = (): boolean => gate.shutBecause instanceof AnotherPlace;
  const leaveGate = gate.onShut((reason) => {
    if (astray()) ending.end(new RunEnd('place', reason.message));
  });
  try {
    const lost = lease === undefined ? undefined : underLease(lease, observeContext, ending);
    const obstacle = await identityObstacle({ ...inputs, journal });
    if (lost?.() !== undefined) return finish('refused');
    if (obstacle !== undefined) {
      ending.end(new RunEnd('credentials', obstacle));
      return finish('refused');
    }
    const result = await runSteps({ ...inputs, journal, stop }, startedAt, cutOff);
    return finish(astray() && since(before, meter).changes === 0 ? 'refused' : result);
  } finally {
    leaveGate();
    leave();
    ending.close();
  }
}

/** @param cutOff steps that the end of the run has ended, told by the journal */
async function runSteps(inputs: RunInputs, startedAt: number, cutOff: ReadonlySet<string>): Promise<RunResult> {
  const { journal, lease, plan, playbook, stop, observeContext } = inputs;
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const liveView = createLiveView(playbook, inputs.observations, observeContext);
  const runEnd = startedAt + playbook.recovery.deadline;
  const deletes = createDeleteBudget(playbook.recovery.maxDeletes, plan.resumes?.deletes);
  const { observations } = inputs;
  const environment: StepEnvironment = {
    playbook,
    plan,
    observations,
    observeContext,
    liveView,
    journal,
    deletes,
    bases: new Map(),
    runEnd,
    stop,
    lease,
  };
  const approvals = createApprovals({ playbook, plan, journal, approver: inputs.approver, stop });
  /** Steps that were never begun, and why. */
  const unapproved = new Map<string, Exclude<Answer, { kind: 'pass' }>>();
  const graph = stepGraph(inputs.verify ? plan.steps : plan.steps.filter((step) => step.action !== 'verify'));
  const outcome = await walk({
    graph,
    run: async (id) => {
      const step = steps.get(id);
      if (step === undefined) throw new Error(`Internal error: no step ${id}`);
      const answer = await approvals(step.component);
      if (answer.kind !== 'pass') {
        unapproved.set(id, answer);
        const because = answer.kind === 'refused' ? `not approved: ${answer.because}` : whyNotBegun(stop);
        journal.record({ type: 'step-skipped', step: id, because, rootCauses: [] });
        return false;
      }
      return step.action === 'verify' ? runProbe(step, inputs, liveView) : runStep(step, environment);
    },
    skip: (step, rootCauses) => {
      // A step that was cut off by the stop did not fail of itself: it explains nothing.
      const causes = rootCauses.filter((each) => !cutOff.has(each) && !unapproved.has(each));
      const refused = rootCauses.filter((each) => unapproved.get(each)?.kind === 'refused');
      const because =
        causes.length > 0
          ? `waited for ${causes.join(', ')}, which failed`
          : refused.length > 0
            ? `waited for ${refused.join(', ')}, which was not approved`
            : whyNotBegun(stop);
      journal.record({ type: 'step-skipped', step, because, rootCauses: causes });
    },
    onFailure: playbook.recovery.onFailure,
    stop,
  });
  if (outcome.failed.size === 0 && outcome.skipped.size === 0 && plan.summary.blocked === 0) return 'succeeded';
  if (outcome.succeeded.size > 0) return 'partial';
  const allRefused = [...outcome.failed].every((each) => unapproved.get(each)?.kind === 'refused');
  return outcome.failed.size > 0 && allRefused ? 'refused' : 'failed';
}

function whyNotBegun(stop: AbortSignal): string {
  if (!stop.aborted) return 'the run halted after a failure';
  const reason: unknown = stop.reason;
  if (!(reason instanceof RunEnd)) return 'the run was stopped';
  switch (reason.kind) {
    case 'interrupted':
      return 'the run was stopped';
    case 'deadline':
      return "the run's deadline was over";
    case 'lock':
      return 'the run lost its lock';
    case 'credentials':
      return 'the run ended for want of credentials';
    case 'place':
      return 'the run ended, since an answer came from another place';
    case 'storage':
      return 'the run could not be written down any more';
    default:
      return unreachable(reason.kind);
  }
}

function noteCredentials(event: CredentialEvent, journal: Journal, ending: Ending): void {
  switch (event.kind) {
    case 'expired': {
      const { origin, remedy, waitSeconds } = event;
      journal.record({ type: 'credentials-expired', origin, remedy, waitSeconds });
      return;
    }
    case 'renewed':
      journal.record({ type: 'credentials-renewed', origin: event.origin, arn: event.arn });
      return;
    case 'ended':
      ending.end(new RunEnd('credentials', event.reason));
      return;
    default:
      unreachable(event);
  }
}

/**
 * No change leaves while the lock is not sure, and the run ends when it is lost. Returns what tells whether it is lost.
 */
function underLease(lease: Lease, observeContext: ObserveContext, ending: Ending): () => string | undefined {
  observeContext.aws.gate.guardChanges({
    obstacle: () => {
      const state = lease.state();
      return state.kind === 'sure' ? undefined : state.why;
    },
    left: lease.left,
  });
  const onLost = (): void => {
    const { reason } = lease.lost as { readonly reason: unknown };
    const why = reason instanceof Error ? reason.message : 'the lock was lost';
    ending.end(new RunEnd('lock', `${why}: calls under way are finished, nothing new begins`));
  };
  if (lease.lost.aborted) onLost();
  else lease.lost.addEventListener('abort', onLost, { once: true });
  return () => {
    const state = lease.state();
    return state.kind === 'lost' ? state.why : undefined;
  };
}

/** Direct dependencies by component, for whoever draws the graph later. */
function needsOf(playbook: Playbook): Readonly<Record<string, readonly string[]>> {
  const needs: Record<string, string[]> = {};
  for (const { from, to } of edgesOf(playbook)) (needs[to] ??= []).push(from);
  return needs;
}

/** The same journal; steps that the stop ended are noted in `cutOff`. */
function tellingCutOffs(journal: Journal, cutOff: Set<string>): Journal {
  return {
    ...journal,
    record: (event) => {
      if (event.type === 'step-failed' && event.error.class === 'interrupted') cutOff.add(event.step);
      journal.record(event);
    },
  };
}

/** Right before the first change: undefined when it is still the account and caller that the plan was made for. */
async function identityObstacle({ journal, plan, observeContext }: RunInputs): Promise<string | undefined> {
  let identity: Identity;
  try {
    identity = await readIdentity(observeContext.aws);
  } catch (error) {
    const { code, message } = classify(error);
    return `the caller cannot be told any more: ${code}: ${message}`;
  }
  journal.record({ type: 'identity-checked', account: identity.account, arn: identity.arn });
  if (isSameCaller(identity, plan.identity)) {
    observeContext.aws.credentialCache.expect(identity);
    return undefined;
  }
  const obstacle = `the caller is now ${identity.arn}, the plan was made for ${plan.identity.arn}`;
  observeContext.aws.gate.shut(new ClassifiedError('denied', obstacle, { code: 'AnotherCaller' }));
  return obstacle;
}

async function runProbe(step: Step, inputs: RunInputs, liveView: LiveView): Promise<boolean> {
  const { journal, playbook, observeContext } = inputs;
  const check = playbook.verify.find((each) => each.name === step.component);
  if (check === undefined) throw new Error(`Internal error: no probe ${step.component}`);
  journal.record({ type: 'step-started', step: step.id });
  const resolved = resolveReferences(check, liveView.output);
  const blocked = blockedFor(check, inputs);
  // It is asked once all the same: what is blocked need not be what answers.
  const patience = blocked.length === 0 ? resolved : { ...resolved, within: 0 };
  const outcome = await probe(patience, inputs.prober, observeContext.clock, inputs.stop, ({ detail }) => {
    journal.record({ type: 'step-waiting', step: step.id, detail });
  });
  if (outcome.ok) {
    journal.record({ type: 'step-verified', step: step.id, detail: outcome.detail });
    journal.record({ type: 'step-succeeded', step: step.id });
  } else {
    const kind = endOf(inputs.stop)?.class === 'interrupted' ? 'interrupted' : 'deadline';
    const why = blocked.length === 0 ? '' : `; not waited for, as ${listText(blocked)} could not be put right`;
    const error = { class: kind, code: 'probe', message: `${outcome.detail}${why}` } as const;
    journal.record({ type: 'step-failed', step: step.id, error });
  }
  return outcome.ok;
}

function blockedFor(check: Check, { playbook, plan, observeContext }: RunInputs): readonly string[] {
  if (!plan.components.some((each) => each.disposition === 'blocked')) return [];
  const graph = buildGraph([...playbook.components.keys()], edgesOf(playbook));
  const components = graph.createOrder.flatMap((id) => playbook.components.get(id) ?? []);
  return blockedBehind(check, plan.components, {
    graph,
    outputs: foretoldOutputs(components, observeContext),
    playbook,
  });
}
