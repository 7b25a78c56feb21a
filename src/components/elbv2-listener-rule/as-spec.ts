import type { AsSpec } from '../contract.ts';
import { sayable } from '../kit/as-spec.ts';
import { actionBeyondSpec, actionInSpec } from '../kit/elbv2-actions.ts';
import { actions } from './parts.ts';
import { schema, settingsOf, type ListenerRuleSpec, type ListenerRuleState } from './schema.ts';

export function specOf(_spec: ListenerRuleSpec, state: ListenerRuleState): AsSpec<ListenerRuleSpec> {
  const { other, ...conditions } = state.conditions;
  const named = Object.entries(conditions).filter(([, value]) => value !== undefined);
  const { said, notRepresented } = sayable(schema.shape, {
    conditions: named.length === 0 ? undefined : Object.fromEntries(named),
    ...settingsOf(state),
    ...actionInSpec(state.actions, actions),
  });
  return {
    spec: { listener: state.listener, priority: state.priority, ...said },
    notRepresented: [
      ...notRepresented,
      ...(other === undefined ? [] : ['conditions that a spec has no word for']),
      ...actionBeyondSpec(state.actions),
    ],
  };
}
