// Pieces that bear relight's tag and are in no playbook. The index of tags hints and is hours behind: what counts is what the
// service that owns a piece says.
import { ownerTags, type StandingPiece, type Tags } from '../../components/contract.ts';
import type { Hint } from '../../observe/inventory.ts';
import type { PlaybookOutcome } from '../outcome.ts';
import type { Claims } from './claims.ts';
import {
  everywhere,
  type BeyondFound,
  type CannotTell,
  type Judged,
  type Survey,
  type SurveyedPlace,
} from './model.ts';

/** One that is surely there and bears the tag. */
interface Tagged {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly region: string;
  readonly tags: Tags;
  readonly spec: unknown;
}

/** @param leading records by the name that they lead to */
export function straysIn(
  place: SurveyedPlace,
  claims: Claims,
  survey: Survey,
  leading: ReadonlyMap<string, readonly string[]>,
): Judged {
  const found: BeyondFound[] = [];
  const cannotTell: CannotTell[] = [];
  const { account, inventory, region } = place;
  const hints = inventory.hints.kind === 'listed' ? inventory.hints.pieces : [];
  for (const hint of hints) {
    const doubt = doubtOf(hint);
    if (doubt === undefined) continue;
    cannotTell.push({ account, region, type: hint.type ?? null, name: hint.arn, why: doubt });
  }
  for (const each of taggedIn(place, hints, survey)) {
    if (claims.isOurs(each.id)) continue;
    const judged = judge(each, place, survey);
    if (judged.kind === 'stray') found.push(strayOf(each, place, judged.because, referringTo(each.id, place, leading)));
    else cannotTell.push({ account, region: each.region, type: each.type, name: each.name, why: judged.why });
  }
  return { found, cannotTell };
}

/** Why nobody knows whether a hint is there; undefined where somebody does. */
function doubtOf({ confirmed }: Hint): string | undefined {
  switch (confirmed.kind) {
    case 'there':
    case 'gone':
      return undefined;
    case 'unasked':
      return `tagged, by the index of tags; ${confirmed.why}`;
    case 'unknown':
      return `tagged, by the index of tags; whether it is there was not to be seen: ${confirmed.detail}`;
  }
}

function taggedIn(place: SurveyedPlace, hints: readonly Hint[], { types }: Survey): readonly Tagged[] {
  const all = new Map<string, Tagged>();
  for (const { arn, confirmed, spec, tags, type } of hints) {
    if (confirmed.kind !== 'there' || type === undefined || tags[ownerTags.playbook] === undefined) continue;
    // Of what is one piece under many ARNs, such as the revisions of a family, one is told.
    const id = types.get(type)?.inventory?.sameAs?.(arn) ?? arn;
    all.set(id, { id, name: nameIn(id), type, region: place.region, tags, spec });
  }
  for (const [type, listing] of place.inventory.listings) {
    if (listing.kind !== 'listed') continue;
    const region = types.get(type)?.inventory?.accountWide === true ? everywhere : place.region;
    for (const piece of listing.pieces) {
      if (piece.kind !== 'piece' || piece.tags?.[ownerTags.playbook] === undefined) continue;
      all.set(piece.id, { id: piece.id, name: piece.name, type, region, tags: piece.tags, spec: undefined });
    }
  }
  return [...all.values()];
}

type Answer =
  | { readonly kind: 'stray'; readonly because: readonly string[] }
  | { readonly kind: 'cannot-tell'; readonly why: string };

