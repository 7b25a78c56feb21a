// Assessment -> Plan. Pure and deterministic: the same inputs give the same bytes.
import type { Assessments } from '../assess/assess.ts';
import type { ComponentType, Effect, Harm, Observation } from '../components/contract.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import { specPathMask } from '../assess/concealed.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Manager } from '../owners/managers.ts';
import type { Playbook } from '../playbook/model.ts';
import { conceal, concealDifference } from '../util/path-mask.ts';
import { uncheckedOf } from './blockers.ts';
import { consentWord, consentWords, everyConsent, noConsents, type Consents, type NeededConsent } from './consent.ts';
import { decideAll, settledDecisions, type Decisions } from './decide.ts';
import { isMade, type Decision, type DecisionInputs } from './decision.ts';
import { withoutWaiting } from './estimates.ts';
import { servingFirst } from './serving-first.ts';
import { trafficIn, type Traffic } from './downtime.ts';
import { doubtOf, harmsOf, unmetHarms, worstOf, type EffectView } from './effects.ts';
import {
  strategies,
  type DecisionKind,
  type Plan,
  type PlanIdentity,
  type PlanKind,
  type PlannedComponent,
  type PlanSummary,
  type Refusal,
  type Resumption,
  type Step,
  type Totals,
} from './plan.ts';
import { managedBy } from './managed.ts';
import { settingsOf } from './settings.ts';
import { makeSteps } from './steps.ts';
import type { UndoGoal } from './decision.ts';

/** What is asked of a plan. */
export interface PlanRequest {
  readonly kind: PlanKind;
  /** Components to leave out. */
  readonly excluded?: ReadonlySet<string>;
  /** The unfinished run to go on with. */
  readonly resumes?: Resumption;
  /** What the user lets happen although something speaks against it. */
  readonly accepted?: Consents;
  /** Pieces that serve may be taken down. */
  readonly allowDowntime?: boolean;
  /** For `undo`: what is to be done about each piece that the run touched. */
  readonly goals?: ReadonlyMap<string, UndoGoal>;
  /** `known-good`: what is known good of a piece is taken instead of what is there, beside what the playbook says. */
  readonly settings?: 'known-good';
  /** Whom a Terraform state tells to manage pieces, by component. */
  readonly managers?: ReadonlyMap<string, Manager>;
  /** Options to repeat in the commands that the plan suggests: ` --sandbox`. */
  readonly retype?: string;
}

/** That, and all that is known. */
export interface PlanInputs extends PlanRequest {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly observations: Observations;
  readonly assessments: Assessments;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly identity: PlanIdentity;
  /** How many AWS calls the observations took. */
  readonly awsCalls: number;
}

/** Only what is to be done, as looks ahead ask for it: neither what serves first, nor to whom it does what. */
export function draftSteps(inputs: PlanInputs): readonly Step[] {
  const decisionInputs = decisionInputsOf(inputs, inputs.kind);
  return makeSteps(decisionInputs, settledDecisions(decisionInputs), inputs.observations);
}

/** Makes the plan of one kind, with the totals of the alternatives beside it. */
export function makePlan(inputs: PlanInputs): Plan {
  const { playbook, assessments, kind } = inputs;
  const made = variant(inputs, kind);
  const isAlone = kind === 'teardown' || kind === 'undo';
  const alternatives: readonly PlanKind[] = isAlone ? [kind] : strategies;
  // How much another kind would be is told as if all were let happen: what it does not do for want of consent makes it no shorter.
  const willing = { ...inputs, accepted: everyConsent(playbook.components.keys()) };
  const totals = Object.fromEntries(
    alternatives.map((each) => [each, totalsOf(each === kind ? made.steps : variant(willing, each).steps)]),
  );
  const components = inputs.graph.createOrder.flatMap((id): readonly PlannedComponent[] => {
    const assessment = assessments.get(id);
    const decision = made.decisions.get(id);
    if (assessment === undefined || decision === undefined) return [];
    const { because, blockedBy, kind: disposition } = decision;
    const consents = [...(made.consents.get(id) ?? []), ...effectConsents(id, made.harms.get(id) ?? [], inputs)];
    const component = playbook.components.get(id);
    const unchecked = uncheckedOf(id, decision, made.inputs);
    const missed = missedSecondsOf(inputs.observations.byId.get(id), decision);
    const settings = component && settingsOf(component, decision, made.inputs, made.decisions);
    // Not spread together: plans of thousands of components are made of nothing else.
    const planned: Writable<PlannedComponent> = { ...assessment, disposition, because, blockedBy };
    if (consents.length > 0) planned.consents = consents;
    if (settings !== undefined) planned.settings = settings;
    if (unchecked.length > 0) planned.unchecked = unchecked;
    if (missed !== undefined) planned.missedSeconds = missed;
    const managed = component === undefined ? [] : managedBy(component, decision, inputs);
    if (managed.length > 0) planned.managedBy = managed;
    return [planned];
  });
  return {
    version: 1,
    playbook: { name: playbook.metadata.name, digest: playbook.digest, file: playbook.file },
    identity: inputs.identity,
    environment: playbook.target.environment ?? null,
    strategy: kind,
    resumes: inputs.resumes ?? null,
    observedAt: new Date(inputs.observations.at).toISOString(),
    summary: summaryOf(components),
    components,
    steps: made.steps.map((step) => concealedStep(step, inputs)),
    totals,
    rtoSeconds: playbook.objectives.rto === undefined ? null : playbook.objectives.rto / 1000,
    refusals: [...maxDeletesRefusals(inputs, made.steps), ...effectRefusals(inputs, made.harms)],
    accepted: consentWords(inputs.accepted ?? noConsents),
    allowDowntime: inputs.allowDowntime ?? false,
    approvals: playbookApprovals(playbook, made.steps),
    awsCalls: inputs.awsCalls,
  };
}

