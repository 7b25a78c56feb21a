// How calls name a rule.
import type { Subjects } from '../contract.ts';
import { addingTags } from '../kit/elbv2-naming.ts';
import { byId, byPlace } from '../kit/naming.ts';

export const subjects: Subjects = {
  'elasticloadbalancing:CreateRule': byPlace(['ListenerArn', 'listener'], ['Priority', 'priority']),
  'elasticloadbalancing:ModifyRule': byId('RuleArn'),
  'elasticloadbalancing:DeleteRule': byId('RuleArn'),
  'elasticloadbalancing:AddTags': addingTags(),
};
