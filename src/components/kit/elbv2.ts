// What the four ELBv2 types share: tags, 20 resources a call.
import { DescribeTagsCommand, type Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ReadContext, Tags } from '../contract.ts';
import { chunks } from './observing.ts';

/** DescribeTags takes at most 20 ARNs, of mixed kinds [ELB API]. */
const arnsPerCall = 20;

/** Tags by ARN. */
export async function elbv2TagsOf(arns: readonly string[], context: ReadContext): Promise<ReadonlyMap<string, Tags>> {
  const result = new Map<string, Tags>();
  await Promise.all(
    chunks(arns, arnsPerCall).map(async (chunk) => {
      const answer = await context.limit(() =>
        context.aws.elbv2.send(new DescribeTagsCommand({ ResourceArns: [...chunk] })),
      );
      for (const { ResourceArn, Tags: tags } of answer.TagDescriptions ?? []) {
        result.set(ResourceArn ?? '', Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])));
      }
    }),
  );
  return result;
}

export function toAwsTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
