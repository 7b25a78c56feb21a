// The same piece of AWS in several playbooks, each of which says that it owns it: whichever is recovered last has it as it
// wants it.
import type { ComponentType } from '../components/contract.ts';
import { edgesOf } from '../playbook/checks/edges.ts';
import { buildGraph } from '../graph/graph.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Playbook } from '../playbook/model.ts';
import { partitionOf } from '../util/partition.ts';
import { partyOf } from './dependences.ts';
import type { OwnedTwice } from './model.ts';

type Outputs = Readonly<Record<string, string | undefined>>;
type Owner = OwnedTwice['owners'][number];

/** Pieces that more than one of these playbooks owns, as far as names tell. */
export function ownedTwice(playbooks: readonly Playbook[]): readonly OwnedTwice[] {
  const claims = new Map<string, { readonly type: string; readonly piece: string; readonly owners: Owner[] }>();
  for (const playbook of playbooks) {
    for (const { component, piece, type } of piecesOf(playbook)) {
      const { account, region } = playbook.target;
      const key = JSON.stringify([account, region, type, piece]);
      const claim = claims.get(key) ?? { type, piece, owners: [] };
      claims.set(key, claim);
      const position = playbook.components.get(component)?.position ?? { line: 1, column: 1 };
      claim.owners.push({ party: partyOf(playbook), component, place: { file: playbook.file, ...position } });
    }
  }
  return [...claims.values()].filter(({ owners }) => owners.length > 1);
}

/** What is known by its name alone; a listener whose load balancer AWS has yet to name is not. */
function piecesOf(playbook: Playbook): readonly { component: string; type: string; piece: string }[] {
  const { components, metadata, target, types } = playbook;
  const { account, region } = target;
  const scope = { partition: partitionOf(region), account, region, playbook: metadata.name };
  const outputs = new Map<string, Outputs>();
  return buildGraph([...components.keys()], edgesOf(playbook)).createOrder.flatMap((id) => {
    const component = components.get(id);
    const type: ComponentType | undefined = component && types.get(component.type);
    if (component === undefined || type === undefined) return [];
    const spec = resolveReferences(component.spec, (other, output) => outputs.get(other)?.[output]);
    outputs.set(id, type.outputsOf(spec, undefined, scope));
    const piece = type.identity(spec);
    return component.shared || piece.includes('${') ? [] : [{ component: id, type: component.type, piece }];
  });
}
