// What a listener needs of others: its certificate.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { ListenerSpec } from './schema.ts';

export function needsOf({ certificate }: ListenerSpec): readonly Need[] {
  return needs('certificate', [certificate]);
}
