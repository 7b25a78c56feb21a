// Attributes that nobody sets: AWS's own values [ELB API, LoadBalancerAttribute, ListenerAttribute, TargetGroupAttribute]. AWS
// takes no attribute away, so one that is to go gets this.
type Attributes = Readonly<Record<string, string>>;

/** @param path into the spec: `attributes.stickiness.enabled` */
export function isUsualAttribute(path: string, actual: unknown, usual: Attributes): boolean {
  const key = /^attributes\.(.*)$/.exec(path)?.[1];
  return key !== undefined && usual[key] === actual;
}

const everyLoadBalancer: Attributes = {
  'deletion_protection.enabled': 'false',
  'access_logs.s3.enabled': 'false',
  'zonal_shift.config.enabled': 'false',
  'ipv6.deny_all_igw_traffic': 'false',
};

const application: Attributes = {
  'idle_timeout.timeout_seconds': '60',
  'client_keep_alive.seconds': '3600',
  'connection_logs.s3.enabled': 'false',
  'health_check_logs.s3.enabled': 'false',
  'load_balancing.cross_zone.enabled': 'true',
  'routing.http.desync_mitigation_mode': 'defensive',
  'routing.http.drop_invalid_header_fields.enabled': 'false',
  'routing.http.preserve_host_header.enabled': 'false',
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': 'false',
  'routing.http.xff_client_port.enabled': 'false',
  'routing.http.xff_header_processing.mode': 'append',
  'routing.http2.enabled': 'true',
  'waf.fail_open.enabled': 'false',
};

const network: Attributes = {
  'load_balancing.cross_zone.enabled': 'false',
  'dns_record.client_routing_policy': 'any_availability_zone',
  'secondary_ips.auto_assigned.per_subnet': '0',
};

/** @param type as AWS tells it: `application` */
export function loadBalancerDefaults(type: string): Attributes {
  if (type === 'application') return { ...everyLoadBalancer, ...application };
  return type === 'network'
    ? { ...everyLoadBalancer, ...network }
    : { ...everyLoadBalancer, 'load_balancing.cross_zone.enabled': 'false' };
}

/** @param protocol of the listener */
export function listenerDefaults(protocol: string): Attributes {
  if (protocol === 'HTTP' || protocol === 'HTTPS') return { 'routing.http.response.server.enabled': 'true' };
  return protocol.startsWith('TCP') || protocol === 'GENEVE' ? { 'tcp.idle_timeout.seconds': '350' } : {};
}

const everyTargetGroup: Attributes = {
  'deregistration_delay.timeout_seconds': '300',
  'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
  'stickiness.enabled': 'false',
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.count': '1',
  'target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage': 'off',
};

const ofApplication: Attributes = {
  'load_balancing.algorithm.anomaly_mitigation': 'off',
  'load_balancing.algorithm.type': 'round_robin',
  'slow_start.duration_seconds': '0',
  'stickiness.app_cookie.duration_seconds': '86400',
  'stickiness.lb_cookie.duration_seconds': '86400',
  'stickiness.type': 'lb_cookie',
};

const ofNetwork: Attributes = {
  'deregistration_delay.connection_termination.enabled': 'false',
  'proxy_protocol_v2.enabled': 'false',
  'stickiness.type': 'source_ip',
  'target_health_state.unhealthy.connection_termination.enabled': 'true',
  'target_health_state.unhealthy.draining_interval_seconds': '0',
};

/**
 * @param protocol of the group; undefined for functions
 * @param targetType as AWS tells it: `ip`
 */
export function targetGroupDefaults(protocol: string | undefined, targetType: string): Attributes {
  if (targetType === 'lambda') return { ...everyTargetGroup, 'lambda.multi_value_headers.enabled': 'false' };
  if (protocol === 'HTTP' || protocol === 'HTTPS') return { ...everyTargetGroup, ...ofApplication };
  // Addresses of clients reach targets behind UDP, and those that are instances, unless told.
  const preserves = targetType !== 'ip' || (protocol !== 'TCP' && protocol !== 'TLS');
  return { ...everyTargetGroup, ...ofNetwork, 'preserve_client_ip.enabled': String(preserves) };
}
