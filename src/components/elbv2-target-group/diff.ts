import type { Difference } from '../contract.ts';
import { field, namedEntries } from '../kit/compare.ts';
import { drainKey } from '../kit/target-timing.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

export function diff(spec: TargetGroupSpec, state: TargetGroupState): readonly Difference[] {
  const drain = state.attributes?.[drainKey];
  return [
    ...field('port', spec.port, state.port),
    ...field('protocol', spec.protocol, state.protocol),
    ...field('targetType', spec.targetType, state.targetType),
    ...field('vpc', spec.vpc, state.vpc),
    ...field('protocolVersion', spec.protocolVersion, state.protocolVersion),
    ...healthCheckDifferences(spec.healthCheck ?? {}, state.healthCheck),
    ...field('deregistrationDelay', spec.deregistrationDelay, drain === undefined ? undefined : Number(drain)),
    ...namedEntries('attributes', spec.attributes, state.attributes),
  ];
}

function healthCheckDifferences(
  desired: NonNullable<TargetGroupSpec['healthCheck']>,
  actual: TargetGroupState['healthCheck'],
): readonly Difference[] {
  return [
    ...field('healthCheck.path', desired.path, actual.path),
    // A number in the spec, a text in AWS, since `traffic-port` is one too.
    ...field('healthCheck.port', desired.port, typeof desired.port === 'number' ? asPort(actual.port) : actual.port),
    ...field('healthCheck.protocol', desired.protocol, actual.protocol),
    ...field('healthCheck.interval', desired.interval, actual.interval),
    ...field('healthCheck.timeout', desired.timeout, actual.timeout),
    ...field('healthCheck.healthyThreshold', desired.healthyThreshold, actual.healthyThreshold),
    ...field('healthCheck.unhealthyThreshold', desired.unhealthyThreshold, actual.unhealthyThreshold),
    ...field('healthCheck.matcher', desired.matcher, actual.matcher),
  ];
}

function asPort(value: string | undefined): string | number | undefined {
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
}
