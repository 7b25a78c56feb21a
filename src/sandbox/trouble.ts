// Trouble that no call of AWS brings about, put into a world directly: a tag of somebody else. Services have more of it, in
// their trouble.ts.
import { piecesOf } from './census.ts';
import type { World } from './model.ts';

/**
 * Puts a tag on a piece, whatever it is.
 *
 * @param id its ARN, or a health check's id
 * @returns false when nothing taggable has that id
 */
export function putTag(world: World, region: string, id: string, key: string, value: string): boolean {
  world.region(region);
  const piece = piecesOf(world.data, region, world.services).find((each) => each.id === id);
  piece?.putTag(key, value);
  return piece !== undefined;
}
