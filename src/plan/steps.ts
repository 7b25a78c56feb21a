// Fates -> steps, and the order among them. There are no phases: a step waits for exactly what it needs.
import type { Assessment } from '../assess/assessment.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import { toJson } from '../util/json.ts';
import { isBelow } from '../util/paths.ts';
import { isMade, isTakenAway, willBeNew, type DecisionInputs } from './decision.ts';
import { neighboursOf, stateOf } from './estimates.ts';
import type { Decision } from './decision.ts';
import type { Step, StepAction } from './plan.ts';
import { referrersOf } from './referrers.ts';
import { unfinishedSettings } from './settings.ts';

/** Steps of one component: what goes away first, then what comes. */
interface Pair {
  readonly away: Draft | undefined;
  readonly come: Draft | undefined;
}

/** A step whose place among the others is found last. */
type Draft = Omit<Step, 'after'> & { after: readonly string[] };

/** Makes all steps of a plan, in an order in which they could run one after the other. */
export function makeSteps(
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
  seen: Observations,
): readonly Step[] {
  const pairs = new Map<string, Pair>();
  for (const id of inputs.graph.createOrder) {
    const component = inputs.playbook.components.get(id);
    const assessment = inputs.assessments.get(id);
    const own = decisions.get(id);
    if (component !== undefined && assessment !== undefined && own !== undefined) {
      pairs.set(id, draftsOf(component, assessment, own, inputs, decisions, seen));
    }
  }
  const awayAfter = nearest(inputs.graph.deleteOrder, inputs.graph.dependentsOf, (id) => pairs.get(id)?.away?.id);
  const comeAfter = nearest(inputs.graph.createOrder, inputs.graph.dependenciesOf, (id) => pairs.get(id)?.come?.id);
  const steps: Step[] = [];
  for (const id of inputs.graph.deleteOrder) {
    const away = pairs.get(id)?.away;
    if (away === undefined) continue;
    away.after = together(awayAfter(id), pointingAway(id, inputs, pairs));
    steps.push(away);
  }
  for (const id of inputs.graph.createOrder) {
    const pair = pairs.get(id);
    if (pair?.come === undefined) continue;
    pair.come.after = comeAfter(id);
    if (pair.away !== undefined) pair.come.after = [...comeAfter(id), pair.away.id];
    // What still speaks of the old piece goes before the new one is made.
    else if (isMade(decisions.get(id))) pair.come.after = together(comeAfter(id), awayAfter(id));
    steps.push(pair.come);
  }
  return [...steps, ...probeSteps(inputs.playbook, steps)];
}

/**
 * For each node, the nearest steps among its neighbours: a neighbour's own step, or, where it has none, the nearest of
 * its neighbours in turn.
 */
function nearest(
  order: readonly string[],
  neighbours: (id: string) => readonly string[],
  stepOf: (id: string) => string | undefined,
): (id: string) => readonly string[] {
  const found = new Map<string, readonly string[]>();
  for (const id of order) {
    // Most have one neighbour with steps, or none: a set is made for the others only.
    let only = none;
    let all: Set<string> | undefined;
    for (const neighbour of neighbours(id)) {
      const own = stepOf(neighbour);
      const steps = own === undefined ? (found.get(neighbour) ?? none) : [own];
      if (steps.length === 0) continue;
      if (only.length === 0) {
        only = steps;
        continue;
      }
      all ??= new Set(only);
      for (const each of steps) all.add(each);
    }
    if (only.length > 0) found.set(id, all === undefined ? only : [...all]);
  }
  return (id) => found.get(id) ?? none;
}

/** Deletes of the records that point at a piece without the playbook saying so. */
function pointingAway(id: string, inputs: DecisionInputs, pairs: ReadonlyMap<string, Pair>): readonly string[] {
  const component = inputs.playbook.components.get(id);
  const { byId: observations, referrers } = inputs.observations;
  if (component === undefined || referrers.length === 0) return none;
  return referrersOf(component, observations.get(id), referrers, inputs.types).flatMap(
    (each) => (each.component === undefined ? undefined : pairs.get(each.component)?.away?.id) ?? [],
  );
}

const none: readonly string[] = [];

/** Both lists, each id once. Most are short or empty, and then the other one will do as it is. */
function together(left: readonly string[], right: readonly string[]): readonly string[] {
  if (left.length === 0) return right;
  if (right.length === 0) return left;
  return [...new Set([...left, ...right])];
}

