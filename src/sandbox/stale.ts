// Eventual consistency: a read shortly after a write that answers as if the write had not been made. The transport keeps a
// copy of the world from before each write that went through it.
import type { Input, SandboxService, ServiceName, World } from './model.ts';
import type { WorldData } from './world-data.ts';
import { copyData, fork } from './world.ts';

interface Copy {
  readonly at: number;
  readonly data: WorldData;
}

/** What a world was before its latest writes, by service. */
export class Past {
  readonly #copies = new Map<ServiceName, Copy[]>();

  /**
   * Keeps the world as it is before a write.
   *
   * @param longest how far back a read may ever look, in milliseconds
   */
  keep(world: World, service: ServiceName, longest: number): void {
    const now = world.clock.now();
    const young = (this.#copies.get(service) ?? []).filter(({ at }) => now - at < longest);
    this.#copies.set(service, [...young, { at: now, data: copyData(world.data) }]);
  }

  /** The world from before the first of a service's writes of the last `window` milliseconds, if there were any. */
  before(world: World, service: ServiceName, window: number): World | undefined {
    const now = world.clock.now();
    const copy = this.#copies.get(service)?.find(({ at }) => now - at < window);
    if (copy === undefined) return undefined;
    return fork(copy.data, world.clock, world.timings, world.services.further);
  }

  clear(): void {
    this.#copies.clear();
  }
}

/** Whether AWS may answer this read from before a write. */
export function mayBeStale({ stale }: SandboxService, operation: string, input: Input): boolean {
  return stale !== undefined && (stale.mayBe === undefined || stale.mayBe(operation, input));
}
