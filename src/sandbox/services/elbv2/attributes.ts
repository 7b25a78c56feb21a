// Attributes of load balancers and target groups: AWS's defaults, and the values a change may bring.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import { recordsOf, requiredText, textOf } from './input.ts';
import type { LoadBalancerType } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const everyLoadBalancer = {
  'deletion_protection.enabled': 'false',
  'access_logs.s3.enabled': 'false',
  'access_logs.s3.bucket': '',
  'access_logs.s3.prefix': '',
  'zonal_shift.config.enabled': 'false',
};

const applicationLoadBalancer = {
  'idle_timeout.timeout_seconds': '60',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http2.enabled': 'true',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'waf.fail_open.enabled': 'false',
  'client_keep_alive.seconds': '3600',
};

const networkLoadBalancer = { 'load_balancing.cross_zone.enabled': 'false' };

export function loadBalancerDefaults(type: LoadBalancerType): Record<string, string> {
  return { ...everyLoadBalancer, ...(type === 'application' ? applicationLoadBalancer : networkLoadBalancer) };
}

/** The defaults that CreateTargetGroup was seen to leave behind; order as DescribeTargetGroupAttributes answered. */
const everyTargetGroup = {
  'stickiness.enabled': 'false',
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.type': 'lb_cookie',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'slow_start.duration_seconds': '0',
  'load_balancing.algorithm.type': 'round_robin',
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
  'stickiness.app_cookie.cookie_name': '',
  'stickiness.app_cookie.duration_seconds': '86400',
};

const networkTargetGroup = {
  'deregistration_delay.connection_termination.enabled': 'false',
  'proxy_protocol_v2.enabled': 'false',
  'preserve_client_ip.enabled': 'true',
};

export function targetGroupDefaults(protocol: string | null, targetType: string): Record<string, string> {
  if (protocol === null || protocol === 'HTTP' || protocol === 'HTTPS') return { ...everyTargetGroup };
  // For ip targets over TCP or TLS the client's address is preserved only when asked for.
  const preserve = targetType === 'ip' && (protocol === 'TCP' || protocol === 'TLS') ? 'false' : 'true';
  return {
    ...everyTargetGroup,
    ...networkTargetGroup,
    'stickiness.type': 'source_ip',
    'preserve_client_ip.enabled': preserve,
  };
}

/** Bounds of numeric attributes, in seconds. */
const bounds: Readonly<Record<string, readonly [number, number]>> = {
  'deregistration_delay.timeout_seconds': [0, 3600],
  'idle_timeout.timeout_seconds': [1, 4000],
  'client_keep_alive.seconds': [60, 604_800],
  'stickiness.lb_cookie.duration_seconds': [1, 604_800],
  'stickiness.app_cookie.duration_seconds': [1, 604_800],
};

function fits(key: string, value: string): boolean {
  const range = bounds[key];
  if (range !== undefined) return /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
  if (key === 'slow_start.duration_seconds') {
    return /^\d+$/.test(value) && (Number(value) === 0 || (Number(value) >= 30 && Number(value) <= 900));
  }
  if (key === 'load_balancing.cross_zone.enabled') {
    return ['true', 'false', 'use_load_balancer_configuration'].includes(value);
  }
  if (key.endsWith('.enabled')) return value === 'true' || value === 'false';
  return value.length <= 1024;
}

/** Applies `Attributes` to `attributes`; all of them or, with an error, none. */
export function changeAttributes(
  kind: 'Load balancer' | 'Target group',
  attributes: Record<string, string>,
  input: Input,
): void {
  const changes = (recordsOf(input, 'Attributes') ?? []).map(
    (item) => [requiredText(item, 'Key'), textOf(item, 'Value') ?? ''] as const,
  );
  for (const [key, value] of changes) {
    if (attributes[key] === undefined) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.attributeKey(kind, key));
    }
    if (!fits(key, value)) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.attributeValue(kind, key, value));
    }
  }
  for (const [key, value] of changes) attributes[key] = value;
}

export function attributesOutput(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}
