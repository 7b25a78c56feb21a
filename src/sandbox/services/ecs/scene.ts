// What the scheduler works with: one service at one instant, and when to look again.
import type { World } from '../../model.ts';
import type { RegionData } from '../../world-data.ts';
import type { ServiceRecord } from './store.ts';

export interface Scene {
  readonly world: World;
  readonly region: string;
  readonly local: RegionData;
  readonly service: ServiceRecord;
  readonly at: number;
}

/** Collects the earliest of several instants. */
export class Agenda {
  next: number | null = null;

  add(instant: number | null): void {
    if (instant !== null && (this.next === null || instant < this.next)) this.next = instant;
  }
}