/** Nothing is done about it. */
function isLeft(disposition: Decision['kind']): boolean {
  return disposition === 'keep' || disposition === 'blocked' || disposition === 'excluded';
}

function draftsOf(
  component: Component,
  assessment: Assessment,
  own: Decision,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
  seen: Observations,
): Pair {
  const goes = assessment.settling === 'going';
  if (!isTakenAway(own) && !goes && isLeft(own.kind)) return { away: undefined, come: undefined };
  const type = typeOf(component, inputs.types);
  // Values that the plan itself will change stay as their references: they are known when the step's turn comes.
  const spec = resolveReferences(component.spec, (id, output) =>
    willBeNew({ component: id, output }, inputs, decisions) ? undefined : seen.outputs.get(id)?.[output],
  );
  const state = stateOf(component.id, seen);
  const neighbours = neighboursOf(component, inputs.playbook, seen);
  const draft = (action: StepAction, seconds: number): Draft => ({
    id: `${component.id}.${action}`,
    component: component.id,
    action,
    because: own.because,
    before: action === 'create' ? null : assessment.found,
    afterImage: action === 'delete' ? null : toJson(spec),
    differences: action === 'update' ? updatesOf(component, assessment, inputs, decisions, seen) : [],
    destructive: action === 'delete',
    effect: 'none',
    estimateSeconds: seconds,
    after: none,
  });
  const away = isTakenAway(own)
    ? draft('delete', type.time.estimate('delete', spec, state, neighbours))
    : goes && (isMade(own) || own.kind === 'wait')
      ? { ...draft('wait', type.time.estimate('delete', spec, state, neighbours)), afterImage: null }
      : undefined;
  switch (own.kind) {
    case 'create':
    case 'replace':
      return { away, come: draft('create', type.time.estimate('create', spec, undefined, neighbours)) };
    case 'update':
      return { away, come: draft('update', type.time.estimate('update', spec, state, neighbours)) };
    case 'wait':
      return goes
        ? { away, come: undefined }
        : {
            away,
            come: {
              ...draft('wait', type.time.estimate('create', spec, state, neighbours)),
              ...(own.remedy === undefined ? {} : { remedy: own.remedy }),
            },
          };
    case 'keep':
    case 'delete':
    case 'blocked':
    case 'excluded':
      return { away, come: undefined };
  }
}

/** What an update changes: what differs now, and what follows outputs that the plan will renew. */
function updatesOf(
  component: Component,
  assessment: Assessment,
  inputs: DecisionInputs,
  decisions: ReadonlyMap<string, Decision>,
  seen: Observations,
): Step['differences'] {
  const following = component.references
    .filter((each) => willBeNew(each, inputs, decisions))
    .filter((each) => !assessment.differences.some(({ path }) => isBelow(each.path, path) || isBelow(path, each.path)))
    .map(({ path, component: other, output }) => ({
      path,
      desired: `\${${other}.${output}}`,
      actual: seen.outputs.get(other)?.[output] ?? null,
      kind: 'changed' as const,
      immutable: false,
    }));
  const lacks = inputs.kind === 'undo' ? [] : unfinishedSettings(component, inputs, decisions);
  const known = [...assessment.differences, ...following];
  const others = lacks.filter(
    ({ path }) => !known.some((each) => isBelow(path, each.path) || isBelow(each.path, path)),
  );
  return [
    ...known,
    ...others.map(({ actual, desired, path }) => ({
      path,
      desired: desired ?? null,
      actual: actual ?? null,
      kind: 'changed' as const,
      immutable: false,
    })),
  ];
}

/** The playbook's probes come last, after everything that nothing else waits for. Nothing to do, nothing to probe. */
function probeSteps(playbook: Playbook, steps: readonly Step[]): readonly Step[] {
  if (!steps.some((step) => step.action !== 'delete' && step.afterImage !== null)) return [];
  const awaited = new Set(steps.flatMap((step) => step.after));
  const last = steps.filter((step) => !awaited.has(step.id)).map((step) => step.id);
  return playbook.verify.map((probe, index) => ({
    id: `verify-${index + 1}`,
    component: probe.name,
    action: 'verify',
    because: 'proves that the service answers',
    after: last,
    before: null,
    afterImage: null,
    differences: [],
    destructive: false,
    effect: 'none',
    estimateSeconds: 2,
  }));
}
