// Keeps the index behind: notes what each change made new, changed or deleted, and forgets what the index knows by now.
import type { ServicePlug, World } from '../../model.ts';
import { taggingOf, type IndexEntry, type Tags } from './store.ts';
import { indexRegion, sameTags, taggedBy } from './tagged.ts';
import { taggingTimes } from './timings.ts';

const nothing = (): void => undefined;

/** Looks at a service's tags before a change; what it gives looks again after it. */
export function watchTags(world: World, region: string, changing: ServicePlug): () => void {
  const { tagIndexGhost, tagIndexLag } = taggingTimes(world);
  if (changing.pieces === undefined || (tagIndexGhost === 0 && tagIndexLag === 0)) return nothing;
  const before = taggedBy(world, region, changing);
  return () => {
    const after = taggedBy(world, region, changing);
    const now = world.clock.now();
    const changed: [string, IndexEntry][] = [];
    const note = (arn: string, old: Tags | undefined, ghost: Tags | null): void => {
      const told = toldBefore(world, indexRegion(changing, region), arn, old, now);
      // What the index never heard of, it does not go on telling of.
      changed.push([arn, { before: told, changedAt: now, ghost: told === null ? null : ghost }]);
    };
    for (const [arn, tags] of after) if (!sameTags(before.get(arn), tags)) note(arn, before.get(arn), null);
    for (const [arn, tags] of before) if (!after.has(arn)) note(arn, tags, tags);
    if (changed.length > 0) remember(world, indexRegion(changing, region), changed, now);
  };
}

/** What the index tells of a thing at an instant. @param own its tags as its service has them */
export function toldBefore(world: World, region: string, arn: string, own: Tags | undefined, now: number): Tags | null {
  const { tagIndexGhost, tagIndexLag } = taggingTimes(world);
  const entry = taggingOf(world.data).regions[region]?.[arn];
  if (entry === undefined) return own ?? null;
  if (now < entry.changedAt + tagIndexLag) return entry.before;
  if (own !== undefined) return own;
  return now < entry.changedAt + tagIndexGhost ? entry.ghost : null;
}

function remember(world: World, region: string, changed: readonly [string, IndexEntry][], now: number): void {
  const store = taggingOf(world.data);
  forget(world, now);
  const entries = (store.regions[region] ??= {});
  for (const [arn, entry] of changed) entries[arn] = entry;
}

/** What the index has learnt or forgotten by now need not be kept; looked at only so often, as there may be many. */
function forget(world: World, now: number): void {
  const { tagIndexGhost, tagIndexLag } = taggingTimes(world);
  const store = taggingOf(world.data);
  if (now < store.tidiedAt + tagIndexLag) return;
  const isNeeded = ({ changedAt, ghost }: IndexEntry): boolean =>
    now < changedAt + (ghost === null ? tagIndexLag : Math.max(tagIndexGhost, tagIndexLag));
  store.tidiedAt = now;
  store.regions = Object.fromEntries(
    Object.entries(store.regions).map(([region, entries]) => [
      region,
      Object.fromEntries(Object.entries(entries).filter(([, entry]) => isNeeded(entry))),
    ]),
  );
}
