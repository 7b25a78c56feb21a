// Records and items carry no tags: is what they say provably the playbook's own? Pure.
import type { ComponentType, Evidence, Json } from '../components/contract.ts';
import { typeOf, type Outputs } from '../observe/look.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Component, Playbook } from '../playbook/model.ts';

/** What earlier runs of the playbook wrote, by component. */
export type Written = ReadonlyMap<string, readonly Json[]>;

export const nothingWritten: Written = new Map();

export interface ProofInputs {
  readonly playbook: Playbook;
  readonly types: ReadonlyMap<string, ComponentType>;
  readonly outputsOf: (component: string) => Outputs | undefined;
  readonly written: Written;
}

/** What of a piece's state is not provably the playbook's, in words; undefined when all is, or tags tell. */
export function strangerIn(component: Component, state: unknown, inputs: ProofInputs): string | undefined {
  const type = typeOf(component, inputs.types);
  if (type.stranger === undefined || component.shared) return undefined;
  const { playbook, types, outputsOf, written } = inputs;
  const evidence: Evidence = {
    account: playbook.target.account,
    region: playbook.target.region,
    pieces: () =>
      [...playbook.components.values()].map((each) => ({
        type: typeOf(each, types).type,
        outputs: outputsOf(each.id) ?? {},
      })),
    written: written.get(component.id) ?? [],
  };
  const spec = resolveReferences(component.spec, (id, output) => outputsOf(id)?.[output]);
  return type.stranger(spec, state, evidence);
}

/** What the reason of such a piece says. */
export function unprovenText(stranger: string, { sensitive }: Pick<Component, 'sensitive'>): string {
  // What stands there now is nobody's secret that is known, and a secret all the same.
  if (sensitive.length > 0) return "says something that is kept hidden, and is not provably this playbook's";
  return `says ${stranger}, which is not provably this playbook's`;
}
