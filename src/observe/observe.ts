// What was seen of a playbook, and what is asked beside it. Never writes.
import { classify } from '../aws/errors.ts';
import { isOwnFault } from '../aws/gate.ts';
import type {
  Blocker,
  CascadedPiece,
  ChangeAction,
  ComponentType,
  Lead,
  NeedSeen,
  Observation,
  Referrer,
} from '../components/contract.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import type { Base } from '../settings/base.ts';
import { resolveReferences, type OutputLookup } from '../playbook/expressions.ts';
import { topOf } from '../util/paths.ts';
import { readContext, type ObserveContext } from './context.ts';

/** What was seen of a whole playbook. */
export interface Observations {
  /** Milliseconds since the epoch, when the look began. */
  readonly at: number;
  readonly byId: ReadonlyMap<string, Observation<unknown>>;
  /** Component id to its known outputs. */
  readonly outputs: ReadonlyMap<string, Outputs>;
  /** What points where, of the playbook or not, in the listings that were read on the way. */
  readonly referrers: readonly Referrer[];
  /** What AWS would delete with pieces that a plan deletes, by component; undefined where nobody has asked. */
  readonly cascades?: ReadonlyMap<string, Cascade>;
  /** Where pieces lead that a plan deletes or leads elsewhere, as far as no component tells; undefined where nobody asked. */
  readonly leads?: ReadonlyMap<string, Leads>;
  /** What pieces that a plan changes or makes are or were, by component; undefined where nobody has asked. */
  readonly bases?: ReadonlyMap<string, Base>;
  /** What AWS would refuse of the changes that a plan makes, by component; undefined where nobody has asked. */
  readonly blockers?: ReadonlyMap<string, readonly Barring[]>;
  /** What pieces that a plan changes or makes need and is not there, or was not seen; undefined where nobody has asked. */
  readonly needs?: ReadonlyMap<string, readonly Lacking[]>;
  /** What owned pieces hold that no before-image keeps, where they are there and of a kind that may hold such. */
  readonly contents: ReadonlyMap<string, Contents>;
}

/** What AWS would delete with one piece. */
export type Cascade =
  | { readonly kind: 'told'; readonly pieces: readonly CascadedPiece[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** What stands in the way of one change of a piece. */
export type Barring = { readonly action: ChangeAction } & (
  | { readonly kind: 'told'; readonly blockers: readonly Blocker[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string }
);

/** What stands in the way of one change of a piece, because it would be in vain. */
export interface Lacking {
  readonly action: ChangeAction;
  readonly missing: readonly Extract<NeedSeen, { readonly kind: 'missing' }>[];
  /** What nobody could see, in words. */
  readonly unseen: readonly string[];
}

/** What answers behind the names that one piece sends requests on to. */
export type Leads =
  | { readonly kind: 'told'; readonly leads: readonly Lead[] }
  /** It could not be seen. */
  | { readonly kind: 'unknown'; readonly detail: string };

/** What would be lost with a piece, for good. "I could not see" is never "nothing". */
export type Contents =
  | { readonly kind: 'none' }
  /** In words: `items`. */
  | { readonly kind: 'some'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

export type Outputs = Readonly<Record<string, string | undefined>>;

/** The type of a component; the loader has made sure that it exists. */
export function typeOf(component: Component, types: ReadonlyMap<string, ComponentType>): ComponentType {
  const type = types.get(component.type);
  if (type === undefined) throw new Error(`Internal error: no component type ${component.type}`);
  return type;
}

/** Asks what AWS would delete with these components' pieces; those that are not there, or have no cascade, are left out. */
export async function observeCascades(
  components: readonly Component[],
  { byId: observations, outputs }: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, Cascade>> {
  const context = readContext(observeContext);
  const lookup: OutputLookup = (component, output) => outputs.get(component)?.[output];
  const answers = await Promise.all(
    components.map(async (component): Promise<readonly [string, Cascade] | undefined> => {
      const observation = observations.get(component.id);
      const type = typeOf(component, observeContext.types);
      if (type.safety.cascade === undefined || observation?.kind !== 'present') return undefined;
      const target = { id: component.id, spec: resolveReferences(component.spec, lookup) };
      try {
        return [component.id, { kind: 'told', pieces: await type.safety.cascade(target, observation.state, context) }];
      } catch (error) {
        if (isOwnFault(error)) throw error;
        const { code, message } = classify(error);
        return [component.id, { kind: 'unknown', detail: `${code}: ${message}` }];
      }
    }),
  );
  return new Map(answers.flatMap((each) => (each === undefined ? [] : [each])));
}

/** Asks what answers behind names that pieces send requests on to. @param names by component */
export async function observeLeads(
  playbook: Playbook,
  names: ReadonlyMap<string, readonly string[]>,
  { byId: observations }: Observations,
  observeContext: ObserveContext,
): Promise<ReadonlyMap<string, Leads>> {
  const context = readContext(observeContext);
  const answers = await Promise.all(
    [...names].map(async ([id, asked]): Promise<readonly (readonly [string, Leads])[]> => {
      const component = playbook.components.get(id);
      const observation = observations.get(id);
      if (component === undefined || observation?.kind !== 'present') return [];
      try {
        const leads = await typeOf(component, observeContext.types).judging.leads?.(asked, observation.state, context);
        return leads === undefined ? [] : [[id, { kind: 'told', leads }]];
      } catch (error) {
        if (isOwnFault(error)) throw error;
        const { code, message } = classify(error);
        return [[id, { kind: 'unknown', detail: `${code}: ${message}` }]];
      }
    }),
  );
  return new Map(answers.flat());
}

/** Outputs that can be told from the specs alone. @param components in create order */
export function foretoldOutputs(
  components: readonly Component[],
  { scope, types }: Pick<ObserveContext, 'scope' | 'types'>,
): Map<string, Outputs> {
  const outputs = new Map<string, Outputs>();
  for (const component of components) {
    const spec = resolveReferences(component.spec, (id, output) => outputs.get(id)?.[output]);
    outputs.set(component.id, typeOf(component, types).outputsOf(spec, undefined, scope));
  }
  return outputs;
}

/** Does AWS take the piece along when that one is deleted, since it lives in it? */
export function liesIn(
  { references, type }: Pick<Component, 'references' | 'type'>,
  id: string,
  types: ReadonlyMap<string, ComponentType>,
): boolean {
  const containers = types.get(type)?.traits.containers ?? [];
  return references.some((each) => each.component === id && containers.includes(topOf(each.path)));
}
