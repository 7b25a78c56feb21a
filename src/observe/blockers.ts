// What AWS will refuse, asked before anything is changed: a protection that is on, a holder, something that is not there.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type { Blocker, ChangeAction } from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import { readContext, type ObserveContext } from './context.ts';
import { typeOf, type Barring, type Observations } from './observe.ts';

/** @param changes what is to be done, by component */
export async function observeBlockers(
  components: readonly Component[],
  changes: ReadonlyMap<string, ReadonlySet<ChangeAction>>,
  { byId, outputs }: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, readonly Barring[]>> {
  const context = readContext(observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const answers = await Promise.all(
    components.map(async (component): Promise<readonly (readonly [string, readonly Barring[]])[]> => {
      const { safety } = typeOf(component, observeContext.types);
      if (safety.blockers === undefined) return [];
      const seen = byId.get(component.id);
      const state = seen?.kind === 'present' ? seen.state : undefined;
      const target = { id: component.id, spec: resolveReferences(component.spec, lookup) };
      const asked = [...(changes.get(component.id) ?? [])].map(async (action): Promise<Barring> => {
        try {
          return { action, kind: 'told', blockers: (await safety.blockers?.(target, state, action, context)) ?? [] };
        } catch (error) {
          if (isOwnFault(error)) throw error;
          const { code, message } = classify(error);
          return { action, kind: 'unknown', detail: `${code}: ${message}` };
        }
      });
      return [[component.id, await Promise.all(asked)]];
    }),
  );
  return new Map(answers.flat());
}

/**
 * Pure. What stands in the way and is no piece of the playbook: those are judged with the graph.
 *
 * @param stays a component of which the graph does not know that it has to let go: its own playbook does not say that it holds on
 */
export function ofOthers(
  blockers: readonly Blocker[],
  { components }: Playbook,
  { outputs }: Pick<Observations, 'outputs'>,
  stays: (component: string) => boolean = () => false,
): readonly Blocker[] {
  return blockers.flatMap((blocker): readonly Blocker[] => {
    const { id, what } = blocker;
    const holder = [...components.keys()].find(
      (each) => id !== undefined && Object.values(outputs.get(each) ?? {}).includes(id),
    );
    if (holder === undefined) return [blocker];
    if (!stays(holder)) return [];
    const remedy = `let the playbook say so of ${holder}, which is taken along then, or let that go elsewhere first`;
    return [{ ...blocker, what: `${holder}: ${what}`, remedy }];
  });
}
