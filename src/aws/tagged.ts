// What an index over all services tells of pieces that bear a tag. It is hours behind: what it tells is a hint.
import type { AwsAccess } from './access.ts';
import { lazily } from './loading.ts';
import { tagging } from './services/tagging.ts';

const commands = lazily(async () => {
  const { GetResourcesCommand } = await import('@aws-sdk/client-resource-groups-tagging-api');
  return { GetResourcesCommand };
});

export interface TaggedPiece {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** All that is told to bear a tag of this key in the region of the access, each once. @throws what the SDK throws */
export async function taggedPieces(aws: AwsAccess, key: string): Promise<readonly TaggedPiece[]> {
  const { GetResourcesCommand } = await commands();
  const found = new Map<string, TaggedPiece>();
  let token: string | undefined;
  do {
    const answer = await aws.client(tagging).send(
      new GetResourcesCommand({
        TagFilters: [{ Key: key }],
        // [Resource Groups Tagging API reference, GetResources: 1 to 100]
        ResourcesPerPage: 100,
        ...(token === undefined ? {} : { PaginationToken: token }),
      }),
    );
    for (const { ResourceARN: arn = '', Tags = [] } of answer.ResourceTagMappingList ?? []) {
      found.set(arn, { arn, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) });
    }
    // The last page's token is empty.
    token = answer.PaginationToken === '' ? undefined : answer.PaginationToken;
  } while (token !== undefined);
  return [...found.values()];
}
