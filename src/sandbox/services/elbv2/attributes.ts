// Attributes of load balancers, listeners and target groups: AWS's defaults, and the values a change may bring. Keys and
// values are those of the API reference (LoadBalancerAttribute, ListenerAttribute, TargetGroupAttribute).
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
  'ipv6.deny_all_igw_traffic': 'false',
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
  'connection_logs.s3.enabled': 'false',
  'connection_logs.s3.bucket': '',
  'connection_logs.s3.prefix': '',
  'health_check_logs.s3.enabled': 'false',
  'health_check_logs.s3.bucket': '',
  'health_check_logs.s3.prefix': '',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
};

const networkLoadBalancer = {
  'load_balancing.cross_zone.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'secondary_ips.auto_assigned.per_subnet': '0',
};

export function loadBalancerDefaults(type: LoadBalancerType): Record<string, string> {
  return { ...everyLoadBalancer, ...(type === 'application' ? applicationLoadBalancer : networkLoadBalancer) };
}

const mutualTls = [
  ...['_serial_number', '_issuer', '_subject', '_validity', '_leaf', ''].map((part) => `x_amzn_mtls_clientcert${part}`),
  'x_amzn_tls_version',
  'x_amzn_tls_cipher_suite',
].map((header) => `routing.http.request.${header}.header_name`);

const responseHeaders = [
  'strict_transport_security',
  'access_control_allow_origin',
  'access_control_allow_methods',
  'access_control_allow_headers',
  'access_control_allow_credentials',
  'access_control_expose_headers',
  'access_control_max_age',
  'content_security_policy',
  'x_content_type_options',
  'x_frame_options',
].map((header) => `routing.http.response.${header}.header_value`);

const empty = (keys: readonly string[]): Record<string, string> => Object.fromEntries(keys.map((key) => [key, '']));

/** By the listener's protocol. */
export function listenerDefaults(protocol: string): Record<string, string> {
  switch (protocol) {
    case 'HTTPS':
      return { 'routing.http.response.server.enabled': 'true', ...empty(mutualTls), ...empty(responseHeaders) };
    case 'HTTP':
      return { 'routing.http.response.server.enabled': 'true', ...empty(responseHeaders) };
    case 'TCP':
    case 'TCP_UDP':
      return { 'tcp.idle_timeout.seconds': '350' };
    default:
      return {};
  }
}

