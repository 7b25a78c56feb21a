// Resource Groups Tagging: one index of tags over all services, which is behind them. The contract is in SPEC.md.
import type { JsonService } from '../../model.ts';
import { rate } from '../../rate.ts';
import { getResources } from './get-resources.ts';
import { inputs } from './inputs.ts';
import { emptyTaggingStore } from './store.ts';
import { taggingTimings } from './timings.ts';
import { watchTags } from './watch.ts';

export const taggingService = {
  name: 'tagging',
  alias: 'resourcegroupstaggingapi',
  // Asked in a region, it answers of that region; its store is one, so that what exists once makes no region.
  scope: 'account',
  protocol: 'json-1.1',
  targetPrefix: 'ResourceGroupsTaggingAPI_20170126',
  errorNamespace: '',
  operations: { GetResources: getResources },
  store: { name: 'tagging', empty: emptyTaggingStore },
  timings: taggingTimings,
  // "Resource Groups Tagging API quotas" are not published; about 15 a second (unverified).
  rates: [rate('get', 15, 15, /^Get/)],
  // It is behind by itself, whatever its own writes: it has none.
  inputs: {
    model: inputs,
    code: 'InvalidParameterException',
    notModelled: {
      'GetResourcesInput.TagsPerPage': 'pages are of resources',
      'GetResourcesInput.IncludeComplianceDetails': 'there are no tag policies',
      'GetResourcesInput.ExcludeCompliantResources': 'there are no tag policies',
    },
  },
  authorization: { prefix: 'tag' },
  errorCodes: { internal: 'InternalServiceException', throttled: 'ThrottledException' },
  watch: watchTags,
} as const satisfies JsonService;
