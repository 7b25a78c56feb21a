// Plans that are kept, and run later.
import type { Plan } from '../plan/plan.ts';
import { broughtUpSince, plansApart, type Apart } from '../plan/saved-apart.ts';
import { movedSince, savePlan, type Moved, type SavedPlan } from '../plan/saved.ts';
import type { Memory } from '../settings/base.ts';
import type { Assessed } from './looking.ts';
import { planChange, type PlanRequest, type PlannedChange } from './planning.ts';
import { toolFor, type Session } from './session.ts';

export interface SavePlanOptions {
  /** Unique among plans. */
  readonly id: string;
  /** How long the plan may be run, in milliseconds. */
  readonly ttl: number;
  readonly excluded: ReadonlySet<string>;
  /** The session is one with a sandbox. */
  readonly sandbox: boolean;
  /** Seals the plan, so that whoever has the key can tell who made it. */
  readonly key?: string | undefined;
}

/** A plan to be kept and run later, bound to what it was made from. */
export function savedPlanFrom(session: Session, assessed: Assessed, plan: Plan, options: SavePlanOptions): SavedPlan {
  const { graph, playbook, types, observeContext } = session;
  const { observations: seen } = assessed;
  const { clock, scope } = observeContext;
  const now = clock.now();
  return savePlan({
    playbook,
    graph,
    observations: seen,
    types,
    scope,
    plan,
    tool: toolFor(playbook),
    now,
    ...options,
  });
}

/** A plan that was made anew to do what a saved one would, and what stands against running it. */
export interface PlannedAgain extends PlannedChange {
  /** What is not as it was when the saved plan was made. */
  readonly moved: readonly Moved[];
  /** What the saved plan would do otherwise than the new one. */
  readonly apart: readonly Apart[];
}

/**
 * Plans anew what a saved plan is about. The new plan is what may be run; nothing that the saved one permits is taken from it.
 * Components that have come to need something since, and that the saved plan neither touches nor depends on, are left out.
 *
 * @param request as the command line and the journal say
 */
export async function planAgain(
  session: Session,
  assessed: Assessed,
  saved: SavedPlan,
  request: PlanRequest,
  memory?: Memory,
): Promise<PlannedAgain> {
  const moved = movedFrom(session, assessed, saved);
  const first = await planChange(session, assessed, request, memory);
  const others = broughtUpSince(saved.plan, first.plan);
  const excluded = new Set([...(request.excluded ?? []), ...others]);
  const planned = others.length === 0 ? first : await planChange(session, assessed, { ...request, excluded }, memory);
  return { ...planned, moved, apart: plansApart(saved.plan, planned.plan) };
}

/** What of that a saved plan is about has moved since it was made. Pure. */
export function movedFrom(
  { graph, playbook, types, observeContext }: Session,
  { observations: seen }: Pick<Assessed, 'observations'>,
  saved: SavedPlan,
): readonly Moved[] {
  return movedSince(saved, { playbook, graph, types, scope: observeContext.scope, observations: seen });
}
