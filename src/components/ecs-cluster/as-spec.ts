import type { AsSpec } from '../contract.ts';
import { sayable, spokenOfByAws } from '../kit/as-spec.ts';
import { schema, type ClusterSpec, type ClusterState } from './schema.ts';

/** What a cluster may have and a spec has no word for [ECS API, Cluster]. */
const beyondSpec = ['capacityProviders', 'defaultCapacityProviderStrategy', 'configuration', 'serviceConnectDefaults'];

export function specOf(_spec: ClusterSpec, state: ClusterState): AsSpec<ClusterSpec> {
  const { said, notRepresented } = sayable(schema.shape, { containerInsights: state.containerInsights });
  return {
    spec: { name: state.name, ...said },
    notRepresented: [...notRepresented, ...spokenOfByAws(state.description, beyondSpec)],
  };
}
