// The lists of Route 53: zones, zones by name, records; each with its own way of paging.
import type { Operation } from '../../model.ts';
import { zoneOf } from './errors.ts';
import * as read from './input.ts';
import { parseName, sortKey } from './names.ts';
import { isRecordType } from './rdata.ts';
import { recordOutput } from './record-output.ts';
import { compareTexts, orderedRecords, settle } from './records.ts';
import type { ListStart } from './records.ts';
import { route53Of, type HostedZone, type RecordSet } from './store.ts';
import { unverifiedTexts } from './unverified.ts';
import { zoneOutput } from './zones.ts';

const mostRecordsOfPage = 300;
const mostZonesOfPage = 100;

/** The next three fields name the first record set of the next page; all three have to come back. */
export const listResourceRecordSets: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  const most = read.pageSize(input, mostRecordsOfPage);
  const start = listStart(input);
  settle(context.world, context.now, zone);
  const page: RecordSet[] = [];
  let next: RecordSet | undefined;
  for (const record of orderedRecords(zone, start)) {
    if (page.length === most) {
      next = record;
      break;
    }
    page.push(record);
  }
  return {
    ResourceRecordSets: page.map(recordOutput),
    IsTruncated: next !== undefined,
    NextRecordName: next?.name,
    NextRecordType: next?.type,
    NextRecordIdentifier: next?.setIdentifier,
    MaxItems: most,
  };
};

function listStart(input: Readonly<Record<string, unknown>>): ListStart | undefined {
  const name = read.optionalText(input, 'name', 1024);
  const type = read.optionalText(input, 'type', 32);
  const setIdentifier = read.optionalText(input, 'identifier', 128);
  if (type !== undefined && !isRecordType(type)) {
    throw read.invalidInput(unverifiedTexts.constraint(type, 'type', 'satisfy enum value set of RRType'));
  }
  if (name === undefined) {
    if (type !== undefined) throw read.invalidInput(unverifiedTexts.startTypeWithoutName);
    if (setIdentifier !== undefined) throw read.invalidInput(unverifiedTexts.startIdentifierWithoutType);
    return undefined;
  }
  if (type === undefined && setIdentifier !== undefined) {
    throw read.invalidInput(unverifiedTexts.startIdentifierWithoutType);
  }
  const parsed = parseName(name);
  if (parsed.kind === 'fault') throw read.invalidInput(parsed.message);
  return {
    name: parsed.name,
    ...(type === undefined ? {} : { type }),
    ...(setIdentifier === undefined ? {} : { setIdentifier }),
  };
}

/** In the order of creation; the marker is the id of the next page's first zone. */
export const listHostedZones: Operation = (input, context) => {
  const most = read.pageSize(input, mostZonesOfPage);
  const marker = read.optionalText(input, 'marker', 64);
  const privateOnly = read.oneOf(input, 'hostedzonetype', ['PrivateHostedZone']) !== undefined;
  const zones = Object.values(route53Of(context.world.data).zones).filter((zone) => !privateOnly || zone.privateZone);
  const { page, next } = pageFrom(zones, marker, most);
  return {
    HostedZones: page.map(zoneOutput),
    Marker: marker,
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: most,
  };
};

/** A page of things with ids that begins at the one that the marker names. */
export function pageFrom<T extends { readonly id: string }>(
  all: readonly T[],
  marker: string | undefined,
  most: number,
): { readonly page: readonly T[]; readonly next: T | undefined } {
  const from = marker === undefined ? 0 : all.findIndex((item) => item.id === read.bareId(marker));
  if (from < 0) throw read.invalidInput(unverifiedTexts.unknownMarker(marker ?? ''));
  return { page: all.slice(from, from + most), next: all[from + most] };
}

/** Ordered by name with the labels reversed, then by id; the name given need not exist. */
export const listHostedZonesByName: Operation = (input, context) => {
  const most = read.pageSize(input, mostZonesOfPage);
  const dnsName = read.optionalText(input, 'dnsname', 1024);
  const givenId = read.optionalText(input, 'hostedzoneid', 64);
  if (dnsName === undefined && givenId !== undefined) throw read.invalidInput(unverifiedTexts.startIdWithoutName);
  const parsed = dnsName === undefined ? undefined : parseName(dnsName);
  if (parsed?.kind === 'fault') throw read.invalidInput(parsed.message);
  const from = parsed === undefined ? '' : sortKey(parsed.name);
  const fromId = givenId === undefined ? '' : read.bareId(givenId);
  const ordered = Object.values(route53Of(context.world.data).zones)
    .map((zone) => ({ zone, key: sortKey(zone.name) }))
    .filter(({ zone, key }) => key > from || (key === from && zone.id >= fromId))
    .sort((left, right) => compareTexts(left.key, right.key) || compareTexts(left.zone.id, right.zone.id))
    .map(({ zone }) => zone);
  const next: HostedZone | undefined = ordered[most];
  return {
    HostedZones: ordered.slice(0, most).map(zoneOutput),
    DNSName: parsed?.name,
    HostedZoneId: givenId === undefined ? undefined : fromId,
    IsTruncated: next !== undefined,
    NextDNSName: next?.name,
    NextHostedZoneId: next?.id,
    MaxItems: most,
  };
};
