// A load balancer as Terraform and CloudFormation know it: by its ARN, which a new one does not share with an old one.
import type { Owners, StatedPiece, TerraformAttributes } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { blockIn, blocksIn, flagIn, numberIn, tagsIn, textIn, textsIn, told } from '../kit/terraform.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

/** AWS's keys by the provider's names, and which kinds have them [AWS provider, internal/service/elbv2/load_balancer.go]. */
const ofApplication = {
  client_keep_alive: 'client_keep_alive.seconds',
  desync_mitigation_mode: 'routing.http.desync_mitigation_mode',
  drop_invalid_header_fields: 'routing.http.drop_invalid_header_fields.enabled',
  enable_http2: 'routing.http2.enabled',
  enable_tls_version_and_cipher_suite_headers: 'routing.http.x_amzn_tls_version_and_cipher_suite.enabled',
  enable_waf_fail_open: 'waf.fail_open.enabled',
  enable_xff_client_port: 'routing.http.xff_client_port.enabled',
  enable_zonal_shift: 'zonal_shift.config.enabled',
  idle_timeout: 'idle_timeout.timeout_seconds',
  preserve_host_header: 'routing.http.preserve_host_header.enabled',
  xff_header_processing_mode: 'routing.http.xff_header_processing.mode',
} as const;

const ofGateway = { enable_cross_zone_load_balancing: 'load_balancing.cross_zone.enabled' } as const;

const ofNetwork = {
  ...ofGateway,
  dns_record_client_routing_policy: 'dns_record.client_routing_policy',
  enable_zonal_shift: 'zonal_shift.config.enabled',
} as const;

const ofKind: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  application: ofApplication,
  network: ofNetwork,
  gateway: ofGateway,
};

export const owners: Owners<LoadBalancerSpec, LoadBalancerState> = {
  by: 'arn',
  terraform: {
    resources: ['aws_lb', 'aws_alb'],
    pieceOf,
    // [AWS provider docs, aws_lb, "Import"]: by ARN.
    importId: ({ state }) => state.arn,
  },
  cloudFormation: {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    identifier: ({ state }) => ({ LoadBalancerArn: state.arn }),
    // [AWS::ElasticLoadBalancingV2::LoadBalancer, "Return values"]
    values: ({ state }) => ({
      Ref: state.arn,
      LoadBalancerArn: state.arn,
      LoadBalancerName: state.name,
      LoadBalancerFullName: state.arn.replace(/^.*:loadbalancer\//, ''),
      DNSName: state.dnsName,
      CanonicalHostedZoneID: state.hostedZoneId,
    }),
  },
};

function pieceOf(attributes: TerraformAttributes): StatedPiece<LoadBalancerSpec, LoadBalancerState> | undefined {
  const arn = textIn(attributes, 'arn');
  const name = textIn(attributes, 'name');
  if (arn === undefined || name === undefined) return undefined;
  const type = textIn(attributes, 'load_balancer_type') ?? 'application';
  const pool = textIn(blockIn(attributes, 'ipam_pools') ?? {}, 'ipv4_ipam_pool_id');
  const capacity = numberIn(blockIn(attributes, 'minimum_load_balancer_capacity') ?? {}, 'capacity_units');
  const state: LoadBalancerState = {
    arn,
    name,
    dnsName: textIn(attributes, 'dns_name') ?? '',
    hostedZoneId: textIn(attributes, 'zone_id') ?? '',
    type,
    scheme: flagIn(attributes, 'internal') === true ? 'internal' : 'internet-facing',
    status: 'active',
    statusReason: undefined,
    subnets: textsIn(attributes, 'subnets'),
    securityGroups: textsIn(attributes, 'security_groups'),
    ipAddressType: textIn(attributes, 'ip_address_type') ?? 'ipv4',
    attributes: attributesOf(attributes, type),
    capacityUnits: capacity,
    description: toJson({
      AvailabilityZones: blocksIn(attributes, 'subnet_mapping').map((mapping) => ({
        SubnetId: textIn(mapping, 'subnet_id'),
        LoadBalancerAddresses: [
          told({
            AllocationId: textIn(mapping, 'allocation_id'),
            PrivateIPv4Address: textIn(mapping, 'private_ipv4_address'),
            IPv6Address: textIn(mapping, 'ipv6_address'),
          }) ?? [],
        ].flat(),
      })),
      CustomerOwnedIpv4Pool: textIn(attributes, 'customer_owned_ipv4_pool'),
      IpamPools: pool === undefined ? undefined : { Ipv4IpamPoolId: pool },
      EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic:
        type === 'network'
          ? textIn(attributes, 'enforce_security_group_inbound_rules_on_private_link_traffic')
          : undefined,
    }),
  };
  return { spec: { name }, state, tags: tagsIn(attributes) };
}

function attributesOf(attributes: TerraformAttributes, type: string): Readonly<Record<string, string>> {
  const names = { ...ofKind[type], enable_deletion_protection: 'deletion_protection.enabled' };
  const flat = Object.entries(names).flatMap(([name, key]) => valueOf(attributes, name, key));
  const logs = type === 'gateway' ? [] : logsOf(attributes, 'access_logs', 'access_logs.s3');
  const connections = type === 'application' ? logsOf(attributes, 'connection_logs', 'connection_logs.s3') : [];
  return Object.fromEntries([...flat, ...logs, ...connections]);
}

function logsOf(attributes: TerraformAttributes, block: string, key: string): readonly (readonly [string, string])[] {
  const logs = blockIn(attributes, block) ?? {};
  return ['enabled', 'bucket', 'prefix'].flatMap((name) => valueOf(logs, name, `${key}.${name}`));
}

function valueOf(attributes: TerraformAttributes, name: string, key: string): readonly (readonly [string, string])[] {
  const value = textIn(attributes, name) ?? flagIn(attributes, name);
  return value === undefined ? [] : [[key, String(value)]];
}