type Writable<T> = { -readonly [Member in keyof T]: T[Member] };

/** What the decisions were made from, beside them. */
interface Variant extends Decisions {
  readonly inputs: DecisionInputs;
  readonly steps: readonly Step[];
  /** By component: what its steps do to those who are served. */
  readonly harms: ReadonlyMap<string, readonly Harm[]>;
}

function variant(inputs: PlanInputs, kind: PlanKind): Variant {
  const decisionInputs = decisionInputsOf(inputs, kind);
  const decision = decideAll(decisionInputs);
  const inOrder = makeSteps(decisionInputs, decision.decisions, inputs.observations);
  const drafts = servingFirst(inOrder, effectViewOf(inputs, inOrder));
  const view = effectViewOf(inputs, drafts);
  const told = drafts.map((step) => ({ step, harms: harmsOf(step, view) }));
  const steps = told.map(({ harms, step }) =>
    withoutWaiting({ ...step, effect: worstOf(harms, consentedEffects(step, decision)) }, inputs),
  );
  const harms = new Map(
    told.flatMap(({ harms: own, step }) => (own.length === 0 ? [] : [[step.component, own] as const])),
  );
  return { ...decision, inputs: decisionInputs, steps, harms };
}

function decisionInputsOf(inputs: PlanInputs, kind: PlanKind): DecisionInputs {
  const { accepted = noConsents, excluded = new Set(), goals = new Map() } = inputs;
  return { ...inputs, kind, excluded, accepted, goals, made: new Set(inputs.resumes?.made) };
}

function effectViewOf(inputs: PlanInputs, steps: readonly Step[]): EffectView {
  const { observations } = inputs;
  return { traffic: trafficOf(inputs), leads: (id) => observations.leads?.get(id), steps };
}

/** Of each look once: all plans that are made from it ask for the same. */
const trafficAt = new WeakMap<Observations['byId'], { readonly inputs: PlanInputs; readonly traffic: Traffic }>();

function trafficOf(inputs: PlanInputs): Traffic {
  const { observations, playbook, types } = inputs;
  const { byId, outputs } = observations;
  const known = trafficAt.get(byId);
  if (known?.inputs.playbook === playbook && known.inputs.observations.outputs === outputs) return known.traffic;
  const traffic = trafficIn({
    ...{ playbook, types },
    observed: (id) => byId.get(id),
    output: (id, name) => outputs.get(id)?.[name],
  });
  trafficAt.set(byId, { inputs, traffic });
  return traffic;
}

/** Of what was missing, or will be between its delete and its creation. */
function missedSecondsOf(seen: Observation<unknown> | undefined, decision: Decision): number | undefined {
  return seen === undefined || seen.kind === 'unknown' || !isMade(decision) ? undefined : seen.missedSeconds;
}

/** What was consented to when it was decided, as an effect. */
function consentedEffects(step: Step, { consents }: Decisions): readonly Effect[] {
  if (!step.destructive && step.action !== 'update') return [];
  const reasons = (consents.get(step.component) ?? []).filter((each) => each.given).map((each) => each.reason);
  return [
    ...(reasons.includes('loss') ? (['loses'] as const) : []),
    ...(reasons.includes('referrers') ? (['exposes'] as const) : []),
  ];
}

/** What would have to be consented to; nothing where downtime is allowed and nobody has. */
function effectConsents(
  id: string,
  harms: readonly Harm[],
  { accepted = noConsents, allowDowntime }: PlanInputs,
): readonly NeededConsent[] {
  const needed = harms.map((each) => ({ ...doubtOf(each), given: unmetHarms(id, [each], accepted).length === 0 }));
  return allowDowntime === true ? needed.filter((each) => each.given) : needed;
}