function judge({ region, tags }: Tagged, { account }: SurveyedPlace, { fleet, outcomes, wholeFleet }: Survey): Answer {
  const name = tags[ownerTags.playbook] ?? '';
  const component = tags[ownerTags.component];
  const own = outcomes.filter(
    ({ playbook: { metadata, target } }) =>
      metadata.name === name && target.account === account && (region === everywhere || target.region === region),
  );
  if (own.length === 0) {
    if (wholeFleet) return { kind: 'stray', because: [`no playbook ${name} of this place is in the fleet`] };
    const why = `tagged as a piece of playbook ${name}, which is not among those that were scanned`;
    return { kind: 'cannot-tell', why: fleet === undefined ? why : `${why} or could not be read` };
  }
  const because: string[] = [];
  for (const outcome of own) {
    const { file } = outcome.playbook;
    if (component === undefined || !outcome.playbook.components.has(component)) {
      because.push(`${file} has no component ${component ?? 'for it: it bears no tag that names one'}`);
      continue;
    }
    const other = otherPiece(component, outcome);
    if (other === undefined) {
      return { kind: 'cannot-tell', why: `it may be component ${component} of ${file}, which was not seen` };
    }
    because.push(`component ${component} of ${file} is ${other}`);
  }
  return { kind: 'stray', because };
}

/** What the component is instead; undefined where nobody knows. */
function otherPiece(component: string, { seen }: PlaybookOutcome): string | undefined {
  if (seen.kind === 'unseen') return undefined;
  const observation = seen.observations.byId.get(component);
  if (observation === undefined || observation.kind === 'unknown') return undefined;
  if (observation.kind === 'absent') return 'missing: another piece was looked for under its name';
  const { arn, id } = seen.observations.outputs.get(component) ?? {};
  return arn ?? id ?? 'another piece';
}

/** Records that lead to a name of the piece. */
function referringTo(
  id: string,
  { inventory }: SurveyedPlace,
  leading: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return [...inventory.listings.values()].flatMap((listing) =>
    listing.kind === 'unknown'
      ? []
      : listing.pieces.flatMap((each) =>
          each.kind === 'piece' && each.id === id ? each.dnsNames.flatMap((name) => leading.get(name) ?? []) : [],
        ),
  );
}

function strayOf(
  { id, name, region, spec, tags, type }: Tagged,
  place: SurveyedPlace,
  because: readonly string[],
  referredBy: readonly string[],
): BeyondFound {
  const playbook = tags[ownerTags.playbook] ?? '';
  const component = tags[ownerTags.component];
  return {
    kind: 'stray',
    severity: 'medium',
    place,
    region,
    type,
    piece: id,
    name,
    stray: { playbook, spec, referredBy },
    what: `tagged as a piece of playbook ${playbook}, and in no playbook`,
    evidence: [
      `${ownerTags.playbook}=${playbook}${component === undefined ? '' : `, ${ownerTags.component}=${component}`}, as its own service tells`,
      ...because,
      ...referredBy.map((each) => `${each} leads to it`),
      ...(tags[ownerTags.protect] === 'true' ? [`it is protected by the tag ${ownerTags.protect}`] : []),
    ],
  };
}

/** `app/web/50dc6c495c0c9188` of an ARN. */
function nameIn(arn: string): string {
  const local = arn.split(':').slice(5).join(':');
  return local.replace(/^[a-z-]+[/:]/, '');
}

/** Pieces that stand for nobody, by the ids of what was told as a stray already. */
export function unattachedIn(
  place: SurveyedPlace,
  claims: Claims,
  strays: ReadonlySet<string>,
): readonly BeyondFound[] {
  return [...place.inventory.listings].flatMap(([type, listing]) =>
    listing.kind === 'unknown'
      ? []
      : listing.pieces.flatMap((piece) =>
          piece.kind === 'piece' ? unattached(piece, type, place, claims, strays) : [],
        ),
  );
}

function unattached(
  { dnsNames, id, name, unattached: why }: StandingPiece,
  type: string,
  place: SurveyedPlace,
  claims: Claims,
  strays: ReadonlySet<string>,
): readonly BeyondFound[] {
  // What a playbook has, or means by this name, is for that to say.
  if (why === undefined || strays.has(id) || claims.isOurs(id) || claims.isNamed(type, name, place)) return [];
  return [
    {
      kind: 'unattached',
      // What has a name of its own can be reached, and costs.
      severity: dnsNames.length > 0 ? 'medium' : 'low',
      place,
      region: place.region,
      type,
      piece: id,
      name,
      what: `attached to nothing: ${why}`,
      evidence: [...dnsNames.map((each) => `its name is ${each}`), 'it is in no playbook that was scanned'],
    },
  ];
}
