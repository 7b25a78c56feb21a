// How calls name a rule.
import type { Fields, NamedPiece, Subjects } from '../contract.ts';
import { addingTags } from '../kit/elbv2-naming.ts';
import { byId, byPlace, fieldsOf, listOf, text } from '../kit/naming.ts';

const atItsPlace = byPlace(['ListenerArn', 'listener'], ['Priority', 'priority']);

/** Made beside somebody else's, that stands at the priority of its spec. */
function isElsewhere({ ListenerArn, Priority }: Fields, { states }: NamedPiece): boolean {
  return states
    .map(fieldsOf)
    .some(({ listener, priority }) => listener === ListenerArn && text(priority) === text(Priority));
}

export const subjects: Subjects = {
  'elasticloadbalancing:CreateRule': {
    names: (input, piece, place) => atItsPlace.names(input, piece, place) || isElsewhere(input, piece),
  },
  'elasticloadbalancing:ModifyRule': byId('RuleArn'),
  'elasticloadbalancing:SetRulePriorities': {
    things: (input) => listOf(input['RulePriorities']).map(fieldsOf),
    names: ({ RuleArn }, { ids }) => ids.has(text(RuleArn)),
  },
  'elasticloadbalancing:DeleteRule': byId('RuleArn'),
  'elasticloadbalancing:AddTags': addingTags(),
};
