// The health-check settings of a target group: AWS's defaults by protocol and target type, and their bounds.
import type { Input, Output } from '../../model.ts';
import { booleanOf, invalid, numberOf, recordOf, textOf } from './input.ts';
import type { HealthCheckSettings } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

function isHttp(protocol: string): boolean {
  return protocol === 'HTTP' || protocol === 'HTTPS';
}

function defaults(protocol: string | null, targetType: string, checkProtocol: string): HealthCheckSettings {
  const lambda = targetType === 'lambda';
  const behindApplication = protocol === null || isHttp(protocol);
  const timeoutForNetwork = isHttp(checkProtocol) ? 6 : 10;
  return {
    protocol: checkProtocol,
    port: 'traffic-port',
    enabled: !lambda,
    intervalSeconds: lambda ? 35 : 30,
    timeoutSeconds: lambda ? 30 : behindApplication ? 5 : timeoutForNetwork,
    healthyThreshold: 5,
    unhealthyThreshold: 2,
    path: isHttp(checkProtocol) ? '/' : null,
    matcher: isHttp(checkProtocol) ? { HttpCode: behindApplication ? '200' : '200-399' } : null,
  };
}

/**
 * The settings that a request asks for, on top of the existing ones or the defaults.
 *
 * @param protocol the target group's own; null for lambda targets
 */
export function healthCheckFrom(
  input: Input,
  protocol: string | null,
  targetType: string,
  existing?: HealthCheckSettings,
): HealthCheckSettings {
  const usual = protocol === null || isHttp(protocol) ? (protocol ?? 'HTTP') : 'TCP';
  // Application load balancers check over HTTP unless told, whatever the group's own protocol: HTTPS groups over HTTPS.
  const checkProtocol = textOf(input, 'HealthCheckProtocol') ?? existing?.protocol ?? usual;
  if (!['HTTP', 'HTTPS', 'TCP'].includes(checkProtocol)) {
    throw invalid(`'${checkProtocol}' is not a valid health check protocol`);
  }
  const base =
    existing?.protocol === checkProtocol
      ? existing
      : { ...defaults(protocol, targetType, checkProtocol), ...kept(existing) };
  const port = textOf(input, 'HealthCheckPort') ?? base.port;
  if (port !== 'traffic-port' && !(/^\d+$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
    throw invalid(`'${port}' is not a valid health check port`);
  }
  const path = textOf(input, 'HealthCheckPath') ?? base.path;
  if (path !== null && (!path.startsWith('/') || path.length > 1024)) {
    throw invalid(`Health check path '${path}' must begin with a '/' character`);
  }
  const matcher = recordOf(input, 'Matcher');
  const httpCode = matcher === undefined ? undefined : textOf(matcher, 'HttpCode');
  const grpcCode = matcher === undefined ? undefined : textOf(matcher, 'GrpcCode');
  const settings: HealthCheckSettings = {
    protocol: checkProtocol,
    port,
    enabled: booleanOf(input, 'HealthCheckEnabled') ?? base.enabled,
    intervalSeconds: numberOf(input, 'HealthCheckIntervalSeconds', 5, 300) ?? base.intervalSeconds,
    timeoutSeconds: numberOf(input, 'HealthCheckTimeoutSeconds', 2, 120) ?? base.timeoutSeconds,
    healthyThreshold: numberOf(input, 'HealthyThresholdCount', 2, 10) ?? base.healthyThreshold,
    unhealthyThreshold: numberOf(input, 'UnhealthyThresholdCount', 2, 10) ?? base.unhealthyThreshold,
    path: isHttp(checkProtocol) ? path : null,
    matcher:
      httpCode !== undefined ? { HttpCode: httpCode } : grpcCode !== undefined ? { GrpcCode: grpcCode } : base.matcher,
  };
  if (settings.timeoutSeconds >= settings.intervalSeconds) {
    throw invalid(unverifiedTexts.timeoutBelowInterval(settings.intervalSeconds));
  }
  return settings;
}

/** What survives a change of the health-check protocol. */
function kept(existing: HealthCheckSettings | undefined): Partial<HealthCheckSettings> {
  if (existing === undefined) return {};
  const { port, enabled, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold } = existing;
  return { port, enabled, intervalSeconds, timeoutSeconds, healthyThreshold, unhealthyThreshold };
}

export function healthCheckOutput(settings: HealthCheckSettings): Output {
  return {
    HealthCheckProtocol: settings.protocol,
    HealthCheckPort: settings.port,
    HealthCheckEnabled: settings.enabled,
    HealthCheckIntervalSeconds: settings.intervalSeconds,
    HealthCheckTimeoutSeconds: settings.timeoutSeconds,
    HealthyThresholdCount: settings.healthyThreshold,
    UnhealthyThresholdCount: settings.unhealthyThreshold,
    HealthCheckPath: settings.path ?? undefined,
    Matcher: settings.matcher ?? undefined,
  };
}