/** The defaults that CreateTargetGroup was seen to leave behind; order as DescribeTargetGroupAttributes answered. */
const applicationTargetGroup = {
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

/** [ELB API, TargetGroupAttribute: what application and network load balancers have in common, and what is the latter's] */
const networkTargetGroup = {
  'stickiness.enabled': 'false',
  'deregistration_delay.timeout_seconds': '300',
  'stickiness.type': 'source_ip',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
  'deregistration_delay.connection_termination.enabled': 'false',
  'proxy_protocol_v2.enabled': 'false',
  'preserve_client_ip.enabled': 'true',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
};

const lambdaTargetGroup = { 'lambda.multi_value_headers.enabled': 'false' };

export function targetGroupDefaults(protocol: string | null, targetType: string): Record<string, string> {
  if (targetType === 'lambda') return { ...applicationTargetGroup, ...lambdaTargetGroup };
  if (protocol === null || protocol === 'HTTP' || protocol === 'HTTPS') return { ...applicationTargetGroup };
  // For ip targets over TCP or TLS the client's address is preserved only when asked for.
  const preserve = targetType === 'ip' && (protocol === 'TCP' || protocol === 'TLS') ? 'false' : 'true';
  return { ...networkTargetGroup, 'preserve_client_ip.enabled': preserve };
}

/** Bounds of numeric attributes, in seconds. */
const bounds: Readonly<Record<string, readonly [number, number]>> = {
  'deregistration_delay.timeout_seconds': [0, 3600],
  'idle_timeout.timeout_seconds': [1, 4000],
  'client_keep_alive.seconds': [60, 604_800],
  'stickiness.lb_cookie.duration_seconds': [1, 604_800],
  'stickiness.app_cookie.duration_seconds': [1, 604_800],
  'tcp.idle_timeout.seconds': [60, 6000],
  'secondary_ips.auto_assigned.per_subnet': [0, 7],
  'target_health_state.unhealthy.draining_interval_seconds': [0, 360_000],
};

const values: Readonly<Record<string, readonly string[]>> = {
  'load_balancing.cross_zone.enabled': ['true', 'false', 'use_load_balancer_configuration'],
  'load_balancing.algorithm.type': ['round_robin', 'least_outstanding_requests', 'weighted_random'],
  'load_balancing.algorithm.anomaly_mitigation': ['on', 'off'],
  'routing.http.desync_mitigation_mode': ['monitor', 'defensive', 'strictest'],
  'routing.http.xff_header_processing.mode': ['append', 'preserve', 'remove'],
  'dns_record.client_routing_policy': [
    'availability_zone_affinity',
    'partial_availability_zone_affinity',
    'any_availability_zone',
  ],
  'stickiness.type': ['lb_cookie', 'app_cookie', 'source_ip', 'source_ip_dest_ip', 'source_ip_dest_ip_proto'],
  'ipv6.deny_all_igw_traffic': ['true', 'false'],
};

/** Stickiness by cookies is an application load balancer's, by addresses a network load balancer's. */
function fitsStickiness(value: string, known: Readonly<Record<string, string>>): boolean {
  return value.endsWith('_cookie') === Object.hasOwn(known, 'stickiness.lb_cookie.duration_seconds');
}

/** "The names AWSALB, AWSALBAPP and AWSALBTG are reserved", as beginnings of others too [user guide, "Sticky sessions"]. */
const reservedCookie = /^AWSALB/i;

/** Logs need a bucket to go to [ELB API, LoadBalancerAttribute]. */
const logKinds = ['access_logs', 'connection_logs', 'health_check_logs'];

function fits(key: string, value: string, known: Readonly<Record<string, string>>): boolean {
  if (key === 'stickiness.app_cookie.cookie_name') return !reservedCookie.test(value) && value.length <= 1024;
  // "The default for application load balancers is true, and cannot be changed."
  if (key === 'load_balancing.cross_zone.enabled' && Object.hasOwn(known, 'idle_timeout.timeout_seconds')) {
    return value === 'true';
  }
  if (key === 'stickiness.type' && !fitsStickiness(value, known)) return false;
  // "The possible values are off or an integer from 1 to the maximum number of targets", of percentages to 100.
  if (key.startsWith('target_group_health.')) {
    const most = key.endsWith('.percentage') ? 100 : 1_000;
    return value === 'off' || (/^\d+$/.test(value) && Number(value) >= 1 && Number(value) <= most);
  }
  const range = bounds[key];
  if (range !== undefined) return /^\d+$/.test(value) && Number(value) >= range[0] && Number(value) <= range[1];
  if (key === 'slow_start.duration_seconds') {
    return /^\d+$/.test(value) && (Number(value) === 0 || (Number(value) >= 30 && Number(value) <= 900));
  }
  const allowed = values[key];
  if (allowed !== undefined) return allowed.includes(value);
  if (key.endsWith('.enabled')) return value === 'true' || value === 'false';
  return value.length <= 1024;
}

/**
 * Applies `Attributes` to `attributes`; all of them or, with an error, none.
 *
 * @param known what such a thing has, with AWS's defaults
 */
export function changeAttributes(
  kind: 'Load balancer' | 'Listener' | 'Target group',
  attributes: Record<string, string>,
  known: Readonly<Record<string, string>>,
  input: Input,
): void {
  const changes = (recordsOf(input, 'Attributes') ?? []).map(
    (item) => [requiredText(item, 'Key'), textOf(item, 'Value') ?? ''] as const,
  );
  for (const [key, value] of changes) {
    if (!Object.hasOwn(known, key)) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.attributeKey(kind, key));
    }
    if (!fits(key, value, known)) {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.attributeValue(kind, key, value));
    }
  }
  const whole = { ...attributes, ...Object.fromEntries(changes) };
  for (const logs of logKinds) {
    if (whole[`${logs}.s3.enabled`] === 'true' && (whole[`${logs}.s3.bucket`] ?? '') === '') {
      throw new AwsError('InvalidConfigurationRequest', unverifiedTexts.logBucket(`${logs}.s3.bucket`));
    }
  }
  for (const [key, value] of changes) attributes[key] = value;
}

export function attributesOutput(attributes: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(attributes).map(([Key, Value]) => ({ Key, Value }));
}
