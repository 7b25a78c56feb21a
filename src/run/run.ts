// Executes a plan: walks its steps, probes at the end, and tells everything to the journal.
import { setMaxListeners } from 'node:events';
import pLimit from 'p-limit';
import { classify } from '../aws/errors.ts';
import { readIdentity, type Identity } from '../aws/identity.ts';
import type { Survey, Viewpoint } from '../observe/look.ts';
import { stepGraph } from '../plan/make.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Playbook } from '../playbook/model.ts';
import type { RunResult } from './events.ts';
import type { Journal } from './journal.ts';
import type { Lease } from './lock/lease.ts';
import { probe, type Prober } from './probe.ts';
import { createSight, type Sight } from './sight.ts';
import { runStep } from './step.ts';
import { walk } from './walker.ts';
import type { StepEnvironment } from './work.ts';

export interface RunInputs {
  readonly playbook: Playbook;
  readonly plan: Plan;
  readonly survey: Survey;
  readonly viewpoint: Viewpoint;
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
  /** The lock that keeps other runs away; undefined where nobody else can be, as in a rehearsal. */
  readonly lease?: Lease | undefined;
  /** Id and seal of the saved plan, where it is one. */
  readonly savedPlan?: { readonly id: string; readonly seal: string };
}

/**
 * Runs a plan to its end and returns the result; the whole story is in the journal. The access must be open for changes.
 *
 * `failed`: nothing succeeded; `partial`: some steps did, or pieces that need something done are blocked; `refused`: the
 * identity changed before the first step.
 */
export async function runPlan(given: RunInputs): Promise<RunResult> {
  const inputs = given.lease === undefined ? given : underLease(given, given.lease);
  const { lease, plan, playbook, viewpoint } = inputs;
  const cutOff = new Set<string>();
  const journal = tellingCutOffs(inputs.journal, cutOff);
  // Every wait of every step listens to it; Node warns of more than ten.
  setMaxListeners(0, inputs.stop);
  const startedAt = viewpoint.clock.now();
  const callsBefore = viewpoint.aws.meter.total;
  journal.record({
    type: 'run-started',
    version: 1,
    runId: journal.runId,
    tool: inputs.tool,
    plan,
    verify: inputs.verify,
    sandbox: inputs.sandbox ?? false,
    ...(lease === undefined ? {} : { lock: { place: lease.place, fence: lease.fence } }),
    ...(inputs.savedPlan === undefined ? {} : { savedPlan: { id: inputs.savedPlan.id, seal: inputs.savedPlan.seal } }),
  });
  const finish = (result: RunResult): RunResult => {
    journal.record({
      type: 'run-finished',
      result,
      awsCalls: viewpoint.aws.meter.total - callsBefore,
      durationSeconds: (viewpoint.clock.now() - startedAt) / 1000,
    });
    return result;
  };
  const obstacle = (await identityObstacle(inputs)) ?? lockObstacle(lease);
  if (obstacle !== undefined) {
    journal.record({ type: 'run-interrupted', reason: obstacle });
    return finish('refused');
  }
  const noteStop = (): void => {
    journal.record({
      type: 'run-interrupted',
      reason: `${lease?.lost.aborted === true ? reasonOf(lease.lost) : 'told to stop'}: calls under way are finished, nothing new begins`,
    });
  };
  inputs.stop.addEventListener('abort', noteStop, { once: true });

  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  const limit = pLimit(viewpoint.concurrency);
  const sight = createSight(playbook, inputs.survey, viewpoint);
  const environment: StepEnvironment = {
    playbook,
    plan,
    viewpoint,
    sight,
    journal,
    limit: (work) => limit(work),
    runEnd: startedAt + playbook.recovery.deadline,
    stop: inputs.stop,
    lease,
  };
  const graph = stepGraph(inputs.verify ? plan.steps : plan.steps.filter((step) => step.action !== 'verify'));
  const outcome = await walk({
    graph,
    run: (id) => {
      const step = steps.get(id);
      if (step === undefined) throw new Error(`Internal error: no step ${id}`);
      return step.action === 'verify' ? runProbe(step, { ...inputs, journal }, sight) : runStep(step, environment);
    },
    skip: (step, rootCauses) => {
      // A step that was cut off by the stop did not fail of itself: it explains nothing.
      const causes = rootCauses.filter((each) => !cutOff.has(each));
      const because =
        causes.length > 0
          ? `waited for ${causes.join(', ')}, which failed`
          : inputs.stop.aborted
            ? 'the run was stopped'
            : 'the run halted after a failure';
      journal.record({ type: 'step-skipped', step, because, rootCauses: causes });
    },
    onFailure: playbook.recovery.onFailure,
    stop: inputs.stop,
  });
  inputs.stop.removeEventListener('abort', noteStop);
  const complete = outcome.failed.size === 0 && outcome.skipped.size === 0 && plan.summary.blocked === 0;
  if (complete) return finish('succeeded');
  return finish(outcome.succeeded.size > 0 ? 'partial' : 'failed');
}

/** The same run, which also stops when its lock is lost, and of which no change leaves while the lock is not sure. */
function underLease(inputs: RunInputs, lease: Lease): RunInputs {
  inputs.viewpoint.aws.gate.guardChanges({
    obstacle: () => {
      const standing = lease.standing();
      return standing.kind === 'sure' ? undefined : standing.why;
    },
    left: lease.left,
  });
  return { ...inputs, stop: AbortSignal.any([inputs.stop, lease.lost]) };
}

function lockObstacle(lease: Lease | undefined): string | undefined {
  const standing = lease?.standing();
  return standing?.kind === 'lost' ? standing.why : undefined;
}

function reasonOf({ reason }: AbortSignal): string {
  return reason instanceof Error ? reason.message : 'told to stop';
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
async function identityObstacle({ journal, plan, viewpoint }: RunInputs): Promise<string | undefined> {
  let identity: Identity;
  try {
    identity = await readIdentity(viewpoint.aws);
  } catch (error) {
    const { code, message } = classify(error);
    return `the caller cannot be told any more: ${code}: ${message}`;
  }
  journal.record({ type: 'identity-checked', account: identity.account, arn: identity.arn });
  if (identity.account === plan.identity.account && identity.arn === plan.identity.arn) return undefined;
  return `the caller is now ${identity.arn}, the plan was made for ${plan.identity.arn}`;
}

async function runProbe(step: Step, inputs: RunInputs, sight: Sight): Promise<boolean> {
  const { journal, playbook, viewpoint } = inputs;
  const check = playbook.verify.find((each) => each.name === step.component);
  if (check === undefined) throw new Error(`Internal error: no probe ${step.component}`);
  journal.record({ type: 'step-started', step: step.id });
  const resolved = resolveReferences(check, sight.output);
  const outcome = await probe(resolved, inputs.prober, viewpoint.clock, inputs.stop, ({ detail }) => {
    journal.record({ type: 'step-waiting', step: step.id, detail });
  });
  if (outcome.ok) {
    journal.record({ type: 'step-verified', step: step.id, detail: outcome.detail });
    journal.record({ type: 'step-succeeded', step: step.id });
  } else {
    const kind = inputs.stop.aborted ? 'interrupted' : 'deadline';
    const error = { class: kind, code: 'probe', message: outcome.detail } as const;
    journal.record({ type: 'step-failed', step: step.id, error });
  }
  return outcome.ok;
}
