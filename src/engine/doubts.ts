// Pieces of which nothing proves whose they are: what `relight adopt` shows. Pure.
import { adoptionKey, pieceOf } from '../assess/proof.ts';
import { ownerTags } from '../components/contract.ts';
import { resolveReferences } from '../playbook/expressions.ts';
import type { Assessed } from './looking.ts';
import type { Session } from './session.ts';

/** A piece of which nothing proves that it is the playbook's. */
export interface DoubtfulPiece {
  readonly component: string;
  readonly type: string;
  /** What all playbooks call it. */
  readonly piece: string;
  /** What a consent is bound to. */
  readonly key: string;
  /** What is there. */
  readonly found: string;
  /** What speaks for it, and what against. */
  readonly proof: string;
  readonly against: string;
  /** The other playbook whose it is; undefined where none is known. */
  readonly owner: string | undefined;
  /** Who has adopted it, and when; undefined where nobody has. */
  readonly adopted: string | undefined;
}

/** What could be adopted, was adopted, or is another playbook's. Pure. */
export function doubtfulPieces(
  session: Session,
  { assessments, observations: seen }: Assessed,
): readonly DoubtfulPiece[] {
  const { playbook, types } = session;
  return [...assessments.values()].flatMap((each): readonly DoubtfulPiece[] => {
    const component = playbook.components.get(each.id);
    const type = types.get(each.type);
    const observation = seen.byId.get(each.id);
    const doubt = each.reasons.find(({ kind }) => doubts.has(kind));
    if (component === undefined || type === undefined || observation?.kind !== 'present' || doubt === undefined)
      return [];
    const outputsOf = (id: string): Readonly<Record<string, string | undefined>> | undefined => seen.outputs.get(id);
    const spec = resolveReferences(component.spec, (id, output) => outputsOf(id)?.[output]);
    const inSync = each.differences.length === 0;
    return [
      {
        component: each.id,
        type: each.type,
        piece: pieceOf(type, spec, observation.state),
        key: adoptionKey(component, observation.state, { outputsOf, types }),
        found: each.found ?? '',
        proof: `it bears the name that the playbook gives${inSync ? ', and is as the playbook wants it; neither is proof' : '; that is no proof'}`,
        against: doubt.text,
        owner: doubt.kind === 'foreign' ? observation.tags?.[ownerTags.playbook] : doubt.owner,
        adopted: doubt.kind === 'adopted' ? doubt.text : undefined,
      },
    ];
  });
}

const doubts: ReadonlySet<string> = new Set(['unproven', 'untagged', 'adopted', 'foreign']);
