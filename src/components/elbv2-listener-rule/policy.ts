// elbv2/listener-rule: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { elbv2Within, limited, patternOf } from '../kit/policy.ts';
import type { ListenerRuleSpec } from './schema.ts';

/**
 * No Describe action takes a resource, and creating a rule is an action on its listener [Service Authorization
 * Reference, Elastic Load Balancing V2].
 */
export function policyScope(spec: ListenerRuleSpec, scope: Scope): PolicyScope {
  const arn = elbv2Within(scope, spec.listener, { from: 'listener', to: 'listener-rule' });
  return {
    actions: {
      ...limited(['elasticloadbalancing:CreateRule'], [patternOf(spec.listener)]),
      ...limited(
        [
          'elasticloadbalancing:ModifyRule',
          'elasticloadbalancing:SetRulePriorities',
          'elasticloadbalancing:DeleteRule',
          'elasticloadbalancing:AddTags',
        ],
        [arn],
      ),
    },
    outputs: { arn },
  };
}
