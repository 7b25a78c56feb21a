// A hosted zone that a world is told to hold.
import type { CallContext, World } from '../../model.ts';
import { presumable, presumedId } from '../../presumable.ts';
import { listHostedZonesByName } from './listing.ts';
import { createHostedZone } from './zones.ts';

/** Through Route 53's own operations, so that a presumed zone has its NS and SOA records like any other. */
export const presumedZone = presumable('hosted-zone', { name: presumedId }, (world, { name }) => {
  const context = contextOf(world);
  const wanted = `${name.toLowerCase().replace(/\.$/, '')}.`;
  const zones = listHostedZonesByName({ dnsname: wanted, maxitems: '1' }, context)['HostedZones'];
  const first: unknown = Array.isArray(zones) ? zones[0] : undefined;
  if (typeof first === 'object' && first !== null && 'Name' in first && first.Name === wanted) return;
  createHostedZone({ body: { Name: wanted, CallerReference: `presumed-${world.hex(16)}` } }, context);
});

function contextOf(world: World): CallContext {
  return {
    world,
    region: 'us-east-1',
    now: world.clock.now(),
    get local() {
      return world.region('us-east-1');
    },
  };
}
