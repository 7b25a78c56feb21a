// What was found beyond the playbooks as findings, and lists that could not be made as gaps: so that all forms of a report tell
// them as they tell everything else.
import type { Severity } from '../../components/contract.ts';
import type { Listing } from '../../observe/inventory.ts';
import type { Unseen } from '../coverage.ts';
import { beyondId, type Finding } from '../finding.ts';
import { everywhere, type Judged, type Survey, type SurveyedPlace } from './model.ts';
import { taggedWords } from './report.ts';

/** @param remembered what an earlier scan knew of a finding by its id */
export function beyondFindings(
  { found }: Judged,
  { command }: Pick<Survey, 'command'>,
  remembered?: (
    id: string,
    severity: Severity,
  ) => { readonly firstSeen: string | undefined; readonly acknowledged: Finding['acknowledged'] },
): readonly Finding[] {
  return found.map(({ evidence, kind, name, piece, place, region, severity, type, what }): Finding => {
    const { account, entry, environment, inventory } = place;
    const id = beyondId({ account, kind, piece, region });
    const known = remembered?.(id, severity);
    const observedAt = new Date(inventory.at).toISOString();
    return {
      id,
      playbook: entry.playbook,
      file: entry.file,
      line: 1,
      column: 1,
      account,
      region,
      environment,
      component: name,
      type,
      piece,
      kind,
      field: null,
      severity,
      what,
      evidence,
      desired: null,
      actual: null,
      why: 'root-cause',
      cause: name,
      observedAt,
      firstSeen: known?.firstSeen ?? observedAt,
      isNew: known?.firstSeen === undefined,
      acknowledged: known?.acknowledged ?? null,
      plan: command,
    };
  });
}

/** Lists that could not be made: what is not in them is not known to be gone. */
export function unlistedIn({ places, types }: Survey): readonly Unseen[] {
  return places.flatMap((place) => [
    ...[...place.inventory.listings].flatMap(([type, listing]) => {
      const kind = types.get(type)?.inventory;
      const region = kind?.accountWide === true ? everywhere : place.region;
      return unlisted(listing, { component: kind?.what ?? type, type, region }, place);
    }),
    ...place.inventory.states.flatMap(({ asked, listing, type }) =>
      unlisted(listing, { component: `entries of table ${asked.table}`, type, region: place.region }, place),
    ),
    ...unlisted(place.inventory.hints, { component: taggedWords, type: 'tags', region: place.region }, place),
  ]);
}

function unlisted(
  listing: Listing<unknown>,
  what: Pick<Unseen, 'component' | 'region' | 'type'>,
  { account, entry, principal }: SurveyedPlace,
): readonly Unseen[] {
  if (listing.kind === 'listed') return [];
  const { api = null, code, detail, reason } = listing;
  const { file, permissions, playbook } = entry;
  return [
    {
      playbook,
      file,
      line: 1,
      column: 1,
      ...what,
      list: true,
      account,
      reason,
      api,
      code,
      principal,
      detail,
      hiddenBy: null,
      permissions: reason === 'denied' ? permissions : null,
    },
  ];
}
