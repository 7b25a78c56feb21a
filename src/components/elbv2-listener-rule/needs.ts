// What a rule needs of others: what it names of no component, and a secret that AWS never tells.
import type { Need } from '../contract.ts';
import { namedGroups, untoldNeeds } from '../kit/elbv2-action-spec.ts';
import { needs } from '../kit/needs/told.ts';
import type { ListenerRuleSpec } from './schema.ts';

export function needsOf(spec: ListenerRuleSpec): readonly Need[] {
  return [
    ...needs('listener', [spec.listener]),
    ...needs('target-group', namedGroups(spec)),
    ...untoldNeeds(spec, 'actions'),
  ];
}
