// How a listener is brought into each state.
import type { Injections } from '../contract.ts';
import { answeringByHand, elsewhere, nameInArn } from '../kit/elbv2-injecting.ts';
import { alwaysReady, atOnce, cannot, dangling, denied, foreignTag } from '../kit/injecting.ts';
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
