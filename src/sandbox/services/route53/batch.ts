// One change batch, judged: all changes or none. Works on a copy of the names that the batch touches, in the order of
// the changes, and collects every fault it finds, as AWS does.
import type { World } from '../../model.ts';
import { aliasFaults } from './aliases.ts';
import { sameRecord } from './matching.ts';
import { isWithin } from './names.ts';
import { policyFault, policyOf } from './policies.ts';
import { parseValue } from './rdata.ts';
import { currentRecords, keyOf } from './records.ts';
import type { RequestedChange } from './record-input.ts';
import type { HostedZone, RecordSet } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** Limits of one batch ("Quotas on ChangeResourceRecordSets"). */
const mostRecords = 1000;
const mostCharacters = 32_000;
/** Quotas of one zone and one record set. */
export const mostRecordsOfZone = 10_000;
const mostValues = 400;

export type Verdict =
  | { readonly kind: 'refused'; readonly messages: readonly string[] }
  /** What to write, one entry for each record set that the batch touches; null deletes. */
  | { readonly kind: 'accepted'; readonly writes: readonly Write[] };

export interface Write {
  readonly name: string;
  readonly key: string;
  readonly record: RecordSet | null;
}

export function judgeBatch(world: World, zone: HostedZone, changes: readonly RequestedChange[]): Verdict {
  // Faults of one kind hide those of the next: a batch that cannot be read is not compared with the zone.
  for (const messages of [sizeFaults(changes), changes.flatMap((change) => contentFaults(zone, change))]) {
    if (messages.length > 0) return { kind: 'refused', messages };
  }
  const repeated = repeatedFaults(changes);
  if (repeated.length > 0) return { kind: 'refused', messages: repeated };

  const copy = new ZoneCopy(zone);
  const messages: string[] = [];
  for (const change of changes) {
    const fault = applyFault(copy, zone, change);
    if (fault === undefined) copy.set(change.record, change.action === 'DELETE' ? null : change.record);
    else messages.push(fault);
  }
  if (messages.length === 0) messages.push(...finalFaults(world, zone, copy, changes));
  return messages.length > 0 ? { kind: 'refused', messages } : { kind: 'accepted', writes: copy.writes() };
}

/** The touched names of a zone, by type and set identifier. */
class ZoneCopy {
  readonly #zone: HostedZone;
  readonly #names = new Map<string, Map<string, RecordSet>>();
  readonly #touched = new Map<string, { readonly name: string; readonly key: string }>();
  #count: number;

  constructor(zone: HostedZone) {
    this.#zone = zone;
    this.#count = zone.recordCount;
  }

  /** Record sets that the zone would have. */
  get count(): number {
    return this.#count;
  }

  at(name: string): ReadonlyMap<string, RecordSet> {
    return this.#load(name);
  }

  #load(name: string): Map<string, RecordSet> {
    let records = this.#names.get(name);
    if (records === undefined) {
      records = new Map(currentRecords(this.#zone, name).map((record) => [keyOf(record), record]));
      this.#names.set(name, records);
    }
    return records;
  }

  set(place: RecordSet, record: RecordSet | null): void {
    const records = this.#load(place.name);
    const key = keyOf(place);
    this.#count += (record === null ? 0 : 1) - (records.has(key) ? 1 : 0);
    if (record === null) records.delete(key);
    else records.set(key, record);
    this.#touched.set(`${place.name} ${key}`, { name: place.name, key });
  }

  writes(): Write[] {
    return [...this.#touched.values()].map(({ name, key }) => ({
      name,
      key,
      record: this.at(name).get(key) ?? null,
    }));
  }
}

/** "When the value of the Action element is UPSERT, each ResourceRecord element is counted twice"; so is each alias. */
function sizeFaults(changes: readonly RequestedChange[]): string[] {
  let records = 0;
  let characters = 0;
  for (const { action, record } of changes) {
    const factor = action === 'UPSERT' ? 2 : 1;
    records += factor * (record.values?.length ?? 1);
    for (const value of record.values ?? []) characters += factor * value.length;
  }
  const messages: string[] = [];
  if (records > mostRecords) messages.push(`Number of records limit of ${String(mostRecords)} exceeded.`);
  if (characters > mostCharacters) messages.push(`RDATA character limit of ${String(mostCharacters)} exceeded.`);
  return messages;
}

