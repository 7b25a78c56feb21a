// Services that keep a picture of what others hold, such as the index of tags, watch each change.
import type { ServicePlug, World } from './model.ts';

/**
 * Lets the watching services look at what is there before a change.
 *
 * @param changing the service whose things may change
 * @returns to be called when the change was made
 */
export function watchChange(world: World, region: string, changing: ServicePlug): () => void {
  const told = world.services.watching.flatMap(({ watch }) => watch?.(world, region, changing) ?? []);
  return () => {
    for (const each of told) each();
  };
}
