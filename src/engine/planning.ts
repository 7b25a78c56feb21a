// From what was seen to a plan; what a plan takes with it is looked at before it is believed.
import type { Forecast } from '../forecast/forecast.ts';
import type { Knowledge } from '../forecast/knowledge.ts';
import { makeForecast } from '../forecast/make.ts';
import type { ChangeAction } from '../components/contract.ts';
import { observeBlockers } from '../observe/blockers.ts';
import { observeBases, type Remembered, type Rewrite } from '../observe/bases.ts';
import { observeNeeds } from '../observe/needs.ts';
import { observeCascades, observeLeads } from '../observe/observe.ts';
import { everyConsent } from '../plan/consent.ts';
import { namesToAsk } from '../plan/leading.ts';
import { withNamed } from '../plan/named.ts';
import { draftSteps, makePlan, type PlanInputs, type PlanRequest } from '../plan/make.ts';
import type { Plan } from '../plan/plan.ts';
import { redactedPlan } from '../plan/redacted.ts';
import { insistOnPlace, type Assessed } from './looking.ts';
import type { Memory } from '../settings/base.ts';
import type { Session } from './session.ts';

export type { PlanRequest } from '../plan/make.ts';

/** A plan, and what was seen when it was made. */
export interface PlannedChange {
  /** By whose playbook the plan has to be executed, where that is not the one it was planned in. */
  readonly session?: Session;
  readonly plan: Plan;
  readonly assessed: Assessed;
}

/** What a plan would do. */
type Draft = Pick<Plan, 'steps'>;

/**
 * Plans a recovery or a teardown, and looks at what AWS would delete with the pieces that it deletes: something in
 * no component may have moved in. Only the kind that was asked for is looked at; the totals of its alternative take for
 * granted that nothing has.
 */
export async function planChange(
  session: Session,
  assessed: Assessed,
  request: PlanRequest,
  memory: Memory = new Map(),
): Promise<PlannedChange> {
  const drafts = asAskedAndWilling(session, request).map((each) => draftFrom(session, assessed, each));
  const remembered = { memory, prefer: request.settings === 'known-good' };
  const based = await lookAtBases(session, assessed, drafts, remembered, request.resumes);
  const ahead = await lookAhead(session, based, drafts);
  const knowing = await lookBehind(session, ahead, draftFrom(session, ahead, request));
  return { plan: planFrom(session, knowing, request), assessed: knowing };
}

/**
 * Looks at what pieces are, or were, that any of these plans writes whole or anew: what the playbook does not say of them is
 * taken from there. Changes nothing.
 *
 * @param remembered of pieces that are gone, and of the healthy service
 * @param resumes the unfinished run that it goes on with: pieces that it has begun to make may have less than they had
 */
export async function lookAtBases(
  session: Session,
  assessed: Assessed,
  drafts: readonly Draft[],
  remembered: Remembered,
  resumes?: PlanRequest['resumes'],
): Promise<Assessed> {
  const { playbook, observeContext } = session;
  const rewrites = new Map<string, Rewrite>((resumes?.made ?? []).map((id) => [id, 'finish']));
  for (const { steps } of drafts) {
    for (const { action, component } of steps) {
      if (action === 'update' && !rewrites.has(component)) rewrites.set(component, 'update');
      if (action === 'delete' && rewrites.get(component) === 'finish') rewrites.delete(component);
      if (action !== 'create') continue;
      const goes = steps.some((each) => each.component === component && each.destructive);
      rewrites.set(component, goes ? 'replace' : 'create');
    }
  }
  const written = [...rewrites.keys()].flatMap((id) => playbook.components.get(id) ?? []);
  const known = { ...remembered, asKnownGood: resumes?.asKnownGood };
  const bases = await observeBases(written, rewrites, assessed.observations, known, observeContext);
  insistOnPlace(session);
  if (bases.size === 0) return assessed;
  return { ...assessed, observations: { ...assessed.observations, bases }, awsCalls: observeContext.aws.meter.total };
}

/**
 * Asks of what any of these plans does: what AWS would delete with it, what AWS would refuse of it, and whether what it needs
 * is there. The plan is then to be made from what this tells. Changes nothing.
 */
export async function lookAhead(session: Session, assessed: Assessed, drafts: readonly Draft[]): Promise<Assessed> {
  const cascading = await lookAtCascades(session, assessed, drafts);
  return lookAtNeeds(session, await lookAtBlockers(session, cascading, drafts), drafts);
}

async function lookAtBlockers(session: Session, assessed: Assessed, drafts: readonly Draft[]): Promise<Assessed> {
  const { playbook, observeContext } = session;
  const changes = changesIn(drafts);
  const changing = [...changes.keys()].flatMap((id) => playbook.components.get(id) ?? []);
  const blockers = await observeBlockers(changing, changes, assessed.observations, observeContext);
  insistOnPlace(session);
  if (blockers.size === 0) return assessed;
  return {
    ...assessed,
    observations: { ...assessed.observations, blockers },
    awsCalls: observeContext.aws.meter.total,
  };
}

