// Breaks a service the way an operator does by hand: deletes pieces directly, against all order.
import { classify } from '../aws/errors.ts';
import type { ChangeContext } from '../components/contract.ts';
import type { Graph } from '../graph/graph.ts';
import { typeOf, type Survey, type Viewpoint } from '../observe/look.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { createSight, type Sight } from '../run/sight.ts';

export interface BreakInputs {
  readonly playbook: Playbook;
  readonly graph: Graph;
  readonly survey: Survey;
  /** Its access must be open for changes. */
  readonly viewpoint: Viewpoint;
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
  const sight = createSight(inputs.playbook, inputs.survey, inputs.viewpoint);
  const result: Broken[] = [];
  const order = inputs.graph.deleteOrder.filter((id) => ids.includes(id));
  for (const id of order) await breakOne(id, 'deleted', inputs, sight, result);
  if (inputs.wait) for (const { component } of result) await waitUntilGone(component, inputs, sight);
  return result;
}

async function breakOne(
  id: string,
  how: 'deleted' | 'forced',
  inputs: BreakInputs,
  sight: Sight,
  result: Broken[],
): Promise<void> {
  const { playbook, viewpoint } = inputs;
  const component = componentOf(id, playbook);
  if (result.some((each) => each.component === id)) return;
  const type = typeOf(component, viewpoint.types);
  const isWhole = (state: unknown): boolean => type.readiness(state, sight.target(component).spec).kind === 'ready';
  const end = viewpoint.clock.now() + longestWait;
  for (;;) {
    const seen = await sight.look(component);
    if (seen.kind === 'unknown') throw new Error(`cannot see ${id}: ${seen.detail}`);
    if (seen.kind === 'absent') {
      result.push({ component: id, how: 'was-gone' });
      return;
    }
    try {
      const context: ChangeContext = { ...sight.context(), token: `break-${id}`.slice(0, 36), tags: {} };
      await type.delete(sight.target(component), seen.state, context);
      // A delete spares protected revisions below the one that it is about; who does it by hand goes on with those.
      const left = component.protect ? await sight.look(component) : seen;
      if (left === seen || left.kind !== 'present' || !isWhole(left.state) || viewpoint.clock.now() > end) {
        result.push({ component: id, how });
        return;
      }
      await viewpoint.clock.sleep(pause);
      continue;
    } catch (error) {
      if (classify(error).class !== 'conflict' || viewpoint.clock.now() > end) throw error;
    }
    for (const holder of holdersOf(component, type.heldBy, playbook)) {
      await breakOne(holder, 'forced', inputs, sight, result);
    }
    await viewpoint.clock.sleep(pause);
  }
}

function holdersOf(component: Component, types: readonly string[], playbook: Playbook): readonly string[] {
  return [...playbook.components.values()]
    .filter((each) => types.includes(each.type) && each.references.some((to) => to.component === component.id))
    .map((each) => each.id);
}

async function waitUntilGone(id: string, { playbook, viewpoint }: BreakInputs, sight: Sight): Promise<void> {
  const end = viewpoint.clock.now() + longestWait;
  for (;;) {
    const seen = await sight.look(componentOf(id, playbook));
    if (seen.kind === 'absent') return;
    if (viewpoint.clock.now() > end) throw new Error(`${id} is still there after ${longestWait / 60_000} minutes`);
    await viewpoint.clock.sleep(pause);
  }
}

function componentOf(id: string, playbook: Playbook): Component {
  const component = playbook.components.get(id);
  if (component === undefined) throw new Error(`Internal error: no component ${id}`);
  return component;
}
