// How a listener is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import { answeringByHand, answersByItself, elsewhere, nameInArn } from '../kit/elbv2-injecting.ts';
import { alwaysReady, atOnce, cannot, dangling, denied, foreignTag, guardTag } from '../kit/injecting.ts';
import { canaryAnswer } from '../kit/neighbour.ts';
import type { ListenerSpec, ListenerState } from './schema.ts';

export const injections: Injections<ListenerSpec, ListenerState> = {
  drifted: answeringByHand<ListenerSpec>(),
  dangling: dangling(['forwardTo'], elsewhere),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  // arn:aws:elasticloadbalancing:region:account:loadbalancer/app/<name>/<id>: the name stays when it is made again.
  unreadable: denied('elasticloadbalancing', ['DescribeListeners'], ({ loadBalancer }) => nameInArn(loadBalancer)),
};

export const hindrances: Hindrances<ListenerSpec, ListenerState> = {
  guarded: guardTag,
  displaced: {
    kind: 'done',
    unless: ({ spec }) =>
      spec.protocol !== undefined && answersByItself(spec)
        ? undefined
        : 'only one that answers by itself can be put in its place',
    inject: async (operator) => {
      const { certificate, loadBalancer, port, protocol } = operator.spec;
      await operator.remove();
      const other = { loadBalancer, port, protocol, certificate, fixedResponse: canaryAnswer };
      await operator.make('elbv2/listener', `by-hand-${operator.component.id}`, other);
      return 'deleted by hand, and another one put on its port';
    },
    until: 'settled',
  },
};
