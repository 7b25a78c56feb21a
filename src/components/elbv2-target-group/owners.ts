// A target group as Terraform and CloudFormation know it: by its ARN, which a new one does not share with an old one.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, flagIn, numberIn, tagsIn, textIn } from '../kit/terraform.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

export const owners: Owners<TargetGroupSpec, TargetGroupState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_lb_target_group', 'aws_alb_target_group'],
    pieceOf,
    // [AWS provider docs, aws_lb_target_group, "Import"]: by ARN.
    importId: ({ state }) => state.arn,
    follow: ['load_balancer_arns'],
  },
  cloudFormation: {
    type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    identifier: ({ state }) => ({ TargetGroupArn: state.arn }),
    // [AWS::ElasticLoadBalancingV2::TargetGroup, "Return values"]
    values: ({ state }) => ({
      Ref: state.arn,
      TargetGroupArn: state.arn,
      TargetGroupName: state.name,
      TargetGroupFullName: state.arn.replace(/^.*:(?=targetgroup\/)/, ''),
    }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<TargetGroupSpec, TargetGroupState> | undefined {
  const arn = textIn(attributes, 'arn');
  const name = textIn(attributes, 'name');
  if (arn === undefined || name === undefined) return undefined;
  const check = blockIn(attributes, 'health_check') ?? {};
  const targetType = textIn(attributes, 'target_type') ?? 'instance';
  const protocol = textIn(attributes, 'protocol');
  const overHttp = protocol === 'HTTP' || protocol === 'HTTPS';
  const state: TargetGroupState = {
    arn,
    name,
    port: numberIn(attributes, 'port'),
    protocol,
    // The provider says HTTP1 of every other protocol, too.
    protocolVersion: overHttp ? textIn(attributes, 'protocol_version') : undefined,
    targetType,
    vpc: textIn(attributes, 'vpc_id'),
    healthCheck: {
      path: textIn(check, 'path'),
      port: textIn(check, 'port'),
      protocol: textIn(check, 'protocol'),
      interval: numberIn(check, 'interval'),
      timeout: numberIn(check, 'timeout'),
      healthyThreshold: numberIn(check, 'healthy_threshold'),
      unhealthyThreshold: numberIn(check, 'unhealthy_threshold'),
      matcher: textIn(check, 'matcher'),
    },
    loadBalancers: [],
    attributes: attributesOf(attributes, targetType, overHttp),
    description: toJson({
      HealthCheckEnabled: flagIn(check, 'enabled'),
      IpAddressType: targetType === 'lambda' ? undefined : textIn(attributes, 'ip_address_type'),
    }),
  };
  return { spec: { name }, state, tags: tagsIn(attributes) };
}

/** AWS's keys, for the kinds of group that have them [AWS provider, internal/service/elbv2/target_group.go]. */
function attributesOf(
  attributes: TerraformAttributes,
  targetType: string,
  overHttp: boolean,
): Readonly<Record<string, string>> {
  const protocol = textIn(attributes, 'protocol');
  const stickiness = blockIn(attributes, 'stickiness') ?? {};
  const failover = blockIn(attributes, 'target_failover') ?? {};
  const health = blockIn(attributes, 'target_group_health') ?? {};
  const ofNames = blockIn(health, 'dns_failover') ?? {};
  const ofRouting = blockIn(health, 'unhealthy_state_routing') ?? {};
  const unhealthy = blockIn(attributes, 'target_health_state') ?? {};
  const toTargets = targetType === 'instance' || targetType === 'ip';
  const byCookie = textIn(stickiness, 'type');
  const minimum = 'minimum_healthy_targets';
  const found: Readonly<Record<string, string | number | boolean | undefined>> = {
    ...(targetType === 'lambda'
      ? { 'lambda.multi_value_headers.enabled': flagIn(attributes, 'lambda_multi_value_headers_enabled') }
      : {}),
    ...(toTargets
      ? {
          'deregistration_delay.timeout_seconds': numberIn(attributes, 'deregistration_delay'),
          'load_balancing.cross_zone.enabled': textIn(attributes, 'load_balancing_cross_zone_enabled'),
        }
      : {}),
    ...(toTargets && overHttp
      ? {
          'load_balancing.algorithm.type': textIn(attributes, 'load_balancing_algorithm_type'),
          'load_balancing.algorithm.anomaly_mitigation': textIn(attributes, 'load_balancing_anomaly_mitigation'),
          'slow_start.duration_seconds': numberIn(attributes, 'slow_start'),
        }
      : {}),
    ...(toTargets && !overHttp && protocol !== 'GENEVE'
      ? {
          'deregistration_delay.connection_termination.enabled': flagIn(attributes, 'connection_termination'),
          'preserve_client_ip.enabled': flagIn(attributes, 'preserve_client_ip'),
          'proxy_protocol_v2.enabled': flagIn(attributes, 'proxy_protocol_v2'),
        }
      : {}),
    ...(protocol === 'TCP' || protocol === 'TLS'
      ? {
          'target_health_state.unhealthy.connection_termination.enabled': flagIn(
            unhealthy,
            'enable_unhealthy_connection_termination',
          ),
        }
      : {}),
    'stickiness.enabled': targetType === 'lambda' ? undefined : flagIn(stickiness, 'enabled'),
    'stickiness.type': targetType === 'lambda' ? undefined : byCookie,
    [`stickiness.${byCookie ?? 'lb_cookie'}.duration_seconds`]: overHttp
      ? numberIn(stickiness, 'cookie_duration')
      : undefined,
    'stickiness.app_cookie.cookie_name':
      overHttp && byCookie === 'app_cookie' ? textIn(stickiness, 'cookie_name') : undefined,
    'target_failover.on_deregistration': textIn(failover, 'on_deregistration'),
    'target_failover.on_unhealthy': textIn(failover, 'on_unhealthy'),
    [`target_group_health.dns_failover.${minimum}.count`]: textIn(ofNames, `${minimum}_count`),
    [`target_group_health.dns_failover.${minimum}.percentage`]: textIn(ofNames, `${minimum}_percentage`),
    [`target_group_health.unhealthy_state_routing.${minimum}.count`]: textIn(ofRouting, `${minimum}_count`),
    [`target_group_health.unhealthy_state_routing.${minimum}.percentage`]: textIn(ofRouting, `${minimum}_percentage`),
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}
