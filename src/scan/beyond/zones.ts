// Whether anybody is led to a zone: told by the zone above it, where that is listed too.
import type { InventoryPiece, RecordPiece, ZonePiece } from '../../components/contract.ts';

export interface ZoneBook {
  readonly zones: readonly ZonePiece[];
  readonly zone: (id: string) => ZonePiece | undefined;
  /** In words, with whether anybody is led there; `unknown` where no zone above it was listed. */
  readonly delegation: (zone: ZonePiece) => Delegation;
  /** Is the name one of a zone that was listed? */
  readonly holds: (name: string) => boolean;
}

export interface Delegation {
  readonly kind: 'private' | 'delegated' | 'not-delegated' | 'unknown';
  readonly text: string;
}

export function zoneBook(pieces: readonly InventoryPiece[]): ZoneBook {
  const zones = pieces.filter((each) => each.kind === 'zone');
  const byId = new Map(zones.map((each) => [each.id, each]));
  const leaving = pieces.filter(
    (each) => each.kind === 'record' && each.delegatesTo.length > 0,
  ) as readonly RecordPiece[];

  const delegation = (zone: ZonePiece): Delegation => {
    if (zone.isPrivate) return { kind: 'private', text: `zone ${zone.name} is private: asked from its VPCs alone` };
    const above = nearestAbove(zone, zones);
    if (above.length === 0) {
      const twins = zones.filter((each) => !each.isPrivate && each.name === zone.name && each.id !== zone.id);
      const also = twins.length === 0 ? '' : `; ${twins.map(({ id }) => id).join(', ')} has the same name`;
      return {
        kind: 'unknown',
        text: `who is led to zone ${zone.name} is not known: no zone above it was listed${also}`,
      };
    }
    for (const parent of above) {
      const left = leaving.find((each) => each.zone === parent.id && each.name === zone.name);
      if (left?.delegatesTo.some((server) => zone.servers.includes(server)) !== true) continue;
      const higher = delegation(parent);
      if (higher.kind === 'not-delegated') return higher;
      return { kind: 'delegated', text: `zone ${zone.name} is delegated by ${parent.name} (${parent.id})` };
    }
    const names = above.map(({ id, name }) => `${name} (${id})`).join(', ');
    return {
      kind: 'not-delegated',
      text: `zone ${zone.name} is not delegated: ${names} leads nobody to its name servers`,
    };
  };

  return {
    zones,
    zone: (id) => byId.get(id),
    delegation,
    holds: (name) => zones.some((each) => name === each.name || name.endsWith(`.${each.name}`)),
  };
}

/** The public zones with the longest name above: there may be several of one name. */
function nearestAbove({ name }: ZonePiece, zones: readonly ZonePiece[]): readonly ZonePiece[] {
  const above = zones.filter((each) => !each.isPrivate && name.endsWith(`.${each.name}`));
  const longest = Math.max(0, ...above.map((each) => each.name.length));
  return above.filter((each) => each.name.length === longest);
}
