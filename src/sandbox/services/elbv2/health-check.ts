// The health-check settings of a target group: AWS's defaults by protocol and target type, and their bounds. Facts: [ELB API,
// CreateTargetGroup and Matcher], [aws-facts 3.1]; texts as pasted, or in unverified.ts.
import { AwsError } from '../../model.ts';
import type { Input, Output } from '../../model.ts';
import { booleanOf, invalid, numberOf, recordOf, textOf } from './input.ts';
import { matcherFrom } from './matcher.ts';
import type { CheckedGroup, HealthCheckSettings } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

function isHttp(protocol: string): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

/** Application load balancers have groups over HTTP and HTTPS, and of functions. */
function behindApplication({ protocol }: CheckedGroup): boolean {
  return protocol === null || isHttp(protocol);
}

function defaults(group: CheckedGroup, checkProtocol: string): HealthCheckSettings {
  const lambda = group.targetType === 'lambda';
  const timeoutForNetwork = checkProtocol === 'HTTP' ? 6 : 10;
  const isGrpc = group.protocolVersion === 'GRPC';
  return {
    protocol: checkProtocol,
    port: 'traffic-port',
    enabled: !lambda,
    intervalSeconds: lambda ? 35 : 30,
    timeoutSeconds: lambda ? 30 : behindApplication(group) ? 5 : timeoutForNetwork,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    path: isHttp(checkProtocol) ? (isGrpc ? '/AWS.ALB/healthcheck' : '/') : null,
    matcher: !isHttp(checkProtocol)
      ? null
      : isGrpc
        ? { GrpcCode: '12' }
        : { HttpCode: behindApplication(group) ? '200' : '200-399' },
  };
}

/** Unless told: over the group's own protocol behind application load balancers; over HTTP to another one; else over TCP. */
function usualProtocol(group: CheckedGroup): string {
  if (behindApplication(group)) return group.protocol ?? 'HTTP';
  return group.targetType === 'alb' ? 'HTTP' : 'TCP';
}

function protocolFrom(input: Input, group: CheckedGroup, existing: HealthCheckSettings | undefined): string {
  const protocol = textOf(input, 'HealthCheckProtocol') ?? existing?.protocol ?? usualProtocol(group);
  // "The GENEVE, TLS, UDP, and TCP_UDP protocols are not supported for health checks" [ELB API].
  if (!['HTTP', 'HTTPS', 'TCP'].includes(protocol)) throw invalid(`'${protocol}' is not a valid health check protocol`);
  const needsHttp = behindApplication(group) || group.targetType === 'alb';
  if (protocol === 'TCP' && needsHttp) {
    throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.healthCheckOverTcp);
  }
  return protocol;
}

/**
 * The settings that a request asks for, on top of the existing ones or the defaults.
 *
 * @throws AwsError for what AWS refuses; nothing that is asked for is passed over
 */
export function healthCheckFrom(
  input: Input,
  group: CheckedGroup,
  existing?: HealthCheckSettings,
): HealthCheckSettings {
  const checkProtocol = protocolFrom(input, group, existing);
  const base =
    existing?.protocol === checkProtocol ? existing : { ...defaults(group, checkProtocol), ...kept(existing) };
  const port = textOf(input, 'HealthCheckPort') ?? base.port;
  if (port !== 'traffic-port' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw invalid(`'${port}' is not a valid health check port`);
  }
  const matcher = recordOf(input, 'Matcher');
  const overHttp = isHttp(checkProtocol);
  if (!overHttp && textOf(input, 'HealthCheckPath') !== undefined) {
    // [hashicorp/terraform-provider-aws#2170]
    throw new AwsError('InvalidConfigurationRequest', 'Health check paths are not supported for TCP health checks');
  }
  if (!overHttp && matcher !== undefined) {
    // [awsdocs/aws-cloudformation-user-guide#186]
    throw new AwsError('InvalidConfigurationRequest', 'Health check matchers are not supported for TCP health checks');
  }
  const path = textOf(input, 'HealthCheckPath') ?? base.path;
  if (path !== null && (!path.startsWith('/') || path.length > 1024)) {
    throw invalid(`Health check path '${path}' must begin with a '/' character`);
  }
  const settings: HealthCheckSettings = {
    protocol: checkProtocol,
    port,
    enabled: booleanOf(input, 'HealthCheckEnabled') ?? base.enabled,
    intervalSeconds: numberOf(input, 'HealthCheckIntervalSeconds', 5, 300) ?? base.intervalSeconds,
    timeoutSeconds: numberOf(input, 'HealthCheckTimeoutSeconds', 2, 120) ?? base.timeoutSeconds,
    healthyThreshold: numberOf(input, 'HealthyThresholdCount', 2, 10) ?? base.healthyThreshold,
    unhealthyThreshold: numberOf(input, 'UnhealthyThresholdCount', 2, 10) ?? base.unhealthyThreshold,
    path: overHttp ? path : null,
    matcher: matcher === undefined ? base.matcher : matcherFrom(matcher, group),
  };
  checkTimes(settings, group);
  if (!settings.enabled && group.targetType !== 'lambda') {
    // "If the target type is instance, ip, or alb, health checks are always enabled and can't be disabled" [ELB API].
    throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.healthCheckNeeded(group.targetType));
  }
  return settings;
}

/**
 * Behind a network load balancer both may be the same: an interval of 10 s with the usual time-out [aws/aws-cdk#16446].
 * The text is pasted for HTTP and HTTPS [terraform-linters/tflint-ruleset-aws#404].
 */
function checkTimes({ intervalSeconds, timeoutSeconds }: HealthCheckSettings, group: CheckedGroup): void {
  const isTooLong = behindApplication(group) ? timeoutSeconds >= intervalSeconds : timeoutSeconds > intervalSeconds;
  if (isTooLong) throw invalid('Health check interval must be greater than the timeout.');
}

/** What survives a change of the health-check protocol. */
function kept(existing: HealthCheckSettings | undefined): Partial<HealthCheckSettings> {
  if (existing === undefined) return {};
  const { port, enabled, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } = existing;
  return { port, enabled, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold };
}

/** A function has neither protocol nor port [ELB API, example of a Lambda target group]. */
export function healthCheckOutput(settings: HealthCheckSettings, targetType: string): Output {
  const reached = targetType !== 'lambda';
  return {
    HealthCheckProtocol: reached ? settings.protocol : undefined,
    HealthCheckPort: reached ? settings.port : undefined,
    HealthCheckEnabled: settings.enabled,
    HealthCheckIntervalSeconds: settings.intervalSeconds,
    HealthCheckTimeoutSeconds: settings.timeoutSeconds,
    HealthyThresholdCount: settings.healthyThreshold,
    UnhealthyThresholdCount: settings.unhealthyThreshold,
    HealthCheckPath: settings.path ?? undefined,
    Matcher: settings.matcher ?? undefined,
  };
}
