import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import { actionDifferences } from '../kit/elbv2-action-diff.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { conditionDifferences } from './conditions.ts';
import { actions, keys, rulePart } from './parts.ts';
import { settingsOf, type ListenerRuleSpec, type ListenerRuleState } from './schema.ts';

export function diff(spec: ListenerRuleSpec, state: ListenerRuleState): readonly Difference[] {
  return [
    ...field('listener', spec.listener, state.listener),
    // Where the place is somebody else's, it stays where it is.
    ...(state.placeTakenBy === undefined ? field('priority', spec.priority, state.priority) : []),
    ...conditionDifferences(spec.conditions, state.conditions),
    ...saidDiff(rulePart, '', spec, settingsOf(state), keys),
    ...actionDifferences(spec, state.actions, actions, 'actions'),
  ];
}
