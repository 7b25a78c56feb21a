// What runs have written down of pieces before they changed them, as the base to make them again from. Pure.
import type { ComponentType, Scope } from '../../components/contract.ts';
import type { Memory, OutputsOf, Recalled } from '../../settings/base.ts';
import type { BeforeImage } from './events.ts';

/** @param images by component: the first one of each, from before any run touched it */
export function recalledFrom(
  images: ReadonlyMap<string, BeforeImage>,
  types: ReadonlyMap<string, ComponentType>,
  scope: Scope,
): Memory {
  const outputs = new Map<string, OutputsOf>();
  for (const [id, { spec, state, type: name }] of images) {
    const type = types.get(name);
    if (type !== undefined) outputs.set(id, type.outputsOf(spec, state, scope));
  }
  return new Map(
    [...images].map(([id, { at, captured, spec, state, tags }]): [string, readonly Recalled[]] => [
      id,
      [{ source: 'run', at: Date.parse(at), spec, state, captured, tags: tagsIn(tags), outputs }],
    ]),
  );
}

function tagsIn(tags: BeforeImage['tags']): Recalled['tags'] {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return undefined;
  return Object.fromEntries(
    Object.entries(tags).filter((each): each is [string, string] => typeof each[1] === 'string'),
  );
}
