// How a rule is brought into each state.
import type { Injections } from '../contract.ts';
import { answeringByHand, elsewhere, nameInArn } from '../kit/elbv2-injecting.ts';
import { alwaysReady, atOnce, cannot, dangling, denied, foreignTag } from '../kit/injecting.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export const injections: Injections<ListenerRuleSpec, ListenerRuleState> = {
  drifted: answeringByHand<ListenerRuleSpec>(),
  dangling: dangling(['forwardTo'], elsewhere),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('elasticloadbalancing', ['DescribeRules'], ({ listener }) => nameInArn(listener)),
};
