// Inventories, playbooks and what the fleet file says -> what is in no playbook, and of what nobody can tell.
import type { InventoryPiece } from '../../components/contract.ts';
import { claimsOf } from './claims.ts';
import { idleIn } from './idle.ts';
import { together, type Judged, type Survey, type SurveyedPlace } from './model.ts';
import { recordsIn } from './records.ts';
import { groupBy } from '../../util/group-by.ts';
import { staleIn } from './states.ts';
import { straysIn, unattachedIn } from './strays.ts';
import { twinsIn } from './twins.ts';
import { zoneBook } from './zones.ts';

/** The same, in whatever order places and playbooks come. */
export function judgeBeyond(survey: Survey): Judged {
  const places = survey.places.toSorted((left, right) => compare(keyOf(left), keyOf(right)));
  const claims = claimsOf(survey.outcomes);
  const pieces = places.flatMap(listedIn);
  const known = { listed: new Set(pieces.flatMap(dnsNamesOf)), zones: zoneBook(pieces) };
  const leading = leadingIn(pieces);
  const named = new Set(pieces.flatMap((each) => (each.kind === 'zone' ? [] : each.names)));
  const gap = zonesGap(survey);
  const judged = places.map((place): Judged => {
    const strays = straysIn(place, claims, survey, leading);
    const ids = new Set(strays.found.map(({ piece }) => piece));
    const rest = [...place.inventory.listings].map(([type, listing]): Judged => {
      if (listing.kind === 'unknown') return { found: [], cannotTell: [] };
      return together([
        recordsIn(place, listing.pieces, type, known, survey),
        idleIn(place, listing.pieces, type, named, gap, claims, ids),
      ]);
    });
    return together([
      staleIn(place, claims, survey),
      strays,
      { found: unattachedIn(place, claims, ids), cannotTell: [] },
      ...rest,
    ]);
  });
  return together([...judged, twinsIn(survey)]);
}

function listedIn({ inventory }: SurveyedPlace): readonly InventoryPiece[] {
  return [...inventory.listings.values()].flatMap((each) => (each.kind === 'listed' ? each.pieces : []));
}

function leadingIn(pieces: readonly InventoryPiece[]): ReadonlyMap<string, readonly string[]> {
  const records = pieces.flatMap((each) => (each.kind === 'record' && each.leadsTo !== undefined ? [each] : []));
  const groups = groupBy(records, ({ leadsTo }) => leadsTo?.name ?? '');
  return new Map(
    [...groups].map(([name, all]) => [name, all.map((each) => `${each.type} ${each.name} in zone ${each.zone}`)]),
  );
}

function dnsNamesOf(piece: InventoryPiece): readonly string[] {
  return piece.kind === 'piece' ? piece.dnsNames : [];
}

/** Records of any account may name a health check. */
function zonesGap({ places, types }: Survey): string | undefined {
  for (const { account, inventory } of places) {
    for (const [type, listing] of inventory.listings) {
      if (listing.kind === 'unknown' && types.get(type)?.inventory?.accountWide === true) {
        return `the ${types.get(type)?.inventory?.what ?? type} of account ${account} were not to be seen`;
      }
    }
  }
  return undefined;
}

function keyOf({ account, region }: SurveyedPlace): string {
  return `${account} ${region}`;
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
