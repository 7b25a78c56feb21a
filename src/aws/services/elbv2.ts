// Elastic Load Balancing, version 2. A missing piece among those asked for by name refuses the whole call, so each of them is
// described in an answer.
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  always,
  answersFor,
  asks,
  bears,
  belongs,
  each,
  fills,
  has,
  hasOneOf,
  inEach,
  lists,
  once,
  pagesBy,
  tagsOfEach,
  textAt,
  where,
  type Answer,
  type EntryRule,
  type Members,
  type Proof,
} from '../contract/rules.ts';
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

function is(path: string, ...words: readonly string[]): (entry: Members) => boolean {
  return (entry) => words.includes(textAt(entry, path) ?? '');
}

function not(condition: (entry: Members) => boolean): (entry: Members) => boolean {
  return (entry) => !condition(entry);
}

/** Gateway load balancers have no name in DNS, and their listeners no port [ELB user guide, Gateway Load Balancers]. */
const isGateway = is('Type', 'gateway');
function isOfGateway(listener: Members): boolean {
  return textAt(listener, 'LoadBalancerArn')?.includes(':loadbalancer/gwy/') === true;
}

function areSeveral(path: string): (entry: Members) => boolean {
  return (entry) => Array.isArray(entry[path]) && entry[path].length > 1;
}

/** What an action says of itself [ELB API, Action; captured]. */
const action: readonly EntryRule[] = [
  has('Type'),
  where(is('Type', 'forward'), hasOneOf('TargetGroupArn', 'ForwardConfig.TargetGroups')),
  where(is('Type', 'fixed-response'), has('FixedResponseConfig.StatusCode')),
  where(is('Type', 'redirect'), has('RedirectConfig.StatusCode')),
  inEach('ForwardConfig.TargetGroups', has('TargetGroupArn')),
  where(
    (entry) => areSeveral('TargetGroups')((entry['ForwardConfig'] ?? {}) as Members),
    inEach('ForwardConfig.TargetGroups', has('Weight')),
  ),
];

/** Which action decides is told by their order, where there are several. */
function actions(list: string): readonly EntryRule[] {
  return [hasOneOf(list), inEach(list, ...action), where(areSeveral(list), inEach(list, has('Order')))];
}

/** A condition names its field, and what it is compared with. */
const condition: readonly EntryRule[] = [
  has('Field'),
  (entry) => (Object.keys(entry).length > 1 ? undefined : 'without any values'),
];

function named(kind: string): (input: Members) => boolean {
  return ({ ResourceArns: arns }) => Array.isArray(arns) && arns.some((arn) => String(arn).includes(kind));
}

const attributes: readonly EntryRule[] = [
  // An empty one too: `access_logs.s3.bucket`.
  (entry) => (typeof entry['Value'] === 'string' ? undefined : 'without Value'),
];

const noLoadBalancer = { LoadBalancerNotFound: always };
const noTargetGroup = { TargetGroupNotFound: always };
const noListener = { ListenerNotFound: always };
const noRule = { RuleNotFound: always };
const noCertificate = { CertificateNotFound: always };

