import type { Difference } from '../contract.ts';
import { field, namedEntries } from '../kit/compare.ts';
import { saidDiff } from '../kit/members/diff.ts';
import { drainKey } from '../kit/target-timing.ts';
import { checkDifferences } from './health-check.ts';
import { groupPart } from './parts.ts';
import { settingsOf, type TargetGroupSpec, type TargetGroupState } from './schema.ts';

export function diff(spec: TargetGroupSpec, state: TargetGroupState): readonly Difference[] {
  const drain = state.attributes?.[drainKey];
  return [
    ...field('port', spec.port, state.port),
    ...field('protocol', spec.protocol, state.protocol),
    ...field('targetType', spec.targetType, state.targetType),
    ...field('vpc', spec.vpc, state.vpc),
    ...field('protocolVersion', spec.protocolVersion, state.protocolVersion),
    ...checkDifferences(spec.healthCheck, state),
    ...saidDiff(groupPart, '', spec, settingsOf(state), {}),
    ...field('deregistrationDelay', spec.deregistrationDelay, drain === undefined ? undefined : Number(drain)),
    ...namedEntries('attributes', spec.attributes, state.attributes),
  ];
}
