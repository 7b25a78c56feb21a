// The only file of this type that may change AWS.
import { CreateRuleCommand, DeleteRuleCommand, ModifyRuleCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { classify, isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ChangeContext, Difference, Receipt, Target } from '../contract.ts';
import { afresh, differsBelow, mayBeOurs } from '../kit/changing.ts';
import { actionsDiffer, toAwsActions } from '../kit/elbv2-actions.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { toAwsConditions } from './conditions.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

/** CreateRule is not idempotent: a repeated one is PriorityInUse, and whether the rule there is the wanted one is looked up. */
export async function create(target: Target<ListenerRuleSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    const answer = await context.aws.client(elbv2).send(
      new CreateRuleCommand({
        ListenerArn: spec.listener,
        Priority: spec.priority,
        Conditions: toAwsConditions(spec.conditions ?? {}),
        Actions: toAwsActions(spec),
        Tags: toAwsTags(context.tags),
      }),
    );
    return { arn: answer.Rules?.[0]?.RuleArn ?? '' };
  } catch (error) {
    if (classify(error).code !== 'PriorityInUse') throw error;
    const seen = (await observe([target], afresh(context))).get(target.id);
    const isOurs =
      seen?.kind === 'present' && mayBeOurs(seen.tags, context.scope) && diff(spec, seen.state).length === 0;
    if (!isOurs) throw error;
    return { arn: seen.state.arn };
  }
}

export async function update(
  target: Target<ListenerRuleSpec>,
  state: ListenerRuleState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { spec } = target;
  if (differences.length === 0) return { arn: state.arn };
  // What is left out stays as it is [ELB API, ModifyRule].
  await context.aws.client(elbv2).send(
    new ModifyRuleCommand({
      RuleArn: state.arn,
      Conditions:
        differsBelow(differences, 'conditions') && spec.conditions !== undefined
          ? toAwsConditions(spec.conditions)
          : undefined,
      Actions: actionsDiffer(differences) ? toAwsActions(spec, state.actions) : undefined,
    }),
  );
  return { arn: state.arn };
}

export async function remove(
  _target: Target<ListenerRuleSpec>,
  state: ListenerRuleState,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    await context.aws.client(elbv2).send(new DeleteRuleCommand({ RuleArn: state.arn }));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { arn: state.arn };
}
