// Brings a world up to an instant, where a service has something that happens by itself and cannot be worked out later.
import { everyAccount } from './accounts.ts';
import type { World } from './model.ts';

/** All accounts of it. Idempotent; never goes back. */
export function advanceWorld(world: World, at: number): void {
  for (const { advance } of world.services.advancing) {
    for (const account of everyAccount(world)) advance?.(account, at);
  }
}
