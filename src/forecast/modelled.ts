// The steps of a plan as a simulation needs them: what each estimate rests on, and what another setting would change.
import type { ChangeAction, ComponentType } from '../components/contract.ts';
import { typeOf, type Observations } from '../observe/observe.ts';
import { changeOf, neighboursOf, stateOf, unwaitedSeconds } from '../plan/estimates.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { leastUsual, lookupOf, modelOf, noKnowledge, probeModel, type Knowledge, type StepModel } from './knowledge.ts';
import type { SimulatedStep } from './simulate.ts';

export interface ForecastInputs {
  readonly playbook: Playbook;
  readonly observations: Observations;
  readonly types: ReadonlyMap<string, ComponentType>;
  /** The plan, and plans of other kinds to compare it with. */
  readonly plan: Plan;
  readonly alternatives?: readonly Plan[];
  readonly knowledge?: Knowledge;
  /** False: the playbook's probes will be left out. */
  readonly verify?: boolean;
}

/** A component with other settings. */
export interface Turned {
  readonly component: string;
  readonly spec: unknown;
  readonly state: unknown;
}

/** The steps of a plan with their models. */
export function modelPlan(plan: Plan, inputs: ForecastInputs): readonly SimulatedStep[] {
  const { knowledge = noKnowledge, verify = true } = inputs;
  const rehearsed = lookupOf(knowledge.rehearsal.measurements);
  const past = lookupOf(knowledge.history.measurements);
  return plan.steps.flatMap((step): readonly SimulatedStep[] => {
    const { action, after, id, estimateSeconds } = step;
    const change = changeOf(step);
    const component = inputs.playbook.components.get(step.component);
    if (change === undefined || component === undefined) {
      return verify ? [{ id, after, kind: 'probe', model: probeModel(estimateSeconds) }] : [];
    }
    const { setting } = expected(component, change, step, inputs);
    const model = modelOf({
      estimateSeconds,
      settingSeconds: setting,
      // What is under way has not been measured from its beginning.
      rehearsed: action === 'wait' ? [] : rehearsed(component.type, change),
      past: action === 'wait' ? [] : past(component.type, change),
      begun: action === 'wait' && after.length === 0,
    });
    return [{ id, after, kind: `${component.type} ${change}`, model }];
  });
}

/** The same steps, as if one component had other settings. Those that it does not concern are the very same. */
export function withTurned(
  steps: readonly SimulatedStep[],
  plan: Plan,
  inputs: ForecastInputs,
  turned: Turned,
): readonly SimulatedStep[] {
  const planned = new Map(plan.steps.map((step) => [step.id, step]));
  return steps.map((simulated) => {
    const step = planned.get(simulated.id);
    const change = step === undefined ? undefined : changeOf(step);
    const component = inputs.playbook.components.get(step?.component ?? '');
    if (step === undefined || change === undefined || component === undefined) return simulated;
    const concerned =
      component.id === turned.component || component.references.some((each) => each.component === turned.component);
    if (!concerned) return simulated;
    const now = expected(component, change, step, inputs);
    const then = expected(component, change, step, inputs, turned);
    const model = shifted(simulated.model, then.seconds - now.seconds, then.setting - now.setting);
    return { ...simulated, model };
  });
}

/** What settings decide changes with them, and what chance decides by the rest of the difference. */
function shifted(model: StepModel, seconds: number, setting: number): StepModel {
  return {
    ...model,
    setting: Math.max(0, model.setting + setting),
    usual: Math.max(leastUsual, model.usual + (seconds - setting)),
    expected: Math.max(0, model.expected + seconds),
  };
}

/** What the type itself expects of a step, all in all and for the settings alone. */
function expected(
  component: Component,
  change: ChangeAction,
  step: Step,
  inputs: ForecastInputs,
  turned?: Turned,
): { readonly seconds: number; readonly setting: number } {
  const { playbook, observations, types } = inputs;
  const type = typeOf(component, types);
  const found = step.action === 'create' ? undefined : stateOf(component.id, observations);
  const itself = turned?.component === component.id;
  const spec = itself ? turned.spec : component.spec;
  const state = itself && found !== undefined ? turned.state : found;
  const neighbours = neighboursOf(component, playbook, observations, (neighbour) =>
    turned?.component === neighbour.id ? turned.spec : neighbour.spec,
  );
  const unwaited = unwaitedSeconds(step, type, spec, state);
  return {
    seconds: type.time.estimate(change, spec, state, neighbours) - unwaited,
    setting: type.time.settingSeconds(change, spec, state, neighbours) - unwaited,
  };
}
