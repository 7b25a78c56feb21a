// What a scan says of the inventories themselves: how much was listed, and of what nobody can tell.
import type { CannotTell, Judged, Survey, SurveyedPlace } from './model.ts';
import { everywhere } from './model.ts';

/** One list of one place. */
export interface ListedKind {
  readonly account: string;
  /** `global` for what all regions share. */
  readonly region: string;
  /** `load balancers` */
  readonly what: string;
  /** Null where they could not be listed: why, the coverage tells. */
  readonly pieces: number | null;
}

export interface BeyondReport {
  readonly listings: readonly ListedKind[];
  readonly cannotTell: readonly CannotTell[];
}

/** What the index of tags lists, in words. */
export const taggedWords = 'pieces with the tag of a playbook';

export function beyondReport({ cannotTell }: Judged, survey: Survey): BeyondReport {
  return { listings: survey.places.flatMap((place) => listingsOf(place, survey)), cannotTell };
}

function listingsOf({ account, inventory, region }: SurveyedPlace, { types }: Survey): readonly ListedKind[] {
  const countOf = (
    listing: { readonly kind: 'listed'; readonly pieces: readonly unknown[] } | { readonly kind: 'unknown' },
  ) => (listing.kind === 'listed' ? listing.pieces.length : null);
  return [
    ...[...inventory.listings].map(([type, listing]): ListedKind => {
      const kind = types.get(type)?.inventory;
      const where = kind?.accountWide === true ? everywhere : region;
      return { account, region: where, what: kind?.what ?? type, pieces: countOf(listing) };
    }),
    ...inventory.states.map(({ asked, listing }): ListedKind => {
      return { account, region, what: `entries of table ${asked.table}`, pieces: countOf(listing) };
    }),
    { account, region, what: taggedWords, pieces: countOf(inventory.hints) },
  ];
}

/** Of what nobody can tell, by why. */
export interface CannotTellGroup {
  readonly why: string;
  readonly names: readonly string[];
}

export function groupedByWhy(all: readonly CannotTell[]): readonly CannotTellGroup[] {
  const groups = new Map<string, string[]>();
  for (const { account, name, why } of all) {
    groups.set(why, [...(groups.get(why) ?? []), `${name} (${account})`]);
  }
  return [...groups].map(([why, names]) => ({ why, names }));
}
