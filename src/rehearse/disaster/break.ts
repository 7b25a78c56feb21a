// Breaks a service the way an operator does by hand: deletes pieces directly, against all order.
import { classify } from '../../aws/errors.ts';
import { HeldBack } from '../../aws/gate.ts';
import type { ChangeContext, Observation } from '../../components/contract.ts';
import { deleteByHand } from '../world/delete-by-hand.ts';
import type { Graph } from '../../graph/graph.ts';
import type { ObserveContext } from '../../observe/context.ts';
import { typeOf, type Observations } from '../../observe/observe.ts';
import type { Component, Playbook } from '../../playbook/model.ts';
import { createLiveView, type LiveView } from '../../run/live-view.ts';

export interface BreakInputs {
  readonly playbook: Playbook;
  readonly graph: Graph;
  /** A look at the whole playbook. */
  readonly observations: Observations;
  /** Takes what is seen meanwhile; begun with that look unless told. */
  readonly liveView?: LiveView;
  /** Its access must be open for changes. */
  readonly observeContext: ObserveContext;
  /** Wait until AWS shows the pieces as gone; otherwise return as soon as it has accepted the deletes. */
  readonly wait: boolean;
}

export interface Broken {
  readonly component: string;
  /** `forced`: AWS refused to delete another piece while this one held it. */
  readonly how: 'deleted' | 'forced' | 'was-gone';
}

const pause = 2_000;
const longestWait = 20 * 60_000;

/** Deletes the named components. What AWS does not let go alone takes its holders with it, and the answer says so. */
export async function breakComponents(ids: readonly string[], inputs: BreakInputs): Promise<readonly Broken[]> {
  const { graph, observations, observeContext, playbook, wait } = inputs;
  const liveView = inputs.liveView ?? createLiveView(playbook, observations, observeContext);
  const result: Broken[] = [];
  const order = graph.deleteOrder.filter((id) => ids.includes(id));
  for (const id of order) await breakOne(id, 'deleted', inputs, liveView, result);
  if (wait) for (const { component } of result) await waitUntilGone(component, inputs, liveView);
  return result;
}

async function breakOne(
  id: string,
  how: 'deleted' | 'forced',
  inputs: BreakInputs,
  liveView: LiveView,
  result: Broken[],
): Promise<void> {
  const { playbook, observeContext } = inputs;
  const component = componentOf(id, playbook);
  if (result.some((each) => each.component === id)) return;
  const type = typeOf(component, observeContext.types);
  const isWhole = (state: unknown): boolean => type.readiness(state, liveView.target(component).spec).kind === 'ready';
  const end = observeContext.clock.now() + longestWait;
  for (;;) {
    const seen = await liveView.look(component);
    if (seen.kind === 'unknown') throw new Error(`cannot see ${id}: ${seen.detail}`);
    if (seen.kind === 'absent' || goesOn(component, seen, observeContext.types)) {
      result.push({ component: id, how: 'was-gone' });
      return;
    }
    try {
      const context: ChangeContext = { ...liveView.context(), token: `break-${id}`.slice(0, 36), tags: {} };
      await deleteByHand(type, liveView.target(component), seen.state, context);
      // A delete spares protected revisions below the one that it is about; who does it by hand goes on with those.
      const left = component.protect ? await liveView.look(component) : seen;
      if (left === seen || left.kind !== 'present' || !isWhole(left.state) || observeContext.clock.now() > end) {
        result.push({ component: id, how });
        return;
      }
      await observeContext.clock.sleep(pause);
      continue;
    } catch (error) {
      // It never left: a machine that is slow for the clock of its world takes too long between look and change.
      if (error instanceof HeldBack && observeContext.clock.now() <= end) continue;
      if (classify(error).class !== 'conflict' || observeContext.clock.now() > end) throw error;
    }
    for (const holder of holdersOf(component, type.traits.heldBy, playbook)) {
      await breakOne(holder, 'forced', inputs, liveView, result);
    }
    await observeContext.clock.sleep(pause);
  }
}

function holdersOf(component: Component, types: readonly string[], playbook: Playbook): readonly string[] {
  return [...playbook.components.values()]
    .filter((each) => types.includes(each.type) && each.references.some((to) => to.component === component.id))
    .map((each) => each.id);
}

async function waitUntilGone(id: string, { playbook, observeContext }: BreakInputs, liveView: LiveView): Promise<void> {
  const end = observeContext.clock.now() + longestWait;
  for (;;) {
    const seen = await liveView.look(componentOf(id, playbook));
    if (seen.kind === 'absent' || goesOn(componentOf(id, playbook), seen, observeContext.types)) return;
    if (observeContext.clock.now() > end) throw new Error(`${id} is still there after ${longestWait / 60_000} minutes`);
    await observeContext.clock.sleep(pause);
  }
}

/** Deleted, and there for those alone that use it already: nobody waits for it to go. */
function goesOn(component: Component, seen: Observation<unknown>, types: ObserveContext['types']): boolean {
  return seen.kind === 'present' && typeOf(component, types).judging.spent?.(seen.state) !== undefined;
}

function componentOf(id: string, playbook: Playbook): Component {
  const component = playbook.components.get(id);
  if (component === undefined) throw new Error(`Internal error: no component ${id}`);
  return component;
}
