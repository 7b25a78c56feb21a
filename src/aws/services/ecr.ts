// Amazon Elastic Container Registry: whether images are there.
import type { ECRClient } from '@aws-sdk/client-ecr';
import { asks, belongs, lists, memberAt, pagesBy, textAt, type Answer, type Members } from '../contract/rules.ts';
import { awsService } from './service.ts';

/** An image that is missing refuses the whole call, so each of them is described in an answer [ECR API, DescribeImages]. */
function tellsOfEach({ input, output }: Answer): string | undefined {
  const asked = (input['imageIds'] ?? []) as readonly Members[];
  const told = (output['imageDetails'] ?? []) as readonly Members[];
  const silent = asked.find(
    ({ imageDigest, imageTag }) =>
      !told.some(
        (each) =>
          (imageDigest === undefined || each['imageDigest'] === imageDigest) &&
          (imageTag === undefined || ((memberAt(each, 'imageTags') ?? []) as readonly unknown[]).includes(imageTag)),
      ),
  );
  if (silent === undefined) return undefined;
  return `nothing about ${textAt(silent, 'imageTag') ?? textAt(silent, 'imageDigest') ?? 'an image'}`;
}

export const ecr = awsService({
  name: 'ecr',
  signingName: 'ecr',
  settingsName: 'ecr',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { ECRClient: Client } = await import('@aws-sdk/client-ecr');
    return (settings): ECRClient => new Client(settings);
  },
  // Unverified and modest.
  rates: { all: { burst: 20, refill: 20 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeImages', 'DescribePullThroughCacheRules', 'DescribeRepositories']),
  // With HTTP 400 [ECR API, DescribeImages].
  errorCodes: { ImageNotFoundException: 'not-found', RepositoryNotFoundException: 'not-found' },
  proofs: {
    DescribeImages: {
      rules: [
        lists('imageDetails', 'imageDigest', 'repositoryName'),
        belongs('repositoryName', 'imageDetails', 'repositoryName'),
        tellsOfEach,
      ],
      missing: { ImageNotFoundException: asks('imageIds'), RepositoryNotFoundException: asks('repositoryName') },
    },
    DescribePullThroughCacheRules: {
      rules: [lists('pullThroughCacheRules', 'ecrRepositoryPrefix')],
      paging: pagesBy('nextToken', 'nextToken'),
    },
  },
  identifyingMembers: {},
  // Images may lie in another account's registry.
  identifyNothing: new Set(['DescribeImages', 'DescribePullThroughCacheRules']),
});
