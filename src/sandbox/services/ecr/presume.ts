// Images that a world is told to hold; their repositories with them.
import { fixedHex } from '../../fixed-id.ts';
import type { World } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedRegion } from '../../presumable.ts';
import { ecrOf, imageName, type ImageName } from './store.ts';

/** By what a task definition names. It lies in the region of its registry. */
export const presumedImage = presumable(
  'image',
  { image: presumedArn, region: presumedRegion },
  (world, { image }) => {
    const name = nameOf(image);
    const { digest = `sha256:${fixedHex(image, 64)}`, tag } = name;
    const images = (ecrOf(world.region(name.region)).repositories[repositoryOf(name)] ??= {});
    const holder = Object.values(images).find(({ tags }) => tag !== undefined && tags.includes(tag));
    if (holder !== undefined && name.digest === undefined) return;
    if (holder !== undefined) holder.tags = holder.tags.filter((each) => each !== tag);
    const known = images[digest] ?? { digest, tags: [], pushedAt: world.clock.now() };
    images[digest] = { ...known, tags: [...new Set([...known.tags, ...(tag === undefined ? [] : [tag])])] };
  },
  (world, id) => {
    const name = imageName(id);
    return name === undefined ? false : loseImage(world, name);
  },
);

/** The image behind a tag goes with all its tags, as `aws ecr batch-delete-image` by digest does; the repository stays. */
function loseImage(world: World, name: ImageName): boolean {
  const images = ecrOf(world.region(name.region)).repositories[repositoryOf(name)] ?? {};
  const { digest = Object.values(images).find(({ tags }) => tags.includes(name.tag ?? ''))?.digest } = name;
  return digest !== undefined && loseFrom(images, digest);
}

function nameOf(image: string): ImageName {
  const name = imageName(image);
  if (name === undefined) throw new Error(`${JSON.stringify(image)} is no image of ECR`);
  return name;
}

function repositoryOf({ registry, repository }: ImageName): string {
  return `${registry}/${repository}`;
}
