// Elastic Load Balancing, version 2. A missing piece among those asked for by name refuses the whole call, so each of them is
// described in an answer.
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { answersFor, bears, belongs, fills, lists, pagesBy, type Answer, type Proof } from '../contract/rules.ts';
import { awsService } from './service.ts';

const markers = pagesBy('Marker', 'NextMarker');

/** `...:listener/app/api/1/2` and its rule `...:listener-rule/app/api/1/2/3` [ELB user guide, resource ARNs]. */
function isRuleOf(rule: string, listener: string): boolean {
  return rule.startsWith(`${listener.replace(':listener/', ':listener-rule/')}/`);
}

/** Every listener has one, which cannot be deleted [ELB API, DeleteRule]; asked of listings of one page. */
function hasDefaultRule({ input, output }: Answer): string | undefined {
  if (input['ListenerArn'] === undefined || markers.from(input) !== undefined || markers.next(output) !== undefined) {
    return undefined;
  }
  const rules = Array.isArray(output['Rules']) ? (output['Rules'] as readonly { readonly IsDefault?: unknown }[]) : [];
  return rules.some((each) => each.IsDefault === true) ? undefined : 'no default rule, which every listener has';
}

const proofs: Readonly<Record<string, Proof>> = {
  DescribeLoadBalancers: {
    rules: [
      lists('LoadBalancers', 'LoadBalancerArn', 'LoadBalancerName', 'State.Code'),
      answersFor({ asked: 'Names', list: 'LoadBalancers', by: ['LoadBalancerName'] }),
      answersFor({ asked: 'LoadBalancerArns', list: 'LoadBalancers', by: ['LoadBalancerArn'] }),
    ],
    paging: markers,
  },
  DescribeTargetGroups: {
    rules: [
      lists('TargetGroups', 'TargetGroupArn', 'TargetGroupName'),
      answersFor({ asked: 'Names', list: 'TargetGroups', by: ['TargetGroupName'] }),
      answersFor({ asked: 'TargetGroupArns', list: 'TargetGroups', by: ['TargetGroupArn'] }),
    ],
    paging: markers,
  },
  DescribeListeners: {
    rules: [
      lists('Listeners', 'ListenerArn', 'LoadBalancerArn'),
      belongs('LoadBalancerArn', 'Listeners', 'LoadBalancerArn'),
    ],
    paging: markers,
  },
  DescribeRules: {
    rules: [
      lists('Rules', 'RuleArn', 'Priority'),
      belongs('ListenerArn', 'Rules', 'RuleArn', isRuleOf),
      hasDefaultRule,
    ],
    paging: markers,
  },
  DescribeListenerCertificates: { rules: [lists('Certificates', 'CertificateArn')], paging: markers },
  // Without a description of its tags nobody can tell whose a piece is.
  DescribeTags: {
    rules: [
      lists('TagDescriptions', 'ResourceArn', 'Tags'),
      answersFor({ asked: 'ResourceArns', list: 'TagDescriptions', by: ['ResourceArn'] }),
    ],
  },
  // None is without any: deletion protection and the deregistration delay are always told [captured].
  DescribeLoadBalancerAttributes: { rules: [lists('Attributes', 'Key'), fills('Attributes')] },
  DescribeTargetGroupAttributes: { rules: [lists('Attributes', 'Key'), fills('Attributes')] },
  // A group without targets is real.
  DescribeTargetHealth: { rules: [lists('TargetHealthDescriptions', 'Target.Id', 'TargetHealth.State')] },
  CreateLoadBalancer: { rules: [lists('LoadBalancers', 'LoadBalancerArn'), fills('LoadBalancers')] },
  CreateTargetGroup: { rules: [lists('TargetGroups', 'TargetGroupArn'), fills('TargetGroups')] },
  CreateListener: { rules: [lists('Listeners', 'ListenerArn'), fills('Listeners')] },
  CreateRule: { rules: [lists('Rules', 'RuleArn'), fills('Rules')] },
  ModifyTargetGroup: { rules: [lists('TargetGroups', 'TargetGroupArn'), fills('TargetGroups')] },
  ModifyListener: { rules: [lists('Listeners', 'ListenerArn'), fills('Listeners')] },
  ModifyRule: { rules: [lists('Rules', 'RuleArn'), fills('Rules')] },
  ModifyLoadBalancerAttributes: { rules: [lists('Attributes')] },
  ModifyTargetGroupAttributes: { rules: [lists('Attributes')] },
  SetSubnets: { rules: [lists('AvailabilityZones')] },
  SetSecurityGroups: { rules: [lists('SecurityGroupIds')] },
  SetIpAddressType: { rules: [bears('IpAddressType')] },
  // Nothing but their envelope.
  DeleteLoadBalancer: { rules: [] },
  DeleteTargetGroup: { rules: [] },
  DeleteListener: { rules: [] },
  DeleteRule: { rules: [] },
};

