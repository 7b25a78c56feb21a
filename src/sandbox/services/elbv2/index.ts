// Elastic Load Balancing v2: the table of operations. Each call first brings ECS up to its instant, since services
// register and deregister targets while nobody looks.
import type { Operation, QueryService } from '../../model.ts';
import { withEcs } from '../ecs/advance.ts';
import { elbv2Authorization } from './authorization.ts';
import { describeAccountLimits } from './limits.ts';
import {
  addListenerCertificates,
  createListener,
  deleteListener,
  describeListenerAttributes,
  describeListenerCertificates,
  describeListeners,
  modifyListener,
  modifyListenerAttributes,
  removeListenerCertificates,
} from './listeners.ts';
import {
  createLoadBalancer,
  deleteLoadBalancer,
  describeLoadBalancerAttributes,
  describeLoadBalancers,
  modifyLoadBalancerAttributes,
  setIpAddressType,
  setSecurityGroups,
  setSubnets,
} from './load-balancers.ts';
import { elbv2Pieces } from './pieces.ts';
import { elbv2Rates } from './rates.ts';
import { describeCapacityReservation, modifyCapacityReservation, modifyIpPools } from './reservations.ts';
import { createRule, deleteRule, describeRules, modifyRule, setRulePriorities } from './rules.ts';
import { emptyElbv2Store } from './store.ts';
import { describeSslPolicies } from './ssl-policies.ts';
import { loadBalancerFails } from './stuck.ts';
import { addTags, describeTags, removeTags } from './tags.ts';
import {
  createTargetGroup,
  deleteTargetGroup,
  describeTargetGroupAttributes,
  describeTargetGroups,
  modifyTargetGroup,
  modifyTargetGroupAttributes,
} from './target-groups.ts';
import { elbv2Timings } from './timings.ts';
import { deregisterTargets, describeTargetHealth, registerTargets } from './targets.ts';
import { inputs } from './inputs.ts';
import { failLoadBalancer } from './trouble.ts';

const operations: Readonly<Record<string, Operation>> = {
  CreateLoadBalancer: createLoadBalancer,
  DescribeLoadBalancers: describeLoadBalancers,
  DeleteLoadBalancer: deleteLoadBalancer,
  DescribeLoadBalancerAttributes: describeLoadBalancerAttributes,
  ModifyLoadBalancerAttributes: modifyLoadBalancerAttributes,
  SetSecurityGroups: setSecurityGroups,
  SetSubnets: setSubnets,
  SetIpAddressType: setIpAddressType,
  DescribeCapacityReservation: describeCapacityReservation,
  ModifyCapacityReservation: modifyCapacityReservation,
  ModifyIpPools: modifyIpPools,
  CreateTargetGroup: createTargetGroup,
  DescribeTargetGroups: describeTargetGroups,
  ModifyTargetGroup: modifyTargetGroup,
  DeleteTargetGroup: deleteTargetGroup,
  DescribeTargetGroupAttributes: describeTargetGroupAttributes,
  ModifyTargetGroupAttributes: modifyTargetGroupAttributes,
  RegisterTargets: registerTargets,
  DeregisterTargets: deregisterTargets,
  DescribeTargetHealth: describeTargetHealth,
  CreateListener: createListener,
  DescribeListeners: describeListeners,
  ModifyListener: modifyListener,
  DeleteListener: deleteListener,
  DescribeListenerCertificates: describeListenerCertificates,
  AddListenerCertificates: addListenerCertificates,
  RemoveListenerCertificates: removeListenerCertificates,
  DescribeListenerAttributes: describeListenerAttributes,
  ModifyListenerAttributes: modifyListenerAttributes,
  DescribeSSLPolicies: describeSslPolicies,
  CreateRule: createRule,
  DescribeRules: describeRules,
  ModifyRule: modifyRule,
  DeleteRule: deleteRule,
  SetRulePriorities: setRulePriorities,
  AddTags: addTags,
  RemoveTags: removeTags,
  DescribeTags: describeTags,
  DescribeAccountLimits: describeAccountLimits,
};

export const elbv2Service = {
  name: 'elasticloadbalancing',
  alias: 'elbv2',
  scope: 'region',
  protocol: 'query',
  version: '2015-12-01',
  xmlns: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
  operations: Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, withEcs(operation)])),
  store: { name: 'elbv2', empty: emptyElbv2Store },
  rates: elbv2Rates,
  timings: elbv2Timings,
  // Documented as eventually consistent, without a figure (unverified).
  stale: { withinMs: 2_000 },
  inputs: {
    model: inputs,
    code: 'ValidationError',
    notModelled: {
      'CreateTargetGroupInput.TargetControlPort': 'there is no target optimizer',
      'TargetDescription.QuicServerId': 'there is no QUIC',
      'DescribeTargetHealthInput.Include': 'anomalies and states of administrators are not told',
    },
  },
  authorization: elbv2Authorization,
  errorCodes: { internal: 'InternalFailure' },
  stuck: [loadBalancerFails],
  troubles: { 'load-balancer-fails': failLoadBalancer },
  pieces: elbv2Pieces,
} as const satisfies QueryService;
