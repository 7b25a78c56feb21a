// How calls name a rule.
import type { Subjects } from '../contract.ts';
import { addingTags } from '../kit/elbv2-naming.ts';
import { byId, byPlace, fieldsOf, listOf, text } from '../kit/naming.ts';

export const subjects: Subjects = {
  'elasticloadbalancing:CreateRule': byPlace(['ListenerArn', 'listener'], ['Priority', 'priority']),
  'elasticloadbalancing:ModifyRule': byId('RuleArn'),
  'elasticloadbalancing:SetRulePriorities': {
    things: (input) => listOf(input['RulePriorities']).map(fieldsOf),
    names: ({ RuleArn }, { ids }) => ids.has(text(RuleArn)),
  },
  'elasticloadbalancing:DeleteRule': byId('RuleArn'),
  'elasticloadbalancing:AddTags': addingTags(),
};
