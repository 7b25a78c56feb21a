import type { Difference } from '../contract.ts';
import { field } from '../kit/compare.ts';
import { sameNamespace } from '../kit/ecs.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { clusterPart, keys } from './parts.ts';
import type { ClusterSpec, ClusterState } from './schema.ts';
import { settingsOf } from './words.ts';

export function diff(spec: ClusterSpec, state: ClusterState): readonly Difference[] {
  return [
    ...field('containerInsights', spec.containerInsights, state.containerInsights),
    ...saidDiff(clusterPart, '', spec, settingsOf(state), keys).filter((each) => !sameNamespace(each)),
  ];
}
