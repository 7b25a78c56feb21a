// Keys that a world is told to hold.
import { z } from 'zod';
import { fixedUuid } from '../../fixed-id.ts';
import { loseFrom, presumable, presumedArn, presumedHome, presumedRegion, presumedTags } from '../../presumable.ts';
import { isOfAws, keyName, regionOfKey } from './find.ts';
import { keyStates, kmsOf } from './store.ts';

/** By id, ARN or alias; an alias without a key of its own gets one. */
export const presumedKey = presumable(
  'key',
  { key: presumedArn, state: z.enum(keyStates).optional(), tags: presumedTags, region: presumedRegion },
  (world, item) => {
    const { kind, name } = keyName(item.key);
    if (kind === 'alias' && isOfAws(name)) return;
    const store = kmsOf(world.region(regionOfKey(item.key) ?? item.region ?? presumedHome));
    const id = kind === 'key' ? name : (store.aliases[name] ?? fixedUuid(name));
    const known = store.keys[id];
    store.keys[id] = {
      id,
      state: item.state ?? known?.state ?? 'Enabled',
      createdAt: known?.createdAt ?? world.clock.now(),
      tags: item.tags ?? known?.tags ?? {},
    };
    if (kind === 'alias') store.aliases[name] = id;
  },
  (world, id, region) => {
    const { kind, name } = keyName(id);
    const { aliases, keys } = kmsOf(world.region(regionOfKey(id) ?? region));
    return kind === 'alias' ? loseFrom(aliases, name) : loseFrom(keys, name);
  },
);
