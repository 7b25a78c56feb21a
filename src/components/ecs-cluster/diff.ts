import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';

export function diff(spec: ClusterSpec, state: ClusterState): readonly Difference[] {
  return field('containerInsights', spec.containerInsights, state.containerInsights);
}
