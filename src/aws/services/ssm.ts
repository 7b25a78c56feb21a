// AWS Systems Manager: Parameter Store.
import type { SSMClient } from '@aws-sdk/client-ssm';
import {
  always,
  bears,
  bearsTags,
  isAbout,
  lists,
  memberAt,
  once,
  pagesBy,
  type Answer,
  type Members,
  type Proof,
} from '../contract/rules.ts';
import { awsService } from './service.ts';

function namesIn(list: unknown, path?: string): readonly string[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.map((each) => (path === undefined ? each : memberAt(each, path))).map(String);
}

/** Every name that was asked for is in one of two lists, and nothing else is [SSM API, GetParameters]. */
function answersForNames({ input, output }: Answer): string | undefined {
  const asked = namesIn(input['Names']);
  const told = [...namesIn(output['Parameters'], 'Name'), ...namesIn(output['InvalidParameters'])];
  const alien = told.find((each) => !asked.includes(each));
  if (alien !== undefined) return `${alien}, which was not asked for`;
  const silent = asked.find((each) => !told.includes(each));
  if (silent !== undefined) return `nothing about ${silent}`;
  return new Set(told).size < told.length ? 'a parameter twice' : undefined;
}

/** Where names are asked for, nothing else is told; which of them are on which page is AWS's affair. */
function amongNames({ input, output }: Answer): string | undefined {
  const [filter] = (input['ParameterFilters'] ?? []) as readonly Members[];
  if (filter?.['Key'] !== 'Name' || filter['Option'] !== 'Equals') return undefined;
  const asked = namesIn(filter['Values']);
  const alien = namesIn(output['Parameters'], 'Name').find((each) => !asked.includes(each));
  return alien === undefined ? undefined : `${alien}, which was not asked for`;
}

/** With HTTP 400 [SSM API errors]. */
const noParameter = { ParameterNotFound: always };

const borne = ['Name', 'ARN', 'Type', 'Version'];

const proofs: Readonly<Record<string, Proof>> = {
  GetParameter: {
    rules: [bears(...[...borne, 'Value'].map((each) => `Parameter.${each}`)), isAbout('Name', 'Parameter.Name')],
    missing: noParameter,
  },
  GetParameters: {
    rules: [lists('Parameters', ...borne, 'Value'), lists('InvalidParameters'), answersForNames],
  },
  DescribeParameters: {
    rules: [lists('Parameters', ...borne, 'Tier'), once('Parameters', 'Name'), amongNames],
    paging: pagesBy('NextToken', 'NextToken'),
  },
  ListTagsForResource: {
    rules: [lists('TagList', 'Key'), bearsTags('TagList', 'Key', 'Value')],
    missing: { InvalidResourceId: always },
  },
  PutParameter: { rules: [bears('Version')] },
  DeleteParameter: { rules: [], missing: noParameter },
  AddTagsToResource: { rules: [], missing: { InvalidResourceId: always } },
  RemoveTagsFromResource: { rules: [], missing: { InvalidResourceId: always } },
};

/** A SecureString is decrypted only when it is asked for so [SSM API, WithDecryption]. */
function decrypts(input: Members): boolean {
  return input['WithDecryption'] === true;
}

export const ssm = awsService({
  name: 'ssm',
  signingName: 'ssm',
  settingsName: 'ssm',
  protocol: 'json',
  accountWide: false,
  load: async () => {
    const { SSMClient: Client } = await import('@aws-sdk/client-ssm');
    return (settings): SSMClient => new Client(settings);
  },
  // Default throughput [AWS Systems Manager endpoints and quotas]; `other` is unverified and modest.
  rates: {
    values: { burst: 40, refill: 40 },
    put: { burst: 3, refill: 3 },
    other: { burst: 5, refill: 5 },
  },
  bucketOf: (operation) => {
    if (operation === 'PutParameter') return 'put';
    return operation.startsWith('GetParameter') ? 'values' : 'other';
  },
  reads: new Set(['DescribeParameters', 'ListTagsForResource']),
  secretReads: new Map([
    ['GetParameter', decrypts],
    ['GetParameters', decrypts],
    ['GetParametersByPath', decrypts],
    ['GetParameterHistory', decrypts],
  ]),
  errorCodes: {
    InvalidResourceId: 'not-found',
    ParameterNotFound: 'not-found',
    // One update at a time [SSM API errors].
    TooManyUpdates: 'conflict',
  },
  proofs,
  identifyingMembers: {
    GetParameter: ['Parameter.ARN'],
    GetParameters: ['Parameters.ARN'],
    DescribeParameters: ['Parameters.ARN'],
  },
  identifyNothing: new Set([
    'AddTagsToResource',
    'DeleteParameter',
    'ListTagsForResource',
    'PutParameter',
    'RemoveTagsFromResource',
  ]),
});
