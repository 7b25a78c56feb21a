// All records of all zones with what they lead to.
import type { Leading, ReadContext } from '../contract.ts';
import { list } from './inventory.ts';

export async function leading(context: ReadContext): Promise<readonly Leading[]> {
  const pieces = await list(context);
  const zones = new Map(pieces.flatMap((each) => (each.kind === 'zone' ? [[each.id, each] as const] : [])));
  const isOnlyPublic = (id: string): boolean => {
    const zone = zones.get(id);
    return (
      zone !== undefined &&
      !zone.isPrivate &&
      [...zones.values()].filter((each) => each.name === zone.name && !each.isPrivate).length === 1
    );
  };
  return pieces.flatMap((each): readonly Leading[] => {
    if (each.kind !== 'record') return [];
    const { leadsTo, name, names, set, type, zone } = each;
    return [
      {
        type: 'route53/record',
        spec: {
          // A private zone is only ever found by its id.
          zone: isOnlyPublic(zone) ? (zones.get(zone)?.name ?? zone) : zone,
          name,
          type,
          ...(set === undefined ? {} : { setIdentifier: set }),
        },
        leadsTo: leadsTo === undefined ? [] : [leadsTo.name],
        provides: [name],
        uses: names,
        what: `${type} ${name}${set === undefined ? '' : ` (${set})`}`,
      },
    ];
  });
}
