// Looks at rules through their listeners: one listing per listener, shared by all its rules. The tags of a listener's other
// rules are asked for only where the one at a priority is not the component's by its tags.
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { groupBy } from '../../util/group-by.ts';
import { ownerOf, ownerTags, type Observation, type ReadContext, type Tags, type Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { elbv2TagsOf, presentWithTags } from '../kit/elbv2.ts';
import { rulesOf } from '../kit/elbv2-listening.ts';
import { absent, unknownFrom, type Observations } from '../kit/observing.ts';
import { conditionsOf } from './conditions.ts';
import { placeOf, type TaggedRule } from './place.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export async function observe(
  targets: readonly Target<ListenerRuleSpec>[],
  context: ReadContext,
): Promise<Observations<ListenerRuleState>> {
  const answers = await Promise.all(
    [...groupBy(targets, ({ spec }) => spec.listener)].map(async ([listener, members]) => {
      try {
        const { rules, tags } = await rulesFor(members, listener, context);
        return members.map((each) => [each.id, seen(each, rules, tags, context)] as const);
      } catch (error) {
        const answer = isNotFound(error) ? absent(context, `${listener} does not exist`) : unknownFrom(error, context);
        return members.map(({ id }) => [id, answer] as const);
      }
    }),
  );
  return new Map(answers.flat());
}

interface Listed {
  readonly rules: readonly TaggedRule[];
  readonly tags: ReadonlyMap<string, Tags>;
}

/** Rules of a listener with their tags, as far as they matter to the targets; the default rule is none of them. */
async function rulesFor(
  targets: readonly Target<ListenerRuleSpec>[],
  listener: string,
  context: ReadContext,
): Promise<Listed> {
  const listed = (await rulesOf(listener, context)).filter((each) => each.IsDefault !== true);
  const wanted = new Set(targets.map(({ spec }) => String(spec.priority)));
  const near = await elbv2TagsOf(arnsOf(listed.filter((each) => wanted.has(each.Priority ?? ''))), context);
  const isFound = (target: Target<ListenerRuleSpec>): boolean => {
    const owner = ownerOf(target, context.scope);
    const place = placeOf(owner, target.spec, withTags(listed, near));
    if (place.kind !== 'own' || place.takenBy !== undefined) return false;
    return near.get(place.rule.RuleArn ?? '')?.[ownerTags.component] === owner.component;
  };
  const rest = arnsOf(listed).filter((arn) => !near.has(arn));
  if (rest.length === 0 || targets.every(isFound)) return { rules: withTags(listed, near), tags: near };
  const tags = new Map([...near, ...(await elbv2TagsOf(rest, context))]);
  return { rules: withTags(listed, tags), tags };
}

function arnsOf(rules: readonly Rule[]): readonly string[] {
  return rules.map((each) => each.RuleArn ?? '');
}

function withTags(rules: readonly Rule[], tags: ReadonlyMap<string, Tags>): readonly TaggedRule[] {
  return rules.map((rule) => ({ rule, tags: tags.get(rule.RuleArn ?? '') }));
}

function seen(
  target: Target<ListenerRuleSpec>,
  rules: readonly TaggedRule[],
  tags: ReadonlyMap<string, Tags>,
  context: ReadContext,
): Observation<ListenerRuleState> {
  const { spec } = target;
  const place = placeOf(ownerOf(target, context.scope), spec, rules);
  switch (place.kind) {
    case 'own': {
      const state = stateOf(place.rule, spec.listener);
      const { takenBy } = place;
      if (takenBy === undefined) return presentWithTags(state, tags, context);
      const answer = presentWithTags({ ...state, placeTakenBy: takenBy }, tags, context);
      if (answer.kind !== 'present') return answer;
      return { ...answer, taken: { place: `priority ${spec.priority}`, by: takenBy } };
    }
    case 'none':
      return absent(context);
    case 'taken': {
      const instead = place.free === undefined ? {} : { instead: `at priority ${place.free}, which is free` };
      const taken = { place: `priority ${spec.priority}`, by: place.by, ...instead };
      return { kind: 'absent', at: context.now(), taken };
    }
  }
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

/** All rules of a listener but its default one, with their tags. */
export async function taggedRulesOf(listener: string, context: ReadContext): Promise<readonly TaggedRule[]> {
  const rules = (await rulesOf(listener, context)).filter((each) => each.IsDefault !== true);
  return withTags(rules, await elbv2TagsOf(arnsOf(rules), context));
}