async function lookAtNeeds(session: Session, assessed: Assessed, drafts: readonly Draft[]): Promise<Assessed> {
  const { playbook, observeContext } = session;
  const changes = { changes: changesIn(drafts), planned: changesIn(drafts.slice(0, 1)) };
  const { lacking, stale } = await observeNeeds(playbook, changes, assessed.observations, observeContext);
  insistOnPlace(session);
  const bases = new Map(assessed.observations.bases);
  // What others have moved to something that is gone is as the playbook says.
  for (const [id, names] of stale) {
    const base = bases.get(id);
    if (base !== undefined) bases.set(id, { ...base, stale: [...(base.stale ?? []), ...names] });
  }
  const observations = { ...assessed.observations, needs: lacking, ...(stale.size === 0 ? {} : { bases }) };
  return { ...assessed, observations, awsCalls: observeContext.aws.meter.total };
}

function changesIn(drafts: readonly Draft[]): ReadonlyMap<string, ReadonlySet<ChangeAction>> {
  const changes = new Map<string, Set<ChangeAction>>();
  for (const { action, component } of drafts.flatMap((each) => each.steps)) {
    if (action === 'wait' || action === 'verify') continue;
    const own = changes.get(component) ?? new Set();
    changes.set(component, own.add(action));
  }
  return changes;
}

/** The request, and the same with all accepted: who is asked for consent is told all reasons at once. */
export function asAskedAndWilling<Request extends Pick<PlanRequest, 'accepted'>>(
  { playbook }: Pick<Session, 'playbook'>,
  request: Request,
): readonly [Request, Request] {
  return [request, { ...request, accepted: everyConsent(playbook.components.keys()) }];
}

async function lookAtCascades(session: Session, assessed: Assessed, drafts: readonly Draft[]): Promise<Assessed> {
  const { playbook, observeContext } = session;
  const ids = drafts.flatMap(({ steps }) => steps.filter((step) => step.destructive).map((step) => step.component));
  const leaving = [...new Set(ids)].flatMap((id) => playbook.components.get(id) ?? []);
  const cascades = await observeCascades(leaving, assessed.observations, observeContext);
  insistOnPlace(session);
  if (cascades.size === 0) return assessed;
  return {
    ...assessed,
    observations: { ...assessed.observations, cascades },
    awsCalls: observeContext.aws.meter.total,
  };
}

/**
 * Looks at what answers behind pieces that a plan deletes or leads elsewhere, where no component tells. Changes nothing.
 */
export async function lookBehind(session: Session, assessed: Assessed, plan: Draft): Promise<Assessed> {
  const { playbook, types, observeContext } = session;
  const names = namesToAsk(plan.steps, playbook, assessed.observations, types);
  if (names.size === 0) return assessed;
  const leads = await observeLeads(playbook, names, assessed.observations, observeContext);
  insistOnPlace(session);
  return { ...assessed, observations: { ...assessed.observations, leads }, awsCalls: observeContext.aws.meter.total };
}

/** Plans a recovery or a teardown from what was assessed. Pure. */
export function planFrom(session: Session, assessed: Assessed, request: PlanRequest): Plan {
  const plan = makePlan(planInputs(session, assessed, request));
  return redactedPlan(plan, session.playbook.secrets.redactor);
}

/** Its steps alone. Nobody is to read them: secrets stand in them. */
function draftFrom(session: Session, assessed: Assessed, request: PlanRequest): Draft {
  return { steps: draftSteps(planInputs(session, assessed, request)) };
}

function planInputs(
  session: Session,
  { assessments, awsCalls, observations }: Assessed,
  request: PlanRequest,
): PlanInputs {
  const { graph, playbook, types } = session;
  const { account, alias, arn, region } = session.identity;
  const identity = { account, alias, region, arn };
  const named = withNamed(graph, playbook, types, observations);
  return { playbook, graph: named, observations, assessments, types, identity, ...request, awsCalls };
}

export interface ForecastRequest {
  /** Plans of other kinds, to be compared. */
  readonly alternatives?: readonly Plan[];
  /** Measured durations; without any, the types' defaults alone. */
  readonly knowledge?: Knowledge;
  /** False: the playbook's probes will be left out. */
  readonly verify?: boolean;
}

/** How long a plan will take, and what would shorten it. Pure, and the same for the same inputs. */
export function forecastFrom(
  { playbook, types }: Session,
  { observations: seen }: Pick<Assessed, 'observations'>,
  plan: Plan,
  request: ForecastRequest = {},
): Forecast {
  return makeForecast({ playbook, observations: seen, types, plan, ...request });
}
