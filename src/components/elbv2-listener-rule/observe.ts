// Looks at rules through their listeners: one listing per listener, shared by all its rules.
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { observeListed } from '../kit/elbv2.ts';
import { rulesOf } from '../kit/elbv2-listening.ts';
import type { Observations } from '../kit/observing.ts';
import { conditionsOf } from './conditions.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export function observe(
  targets: readonly Target<ListenerRuleSpec>[],
  context: ReadContext,
): Promise<Observations<ListenerRuleState>> {
  return observeListed(targets, context, {
    container: (spec) => spec.listener,
    list: (listener) => rulesOf(listener, context),
    find: (rules: readonly Rule[], spec) => {
      // The default rule's priority is the word `default` [ELB API].
      const description = rules.find((each) => each.Priority === String(spec.priority));
      return description && stateOf(description, spec.listener);
    },
  });
}

function stateOf(description: Rule, listener: string): ListenerRuleState {
  return {
    arn: description.RuleArn ?? '',
    listener,
    priority: Number(description.Priority),
    conditions: conditionsOf(description.Conditions ?? []),
    actions: description.Actions ?? [],
    description: toJson(description),
  };
}
