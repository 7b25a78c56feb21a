// The only file of this type that may change AWS.
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  ModifyRuleCommand,
  SetRulePrioritiesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { classify, isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import { ownerTags, type ChangeContext, type Difference, type Receipt, type Target } from '../contract.ts';
import { afresh, differsBelow, mayBeOurs } from '../kit/changing.ts';
import { actionsDiffer } from '../kit/elbv2-action-diff.ts';
import { toAwsActions } from '../kit/elbv2-action-input.ts';
import { toAwsTags } from '../kit/elbv2.ts';
import { toInput } from '../kit/members/input.ts';
import { toAwsConditions } from './conditions.ts';
import { diff } from './diff.ts';
import { observe, taggedRulesOf } from './observe.ts';
import { actions, rulePart } from './parts.ts';
import { freePriority } from './place.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

/**
 * CreateRule is not idempotent: a repeated one is PriorityInUse, and whose the rule there is, is looked up. Another rule of
 * the playbook makes room; somebody else's stays, and the rule is made at the next free priority where the user lets it.
 */
export async function create(target: Target<ListenerRuleSpec>, context: ChangeContext): Promise<Receipt> {
  const { spec } = target;
  try {
    return await createAt(spec.priority, target, context);
  } catch (error) {
    if (!isTaken(error)) throw error;
    const fresh = afresh(context);
    const seen = (await observe([target], fresh)).get(target.id);
    if (seen?.kind === 'present') {
      const isOurs = mayBeOurs(seen.tags, context.scope) && diff(spec, seen.state).length === 0;
      if (!isOurs) throw error;
      return { arn: seen.state.arn };
    }
    if (seen?.kind !== 'absent') throw error;
    const rules = await taggedRulesOf(spec.listener, fresh);
    const free = freePriority(spec.priority, rules);
    if (free === undefined) throw error;
    if (seen.taken !== undefined) {
      if (target.beside !== true) throw error;
      return createAt(free, target, context);
    }
    const holder = rules.find(({ rule }) => rule.Priority === String(spec.priority));
    if (holder !== undefined) await setPriorities([[holder.rule.RuleArn ?? '', free]], context);
    return createAt(spec.priority, target, context);
  }
}

async function createAt(
  priority: number,
  { spec, whole = false }: Target<ListenerRuleSpec>,
  context: ChangeContext,
): Promise<Receipt> {
  const answer = await context.aws.client(elbv2).send(
    new CreateRuleCommand({
      ...toInput(rulePart, spec),
      ListenerArn: spec.listener,
      Priority: priority,
      Conditions: toAwsConditions(spec.conditions ?? {}),
      Actions: toAwsActions(actions, { spec, whole, word: 'actions' }),
      Tags: toAwsTags(context.tags),
    }),
  );
  return { arn: answer.Rules?.[0]?.RuleArn ?? '' };
}

function isTaken(error: unknown): boolean {
  return classify(error).code === 'PriorityInUse';
}

export async function update(
  { spec, whole = false }: Target<ListenerRuleSpec>,
  state: ListenerRuleState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  const { arn } = state;
  const differs = (path: string): boolean => differsBelow(differences, path);
  if (differs('priority')) await moveTo(spec.priority, state, context);
  const isActing = actionsDiffer(differences, 'actions');
  if (differs('conditions') || isActing || differs('transforms')) {
    const { Transforms } = toInput(rulePart, spec) as { Transforms?: [] };
    // What is left out stays as it is [ELB API, ModifyRule].
    await context.aws.client(elbv2).send(
      new ModifyRuleCommand({
        RuleArn: arn,
        Conditions: differs('conditions') ? toAwsConditions(conditionsToSend(spec, state, whole)) : undefined,
        Actions: isActing
          ? toAwsActions(actions, { spec, whole, existing: state.actions, word: 'actions' })
          : undefined,
        ...(differs('transforms') ? (Transforms === undefined ? { ResetTransforms: true } : { Transforms }) : {}),
      }),
    );
  }
  return { arn };
}

/** Conditions are written all at once: those of which a spec cannot speak go along as they are. */
function conditionsToSend(
  spec: ListenerRuleSpec,
  state: ListenerRuleState,
  whole: boolean,
): ListenerRuleState['conditions'] {
  const { other, ...there } = state.conditions;
  return { ...(whole ? {} : there), ...spec.conditions, other };
}

/** Where another rule of the playbook has the priority, both change places. */
async function moveTo(priority: number, state: ListenerRuleState, context: ChangeContext): Promise<void> {
  try {
    await setPriorities([[state.arn, priority]], context);
  } catch (error) {
    if (!isTaken(error)) throw error;
    const holder = (await taggedRulesOf(state.listener, afresh(context))).find(
      ({ rule }) => rule.Priority === String(priority),
    );
    if (holder?.tags?.[ownerTags.playbook] !== context.scope.playbook) throw error;
    await setPriorities(
      [
        [state.arn, priority],
        [holder.rule.RuleArn ?? '', state.priority],
      ],
      context,
    );
  }
}

/** All or nothing [ELB API, SetRulePriorities]. */
async function setPriorities(
  pairs: readonly (readonly [arn: string, priority: number])[],
  context: ChangeContext,
): Promise<void> {
  const RulePriorities = pairs.map(([RuleArn, Priority]) => ({ RuleArn, Priority }));
  await context.aws.client(elbv2).send(new SetRulePrioritiesCommand({ RulePriorities }));
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
