// What a listener needs of others: its certificates.
import type { Need } from '../contract.ts';
import { needs } from '../kit/needs/told.ts';
import type { ListenerSpec } from './schema.ts';

export function needsOf({ certificate, certificates = [] }: ListenerSpec): readonly Need[] {
  return needs('certificate', [certificate, ...certificates]);
}
