// What `relight capture` has to know of a cluster.
import { memberOf } from '../kit/as-spec.ts';
import type { Capturing } from '../contract.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

export const capturing: Partial<Capturing<ClusterSpec, ClusterState>> = {
  tellApart: ({ name }) => name,
  holds: 'ecs/service',
  sharedBecause: ({ name }, { description }) => {
    if (name === 'default') return 'it is the cluster that ECS takes where nobody names one';
    const instances = memberOf(description, 'registeredContainerInstancesCount');
    return typeof instances === 'number' && instances > 0
      ? `${instances} container ${instances === 1 ? 'instance is' : 'instances are'} registered in it`
      : undefined;
  },
};
