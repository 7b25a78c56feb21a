// What gets stuck in Route 53.
import type { StuckKind } from '../../model.ts';
import { areChangesStuck, setChangesStuck, stuckChanges } from './changes.ts';
import { route53Of } from './store.ts';

/** Changes that stay PENDING: those of the zone of this name, or all. */
export const changeNeverInSync: StuckKind = {
  kind: 'change-never-in-sync',
  holdsUp: 'change',
  set: (data) => (route53Of(data).stuckZones ?? []).map((zone) => (zone === '*' ? undefined : zone)),
  isSet: (world, { resource }) => areChangesStuck(world, resource),
  turn: (world, { resource }, on, at) => {
    setChangesStuck(world, resource, on, at);
  },
  held: (world, { resource }) => stuckChanges(world, resource),
};
