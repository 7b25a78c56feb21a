// Route 53: hosted zones, records, health checks. State in store.ts, behaviour in SPEC.md; what DNS
// answers from it is in answers.ts.
import type { RestRoute, RestXmlService } from '../../model.ts';
import { rate } from '../../rate.ts';
import { route53Authorization } from './authorization.ts';
import { changeResourceRecordSets, getChange } from './changes.ts';
import {
  createHealthCheck,
  deleteHealthCheck,
  getHealthCheck,
  listHealthChecks,
  updateHealthCheck,
} from './health-checks.ts';
import { getHealthCheckLastFailureReason, getHealthCheckStatus } from './health-status.ts';
import { getAccountLimit, getHealthCheckCount, getHostedZoneCount, getHostedZoneLimit } from './limits.ts';
import { listHostedZones, listHostedZonesByName, listResourceRecordSets } from './listing.ts';
import { healthCheckCount, healthCheckPieces, recordsOf } from './pieces.ts';
import { presumedZone } from './presume.ts';
import { emptyRoute53Store } from './store.ts';
import { advanceHealthChecks } from './checking.ts';
import { changeNeverInSync } from './stuck.ts';
import { changeTagsForResource, listTagsForResource, listTagsForResources } from './tags.ts';
import { testDnsAnswer } from './test-dns-answer.ts';
import { route53Timings } from './timings.ts';
import { associateVpcWithHostedZone, disassociateVpcFromHostedZone, listHostedZonesByVpc } from './vpcs.ts';
import { createHostedZone, deleteHostedZone, getHostedZone, updateHostedZoneComment } from './zones.ts';
import { inputs } from './inputs.ts';

function route(
  operation: string,
  request: `${RestRoute['method']} ${string}`,
  handle: RestRoute['handle'],
  status = 200,
): RestRoute {
  const [method = '', path = ''] = request.split(' ');
  return { operation, method: method as RestRoute['method'], path: `/2013-04-01/${path}`, status, handle };
}

export const route53Service = {
  name: 'route53',
  scope: 'account',
  protocol: 'rest-xml',
  xmlns: 'https://route53.amazonaws.com/doc/2013-04-01/',
  routes: [
    route('CreateHostedZone', 'POST hostedzone', createHostedZone, 201),
    route('ListHostedZones', 'GET hostedzone', listHostedZones),
    route('ListHostedZonesByName', 'GET hostedzonesbyname', listHostedZonesByName),
    route('GetHostedZone', 'GET hostedzone/{Id}', getHostedZone),
    route('UpdateHostedZoneComment', 'POST hostedzone/{Id}', updateHostedZoneComment),
    route('AssociateVPCWithHostedZone', 'POST hostedzone/{Id}/associatevpc', associateVpcWithHostedZone),
    route('DisassociateVPCFromHostedZone', 'POST hostedzone/{Id}/disassociatevpc', disassociateVpcFromHostedZone),
    route('ListHostedZonesByVPC', 'GET hostedzonesbyvpc', listHostedZonesByVpc),
    route('DeleteHostedZone', 'DELETE hostedzone/{Id}', deleteHostedZone),
    route('ChangeResourceRecordSets', 'POST hostedzone/{Id}/rrset', changeResourceRecordSets),
    route('ListResourceRecordSets', 'GET hostedzone/{Id}/rrset', listResourceRecordSets),
    route('GetChange', 'GET change/{Id}', getChange),
    route('TestDNSAnswer', 'GET testdnsanswer', testDnsAnswer),
    route('CreateHealthCheck', 'POST healthcheck', createHealthCheck, 201),
    route('ListHealthChecks', 'GET healthcheck', listHealthChecks),
    route('GetHealthCheck', 'GET healthcheck/{HealthCheckId}', getHealthCheck),
    route('UpdateHealthCheck', 'POST healthcheck/{HealthCheckId}', updateHealthCheck),
    route('DeleteHealthCheck', 'DELETE healthcheck/{HealthCheckId}', deleteHealthCheck),
    route('GetHealthCheckStatus', 'GET healthcheck/{HealthCheckId}/status', getHealthCheckStatus),
    route(
      'GetHealthCheckLastFailureReason',
      'GET healthcheck/{HealthCheckId}/lastfailurereason',
      getHealthCheckLastFailureReason,
    ),
    route('ChangeTagsForResource', 'POST tags/{ResourceType}/{ResourceId}', changeTagsForResource),
    route('ListTagsForResource', 'GET tags/{ResourceType}/{ResourceId}', listTagsForResource),
    route('ListTagsForResources', 'POST tags/{ResourceType}', listTagsForResources),
    route('GetAccountLimit', 'GET accountlimit/{Type}', getAccountLimit),
    route('GetHostedZoneLimit', 'GET hostedzonelimit/{Id}/{Type}', getHostedZoneLimit),
    route('GetHealthCheckCount', 'GET healthcheckcount', getHealthCheckCount),
    route('GetHostedZoneCount', 'GET hostedzonecount', getHostedZoneCount),
  ],
  listItems: {
    Changes: 'Change',
    ResourceRecordSets: 'ResourceRecordSet',
    ResourceRecords: 'ResourceRecord',
    HostedZones: 'HostedZone',
    HostedZoneSummaries: 'HostedZoneSummary',
    NameServers: 'NameServer',
    VPCs: 'VPC',
    HealthChecks: 'HealthCheck',
    HealthCheckObservations: 'HealthCheckObservation',
    ChildHealthChecks: 'ChildHealthCheck',
    Regions: 'Region',
    ResetElements: 'ResettableElementName',
    AddTags: 'Tag',
    RemoveTagKeys: 'Key',
    Tags: 'Tag',
    ResourceIds: 'ResourceId',
    ResourceTagSets: 'ResourceTagSet',
    RecordData: 'RecordDataEntry',
  },
  store: { name: 'route53', empty: emptyRoute53Store },
  // A batch holds 1,000 records and 32,000 characters of values, beside names of 1,024 ["Quotas"]; unverified.
  largestRequest: 4 * 1024 * 1024,
  // "All requests: five requests per second per AWS account." ["Route 53 quotas"]
  rates: [rate('account', 5, 5, /^/)],
  timings: route53Timings,
  // Reads show every write at once: records "PENDING" are listed [Route 53 API]. So nothing is stale.
  inputs: {
    model: inputs,
    code: 'InvalidInput',
    notModelled: {
      'TestDNSAnswerRequest.ResolverIP': 'answers are those for one place alone',
      'TestDNSAnswerRequest.EDNS0ClientSubnetIP': 'answers are those for one place alone',
      'TestDNSAnswerRequest.EDNS0ClientSubnetMask': 'answers are those for one place alone',
    },
  },
  authorization: route53Authorization,
  errorCodes: { internal: 'InternalFailure' },
  advance: advanceHealthChecks,
  stuck: [changeNeverInSync],
  presumes: [presumedZone],
  pieces: healthCheckPieces,
  counts: healthCheckCount,
  untagged: recordsOf,
} as const satisfies RestXmlService;