/** What is wrong with a change whatever records the zone has. */
function contentFaults(zone: HostedZone, { action, record, nameFault }: RequestedChange): string[] {
  if (nameFault !== undefined) return [nameFault];
  const { name, type } = record;
  if (!isWithin(name, zone.name)) return [`RRSet with DNS name ${name} is not permitted in zone ${zone.name}`];
  const messages = valueFaults(record);
  if (action === 'DELETE') return messages;
  if (type === 'CNAME' && name === zone.name) {
    messages.push(`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone.name}`);
  }
  if (type === 'SOA' && name !== zone.name) messages.push(unverifiedTexts.soaOutsideApex(name, zone.name));
  if (record.alias !== undefined && (type === 'NS' || type === 'SOA')) {
    messages.push(unverifiedTexts.aliasOfType(type, name));
  }
  const count = record.values?.length ?? 0;
  if (policyOf(record) === 'multivalue answer' && count > 1) {
    messages.push(
      `The RRSet of type ${type} with DNS name ${name} cannot be created because multivalue answer sets must contain exactly one resource record.`,
    );
  } else if ((type === 'CNAME' || type === 'SOA') && count > 1) {
    messages.push(unverifiedTexts.oneValueOnly(type));
  }
  if (record.failover === 'PRIMARY' && record.alias === undefined && record.healthCheckId === undefined) {
    messages.push('A non-alias primary ResourceRecordSet must have an associated health check. No changes made.');
  }
  return messages;
}

function valueFaults(record: RecordSet): string[] {
  const values = record.values ?? [];
  if (values.length > mostValues) return [`Cannot have more than ${String(mostValues)} records in a RRSet.`];
  const messages: string[] = [];
  const seen = new Set<string>();
  for (const value of values) {
    const parsed = parseValue(record.type, value);
    if (parsed.kind === 'fault') messages.push(parsed.message);
    else if (seen.has(parsed.canonical)) messages.push(unverifiedTexts.duplicateValue(value));
    else seen.add(parsed.canonical);
  }
  return messages;
}

/** One record set may occur once in a batch, or twice when a DELETE makes room for a CREATE or UPSERT. */
function repeatedFaults(changes: readonly RequestedChange[]): string[] {
  const actions = new Map<string, string[]>();
  const messages = new Set<string>();
  for (const { action, record } of changes) {
    const place = `${record.name} ${keyOf(record)}`;
    const before = actions.get(place) ?? [];
    actions.set(place, before);
    before.push(action);
    if (before.length > 2 || (before.length === 2 && (before[0] !== 'DELETE' || action === 'DELETE'))) {
      messages.add(
        `The request contains an invalid set of changes for a resource record set '${record.type} ${record.name}'`,
      );
    }
  }
  return [...messages];
}

/** Why this change cannot be made after those before it. */
function applyFault(copy: ZoneCopy, zone: HostedZone, { action, record }: RequestedChange): string | undefined {
  const present = copy.at(record.name);
  const stored = present.get(keyOf(record));
  const identifier = record.setIdentifier === undefined ? '' : `, set-identifier='${record.setIdentifier}'`;
  const place = `resource record set [name='${record.name}', type='${record.type}'${identifier}]`;
  if (action === 'DELETE') {
    if (stored === undefined) return `Tried to delete ${place} but it was not found`;
    return sameRecord(stored, record)
      ? undefined
      : `Tried to delete ${place} but the values provided do not match the current values`;
  }
  if (action === 'CREATE' && stored !== undefined) return `Tried to create ${place} but it already exists`;

  const others = [...present.values()];
  const ofType = others.filter((other) => other.type === record.type);
  const policy = policyFault(record, ofType);
  if (policy !== undefined) return policy;
  const rrset = `RRSet of type ${record.type} with DNS name ${record.name} is not permitted`;
  if (record.type === 'CNAME' && others.length > ofType.length) {
    return `${rrset} as it conflicts with other records with the same DNS name in zone ${zone.name}`;
  }
  if (record.type !== 'CNAME' && others.some((other) => other.type === 'CNAME')) {
    return `${rrset} because a conflicting RRSet of type CNAME with the same DNS name already exists in zone ${zone.name}`;
  }
  return undefined;
}

/** What is wrong with the zone as the batch would leave it. */
function finalFaults(world: World, zone: HostedZone, copy: ZoneCopy, changes: readonly RequestedChange[]): string[] {
  const messages: string[] = [];
  if (changes.some(({ record }) => record.name === zone.name)) {
    const types = [...copy.at(zone.name).values()].map((record) => record.type);
    if (!types.includes('NS')) {
      messages.push('A HostedZone must contain at least one NS record for the zone itself.');
    }
    if (!types.includes('SOA')) messages.push('A HostedZone must contain exactly one SOA record.');
  }
  if (copy.count > mostRecordsOfZone && copy.count > zone.recordCount) {
    messages.push(`Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${zone.id}`);
  }
  for (const { action, record } of changes) {
    if (action === 'DELETE' || record.alias === undefined) continue;
    const inZone = (name: string, type: string): boolean =>
      [...copy.at(name).values()].some((other) => other.type === type);
    messages.push(...aliasFaults(world, zone, record, inZone));
  }
  return messages;
}
