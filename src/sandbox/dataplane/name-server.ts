// What the world's name servers answer, record by record: all zones of all accounts and the names of load balancers, as if one
// server had them. What an answer is made of in bytes is the door's affair (`sandbox/dns/`).
import { everyAccount } from '../accounts.ts';
import { own } from '../records.ts';
import { publishedRecords } from '../services/route53/records.ts';
import { route53Of } from '../services/route53/store.ts';
import { aliasTtl, follow } from './dns.ts';
import type { Walk } from './walk.ts';

/** One record: names without trailing dot, the value as the zone has it. */
export interface ResourceRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly value: string;
}

export interface NameServerAnswer {
  /** `REFUSED`: nobody in this world has the name. */
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'REFUSED' | 'SERVFAIL';
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  /** The zone's SOA where something is missing, with the seconds for which resolvers keep that [RFC 2308]. */
  readonly authority: readonly ResourceRecord[];
}

const refused: NameServerAnswer = { code: 'REFUSED', authoritative: false, answers: [], authority: [] };

export function answerAuthoritatively(walk: Walk, name: string, type: string): NameServerAnswer {
  const { end, links } = follow(walk, name, type);
  // Through its aliases a name answers itself, with the TTL of what they lead to.
  const owners: string[] = [];
  const cnames: { readonly name: string; readonly ttl: number }[] = [];
  let owner: string | undefined;
  let isAlias = false;
  for (const link of links) {
    owner ??= link.name;
    isAlias = link.kind === 'alias';
    if (isAlias) continue;
    cnames.push({ name: owner, ttl: link.ttl });
    owners.push(owner);
    owner = undefined;
  }
  if (end.kind === 'too-long') return { ...refused, code: 'SERVFAIL' };
  const last = owner ?? end.name;
  const targets = [...owners.slice(1), last];
  const led = cnames.map((each, index): ResourceRecord => {
    return { name: each.name, type: 'CNAME', ttl: each.ttl, value: targets[index] ?? last };
  });
  const answered = { authoritative: true, answers: led, authority: [] };
  switch (end.kind) {
    case 'values':
      return {
        ...answered,
        code: 'NOERROR',
        answers: [...led, ...end.values.map((value) => ({ name: last, type, ttl: end.ttl ?? aliasTtl, value }))],
      };
    case 'outside':
      // Where a CNAME leads out of this world, whoever asked goes on elsewhere; an alias without target has no data.
      return links.length === 0 ? refused : { ...answered, code: 'NOERROR' };
    case 'nx-domain':
      return { ...answered, code: isAlias ? 'NOERROR' : 'NXDOMAIN', authority: startOf(walk, end.zone) };
    case 'no-data':
      return { ...answered, code: 'NOERROR', authority: startOf(walk, end.zone) };
  }
}

/** The zone's SOA record, for an answer that something is missing: with the smaller of its TTL and its last number [RFC 2308]. */
function startOf({ now, world }: Walk, zoneId: string | undefined): readonly ResourceRecord[] {
  if (zoneId === undefined) return [];
  for (const account of everyAccount(world)) {
    const zone = own(route53Of(account.data).zones, zoneId);
    if (zone === undefined) continue;
    const record = publishedRecords(account, now, zone, zone.name).find((each) => each.type === 'SOA');
    const value = record?.values?.[0];
    if (value === undefined) return [];
    const minimum = Number(/\d+$/.exec(value.trim())?.[0] ?? 0);
    return [{ name: zone.name.replace(/\.$/, ''), type: 'SOA', ttl: Math.min(record?.ttl ?? minimum, minimum), value }];
  }
  return [];
}
