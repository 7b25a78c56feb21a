// Which pieces of several playbooks can be asked for in one call. Pure.
import type { ComponentType, Target } from '../components/contract.ts';

/**
 * AWS refuses to be asked for a piece twice in one call, and playbooks share pieces. What several claim stands in several layers, in
 * one order, so that equal ones are one question.
 */
export function layersOf<Each extends Pick<Target<unknown>, 'spec'>>(
  type: ComponentType,
  targets: readonly Each[],
): readonly (readonly Each[])[] {
  const layers: { readonly identity: string; readonly target: Each }[][] = [];
  const claims = new Map<string, number>();
  for (const target of targets) {
    const identity = type.identity(target.spec);
    const layer = claims.get(identity) ?? 0;
    claims.set(identity, layer + 1);
    (layers[layer] ??= []).push({ identity, target });
  }
  const byIdentity = (left: { readonly identity: string }, right: { readonly identity: string }): number =>
    left.identity < right.identity ? -1 : 1;
  return layers.map((layer) => layer.toSorted(byIdentity).map(({ target }) => target));
}
