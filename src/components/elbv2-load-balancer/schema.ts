// elbv2/load-balancer: what a playbook may say of one, and what AWS's words for its state mean.
import { z } from 'zod';
import type { ComponentTraits, Json } from '../contract.ts';
import { withMembers } from '../kit/members/schema.ts';
import { text } from '../kit/schema.ts';
import { balancerPart } from './parts.ts';

const subnetMapping = z.strictObject({
  subnetId: text(),
  allocationId: text().optional().describe('Elastic IP address; internet-facing network load balancers.'),
  privateIPv4Address: text().optional().describe('Internal network load balancers.'),
  ipv6Address: text().optional().describe('Network load balancers.'),
  sourceNatIpv6Prefix: text().optional().describe('Network load balancers with UDP listeners.'),
});

export const schema = z.strictObject(
  withMembers(
    {
      name: text({
        pattern: /^(?!internal-)(?!-)[A-Za-z0-9-]{1,32}(?<!-)$/,
        expected: 'at most 32 letters, digits and hyphens, not starting with "internal-" or a hyphen',
      }).describe('Name, unique in the account and region.'),
      type: z.enum(['application', 'network', 'gateway']).optional().describe('application unless told.'),
      scheme: z.enum(['internet-facing', 'internal']).optional().describe('internet-facing unless told.'),
      subnets: z
        .array(text())
        .min(1)
        .optional()
        .describe('Subnet ids, all of them; an application load balancer needs two zones.'),
      subnetMappings: z
        .array(subnetMapping)
        .min(1)
        .optional()
        .describe(
          'What is fixed in a subnet; what is not said of it stays. Without subnets, these tell which there are.',
        ),
      securityGroups: z.array(text()).optional(),
      enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: z
        .enum(['on', 'off'])
        .optional()
        .describe('Network load balancers with security groups; set by SetSecurityGroups.'),
      ipAddressType: z
        .enum(['ipv4', 'dualstack', 'dualstack-without-public-ipv4'])
        .optional()
        .describe('ipv4 unless told.'),
      minimumLoadBalancerCapacity: z
        .strictObject({ capacityUnits: z.number().int().min(0) })
        .optional()
        .describe('Capacity that is kept ready, and paid for; 0 for none.'),
      attributes: z
        .record(z.string(), z.string())
        .optional()
        .describe('Attributes by their AWS keys, such as idle_timeout.timeout_seconds; only those named are compared.'),
    },
    balancerPart,
  ),
);

export type SubnetMappingSpec = z.infer<typeof subnetMapping>;
export type LoadBalancerSpec = z.infer<typeof schema>;

/** DescribeLoadBalancers' answer for one, with the attributes when the spec names any. */
export interface LoadBalancerState {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  readonly hostedZoneId: string;
  readonly type: string;
  readonly scheme: string;
  readonly status: string;
  readonly statusReason: string | undefined;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly ipAddressType: string;
  readonly attributes: Readonly<Record<string, string>> | undefined;
  /** Capacity units that are reserved; undefined where nobody asked. */
  readonly capacityUnits?: number | undefined;
  /** The whole description, for the before-image. */
  readonly description: Json;
}

export const traits = {
  type: 'elbv2/load-balancer',
  description: 'An application or network load balancer.',
  schema,
  outputs: {
    arn: { description: 'ARN', onReplace: 'new' },
    name: { description: 'Name', onReplace: 'same' },
    // A load balancer made again under its old name gets a new number in its DNS name [ELB API].
    dnsName: { description: 'DNS name', onReplace: 'new' },
    hostedZoneId: { description: 'Hosted zone id for alias records', onReplace: 'same' },
  },
  shareable: true,
  ownable: true,
  locators: ['name'],
  containers: [],
  requiredWhenOwned: [['subnets', 'subnetMappings']],
  immutable: ['name', 'type', 'scheme', 'customerOwnedIpv4Pool'],
  reuse: true,
  inert: false,
  // Its listeners vanish with it; a record that still names it could be taken over by others.
  heldBy: ['elbv2/listener', 'elbv2/listener-rule', 'route53/record'],
  missedAs: ['LoadBalancerNotFound'],
  traffic: { from: [], to: [] },
  // `failed` is an end; `active_impaired` still serves [ELBv2 API, LoadBalancerState].
  remedy: 'replace-stuck',
  permissions: {
    read: [
      'elasticloadbalancing:DescribeLoadBalancers',
      'elasticloadbalancing:DescribeLoadBalancerAttributes',
      'elasticloadbalancing:DescribeCapacityReservation',
      // What is deleted with it.
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeListenerCertificates',
      'elasticloadbalancing:DescribeTags',
    ],
    write: [
      'elasticloadbalancing:CreateLoadBalancer',
      'elasticloadbalancing:DeleteLoadBalancer',
      'elasticloadbalancing:ModifyLoadBalancerAttributes',
      'elasticloadbalancing:ModifyCapacityReservation',
      'elasticloadbalancing:ModifyIpPools',
      'elasticloadbalancing:SetSubnets',
      'elasticloadbalancing:SetSecurityGroups',
      'elasticloadbalancing:SetIpAddressType',
      'elasticloadbalancing:AddTags',
    ],
  },
} as const satisfies ComponentTraits<LoadBalancerSpec>;