/** What will stand there, without what nobody is to read: a run takes its specs from the playbook, never from a plan. */
function concealedStep(step: Step, { playbook, types }: PlanInputs): Step {
  const component = playbook.components.get(step.component);
  if (component === undefined || step.action === 'verify') return step;
  const pathMask = specPathMask(component, typeOf(component, types));
  const afterImage = conceal(step.afterImage, pathMask);
  const differences =
    pathMask.length === 0 ? step.differences : step.differences.map((each) => concealDifference(each, pathMask));
  return { ...step, afterImage, differences };
}

/** The order among the steps of a plan. */
export function stepGraph(steps: readonly Step[]): Graph {
  return buildGraph(
    steps.map((step) => step.id),
    steps.flatMap((step) => step.after.map((from) => ({ from, to: step.id, because: [] }))),
  );
}

function totalsOf(steps: readonly Step[]): Totals {
  const { path, total } = criticalPathOf(steps);
  return {
    steps: steps.length,
    deletes: steps.filter((step) => step.destructive).length,
    seconds: total,
    criticalPath: path,
  };
}

/** The longest chain of steps by their estimates. The steps stand in an order in which they could run. */
function criticalPathOf(steps: readonly Step[]): { readonly path: readonly string[]; readonly total: number } {
  const ends = new Map<string, { readonly end: number; readonly before: string | undefined }>();
  let last: string | undefined;
  let total = 0;
  for (const { id, after, estimateSeconds } of steps) {
    let start = 0;
    let before: string | undefined;
    for (const each of after) {
      const end = ends.get(each)?.end ?? 0;
      if (before !== undefined && end <= start) continue;
      start = end;
      before = each;
    }
    const end = start + estimateSeconds;
    ends.set(id, { end, before });
    if (last !== undefined && end <= total) continue;
    last = id;
    total = end;
  }
  const path: string[] = [];
  for (let id = last; id !== undefined; id = ends.get(id)?.before) path.push(id);
  return { path: path.reverse(), total };
}

function summaryOf(components: readonly PlannedComponent[]): PlanSummary {
  const counts = new Map<DecisionKind, number>();
  for (const { disposition } of components) counts.set(disposition, (counts.get(disposition) ?? 0) + 1);
  const count = (disposition: DecisionKind): number => counts.get(disposition) ?? 0;
  return {
    create: count('create'),
    update: count('update'),
    replace: count('replace'),
    delete: count('delete'),
    wait: count('wait'),
    keep: count('keep') + count('excluded'),
    unknown: components.filter((each) => each.verdict === 'unknown').length,
    blocked: count('blocked'),
  };
}

/** Components with steps that must be approved first, in the order of the steps. */
function playbookApprovals(playbook: Playbook, steps: readonly Step[]): readonly string[] {
  const asked = steps.filter((step) => playbook.components.get(step.component)?.approval === 'required');
  return [...new Set(asked.map((step) => step.component))];
}

/** What an unfinished run has deleted counts with what the plan that goes on with it deletes. */
function maxDeletesRefusals({ playbook, resumes }: PlanInputs, steps: readonly Step[]): readonly Refusal[] {
  const { maxDeletes } = playbook.recovery;
  const deletes = steps.filter((step) => step.destructive);
  const before = (resumes?.deletes ?? []).filter((id) => !deletes.some((step) => step.id === id)).length;
  if (maxDeletes === undefined || deletes.length === 0 || deletes.length + before <= maxDeletes) return [];
  const earlier =
    before === 0 ? '' : `, after ${before} that run ${resumes?.run ?? ''} has begun (--anew begins from scratch)`;
  const text = `the plan deletes ${deletes.length} pieces${earlier}, the playbook allows ${maxDeletes} (recovery.maxDeletes)`;
  return [{ rule: 'maxDeletes', text, components: deletes.map((step) => step.component) }];
}

/** What answers is taken down, or led away, only on request. */
function effectRefusals(inputs: PlanInputs, all: ReadonlyMap<string, readonly Harm[]>): readonly Refusal[] {
  if (inputs.allowDowntime === true) return [];
  const unmet = [...all].flatMap(([component, harms]) => {
    const own = unmetHarms(component, harms, inputs.accepted ?? noConsents);
    return own.length === 0 ? [] : [{ component, text: own.map((each) => each.what).join('; ') }];
  });
  if (unmet.length === 0) return [];
  const list = unmet.map((each) => each.text).join('; ');
  const components = unmet.map((each) => each.component);
  const flags = components.map((each) => `--accept ${consentWord(each, 'effect')}`).join(' ');
  const text = `the plan takes down or leads away what serves right now: ${list}. If that is meant, add --allow-downtime, or ${flags}`;
  return [{ rule: 'allowDowntime', text, components }];
}
