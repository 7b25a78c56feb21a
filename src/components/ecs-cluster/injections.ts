// How a cluster is brought into each state.
import type { Hindrances, Injections } from '../contract.ts';
import {
  alwaysReady,
  atOnce,
  byHand,
  cannot,
  denied,
  foreignTag,
  guardTag,
  noReferences,
  quoted,
} from '../kit/injecting.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

export const injections: Injections<ClusterSpec, ClusterState> = {
  drifted: byHand({
    path: 'containerInsights',
    to: ({ containerInsights, ...spec }) =>
      containerInsights === undefined
        ? undefined
        : { ...spec, containerInsights: containerInsights === 'disabled' ? 'enabled' : 'disabled' },
  }),
  dangling: cannot(noReferences),
  unhealthy: cannot(alwaysReady),
  settling: cannot(atOnce),
  foreign: foreignTag,
  unreadable: denied('ecs', ['DescribeClusters'], ({ name }) => quoted(name)),
};

export const hindrances: Hindrances<ClusterSpec, ClusterState> = {
  guarded: guardTag,
};
