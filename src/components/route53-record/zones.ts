// Finds a hosted zone by its name or id, once for all records of a session.
import {
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  type HostedZone,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { isNotFound } from '../../aws/errors.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { ReadContext } from '../contract.ts';
import { canonicalName } from '../../util/dns.ts';
import { allPages } from '../kit/observing.ts';
import { isZoneId } from './schema.ts';

export type ZoneAnswer =
  /** `name` as Route 53 tells it, in canonical form. */
  | { readonly kind: 'found'; readonly id: string; readonly name: string; readonly isPrivate: boolean }
  | { readonly kind: 'none'; readonly detail: string }
  | { readonly kind: 'ambiguous'; readonly detail: string };

/** A zone that was found is the same for the whole session, until {@link forgetZone}. */
export function findZone(zone: string, context: ReadContext): Promise<ZoneAnswer> {
  return context.kept(
    keyOf(zone),
    () => (isZoneId(zone) ? byId(zone, context) : byName(zone, context)),
    ({ kind }) => kind === 'found',
  );
}

/** Something in the zone was not to be seen or changed: whether it is still there is asked again. */
export function forgetZone(zone: string, context: ReadContext): void {
  context.forget(keyOf(zone));
}

function keyOf(zone: string): string {
  return `route53 zone ${zone}`;
}

async function byId(id: string, context: ReadContext): Promise<ZoneAnswer> {
  try {
    const answer = await context.limit(() => context.aws.client(route53).send(new GetHostedZoneCommand({ Id: id })));
    return found(answer.HostedZone, id);
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return { kind: 'none', detail: `hosted zone ${id} does not exist` };
  }
}

/**
 * A name may have several zones. The public one is meant, as it is the one that the world asks: a private one is only ever
 * taken by its id, or a lost public zone would have its records made where nobody sees them.
 */
async function byName(name: string, context: ReadContext): Promise<ZoneAnswer> {
  const zones = await zonesNamed(name, context);
  const ofPublic = zones.filter((zone) => zone.Config?.PrivateZone !== true);
  const [only, ...others] = ofPublic;
  if (only !== undefined && others.length === 0) return found(only, name);
  if (zones.length === 0) return { kind: 'none', detail: `hosted zone ${name} does not exist` };
  const ids = (ofPublic.length > 0 ? ofPublic : zones).map((zone) => idOf(zone)).join(', ');
  return {
    kind: 'ambiguous',
    detail:
      only === undefined
        ? `there is no public hosted zone named ${name}, only private ones (${ids}): if one of them is meant, give its id`
        : `${ofPublic.length} hosted zones are named ${name} (${ids}): give the zone id`,
  };
}

/** The listing is sorted by name and starts at the one asked for, so the zones of that name come first. */
function zonesNamed(name: string, context: ReadContext): Promise<readonly HostedZone[]> {
  const wanted = canonicalName(name);
  return allPages(
    (each) => each.Id,
    async (marker: { readonly name: string; readonly id: string | undefined } | undefined) => {
      const answer = await context.limit(() =>
        context.aws
          .client(route53)
          .send(new ListHostedZonesByNameCommand({ DNSName: marker?.name ?? wanted, HostedZoneId: marker?.id })),
      );
      const { NextDNSName: nextName, NextHostedZoneId: nextId } = answer;
      const more = answer.IsTruncated === true && nextName !== undefined && canonicalName(nextName) === wanted;
      return {
        items: (answer.HostedZones ?? []).filter((zone) => canonicalName(zone.Name ?? '') === wanted),
        next: more ? { name: nextName, id: nextId } : undefined,
      };
    },
  );
}

function found(zone: HostedZone | undefined, asked: string): ZoneAnswer {
  if (zone === undefined) return { kind: 'none', detail: `hosted zone ${asked} does not exist` };
  return {
    kind: 'found',
    id: idOf(zone),
    name: canonicalName(zone.Name ?? ''),
    isPrivate: zone.Config?.PrivateZone === true,
  };
}

/** AWS answers with `/hostedzone/Z1` [Route 53 API]. */
function idOf(zone: HostedZone): string {
  return (zone.Id ?? '').replace(/^\/hostedzone\//, '');
}

/** A zone's name, and those of its name servers. */
export interface ZoneServers {
  readonly name: string;
  readonly servers: readonly string[];
}

/**
 * Keeps what the zone's own NS record says: Route 53 writes the zone's four name servers there [Route 53 developer guide, "SOA and
 * NS records that Route 53 creates for a public hosted zone"], and a listing is at hand, where a GetHostedZone would cost a call
 * and a permission.
 */
export function noteServers(
  zone: string,
  name: string,
  records: readonly ResourceRecordSet[],
  context: ReadContext,
): void {
  const own = records.find((each) => each.Type === 'NS' && canonicalName(each.Name ?? '') === name);
  const servers = (own?.ResourceRecords ?? []).map(({ Value = '' }) => canonicalName(Value));
  void context.kept(serversKey(zone), () => Promise.resolve({ name, servers }));
}

/** As the session's first listing of the zone told; without any where none did. */
export function serversOf(zone: string, context: ReadContext): Promise<ZoneServers> {
  return context.kept<ZoneServers>(
    serversKey(zone),
    () => Promise.resolve({ name: zone, servers: [] }),
    () => false,
  );
}

function serversKey(zone: string): string {
  return `route53 name servers of ${zone}`;
}
