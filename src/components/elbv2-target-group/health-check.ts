// The checks of a target group's targets: how AWS calls a spec's settings, and what it takes for one that nobody sets.
import type { ModifyTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Difference } from '../contract.ts';
import { memberOf } from '../kit/as-spec.ts';
import { field } from '../kit/compare.ts';
import type { HealthCheckSpec, TargetGroupSpec, TargetGroupState } from './schema.ts';

/** As a spec says it. */
export function checkOf({ description, healthCheck }: TargetGroupState): HealthCheckSpec {
  const { port, protocol, ...others } = healthCheck;
  const enabled = memberOf(description, 'HealthCheckEnabled');
  return {
    ...others,
    protocol: protocol as HealthCheckSpec['protocol'],
    // A text in AWS, since `traffic-port` is one too.
    port: port === undefined || port === 'traffic-port' ? port : Number(port),
    enabled: typeof enabled === 'boolean' ? enabled : undefined,
  };
}

type Group = Pick<TargetGroupState, 'protocol' | 'protocolVersion' | 'targetType'>;

/** AWS's own values [ELB API, CreateTargetGroup]; undefined where they depend on more than is known here. */
export function usualCheck({ protocol, protocolVersion, targetType }: Group): HealthCheckSpec {
  const isFunction = targetType === 'lambda';
  const overHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  const isGrpc = protocolVersion === 'GRPC';
  const between = targetType === 'alb' ? 'HTTP' : 'TCP';
  return {
    enabled: !isFunction,
    path: isGrpc ? '/AWS.ALB/healthcheck' : '/',
    port: 'traffic-port',
    protocol: overHttp ? protocol : isFunction ? undefined : between,
    interval: isFunction ? 35 : 30,
    timeout: isFunction ? 30 : overHttp ? 5 : undefined,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    matcher: isGrpc ? '12' : overHttp || isFunction ? '200' : '200-399',
  };
}

/** @param path into the spec: `healthCheck.interval` */
export function isUsualCheck(path: string, actual: unknown, group: Group): boolean {
  const word = /^healthCheck\.(\w+)$/.exec(path)?.[1];
  return word !== undefined && usualCheck(group)[word as keyof HealthCheckSpec] === actual;
}

export function checkDifferences(desired: HealthCheckSpec | undefined, state: TargetGroupState): readonly Difference[] {
  const actual = checkOf(state);
  return Object.entries(desired ?? {}).flatMap(([word, value]) =>
    field(`healthCheck.${word}`, value, actual[word as keyof HealthCheckSpec]),
  );
}

/** @param protocolVersion of the group: gRPC has codes of its own [ELB API, Matcher] */
export function toAwsCheck(
  check: HealthCheckSpec | undefined,
  protocolVersion: string | undefined,
): Omit<ModifyTargetGroupInput, 'TargetGroupArn'> {
  if (check === undefined) return {};
  const { matcher } = check;
  return {
    HealthCheckEnabled: check.enabled,
    HealthCheckPath: check.path,
    HealthCheckPort: check.port === undefined ? undefined : String(check.port),
    HealthCheckProtocol: check.protocol,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(matcher === undefined
      ? {}
      : { Matcher: protocolVersion === 'GRPC' ? { GrpcCode: matcher } : { HttpCode: matcher } }),
  };
}

/** What a change sends: what the spec says, and AWS's own value for what is taken away. */
export function checkToSend(
  spec: TargetGroupSpec,
  state: TargetGroupState,
  differences: readonly Difference[],
): HealthCheckSpec {
  const usual = usualCheck(state);
  const gone = Object.entries(usual).filter(([word]) =>
    differences.some(
      ({ desired, path }) => desired === undefined && (path === 'healthCheck' || path === `healthCheck.${word}`),
    ),
  );
  return { ...Object.fromEntries(gone), ...spec.healthCheck };
}
