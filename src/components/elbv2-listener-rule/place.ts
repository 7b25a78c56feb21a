// Whose the rule at a priority is. A priority is a place, and others move into it: a rule is the playbook's by its tags, or
// while it carries none, by asking for the very same requests.
import type { Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ownerTags, type Owner, type Tags } from '../contract.ts';
import { describeAction } from '../kit/elbv2-actions.ts';
import { conditionsInWords, conditionsOf, sameConditions } from './conditions.ts';
import type { ListenerRuleSpec } from './schema.ts';

/** A rule of a listener but its default one; tags are undefined where AWS does not know it any more. */
export interface TaggedRule {
  readonly rule: Rule;
  readonly tags: Tags | undefined;
}

/** What stands where a component's rule is to be. */
export type Place =
  /** The component's rule, at its priority or at another. */
  | { readonly kind: 'own'; readonly rule: Rule; readonly takenBy: string | undefined }
  /** No rule of the component, and its priority is free, or held by another rule of the playbook that can move. */
  | { readonly kind: 'none'; readonly heldBy: Rule | undefined }
  /** Somebody else's rule, in words, and the next priority that is free. */
  | { readonly kind: 'taken'; readonly by: string; readonly free: number | undefined };

/** @param rules all of the listener that matter: the one at the priority, and those whose tags are known */
export function placeOf(owner: Owner, spec: ListenerRuleSpec, rules: readonly TaggedRule[]): Place {
  const there = rules.find((each) => each.rule.Priority === String(spec.priority));
  const isOwn = ({ tags }: TaggedRule): boolean =>
    tags?.[ownerTags.playbook] === owner.playbook && tags[ownerTags.component] === owner.component;
  const own = there !== undefined && isOwn(there) ? there : rules.find(isOwn);
  const holder = there === undefined || there === own ? undefined : there;
  const isOurs = holder?.tags?.[ownerTags.playbook] === owner.playbook;
  if (own !== undefined) {
    return { kind: 'own', rule: own.rule, takenBy: holder === undefined || isOurs ? undefined : inWords(holder) };
  }
  if (holder === undefined) return { kind: 'none', heldBy: undefined };
  const tagged = holder.tags?.[ownerTags.playbook];
  const asksTheSame =
    spec.conditions === undefined || sameConditions(spec.conditions, conditionsOf(holder.rule.Conditions ?? []));
  // What another playbook's tag says is judged with all other pieces.
  if (holder.tags === undefined || asksTheSame || (tagged !== undefined && !isOurs)) {
    return { kind: 'own', rule: holder.rule, takenBy: undefined };
  }
  if (isOurs) return { kind: 'none', heldBy: holder.rule };
  return { kind: 'taken', by: inWords(holder), free: freePriority(spec.priority, rules) };
}

/** `a rule for host pay.example, forwards to payments` */
function inWords({ rule }: TaggedRule): string {
  return `a rule for ${conditionsInWords(conditionsOf(rule.Conditions ?? []))}, which ${doing(rule)}`;
}

function doing({ Actions = [] }: Rule): string {
  const words = describeAction(Actions);
  return words.startsWith('forwards') ? words : `answers with ${words}`;
}

const highest = 50_000;

/** The next one after `priority` that no rule has, or the highest one before it; undefined where all are taken. */
export function freePriority(priority: number, rules: readonly Pick<TaggedRule, 'rule'>[]): number | undefined {
  const taken = new Set(rules.map((each) => Number(each.rule.Priority)));
  for (let next = priority + 1; next <= highest; next += 1) if (!taken.has(next)) return next;
  for (let before = priority - 1; before >= 1; before -= 1) if (!taken.has(before)) return before;
  return undefined;
}
