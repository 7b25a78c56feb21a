// Assessment -> Plan. Pure and deterministic: the same inputs give the same bytes.
import type { Assessments } from '../assess/assess.ts';
import type { ComponentType } from '../components/contract.ts';
import { buildGraph, type Graph } from '../graph/graph.ts';
import { specPathMask } from '../assess/concealed.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import type { Playbook } from '../playbook/model.ts';
import { conceal, concealDifference } from '../util/path-mask.ts';
import { uncheckedOf } from './blockers.ts';
import { consentWords, noConsents, type Consents } from './consent.ts';
import { decideAll, type Decisions } from './decide.ts';
import type { DecisionInputs } from './decision.ts';
import { servingText, servingThrough, trafficIn } from './downtime.ts';
import { isLedAway, servesBehind } from './leading.ts';
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

/** Makes the plan of one kind, with the totals of the alternatives beside it. */
export function makePlan(inputs: PlanInputs): Plan {
  const { playbook, assessments, kind } = inputs;
  const made = variant(inputs, kind);
  const alternatives: readonly PlanKind[] = kind === 'teardown' || kind === 'undo' ? [kind] : strategies;
  const totals = Object.fromEntries(
    alternatives.map((each) => [each, totalsOf(each === kind ? made.steps : variant(inputs, each).steps)]),
  );
  const components = inputs.graph.createOrder.flatMap((id): readonly PlannedComponent[] => {
    const assessment = assessments.get(id);
    const decision = made.decisions.get(id);
    if (assessment === undefined || decision === undefined) return [];
    const { because, blockedBy, kind: disposition } = decision;
    const consents = made.consents.get(id);
    const component = playbook.components.get(id);
    const unchecked = uncheckedOf(id, decision, made.inputs);
    const settings = component && settingsOf(component, decision, made.inputs, made.decisions);
    return [
      {
        ...assessment,
        disposition,
        because,
        blockedBy,
        ...(consents === undefined ? {} : { consents }),
        ...(settings === undefined ? {} : { settings }),
        ...(unchecked.length === 0 ? {} : { unchecked }),
      },
    ];
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
    refusals: [...maxDeletesRefusals(inputs, made.steps), ...downtimeRefusals(inputs, made.steps)],
    accepted: consentWords(inputs.accepted ?? noConsents),
    allowDowntime: inputs.allowDowntime ?? false,
    approvals: playbookApprovals(playbook, made.steps),
    awsCalls: inputs.awsCalls,
  };
}

/** What the decisions were made from, beside them. */
interface Variant extends Decisions {
  readonly inputs: DecisionInputs;
  readonly steps: readonly Step[];
}

function variant(inputs: PlanInputs, kind: PlanKind): Variant {
  const { accepted = noConsents, excluded = new Set(), goals = new Map() } = inputs;
  const decisionInputs: DecisionInputs = {
    ...inputs,
    kind,
    excluded,
    accepted,
    goals,
    made: new Set(inputs.resumes?.made),
  };
  const decision = decideAll(decisionInputs);
  const steps = makeSteps(decisionInputs, decision.decisions, inputs.observations);
  return { ...decision, inputs: decisionInputs, steps };
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
  const count = (disposition: DecisionKind): number =>
    components.filter((each) => each.disposition === disposition).length;
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

/** Pieces that serve are taken down only on request. */
function downtimeRefusals(inputs: PlanInputs, steps: readonly Step[]): readonly Refusal[] {
  if (inputs.allowDowntime === true) return [];
  const { playbook, observations, types } = inputs;
  const traffic = trafficIn({
    playbook,
    types,
    observed: (id) => observations.byId.get(id),
    output: (id, name) => observations.outputs.get(id)?.[name],
  });
  const serving = steps.flatMap((step): readonly { readonly component: string; readonly text: string }[] => {
    const { destructive, component: id } = step;
    const component = playbook.components.get(id);
    if (component === undefined || !isLedAway(step, component, types)) return [];
    const found = destructive ? servingThrough(id, traffic) : undefined;
    if (found !== undefined) return [{ component: id, text: servingText(id, found) }];
    const behind = servesBehind(observations.leads?.get(id), destructive);
    return behind === undefined ? [] : [{ component: id, text: `${id} (${behind})` }];
  });
  if (serving.length === 0) return [];
  const list = serving.map((each) => each.text).join('; ');
  const text = `the plan takes down what serves right now: ${list}. If that is meant, add --allow-downtime`;
  return [{ rule: 'allowDowntime', text, components: serving.map((each) => each.component) }];
}
