// Makes the world that a playbook presumes: the things it names and does not own, in a sandbox. It uses the very engine
// that recovers: shared components are deployed as if they were owned.
import type { ComponentType, Presumption } from '../components/contract.ts';
import { typeOf } from '../observe/look.ts';
import type { Component, Playbook } from '../playbook/model.ts';

/** What a sandbox has to hold before anything can be deployed into it. */
export type SeedItem =
  | Presumption
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'alias'; readonly alias: string };

type Types = ReadonlyMap<string, ComponentType>;

/** Account, alias, networks, certificates and zones that the playbook's specs take for granted, each once. */
export function presumedBy(playbook: Playbook, types: Types): readonly SeedItem[] {
  const items: SeedItem[] = [{ kind: 'account', account: playbook.target.account }];
  if (playbook.target.alias !== undefined) items.push({ kind: 'alias', alias: playbook.target.alias });
  for (const component of [...playbook.components.values(), ...sharedPart(playbook, types).components.values()]) {
    items.push(...(typeOf(component, types).presumes?.(component.spec) ?? []));
  }
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** The playbook's shared components as a playbook of their own, fit to be deployed. */
export function sharedPart(playbook: Playbook, types: Types): Playbook {
  const components = new Map<string, Component>();
  for (const component of playbook.components.values()) {
    if (component.shared) components.set(component.id, { ...component, shared: false, spec: standIn(component) });
  }
  return {
    ...playbook,
    metadata: { ...playbook.metadata, name: 'seeded-prerequisites' },
    recovery: { ...playbook.recovery, maxDeletes: undefined },
    root: undefined,
    components,
    verify: [],
  };

  function standIn(component: Component): unknown {
    const others = [...playbook.components.values()].filter((each) => each.id !== component.id);
    return typeOf(component, types).standIn?.(component, others) ?? component.spec;
  }
}
