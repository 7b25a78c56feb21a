// What a listener needs of others: its certificates, what it names of no component, and a secret that AWS never tells.
import type { Need } from '../contract.ts';
import { namedGroups, untoldNeeds } from '../kit/elbv2-action-spec.ts';
import { needs } from '../kit/needs/told.ts';
import type { ListenerSpec } from './schema.ts';

export function needsOf(spec: ListenerSpec): readonly Need[] {
  const { certificate, certificates = [], loadBalancer } = spec;
  return [
    ...needs('certificate', [certificate, ...certificates]),
    ...needs('load-balancer', [loadBalancer]),
    ...needs('target-group', namedGroups(spec)),
    ...untoldNeeds(spec, 'defaultActions'),
  ];
}
