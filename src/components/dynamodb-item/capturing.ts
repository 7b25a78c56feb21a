// What `relight capture` has to know of an item.
import type { Capturing } from '../contract.ts';
import { whenUsed } from '../kit/when-used.ts';
import type { ItemSpec, ItemState } from './schema.ts';

const reading = whenUsed(() => import('./speaking.ts'));

export const capturing: Partial<Capturing<ItemSpec, ItemState>> = {
  word: 'state-entry',
  tellApart: ({ key }) => Object.values(key).map(String).join('-'),
  entries: reading.call('entries'),
};
