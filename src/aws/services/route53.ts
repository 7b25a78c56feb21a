// Amazon Route 53. It tells of every listing whether it is cut short [Route 53 API], and answers nothing that names an account.
import type { Route53Client } from '@aws-sdk/client-route-53';
import {
  answersFor,
  bears,
  isAbout,
  lists,
  pagesBy,
  sameEnd,
  type Answer,
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

const healthCheck = bears('HealthCheck.Id', 'HealthCheck.HealthCheckConfig');

const proofs: Readonly<Record<string, Proof>> = {
  ListHostedZonesByName: {
    rules: [lists('HostedZones', 'Id', 'Name'), goesOn('NextDNSName', 'NextHostedZoneId')],
    paging: {
      from: (input) => tokenOf(input, ['DNSName', 'HostedZoneId']),
      next: (output) => truncated(output, ['NextDNSName', 'NextHostedZoneId']),
      most: mostPages,
    },
  },
  GetHostedZone: { rules: [bears('HostedZone.Id', 'HostedZone.Name'), isAbout('Id', 'HostedZone.Id', sameEnd)] },
  // That the names are of the zone is seen by who knows its name.
  ListResourceRecordSets: {
    rules: [lists('ResourceRecordSets', 'Name', 'Type'), goesOn('NextRecordName')],
    paging: {
      from: (input) => tokenOf(input, ['StartRecordName', 'StartRecordType', 'StartRecordIdentifier']),
      next: (output) => truncated(output, ['NextRecordName', 'NextRecordType', 'NextRecordIdentifier']),
      most: mostPages,
    },
  },
  ListHealthChecks: {
    rules: [lists('HealthChecks', 'Id', 'CallerReference', 'HealthCheckConfig'), goesOn('NextMarker')],
    paging: { ...pagesBy('Marker', 'NextMarker', mostPages), next: (output) => truncated(output, ['NextMarker']) },
  },
  ListTagsForResources: {
    rules: [
      lists('ResourceTagSets', 'ResourceId', 'Tags'),
      answersFor({ asked: 'ResourceIds', list: 'ResourceTagSets', by: ['ResourceId'] }),
    ],
  },
  GetHealthCheckStatus: { rules: [lists('HealthCheckObservations')] },
  GetChange: { rules: [bears('ChangeInfo.Id', 'ChangeInfo.Status'), isAbout('Id', 'ChangeInfo.Id', sameEnd)] },
  TestDNSAnswer: { rules: [bears('ResponseCode'), lists('RecordData')] },
  ChangeResourceRecordSets: { rules: [bears('ChangeInfo.Id', 'ChangeInfo.Status')] },
  CreateHealthCheck: { rules: [healthCheck] },
  UpdateHealthCheck: { rules: [healthCheck] },
  // Nothing but their envelope.
  DeleteHealthCheck: { rules: [] },
  ChangeTagsForResource: { rules: [] },
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
    'ListHostedZonesByName',
    'ListResourceRecordSets',
    'ListTagsForResources',
    'TestDNSAnswer',
    'UpdateHealthCheck',
  ]),
});
