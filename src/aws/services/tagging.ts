// Resource Groups Tagging API: what bears a tag, over all services. An index that is hours behind: it hints, and whose a piece
// is and whether it is there is asked of the service that owns it. No recovery needs it.
import type { ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { lists, once, pagesBy } from '../contract/rules.ts';
import { awsService } from './service.ts';

export const tagging = awsService({
  name: 'tagging',
  signingName: 'tagging',
  // [Service Authorization Reference, "Amazon Resource Group Tagging API"]
  iamPrefix: 'tag',
  settingsName: 'resource_groups_tagging_api',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { ResourceGroupsTaggingAPIClient: Client } = await import('@aws-sdk/client-resource-groups-tagging-api');
    return (settings): ResourceGroupsTaggingAPIClient => new Client(settings);
  },
  // No published rate is known: as a careful caller would.
  rates: { all: { burst: 10, refill: 5 } },
  bucketOf: () => 'all',
  reads: new Set(['GetResources', 'GetTagKeys', 'GetTagValues']),
  // [Resource Groups Tagging API reference, GetResources, Errors]
  errorCodes: { PaginationTokenExpiredException: 'conflict', InternalServiceException: 'unavailable' },
  proofs: {
    GetResources: {
      rules: [lists('ResourceTagMappingList', 'ResourceARN'), once('ResourceTagMappingList', 'ResourceARN')],
      paging: pagesBy('PaginationToken', 'PaginationToken'),
    },
  },
  identifyingMembers: { GetResources: ['ResourceTagMappingList.ResourceARN'] },
  identifyNothing: new Set(),
});
