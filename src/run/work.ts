// One step under way, and what is known about its piece. Pure, apart from what it carries.
import {
  ownerTags,
  type ComponentType,
  type Difference,
  type Json,
  type Observation,
  type ReadContext,
  type Readiness,
  type Target,
} from '../components/contract.ts';
import type { Answers } from '../aws/asked-once.ts';
import type { CallReason } from '../aws/meter.ts';
import type { ObserveContext } from '../observe/context.ts';
import type { Observations } from '../observe/observe.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { Base } from '../settings/base.ts';
import { differencesIn } from '../settings/layered.ts';
import { isoNow } from '../util/clock.ts';
import { toJson } from '../util/json.ts';
import type { DeleteBudget } from './deletes.ts';
import type { BeforeImage } from './journal/events.ts';
import type { Journal } from './journal/journal.ts';
import type { Lease } from './lock/lease.ts';
import type { LiveView } from './live-view.ts';

export interface StepEnvironment {
  readonly playbook: Playbook;
  readonly plan: Plan;
  /** What the plan was made from, or what was seen of that right before the run. */
  readonly observations: Observations;
  readonly observeContext: ObserveContext;
  readonly liveView: LiveView;
  readonly journal: Journal;
  readonly deletes: DeleteBudget;
  /** What pieces are, or were right before they were deleted: newer than what the plan was made from. By component. */
  readonly bases: Map<string, Base>;
  /** Instant at which the whole run ends, milliseconds since the epoch. */
  readonly runEnd: number;
  /** Aborted when the run is ended, with a `RunEnd`: calls in flight are finished, waits are not. */
  readonly stop: AbortSignal;
  /** The lock of this run; undefined where none was taken. */
  readonly lease?: Pick<Lease, 'untilSure'> | undefined;
}

/** One step under way. */
export interface Work {
  readonly step: Step;
  readonly component: Component;
  readonly type: ComponentType;
  readonly environment: StepEnvironment;
  /** What is read right before a change. Undefined where every question is asked afresh. */
  readonly reads?: AttemptReads;
  /** Milliseconds since the epoch. */
  readonly end: number;
  /**
   * Since when an unhealthy piece with a remedy is waited for, in milliseconds since the epoch: only as long as it takes to get well.
   */
  readonly patientSince?: number;
}

/** The piece as it was seen, written down. */
export function imageOf(
  seen: Extract<Observation<unknown>, { kind: 'present' }>,
  captured: Json | undefined,
  work: Work,
): BeforeImage {
  return {
    version: 1,
    runId: work.environment.journal.runId,
    step: work.step.id,
    component: work.component.id,
    type: work.component.type,
    at: isoNow(work.environment.observeContext.clock),
    spec: toJson(targetOf(work).spec),
    tags: seen.tags === undefined ? null : { ...seen.tags },
    state: toJson(seen.state),
    captured: captured ?? null,
  };
}

export function isGoing(state: unknown, work: Work): boolean {
  const readiness = readinessOf(state, work);
  return readiness.kind === 'settling' && readiness.direction === 'going';
}

export function readinessOf(state: unknown, work: Work): Readiness {
  return work.type.readiness(state, targetOf(work).spec);
}

export function targetOf(work: Work): Target<unknown> {
  return work.environment.liveView.target(work.component);
}

/** Differences that the playbook does not ignore. */
export function wantedDifferences(state: unknown, work: Work): readonly Difference[] {
  return differencesIn(work.component, work.type, targetOf(work).spec, state);
}

export function isOurs(seen: Observation<unknown>, work: Work): boolean {
  return seen.kind === 'present' && seen.tags?.[ownerTags.playbook] === work.environment.playbook.metadata.name;
}

/** Milliseconds after which an attempt asks again what it has asked. */
export const longestKept = 5_000;

/** One attempt asks each question once, for its checks and for the change itself; after a pause it is asked afresh. */
export class AttemptReads {
  readonly #liveView: Pick<LiveView, 'context'>;
  readonly #now: () => number;
  #answers: Answers = new Map();
  #since: number;
  #paused = false;

  constructor(liveView: Pick<LiveView, 'context'>, now: () => number) {
    this.#liveView = liveView;
    this.#now = now;
    this.#since = now();
  }

  context(why: CallReason): ReadContext {
    if (this.#now() - this.#since > longestKept) this.forget();
    return this.#liveView.context(why, this.#answers);
  }

  /** The attempt has paused: the piece itself may not be what it was when the attempt began. */
  get paused(): boolean {
    return this.#paused;
  }

  pause(): void {
    this.#paused = true;
    this.forget();
  }

  forget(): void {
    this.#answers = new Map();
    this.#since = this.#now();
  }
}

/** What is read before a change. */
export function readsOf({ environment, reads }: Work): ReadContext {
  return reads?.context('check') ?? environment.liveView.context('check');
}