export const elbv2 = awsService({
  name: 'elbv2',
  signingName: 'elasticloadbalancing',
  settingsName: 'elastic_load_balancing_v2',
  protocol: 'query',
  accountWide: false,
  load: async () => {
    const { ElasticLoadBalancingV2Client: Client } = await import('@aws-sdk/client-elastic-load-balancing-v2');
    return (settings): ElasticLoadBalancingV2Client => new Client(settings);
  },
  // [ELB: "Request throttling for the Elastic Load Balancing API"; prose only, so the lower of the known figures]
  rates: { read: { burst: 40, refill: 10 }, modify: { burst: 20, refill: 3 } },
  bucketOf: (_operation, read) => (read ? 'read' : 'modify'),
  reads: new Set([
    'DescribeAccountLimits',
    'DescribeCapacityReservation',
    'DescribeListenerAttributes',
    'DescribeListenerCertificates',
    'DescribeListeners',
    'DescribeLoadBalancerAttributes',
    'DescribeLoadBalancers',
    'DescribeRules',
    'DescribeSSLPolicies',
    'DescribeTags',
    'DescribeTargetGroupAttributes',
    'DescribeTargetGroups',
    'DescribeTargetHealth',
    'DescribeTrustStoreAssociations',
    'DescribeTrustStores',
    'GetResourcePolicy',
  ]),
  errorCodes: {
    LoadBalancerNotFound: 'not-found',
    TargetGroupNotFound: 'not-found',
    ListenerNotFound: 'not-found',
    RuleNotFound: 'not-found',
    // Of nothing that relight makes: waiting does not bring it.
    CertificateNotFound: 'not-found',
    ResourceInUse: 'conflict',
  },
  errorTexts: [{ code: 'DependencyViolation', text: 'has a dependent object', class: 'conflict' }],
  proofs,
  identifyingMembers: {
    CreateLoadBalancer: ['LoadBalancers.LoadBalancerArn'],
    DescribeLoadBalancers: ['LoadBalancers.LoadBalancerArn'],
    CreateTargetGroup: ['TargetGroups.TargetGroupArn'],
    DescribeTargetGroups: ['TargetGroups.TargetGroupArn'],
    ModifyTargetGroup: ['TargetGroups.TargetGroupArn'],
    CreateListener: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
    DescribeListeners: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
    ModifyListener: ['Listeners.ListenerArn', 'Listeners.LoadBalancerArn'],
    CreateRule: ['Rules.RuleArn'],
    DescribeRules: ['Rules.RuleArn'],
    ModifyRule: ['Rules.RuleArn'],
    DescribeTags: ['TagDescriptions.ResourceArn'],
  },
  // Attributes, tags, ids of subnets and security groups, or an empty answer.
  identifyNothing: new Set([
    'DeleteListener',
    'DeleteLoadBalancer',
    'DeleteRule',
    'DeleteTargetGroup',
    'DescribeListenerCertificates',
    'DescribeLoadBalancerAttributes',
    'DescribeTargetGroupAttributes',
    'DescribeTargetHealth',
    'ModifyLoadBalancerAttributes',
    'ModifyTargetGroupAttributes',
    'SetIpAddressType',
    'SetSecurityGroups',
    'SetSubnets',
  ]),
});
