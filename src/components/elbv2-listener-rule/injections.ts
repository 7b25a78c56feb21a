// How a rule is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import { answeringByHand, elsewhere, nameInArn } from '../kit/elbv2-injecting.ts';
import { alwaysReady, atOnce, cannot, dangling, denied, foreignTag, guardTag } from '../kit/injecting.ts';
import { canaryAnswer } from '../kit/neighbour.ts';
import type { ListenerRuleSpec, ListenerRuleState } from './schema.ts';

export const injections: Injections<ListenerRuleSpec, ListenerRuleState> = {
  drifted: answeringByHand<ListenerRuleSpec>(),
  dangling: dangling(['forwardTo'], elsewhere),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('elasticloadbalancing', ['DescribeRules'], ({ listener }) => nameInArn(listener)),
};

export const hindrances: Hindrances<ListenerRuleSpec, ListenerRuleState> = {
  guarded: guardTag,
  displaced: {
    kind: 'done',
    unless: () => undefined,
    inject: async (operator) => {
      const { listener, priority } = operator.spec;
      await operator.remove();
      const conditions = { hostHeader: ['by-hand.example'] };
      const other = { listener, priority, conditions, fixedResponse: canaryAnswer };
      await operator.make('elbv2/listener-rule', `by-hand-${operator.component.id}`, other);
      return 'deleted by hand, and a rule for another host put at its priority';
    },
    until: 'settled',
  },
};
