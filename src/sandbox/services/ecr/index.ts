// ECR: whether an image is there. The contract is in SPEC.md.
import { AwsError, timestamp, type JsonService, type Operation } from '../../model.ts';
import { pageOfList } from '../../pages.ts';
import { ecrAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { presumedImage } from './presume.ts';
import { ecrOf, emptyEcrStore, type ImageRecord } from './store.ts';
import { unverifiedTexts, usualSize } from './unverified.ts';

interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

/** An image id that names both must name one image [ECR API, ImageIdentifier]. */
function isNamed({ digest, tags }: ImageRecord, { imageDigest, imageTag }: ImageId): boolean {
  return (imageDigest === undefined || digest === imageDigest) && (imageTag === undefined || tags.includes(imageTag));
}

const describeImages: Operation = (input, { local, world }) => {
  const registry = typeof input['registryId'] === 'string' ? input['registryId'] : world.data.account;
  const repository = String(input['repositoryName']);
  const where = `in the registry with id '${registry}'`;
  const images = ecrOf(local).repositories[`${registry}/${repository}`];
  if (images === undefined) {
    throw new AwsError(
      'RepositoryNotFoundException',
      `The repository with name '${repository}' does not exist ${where}`,
    );
  }
  const ids = input['imageIds'] as readonly ImageId[] | undefined;
  const { maxResults, nextToken } = input;
  if (ids !== undefined && (maxResults !== undefined || nextToken !== undefined)) {
    throw new AwsError('InvalidParameterException', unverifiedTexts.idsAndPages);
  }
  for (const id of ids ?? []) {
    const { imageDigest = 'null', imageTag = 'null' } = id;
    if (id.imageDigest === undefined && id.imageTag === undefined) {
      throw new AwsError('InvalidParameterException', unverifiedTexts.noId);
    }
    if (Object.values(images).some((image) => isNamed(image, id))) continue;
    throw new AwsError(
      'ImageNotFoundException',
      `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the ` +
        `repository with name '${repository}' ${where}`,
    );
  }
  const { tagStatus = 'ANY' } = (input['filter'] ?? {}) as { readonly tagStatus?: string };
  const all = Object.values(images).filter(
    (image) =>
      (ids === undefined || ids.some((id) => isNamed(image, id))) &&
      (tagStatus === 'ANY' || image.tags.length > 0 === (tagStatus === 'TAGGED')),
  );
  const refuse = (): AwsError => new AwsError('InvalidParameterException', unverifiedTexts.nextToken);
  const size = typeof maxResults === 'number' ? maxResults : 100;
  const { items, next } = pageOfList(all, { size: ids === undefined ? size : all.length, token: nextToken, refuse });
  return {
    imageDetails: items.map(({ digest, pushedAt, tags }) => ({
      registryId: registry,
      repositoryName: repository,
      imageDigest: digest,
      imageTags: tags.length > 0 ? tags : undefined,
      imageSizeInBytes: usualSize,
      imagePushedAt: timestamp(pushedAt),
      imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      artifactMediaType: 'application/vnd.docker.container.image.v1+json',
    })),
    nextToken: next,
  };
};

export const ecrService = {
  name: 'ecr',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'AmazonEC2ContainerRegistry_V20150921',
  errorNamespace: '',
  operations: { DescribeImages: describeImages },
  store: { name: 'ecr', empty: emptyEcrStore },
  // It writes nothing that a read could show late.
  inputs: {
    model: inputs,
    code: 'InvalidParameterException',
    notModelled: { 'DescribeImagesFilter.imageStatus': 'no image is archived' },
  },
  authorization: ecrAuthorization,
  errorCodes: { internal: 'ServerException' },
  presumes: [presumedImage],
} as const satisfies JsonService;
