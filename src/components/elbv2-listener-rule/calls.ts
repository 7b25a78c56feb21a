// What a look at rules takes.
import { differentIn, tagCalls } from '../kit/look-calls.ts';
import type { ListenerRuleSpec } from './schema.ts';

/** Rules of a load balancer by its usual quota [ELB guide, quotas]: their tags are asked for where one is not in its place. */
const rulesOfOne = 100;

export function lookCalls(specs: readonly ListenerRuleSpec[]): Readonly<Record<string, number>> {
  const listeners = differentIn(specs, ({ listener }) => listener);
  return { 'elbv2:DescribeRules': listeners, ...tagCalls(specs.length + listeners * rulesOfOne) };
}
