// What a listener needs of others: its certificates, and a secret that AWS never tells.
import type { Need } from '../contract.ts';
import { untoldNeeds } from '../kit/elbv2-action-spec.ts';
import { needs } from '../kit/needs/told.ts';
import type { ListenerSpec } from './schema.ts';

export function needsOf(spec: ListenerSpec): readonly Need[] {
  const { certificate, certificates = [] } = spec;
  return [...needs('certificate', [certificate, ...certificates]), ...untoldNeeds(spec, 'defaultActions')];
}
