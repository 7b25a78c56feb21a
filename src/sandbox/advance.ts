// Brings a world up to an instant, where a service has something that happens by itself and cannot be worked out later.
import type { World } from './model.ts';

/** Idempotent; never goes back. */
export function advanceWorld(world: World, at: number): void {
  for (const { advance } of world.services.all) advance?.(world, at);
}