// Which codes say that something is missing, by operation: [ELB API errors], all with HTTP 400.
const proofs: Readonly<Record<string, Proof>> = {
  DescribeLoadBalancers: {
    rules: [
      lists('LoadBalancers', 'LoadBalancerArn', 'LoadBalancerName', 'State.Code', 'Type'),
      answersFor({ asked: 'Names', list: 'LoadBalancers', by: ['LoadBalancerName'] }),
      answersFor({ asked: 'LoadBalancerArns', list: 'LoadBalancers', by: ['LoadBalancerArn'] }),
      once('LoadBalancers', 'LoadBalancerArn'),
      each(
        'LoadBalancers',
        hasOneOf('AvailabilityZones'),
        inEach('AvailabilityZones', has('ZoneName', 'SubnetId')),
        where(not(isGateway), has('DNSName', 'CanonicalHostedZoneId', 'Scheme', 'IpAddressType')),
        // Without any asked for it has the network's own [ELB API, CreateLoadBalancer].
        where(is('Type', 'application'), hasOneOf('SecurityGroups')),
      ),
    ],
    paging: markers,
    missing: { LoadBalancerNotFound: asks('Names', 'LoadBalancerArns') },
  },
  DescribeTargetGroups: {
    rules: [
      lists('TargetGroups', 'TargetGroupArn', 'TargetGroupName', 'TargetType'),
      answersFor({ asked: 'Names', list: 'TargetGroups', by: ['TargetGroupName'] }),
      answersFor({ asked: 'TargetGroupArns', list: 'TargetGroups', by: ['TargetGroupArn'] }),
      once('TargetGroups', 'TargetGroupArn'),
      once('TargetGroups', 'TargetGroupName'),
      each(
        'TargetGroups',
        // The list is empty where no load balancer uses it [captured].
        has('LoadBalancerArns', 'HealthCheckIntervalSeconds', 'HealthCheckTimeoutSeconds'),
        has('HealthyThresholdCount', 'UnhealthyThresholdCount'),
        where(
          not(is('TargetType', 'lambda')),
          has('Protocol', 'Port', 'VpcId', 'HealthCheckProtocol', 'HealthCheckPort'),
        ),
        where(is('Protocol', 'HTTP', 'HTTPS'), has('ProtocolVersion')),
        where(
          is('HealthCheckProtocol', 'HTTP', 'HTTPS'),
          has('HealthCheckPath'),
          hasOneOf('Matcher.HttpCode', 'Matcher.GrpcCode'),
        ),
      ),
    ],
    paging: markers,
    missing: { TargetGroupNotFound: asks('Names', 'TargetGroupArns'), LoadBalancerNotFound: asks('LoadBalancerArn') },
  },
  DescribeListeners: {
    rules: [
      lists('Listeners', 'ListenerArn', 'LoadBalancerArn'),
      belongs('LoadBalancerArn', 'Listeners', 'LoadBalancerArn'),
      once('Listeners', 'ListenerArn'),
      once('Listeners', 'LoadBalancerArn', 'Port'),
      each(
        'Listeners',
        where(not(isOfGateway), has('Port', 'Protocol')),
        where(is('Protocol', 'HTTPS', 'TLS'), has('SslPolicy'), hasOneOf('Certificates')),
        inEach('Certificates', has('CertificateArn')),
        ...actions('DefaultActions'),
      ),
    ],
    paging: markers,
    missing: { LoadBalancerNotFound: asks('LoadBalancerArn'), ListenerNotFound: asks('ListenerArns') },
  },
  DescribeRules: {
    rules: [
      lists('Rules', 'RuleArn', 'Priority'),
      belongs('ListenerArn', 'Rules', 'RuleArn', isRuleOf),
      hasDefaultRule,
      once('Rules', 'RuleArn'),
      (answer) => (answer.input['ListenerArn'] === undefined ? undefined : once('Rules', 'Priority')(answer)),
      each('Rules', has('IsDefault', 'Conditions'), inEach('Conditions', ...condition), ...actions('Actions')),
    ],
    paging: markers,
    missing: { ListenerNotFound: asks('ListenerArn'), RuleNotFound: asks('RuleArns') },
  },
  DescribeListenerCertificates: {
    rules: [lists('Certificates', 'CertificateArn')],
    paging: markers,
    missing: noListener,
  },
  // Without a description of its tags nobody can tell whose a piece is.
  DescribeTags: {
    rules: tagsOfEach('ResourceArns', 'TagDescriptions', 'ResourceArn'),
    missing: {
      LoadBalancerNotFound: named(':loadbalancer/'),
      TargetGroupNotFound: named(':targetgroup/'),
      ListenerNotFound: named(':listener/'),
      RuleNotFound: named(':listener-rule/'),
    },
  },
  // None is without any: deletion protection and the deregistration delay are always told [captured].
  DescribeLoadBalancerAttributes: {
    rules: [
      lists('Attributes', 'Key'),
      fills('Attributes'),
      once('Attributes', 'Key'),
      each('Attributes', ...attributes),
    ],
    missing: noLoadBalancer,
  },
  DescribeTargetGroupAttributes: {
    rules: [
      lists('Attributes', 'Key'),
      fills('Attributes'),
      once('Attributes', 'Key'),
      each('Attributes', ...attributes),
    ],
    missing: noTargetGroup,
  },
  // A listener that takes QUIC or UDP alone has none [ELB API, ListenerAttribute].
  DescribeListenerAttributes: {
    rules: [lists('Attributes', 'Key'), once('Attributes', 'Key'), each('Attributes', ...attributes)],
    missing: noListener,
  },
  // Nothing is reserved where the answer has no MinimumLoadBalancerCapacity.
  DescribeCapacityReservation: { rules: [], missing: noLoadBalancer },
  // A group without targets is real.
  DescribeTargetHealth: {
    rules: [
      lists('TargetHealthDescriptions', 'Target.Id', 'TargetHealth.State'),
      once('TargetHealthDescriptions', 'Target.Id', 'Target.Port', 'Target.AvailabilityZone'),
    ],
    missing: noTargetGroup,
  },
  CreateLoadBalancer: { rules: [lists('LoadBalancers', 'LoadBalancerArn'), fills('LoadBalancers')] },
  CreateTargetGroup: { rules: [lists('TargetGroups', 'TargetGroupArn'), fills('TargetGroups')] },
  CreateListener: {
    rules: [lists('Listeners', 'ListenerArn'), fills('Listeners')],
    missing: { ...noLoadBalancer, ...noTargetGroup, ...noCertificate },
  },
  CreateRule: { rules: [lists('Rules', 'RuleArn'), fills('Rules')], missing: { ...noListener, ...noTargetGroup } },
  ModifyTargetGroup: {
    rules: [lists('TargetGroups', 'TargetGroupArn'), fills('TargetGroups')],
    missing: noTargetGroup,
  },
  ModifyListener: {
    rules: [lists('Listeners', 'ListenerArn'), fills('Listeners')],
    missing: { ...noListener, ...noTargetGroup, ...noCertificate },
  },
  ModifyRule: { rules: [lists('Rules', 'RuleArn'), fills('Rules')], missing: { ...noRule, ...noTargetGroup } },
  ModifyLoadBalancerAttributes: { rules: [lists('Attributes')], missing: noLoadBalancer },
  ModifyTargetGroupAttributes: { rules: [lists('Attributes')], missing: noTargetGroup },
  ModifyListenerAttributes: { rules: [lists('Attributes')], missing: noListener },
  ModifyCapacityReservation: { rules: [], missing: noLoadBalancer },
  ModifyIpPools: { rules: [], missing: noLoadBalancer },
  AddListenerCertificates: { rules: [lists('Certificates')], missing: { ...noListener, ...noCertificate } },
  RemoveListenerCertificates: { rules: [], missing: noListener },
  SetRulePriorities: { rules: [lists('Rules', 'RuleArn'), fills('Rules')], missing: noRule },
  SetSubnets: { rules: [lists('AvailabilityZones')], missing: noLoadBalancer },
  SetSecurityGroups: { rules: [lists('SecurityGroupIds')], missing: noLoadBalancer },
  SetIpAddressType: { rules: [bears('IpAddressType')], missing: noLoadBalancer },
  // Nothing but their envelope.
  DeleteLoadBalancer: { rules: [], missing: noLoadBalancer },
  DeleteTargetGroup: { rules: [] },
  DeleteListener: { rules: [], missing: noListener },
  DeleteRule: { rules: [], missing: noRule },
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
    SetRulePriorities: ['Rules.RuleArn'],
    DescribeTags: ['TagDescriptions.ResourceArn'],
  },
  // Attributes, tags, ids of subnets and security groups, or an empty answer.
  identifyNothing: new Set([
    'AddListenerCertificates',
    'DeleteListener',
    'DeleteLoadBalancer',
    'DeleteRule',
    'DeleteTargetGroup',
    'DescribeCapacityReservation',
    'DescribeListenerAttributes',
    'DescribeListenerCertificates',
    'DescribeLoadBalancerAttributes',
    'DescribeTargetGroupAttributes',
    'DescribeTargetHealth',
    'ModifyCapacityReservation',
    'ModifyIpPools',
    'ModifyListenerAttributes',
    'ModifyLoadBalancerAttributes',
    'ModifyTargetGroupAttributes',
    'RemoveListenerCertificates',
    'SetIpAddressType',
    'SetSecurityGroups',
    'SetSubnets',
  ]),
});
