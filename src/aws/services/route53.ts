// Amazon Route 53. It tells of every listing whether it is cut short [Route 53 API], and answers nothing that names an account.
import type { Route53Client } from '@aws-sdk/client-route-53';
import {
  always,
  bears,
  each,
  has,
  hasOneOf,
  inEach,
  isAbout,
  lists,
  once,
  sameEnd,
  tagsOfEach,
  textAt,
  where,
  type Answer,
  type EntryRule,
  type Members,
  type Proof,
} from '../contract/rules.ts';
import { awsService } from './service.ts';

/** At 5 calls a second and account, a quarter of a minute; of records 22,500, where the quota is 10,000. */
const mostPages = 75;

/** Cut short without saying where to go on would be taken for the end. */
function goesOn(...next: readonly string[]): (answer: Answer) => string | undefined {
  return ({ output }) => {
    if (typeof output['IsTruncated'] !== 'boolean') return 'no IsTruncated';
    if (!output['IsTruncated'] || next.some((name) => isText(output[name]))) return undefined;
    return `IsTruncated without ${next.join(' or ')}`;
  };
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function tokenOf(members: Members, names: readonly string[]): string | undefined {
  const parts = names.map((name) => members[name]);
  return parts.some(isText) ? JSON.stringify(parts) : undefined;
}

function truncated(output: Members, names: readonly string[]): string | undefined {
  return output['IsTruncated'] === true ? tokenOf(output, names) : undefined;
}

/** [Route 53 API, ResourceRecordSet] */
const routing = [
  'Weight',
  'Region',
  'Failover',
  'GeoLocation',
  'GeoProximityLocation',
  'MultiValueAnswer',
  'CidrRoutingConfig',
] as const;

const healthCheck = bears('HealthCheck.Id', 'HealthCheck.HealthCheckConfig');

/** A record has values, or leads to a name; both are never told at once [Route 53 API, ResourceRecordSet]. */
const record: readonly EntryRule[] = [
  hasOneOf('ResourceRecords', 'AliasTarget', 'TrafficPolicyInstanceId'),
  (entry) =>
    isThere(entry, 'ResourceRecords') && isThere(entry, 'AliasTarget') ? 'with values and an AliasTarget' : undefined,
  where((entry) => isThere(entry, 'ResourceRecords'), has('TTL')),
  inEach('ResourceRecords', has('Value')),
  inEach('AliasTarget', has('HostedZoneId', 'DNSName', 'EvaluateTargetHealth')),
  // How one of a group is chosen, and its name within the group, are told together.
  where((entry) => isThere(entry, 'SetIdentifier'), hasOneOf(...routing)),
  where((entry) => routing.some((name) => isThere(entry, name)), has('SetIdentifier')),
];

function isThere(entry: Members, name: string): boolean {
  return entry[name] !== undefined;
}

/** Types that ask an endpoint; the others go by other checks, an alarm or a routing control [Route 53 API, HealthCheckType]. */
function asksAnEndpoint(check: Members): boolean {
  return /^(HTTPS?(_STR_MATCH)?|TCP)$/.test(textAt(check, 'HealthCheckConfig.Type') ?? '');
}

const noZone = { NoSuchHostedZone: always };
const noHealthCheck = { NoSuchHealthCheck: always };

// Which codes say that something is missing, by operation: [Route 53 API errors], all with HTTP 404.
const proofs: Readonly<Record<string, Proof>> = {
  ListHostedZones: {
    rules: [lists('HostedZones', 'Id', 'Name'), goesOn('NextMarker'), once('HostedZones', 'Id')],
    paging: {
      from: (input) => tokenOf(input, ['Marker']),
      next: (output) => truncated(output, ['NextMarker']),
      most: mostPages,
    },
  },
  ListHostedZonesByName: {
    rules: [lists('HostedZones', 'Id', 'Name'), goesOn('NextDNSName', 'NextHostedZoneId'), once('HostedZones', 'Id')],
    paging: {
      from: (input) => tokenOf(input, ['DNSName', 'HostedZoneId']),
      next: (output) => truncated(output, ['NextDNSName', 'NextHostedZoneId']),
      most: mostPages,
    },
  },
  GetHostedZone: {
    rules: [bears('HostedZone.Id', 'HostedZone.Name'), isAbout('Id', 'HostedZone.Id', sameEnd)],
    missing: noZone,
  },
  // That the names are of the zone is seen by who knows its name.
  ListResourceRecordSets: {
    rules: [
      lists('ResourceRecordSets', 'Name', 'Type'),
      goesOn('NextRecordName'),
      once('ResourceRecordSets', 'Name', 'Type', 'SetIdentifier'),
      each('ResourceRecordSets', ...record),
    ],
    paging: {
      from: (input) => tokenOf(input, ['StartRecordName', 'StartRecordType', 'StartRecordIdentifier']),
      next: (output) => truncated(output, ['NextRecordName', 'NextRecordType', 'NextRecordIdentifier']),
      most: mostPages,
    },
    missing: noZone,
  },
  ListHealthChecks: {
    rules: [
      lists('HealthChecks', 'Id', 'CallerReference', 'HealthCheckVersion', 'HealthCheckConfig.Type'),
      goesOn('NextMarker'),
      once('HealthChecks', 'Id'),
      each(
        'HealthChecks',
        // Its port too, where it is the usual one [captured].
        where(
          asksAnEndpoint,
          has('HealthCheckConfig.Port', 'HealthCheckConfig.RequestInterval', 'HealthCheckConfig.FailureThreshold'),
          hasOneOf('HealthCheckConfig.FullyQualifiedDomainName', 'HealthCheckConfig.IPAddress'),
        ),
      ),
    ],
    paging: {
      // Both in one form, or no page is known to follow another.
      from: (input) => tokenOf(input, ['Marker']),
      next: (output) => truncated(output, ['NextMarker']),
      most: mostPages,
    },
  },
  ListTagsForResources: {
    rules: tagsOfEach('ResourceIds', 'ResourceTagSets', 'ResourceId'),
    missing: noHealthCheck,
  },
  GetHealthCheckStatus: { rules: [lists('HealthCheckObservations')], missing: noHealthCheck },
  GetChange: {
    rules: [bears('ChangeInfo.Id', 'ChangeInfo.Status'), isAbout('Id', 'ChangeInfo.Id', sameEnd)],
    missing: { NoSuchChange: always },
  },
  TestDNSAnswer: { rules: [bears('ResponseCode'), lists('RecordData')], missing: noZone },
  ChangeResourceRecordSets: {
    rules: [bears('ChangeInfo.Id', 'ChangeInfo.Status')],
    missing: { ...noZone, ...noHealthCheck },
  },
  CreateHealthCheck: { rules: [healthCheck] },
  UpdateHealthCheck: { rules: [healthCheck], missing: noHealthCheck },
  // Nothing but their envelope.
  DeleteHealthCheck: { rules: [], missing: noHealthCheck },
  ChangeTagsForResource: { rules: [], missing: { ...noZone, ...noHealthCheck } },
};

export const route53 = awsService({
  name: 'route53',
  signingName: 'route53',
  settingsName: 'route_53',
  protocol: 'rest-xml',
  accountWide: true,
  load: async () => {
    const { Route53Client: Client } = await import('@aws-sdk/client-route-53');
    return (settings): Route53Client => new Client(settings);
  },
  // [Route 53 quotas: 5 calls per second and account]
  rates: { all: { burst: 5, refill: 5 } },
  bucketOf: () => 'all',
  reads: new Set([
    'GetAccountLimit',
    'GetChange',
    'GetCheckerIpRanges',
    'GetDNSSEC',
    'GetGeoLocation',
    'GetHealthCheck',
    'GetHealthCheckCount',
    'GetHealthCheckLastFailureReason',
    'GetHealthCheckStatus',
    'GetHostedZone',
    'GetHostedZoneCount',
    'GetHostedZoneLimit',
    'GetQueryLoggingConfig',
    'GetReusableDelegationSet',
    'GetReusableDelegationSetLimit',
    'GetTrafficPolicy',
    'GetTrafficPolicyInstance',
    'GetTrafficPolicyInstanceCount',
    'ListCidrBlocks',
    'ListCidrCollections',
    'ListCidrLocations',
    'ListGeoLocations',
    'ListHealthChecks',
    'ListHostedZones',
    'ListHostedZonesByName',
    'ListHostedZonesByVPC',
    'ListQueryLoggingConfigs',
    'ListResourceRecordSets',
    'ListReusableDelegationSets',
    'ListTagsForResource',
    'ListTagsForResources',
    'ListTrafficPolicies',
    'ListTrafficPolicyInstances',
    'ListTrafficPolicyInstancesByHostedZone',
    'ListTrafficPolicyInstancesByPolicy',
    'ListTrafficPolicyVersions',
    'ListVPCAssociationAuthorizations',
    'TestDNSAnswer',
  ]),
  errorCodes: {
    NoSuchHostedZone: 'not-found',
    NoSuchHealthCheck: 'not-found',
    NoSuchChange: 'not-found',
    PriorRequestNotComplete: 'conflict',
    HealthCheckVersionMismatch: 'conflict',
  },
  proofs,
  identifyingMembers: {},
  // It has no ARNs in its answers.
  identifyNothing: new Set([
    'ChangeResourceRecordSets',
    'ChangeTagsForResource',
    'CreateHealthCheck',
    'DeleteHealthCheck',
    'GetChange',
    'GetHealthCheckStatus',
    'GetHostedZone',
    'ListHealthChecks',
    'ListHostedZones',
    'ListHostedZonesByName',
    'ListResourceRecordSets',
    'ListTagsForResources',
    'TestDNSAnswer',
    'UpdateHealthCheck',
  ]),
});
