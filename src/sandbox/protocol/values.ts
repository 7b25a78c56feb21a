import type { Timestamp } from '../model.ts';

/** Tells `timestamp(..)` from any other object of an answer. */
export function isTimestamp(value: object): value is Timestamp {
  return 'timestamp' in value && typeof value.timestamp === 'number';
}
