import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import { actionDifferences } from '../kit/elbv2-actions.ts';
import { conditionDifferences } from './conditions.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export function diff(spec: ListenerRuleSpec, state: ListenerRuleState): readonly Difference[] {
  return [
    ...field('listener', spec.listener, state.listener),
    ...field('priority', spec.priority, state.priority),
    ...conditionDifferences(spec.conditions, state.conditions),
    ...actionDifferences(spec, state.actions),
  ];
}
