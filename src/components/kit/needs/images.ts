// Images in ECR: those of one repository in a call. One that is missing refuses the call, and then each is asked for by itself.
import { DescribeImagesCommand, DescribePullThroughCacheRulesCommand } from '@aws-sdk/client-ecr';
import { classify, isNotFound, isNotOffered } from '../../../aws/errors.ts';
import { ecr } from '../../../aws/services/ecr.ts';
import { groupBy } from '../../../util/group-by.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { chunks } from '../observing.ts';
import { elsewhere, missing, there, unseen, unseenFrom } from './answers.ts';
import { ecrImage, type ImageName } from './image-name.ts';

/** [ECR API, DescribeImages, imageIds] */
const idsPerCall = 100;

interface Asked {
  readonly need: Need;
  readonly image: ImageName;
}

async function seeTogether(asked: readonly Asked[], context: ReadContext): Promise<readonly NeedSeen[]> {
  const [first] = asked;
  if (first === undefined) return [];
  const { registry, repository } = first.image;
  try {
    await context.limit(() =>
      context.aws.client(ecr).send(
        new DescribeImagesCommand({
          registryId: registry,
          repositoryName: repository,
          imageIds: asked.map(({ image }) => image.id),
        }),
      ),
    );
    return asked.map(() => there);
  } catch (error) {
    if (!isNotFound(error)) return asked.map(({ need }) => unseenFrom(need, error));
    const ofRepository = classify(error).code === 'RepositoryNotFoundException';
    if (asked.length > 1 && !ofRepository) {
      return (await Promise.all(asked.map((each) => seeTogether([each], context)))).flat();
    }
    const what = ofRepository ? `its repository ${repository}` : 'it';
    return Promise.all(asked.map((each) => seeCached(each, what, context)));
  }
}

/** What a repository has not fetched from elsewhere yet is there all the same [ECR user guide, "Pull through cache"]. */
async function seeCached({ image, need }: Asked, what: string, context: ReadContext): Promise<NeedSeen> {
  const { registry, repository } = image;
  let prefixes: readonly string[];
  try {
    prefixes = await context.once(`ecr pull through cache ${registry}`, () => cachePrefixes(registry, context));
  } catch (error) {
    // Whoever has no such operation has no such caches.
    if (!isNotOffered(classify(error))) return unseenFrom(need, error);
    prefixes = [];
  }
  const cached = prefixes.find((prefix) => prefix === 'ROOT' || repository.startsWith(`${prefix}/`));
  if (cached !== undefined) return unseen(need, `${what} is fetched from elsewhere when it is asked for first`);
  return missing(
    need,
    `is not in ECR${what === 'it' ? '' : `: ${what} does not exist`}`,
    'Push it again, or name another one',
  );
}

async function cachePrefixes(registry: string, context: ReadContext): Promise<readonly string[]> {
  const prefixes: string[] = [];
  let token: string | undefined;
  do {
    const answer = await context.limit(() =>
      context.aws
        .client(ecr)
        .send(new DescribePullThroughCacheRulesCommand({ registryId: registry, nextToken: token })),
    );
    prefixes.push(...(answer.pullThroughCacheRules ?? []).flatMap((each) => each.ecrRepositoryPrefix ?? []));
    token = answer.nextToken === '' ? undefined : answer.nextToken;
  } while (token !== undefined);
  return prefixes;
}

/** Images of other registries are not looked for. */
export async function images(needs: readonly Need[], context: ReadContext): Promise<readonly NeedSeen[]> {
  const answers = new Map<Need, NeedSeen>();
  const asked = needs.flatMap((need): readonly Asked[] => {
    const image = ecrImage(need.name);
    const away = image === undefined ? unseen(need, 'it is none of ECR') : elsewhere(need, image.region, context);
    if (away !== undefined) answers.set(need, away);
    return away === undefined && image !== undefined ? [{ need, image }] : [];
  });
  const groups = [...groupBy(asked, ({ image }) => `${image.registry}/${image.repository}`).values()];
  await Promise.all(
    groups
      .flatMap((group) => chunks(group, idsPerCall))
      .map(async (chunk) => {
        const seen = await seeTogether(chunk, context);
        chunk.forEach(({ need }, index) => {
          const answer = seen[index];
          if (answer !== undefined) answers.set(need, answer);
        });
      }),
  );
  return needs.map((need) => answers.get(need) ?? unseen(need, 'nobody asked'));
}
