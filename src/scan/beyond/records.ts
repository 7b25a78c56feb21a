// Records that lead to a load balancer which is in no inventory: whoever gets its name next gets the requests. Names of other
// kinds are not judged, and where not all was listed, nobody can tell.
import type { InventoryPiece, RecordPiece } from '../../components/contract.ts';
import type { CannotTell, BeyondFound, FleetSaid, Judged, Survey, SurveyedPlace } from './model.ts';
import { everywhere } from './model.ts';
import type { ZoneBook } from './zones.ts';

/** Names that AWS gives to what is no load balancer: nobody else gets them by making one. */
const otherNames =
  /(^|\.)(amazonaws\.com|amazonaws\.com\.cn|api\.aws|on\.aws|cloudfront\.net|awsglobalaccelerator\.com|elasticbeanstalk\.com|awsapprunner\.com|amplifyapp\.com|acm-validations\.aws|amazonses\.com|aws\.dev|awsdns-[\w-]+\.(com|net|org|co\.uk))$/;

/** What all inventories together tell. */
export interface KnownNames {
  /** DNS names of all pieces that were listed. */
  readonly listed: ReadonlySet<string>;
  readonly zones: ZoneBook;
}

export function recordsIn(
  place: SurveyedPlace,
  pieces: readonly InventoryPiece[],
  type: string,
  known: KnownNames,
  survey: Survey,
): Judged {
  const found: BeyondFound[] = [];
  const cannotTell: CannotTell[] = [];
  const gaps = new Map<string, string | undefined>();
  for (const record of pieces) {
    if (record.kind !== 'record' || record.leadsTo === undefined) continue;
    const { name: to } = record.leadsTo;
    if (known.listed.has(to) || isExternal(to, survey.fleet)) continue;
    const doubt = (why: string): void => {
      cannotTell.push({ account: place.account, region: everywhere, type, name: nameOf(record), why });
    };
    const balancing = [...survey.types].find(([, { inventory }]) => inventory?.regionOfName?.(to) !== undefined);
    const region = balancing?.[1].inventory?.regionOfName?.(to);
    if (balancing === undefined || region === undefined) {
      if (otherNames.test(to) || known.zones.holds(to)) continue;
      doubt(
        'it leads to a name outside of what was listed; names of vendors are said under external: in the fleet file',
      );
      continue;
    }
    if (!gaps.has(region)) gaps.set(region, gapIn(region, balancing[0], survey));
    const gap = gaps.get(region);
    if (gap === undefined) found.push(danglingOf(record, to, region, type, place, known));
    else doubt(`it leads to a load balancer in ${region} that was not listed, and ${gap}`);
  }
  return { found, cannotTell };
}

/** Why not all load balancers of a region are known; undefined where all are. */
function gapIn(region: string, type: string, { fleet, places }: Survey): string | undefined {
  if (fleet === undefined) return 'no fleet file says that the inventory is complete';
  const partial = fleet.accounts.find(({ inventory }) => inventory !== 'complete');
  if (partial !== undefined)
    return `the fleet file does not say that the inventory of account ${partial.id} is complete`;
  const there = fleet.accounts.filter(({ regions }) => regions.includes(region));
  if (there.length === 0) return 'no account of the fleet has that region';
  for (const { id } of there) {
    const place = places.find((each) => each.account === id && each.region === region);
    if (place === undefined) return `account ${id} was not looked at there`;
    if (place.inventory.listings.get(type)?.kind !== 'listed') return `those of account ${id} were not to be seen`;
  }
  return undefined;
}

function danglingOf(
  record: RecordPiece,
  to: string,
  region: string,
  type: string,
  place: SurveyedPlace,
  { zones }: KnownNames,
): BeyondFound {
  const zone = zones.zone(record.zone);
  const delegation = zone === undefined ? undefined : zones.delegation(zone);
  const set = record.set === undefined ? '' : ` (${record.set})`;
  return {
    kind: 'dangling-record',
    // Nobody is led to a zone that is not delegated.
    severity: delegation?.kind === 'not-delegated' ? 'medium' : 'critical',
    place,
    region: everywhere,
    type,
    piece: JSON.stringify([record.zone, record.name, record.type, record.set ?? null]),
    name: nameOf(record),
    what: `leads to ${to}, a load balancer that no account of the fleet has: whoever gets that name gets its requests`,
    evidence: [
      `${record.leadsTo?.how ?? 'record'} ${record.type} ${record.name}${set} in zone ${zone?.name ?? ''} (${record.zone})`,
      ...(record.name.startsWith('*.') ? ['it is a wildcard: all names that no other record has lead there'] : []),
      `not among the load balancers of ${region} in any account; the fleet file says that these are all`,
      ...(delegation === undefined ? [] : [delegation.text]),
    ],
  };
}

function nameOf({ name, set, type, zone }: RecordPiece): string {
  return `${name} ${type}${set === undefined ? '' : ` (${set})`} in ${zone}`;
}

function isExternal(name: string, fleet: FleetSaid | undefined): boolean {
  return (fleet?.external ?? []).some((each) => {
    const pattern = each.toLowerCase().replace(/\.$/, '');
    return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
  });
}
