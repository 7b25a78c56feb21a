// From a notice to receivers that have it: written down first, then sent to each receiver apart, in order, until it is taken,
// refused or too old. A receiver that is down delays no other. At least once: an attempt of which nothing is known is repeated,
// with the same id.
import type { Notice } from '../notice.ts';
import { addressed } from '../routes.ts';
import { Line, type LineParts, type Standing } from './line.ts';

export type { DeliveryEvent, Standing } from './line.ts';

export interface Deliverer {
  /** Writes a notice down for all whom it is for, and returns their names; sends nothing yet. Never fails. */
  readonly put: (notice: Notice) => readonly string[];
  /** Sends what waits, old and new, for so many milliseconds at the most. Never fails. */
  readonly deliver: (limit: {
    readonly within: number;
    readonly signal?: AbortSignal;
    readonly only?: readonly string[];
  }) => Promise<readonly Standing[]>;
  /** Goes on sending what there is and what comes, until the signal is aborted: for whoever keeps running. Never fails. */
  readonly keepDelivering: (signal: AbortSignal) => Promise<void>;
}

export function createDeliverer(parts: LineParts): Deliverer {
  const { clock, config } = parts;
  const lines = new Map(config.receivers.map((receiver) => [receiver.name, new Line(receiver, parts)]));
  return {
    put: (notice) => {
      const told = new Set<string>();
      for (const { notice: own, receiver } of addressed(config, notice)) {
        told.add(receiver.name);
        lines.get(receiver.name)?.put(own);
      }
      return [...told];
    },
    deliver: ({ only, signal, within }) => {
      const end = clock.now() + within;
      const meant = [...lines.values()].filter(({ name }) => only?.includes(name) !== false);
      return Promise.all(meant.map((line) => line.deliver(end, signal)));
    },
    keepDelivering: async (signal) => {
      await Promise.all([...lines.values()].map((line) => line.keepDelivering(signal)));
    },
  };
}
