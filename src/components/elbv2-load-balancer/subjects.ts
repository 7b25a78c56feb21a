// How calls name a load balancer.
import type { Subjects } from '../contract.ts';
import { addingTags, byArn } from '../kit/elbv2-naming.ts';
import { byField } from '../kit/naming.ts';

const named = byArn('LoadBalancerArn', 'loadbalancer');

export const subjects: Subjects = {
  'elasticloadbalancing:CreateLoadBalancer': byField('Name', 'name'),
  'elasticloadbalancing:DeleteLoadBalancer': named,
  'elasticloadbalancing:SetSubnets': named,
  'elasticloadbalancing:SetSecurityGroups': named,
  'elasticloadbalancing:SetIpAddressType': named,
  'elasticloadbalancing:ModifyCapacityReservation': named,
  'elasticloadbalancing:ModifyIpPools': named,
  'elasticloadbalancing:ModifyLoadBalancerAttributes': named,
  'elasticloadbalancing:AddTags': addingTags('loadbalancer'),
};
