// Values of an answer that each protocol writes in its own way.
import type { Timestamp } from '../model.ts';

/** Tells `timestamp(..)` from any other object of an answer. */
export function isTimestamp(value: object): value is Timestamp {
  return 'timestamp' in value && typeof value.timestamp === 'number';
}

/** A map in the answer of an XML service: `<entry><key>..</key><value>..</value></entry>` for each. */
export class Entries {
  readonly of: Readonly<Record<string, string>>;

  constructor(of: Readonly<Record<string, string>>) {
    this.of = of;
  }
}
