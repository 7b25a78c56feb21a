// What bears tags in a region, by ARN, over all services of the world.
import type { ServicePlug, World } from '../../model.ts';
import type { Tags } from './store.ts';

/** Where the index has what exists once in an account [aws-facts 10]. */
export const globalRegion = 'us-east-1';

/** Services whose pieces are known by an id: what makes an ARN of it. */
const arnPrefixes: Readonly<Record<string, string>> = { route53: 'arn:aws:route53:::healthcheck/' };

/** The region whose index has a service's things. */
export function indexRegion({ scope }: ServicePlug, region: string): string {
  return scope === 'account' ? globalRegion : region;
}

/** A service's tagged things, those without any tags left out. */
export function taggedBy(world: World, region: string, plug: ServicePlug): ReadonlyMap<string, Tags> {
  const { data } = world;
  const local = data.regions[region];
  const found = new Map<string, Tags>();
  if (plug.pieces === undefined || (local === undefined && plug.scope === 'region')) return found;
  for (const { gone = false, id, tags } of plug.pieces({ data, region, local: local ?? {} })) {
    if (gone || Object.keys(tags).length === 0) continue;
    const arn = id.startsWith('arn:') ? id : `${arnPrefixes[plug.name] ?? ''}${id}`;
    if (arn.startsWith('arn:')) found.set(arn, tags);
  }
  return found;
}

export function sameTags(one: Tags | undefined, other: Tags | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
