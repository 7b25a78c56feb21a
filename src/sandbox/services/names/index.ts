// What tasks and clients ask beside AWS: which names do not answer.
import type { SilentService } from '../../model.ts';
import { emptyNamesStore } from './store.ts';
import { namesStuck } from './stuck.ts';

export const namesService: SilentService = {
  name: 'names',
  protocol: 'none',
  scope: 'account',
  store: { name: 'names', empty: emptyNamesStore },
  stuck: namesStuck,
};
