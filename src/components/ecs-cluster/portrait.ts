import type { Portrait } from '../contract.ts';
import { sayable, spokenOfByAws } from '../kit/portrait.ts';
import { schema, type ClusterSpec, type ClusterState } from './schema.ts';

/** What a cluster may have and a spec has no word for [ECS API, Cluster]. */
const beyondSpec = ['capacityProviders', 'defaultCapacityProviderStrategy', 'configuration', 'serviceConnectDefaults'];

export function specOf(_spec: ClusterSpec, state: ClusterState): Portrait<ClusterSpec> {
  const { said, unsaid } = sayable(schema.shape, { containerInsights: state.containerInsights });
  return {
    spec: { name: state.name, ...said },
    unsaid: [...unsaid, ...spokenOfByAws(state.description, beyondSpec)],
  };
}
