// How many calls a look at playbooks takes, told before it is made. Pure.
import type { ComponentType } from '../components/contract.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';
import { groupBy } from '../util/group-by.ts';
import { layersOf } from './layers.ts';
import { foretoldOutputs, typeOf } from './observe.ts';

export interface ForeseenCalls {
  /** At most, by `service:Operation`, where AWS answers each at once and no deployment has failed. */
  readonly calls: ReadonlyMap<string, number>;
  /** Types of which nobody knows, from outside. */
  readonly untold: ReadonlySet<string>;
}

interface Piece {
  readonly type: ComponentType;
  readonly spec: unknown;
}

/** Of a look at playbooks of one account and region together: see `observeTogether`. */
export function foreseenCalls(playbooks: readonly Playbook[]): ForeseenCalls {
  const calls = new Map<string, number>();
  const untold = new Set<string>();
  const add = (type: ComponentType, specs: readonly unknown[]): void => {
    const own = type.time.lookCalls?.(specs);
    if (own === undefined) untold.add(type.traits.type);
    for (const [operation, more] of Object.entries(own ?? {})) {
      if (more > 0) calls.set(operation, (calls.get(operation) ?? 0) + more);
    }
  };
  const apart = playbooks.map(piecesOf);
  for (const [type, pieces] of groupBy(apart.flat(), (each) => each.type)) {
    if (type.source === undefined) {
      // Layers that are alike are one question.
      const layers = layersOf(type, pieces).map((layer) => layer.map(({ spec }) => spec));
      for (const layer of new Map(layers.map((each) => [JSON.stringify(each), each])).values()) add(type, layer);
    } else {
      for (const own of apart) {
        const specs = own.flatMap((each) => (each.type === type ? [each.spec] : []));
        if (specs.length > 0) add(type, specs);
      }
    }
  }
  return { calls, untold };
}

function piecesOf({ components, metadata, target, types }: Playbook): readonly Piece[] {
  const { account, region } = target;
  // The partition is in ARNs alone, and all of one place have the same.
  const scope = { account, region, partition: 'aws', playbook: metadata.name };
  const all: readonly Component[] = [...components.values()];
  const outputs = foretoldOutputs(all, { scope, types });
  // What is not known yet is another thing in each playbook.
  const lookup = (component: string, output: string): string =>
    outputs.get(component)?.[output] ?? `(${metadata.name}/${component} ${output})`;
  return all.map((each) => ({ type: typeOf(each, types), spec: resolveReferences(each.spec, lookup) }));
}
