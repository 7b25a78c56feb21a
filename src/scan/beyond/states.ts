// Entries of a table that speak of services which are gone: whoever believes them takes the service for there.
import type { StateEntries } from '../../components/contract.ts';
import type { PlaybookOutcome } from '../outcome.ts';
import type { Claims } from './claims.ts';
import type { BeyondFound, CannotTell, Judged, Survey, SurveyedPlace } from './model.ts';

type Where = Pick<SurveyedPlace, 'account' | 'region'>;

/** The tables that the playbooks of a place name, each once. */
export function statesIn(outcomes: readonly PlaybookOutcome[], { account, region }: Where): readonly StateEntries[] {
  const named = outcomes.flatMap(({ playbook: { inventory, target } }) => {
    if (inventory === undefined || target.account !== account || target.region !== region) return [];
    const { attribute, keyPrefix, table } = inventory;
    return [{ table, attribute, keyPrefix }];
  });
  return [...new Map(named.map((each) => [JSON.stringify(each), each])).values()];
}

export function staleIn(place: SurveyedPlace, claims: Claims, { types }: Survey): Judged {
  const found: BeyondFound[] = [];
  const cannotTell: CannotTell[] = [];
  const { account, inventory, region } = place;
  const listed = [...inventory.listings].filter(([type]) => types.get(type)?.inventory?.services === true);
  const there = new Set<string>();
  let gap: string | undefined = listed.length === 0 ? 'no services were listed' : undefined;
  for (const [, listing] of listed) {
    if (listing.kind === 'unknown') gap = 'the services were not to be seen';
    else for (const each of listing.pieces) if (each.kind === 'piece') there.add(each.name);
  }
  for (const { asked, listing, type } of inventory.states) {
    if (listing.kind === 'unknown') continue;
    for (const { key, service } of listing.pieces) {
      // As an ARN, or with its cluster, too.
      const name = service.slice(service.lastIndexOf('/') + 1);
      // Of a service that a playbook has, and that is missing, the playbook tells.
      if (there.has(name) || listed.some(([kind]) => claims.isNamed(kind, name, place))) continue;
      const words = `${Object.values(key).join(' ')} in table ${asked.table}`;
      if (gap !== undefined) {
        cannotTell.push({ account, region, type, name: words, why: `it speaks of a service, and ${gap}` });
        continue;
      }
      found.push({
        kind: 'stale-state-entry',
        severity: 'high',
        place,
        region,
        type,
        piece: JSON.stringify([asked.table, key]),
        name: words,
        what: `speaks of service ${service}, which is gone: whoever believes it takes the service for there`,
        evidence: [
          `${asked.attribute} is ${service}`,
          `no cluster of ${account} ${region} has a service ${name}, and no playbook that was scanned`,
        ],
      });
    }
  }
  return { found, cannotTell };
}
