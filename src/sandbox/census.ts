// How many pieces of each kind a world holds: to see whether anything was made twice.
import type { Piece, PiecePlace, ServicePlug, Services, World } from './model.ts';
import type { WorldData } from './world-data.ts';

const playbookKey = 'relight:playbook';
const componentKey = 'relight:component';

/**
 * Pieces that carry a playbook's tag, by the component that they are tagged as, and what services count besides:
 * `health checks`, all of the account.
 */
export function countPieces(world: World, region: string, playbook: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  world.region(region);
  for (const { place, plug } of placesOf(world.data, region, world.services)) {
    Object.assign(counts, plug.counts?.(place));
  }
  for (const { counted = true, gone = false, tags } of piecesOf(world.data, region, world.services)) {
    const component = tags[componentKey];
    if (!counted || gone || tags[playbookKey] !== playbook || component === undefined) continue;
    counts[component] = (counts[component] ?? 0) + 1;
  }
  return counts;
}

/** Components of which a piece is really there, as the pieces' tags tell, whoever the playbook is that they are tagged as. */
export function standingIn(data: WorldData, region: string, services: Services): ReadonlySet<string> {
  return new Set(
    piecesOf(data, region, services).flatMap(({ gone = false, tags }) => (gone ? [] : (tags[componentKey] ?? []))),
  );
}

/** What carries tags in a region, and of the services that exist once. */
export function piecesOf(data: WorldData, region: string, services: Services): readonly Piece[] {
  return placesOf(data, region, services).flatMap(({ place, plug }) => plug.pieces?.(place) ?? []);
}

/** Services and where theirs is looked for; those of a region that nobody has used yet have nothing. */
function placesOf(
  data: WorldData,
  region: string,
  { all }: Services,
): readonly { readonly plug: ServicePlug; readonly place: PiecePlace }[] {
  const local = data.regions[region];
  const place = { data, region, local: local ?? {} };
  return all.flatMap((plug) => (local === undefined && plug.scope === 'region' ? [] : [{ plug, place }]));
}

/**
 * The settings of the pieces that carry a tag, by a name for each: to see whether anybody changed them. What carries no
 * tags counts by what it says: records whose name begins with the tag's value, items of which an attribute is just that.
 */
export function picturesIn(
  data: WorldData,
  region: string,
  { key, value }: { readonly key: string; readonly value: string },
  services: Services,
): Readonly<Record<string, string>> {
  const pictures: Record<string, string> = {};
  for (const { place, plug } of placesOf(data, region, services)) {
    const tagged = (plug.pieces?.(place) ?? []).filter(({ gone = false, tags }) => !gone && tags[key] === value);
    for (const { settings, title } of [...tagged, ...(plug.untagged?.(place, value) ?? [])]) {
      pictures[title] = JSON.stringify(settings());
    }
  }
  return pictures;
}
