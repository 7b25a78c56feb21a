// What a run knows of the world: the plan's survey, kept up to date by fresh looks. Looks asked for at about the same
// time are made together, so that fifty services that are waited for cost five calls and not fifty.
import type { Observation, Pointer, ReadContext, Target } from '../components/contract.ts';
import { lookAt, readContext, typeOf, type Outputs, type Survey, type Viewpoint } from '../observe/look.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';

/** Looks asked for within this time go out together. */
const gatherMilliseconds = 20;

export interface Sight {
  /** Looks at one component now. */
  readonly look: (component: Component) => Promise<Observation<unknown>>;
  /** The component with everything that is known put in the place of references. */
  readonly target: (component: Component) => Target<unknown>;
  /** An output as it is known now. */
  readonly output: (component: string, output: string) => string | undefined;
  /** All outputs of a component as they are known now. */
  readonly outputs: (component: string) => Outputs | undefined;
  /** What was seen of a component last. */
  readonly seen: (component: string) => Observation<unknown> | undefined;
  /**
   * Looks again at the pieces whose listings tell what points where (records), and tells all that was found, whether it
   * is of the playbook or not. What could not be seen is among the answers' observations.
   */
  readonly pointers: () => Promise<{
    readonly pointers: readonly Pointer[];
    readonly observations: ReadonlyMap<string, Observation<unknown>>;
  }>;
  /** A context for single reads. */
  readonly context: () => ReadContext;
}

interface Asked {
  readonly component: Component;
  readonly resolve: (observation: Observation<unknown>) => void;
  readonly reject: (error: unknown) => void;
}

export function createSight(playbook: Playbook, seen: Survey, viewpoint: Viewpoint): Sight {
  const observations = new Map(seen.observations);
  const outputs = new Map<string, Outputs>(seen.outputs);
  const asked = new Map<string, Asked[]>();
  const collectors = new Set<Pointer[]>();
  const lookup = (component: string, output: string): string | undefined => outputs.get(component)?.[output];
  const target = (component: Component): Target<unknown> => ({
    id: component.id,
    spec: resolveReferences(component.spec, lookup),
  });

  const remember = (component: Component, observation: Observation<unknown>): void => {
    observations.set(component.id, observation);
    if (observation.kind === 'unknown') return;
    const state = observation.kind === 'present' ? observation.state : undefined;
    const type = typeOf(component, viewpoint.types);
    outputs.set(component.id, type.outputsOf(target(component).spec, state, viewpoint.scope));
  };

  /** A piece whose last look nobody answered is looked at by itself, so that it does not hold up others of its type. */
  const batchOf = ({ id, type }: Component): string => {
    const last = observations.get(id);
    return last?.kind === 'unknown' && last.reason === 'timeout' ? `${type} ${id}` : type;
  };

  const flush = async (key: string): Promise<void> => {
    const batch = asked.get(key) ?? [];
    asked.delete(key);
    try {
      const group = new Map(batch.map((each) => [each.component.id, each.component]));
      const context = readContext(viewpoint, (pointer) => {
        for (const each of collectors) each.push(pointer);
      });
      const answers = await lookAt([...group.values()], observations, lookup, viewpoint.types, context);
      for (const [id, observation] of answers) {
        const component = playbook.components.get(id);
        if (component !== undefined) remember(component, observation);
      }
      for (const each of batch) {
        const answer = answers.get(each.component.id);
        if (answer === undefined) throw new Error(`Internal error: no answer about ${each.component.id}`);
        each.resolve(answer);
      }
    } catch (error) {
      for (const each of batch) each.reject(error);
    }
  };

  const look = (component: Component): Promise<Observation<unknown>> =>
    new Promise((resolve, reject) => {
      const key = batchOf(component);
      const waiting = asked.get(key);
      if (waiting !== undefined) {
        waiting.push({ component, resolve, reject });
        return;
      }
      asked.set(key, [{ component, resolve, reject }]);
      void viewpoint.clock.sleep(gatherMilliseconds).then(() => flush(key));
    });

  return {
    target,
    output: lookup,
    outputs: (component) => outputs.get(component),
    seen: (component) => observations.get(component),
    context: () => readContext(viewpoint),
    look,
    pointers: async () => {
      const pointers: Pointer[] = [];
      collectors.add(pointers);
      try {
        const telling = [...playbook.components.values()].filter(
          (each) => typeOf(each, viewpoint.types).listsPointers === true,
        );
        const answers = await Promise.all(telling.map(async (each) => [each.id, await look(each)] as const));
        return { pointers, observations: new Map(answers) };
      } finally {
        collectors.delete(pointers);
      }
    },
  };
}
