// The records of one zone: finding, writing, ordering. The only file that touches histories.
import type { World } from '../../model.ts';
import { sortKey } from './names.ts';
import { recordKey, route53Of, type Change, type HostedZone, type RecordHistory, type RecordSet } from './store.ts';
import { own } from '../../records.ts';
import { route53Times } from './timings.ts';

/** Whether the change has reached all name servers. */
export function isInSync(world: World, now: number, change: Change | undefined): boolean {
  return change?.stuck !== true && now >= (change?.submittedAt ?? 0) + route53Times(world).changeInSync;
}

/** The record sets of a name as the API shows them, PENDING ones included, ordered by type and set identifier. */
export function currentRecords(zone: HostedZone, name: string): RecordSet[] {
  const histories = own(zone.names, name);
  if (histories === undefined) return [];
  return Object.values(histories)
    .map((history) => history.at(-1)?.record ?? null)
    .filter((record) => record !== null)
    .sort(compareWithinName);
}

/** The record sets of a name as DNS answers them now. */
export function publishedRecords(world: World, now: number, zone: HostedZone, name: string): RecordSet[] {
  const histories = own(zone.names, name);
  if (histories === undefined) return [];
  const { changes } = route53Of(world.data);
  return Object.values(histories)
    .map((history) => history.findLast((version) => isInSync(world, now, own(changes, version.change)))?.record ?? null)
    .filter((record) => record !== null)
    .sort(compareWithinName);
}

function compareWithinName(left: RecordSet, right: RecordSet): number {
  return compareTexts(left.type, right.type) || compareTexts(left.setIdentifier ?? '', right.setIdentifier ?? '');
}

export function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Writes what a change made of one record set; null deletes it. */
export function writeRecord(
  zone: HostedZone,
  change: string,
  name: string,
  key: string,
  record: RecordSet | null,
): void {
  const histories = own(zone.names, name) ?? addName(zone, name);
  const history: RecordHistory = own(histories, key) ?? [];
  histories[key] = history;
  const had = history.at(-1)?.record ?? null;
  history.push({ record, change });
  zone.unsettled.push({ name, key, change });
  zone.recordCount += (record === null ? 0 : 1) - (had === null ? 0 : 1);
}

/** Cuts histories whose changes are INSYNC: only their last such version can ever be seen again. */
export function settle(world: World, now: number, zone: HostedZone): void {
  const { changes } = route53Of(world.data);
  let done = 0;
  for (const entry of zone.unsettled) {
    if (!isInSync(world, now, own(changes, entry.change))) break;
    done += 1;
    const histories = own(zone.names, entry.name);
    const history = histories && own(histories, entry.key);
    if (histories === undefined || history === undefined) continue;
    const last = history.findLastIndex((version) => version.change === entry.change);
    if (last > 0) history.splice(0, last);
    if (history.length === 1 && history[0]?.record === null) {
      Reflect.deleteProperty(histories, entry.key);
      if (Object.keys(histories).length === 0) removeName(zone, entry.name);
    }
  }
  if (done > 0) zone.unsettled.splice(0, done);
}

interface OrderedName {
  readonly sortKey: string;
  readonly name: string;
}

/**
 * The names of a zone in Route 53's order, made on first use. Held beside the zone, not in it, so that a saved world
 * carries no derived data.
 */
const orders = new WeakMap<HostedZone, OrderedName[]>();

function orderOf(zone: HostedZone): OrderedName[] {
  let order = orders.get(zone);
  if (order === undefined) {
    order = Object.keys(zone.names).map((name) => ({ sortKey: sortKey(name), name }));
    order.sort((left, right) => compareTexts(left.sortKey, right.sortKey));
    orders.set(zone, order);
  }
  return order;
}

/** Index of the first name that does not come before the key. */
function position(order: readonly OrderedName[], key: string): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((order[middle]?.sortKey ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function addName(zone: HostedZone, name: string): Record<string, RecordHistory> {
  const histories: Record<string, RecordHistory> = {};
  zone.names[name] = histories;
  const order = orders.get(zone);
  if (order !== undefined) {
    const key = sortKey(name);
    order.splice(position(order, key), 0, { sortKey: key, name });
  }
  return histories;
}

function removeName(zone: HostedZone, name: string): void {
  Reflect.deleteProperty(zone.names, name);
  const order = orders.get(zone);
  if (order === undefined) return;
  // Names that differ in an escaped dot only share a sort key.
  let index = position(order, sortKey(name));
  while (index < order.length && order[index]?.name !== name) index += 1;
  order.splice(index, 1);
}

export interface ListStart {
  readonly name: string;
  readonly type?: string;
  readonly setIdentifier?: string;
}

/** The zone's record sets in Route 53's order, from `start` on; PENDING ones included. */
export function* orderedRecords(zone: HostedZone, start?: ListStart): Generator<RecordSet> {
  const order = orderOf(zone);
  const from = start === undefined ? 0 : position(order, sortKey(start.name));
  for (let index = from; index < order.length; index += 1) {
    const name = order[index]?.name ?? '';
    for (const record of currentRecords(zone, name)) {
      if (start !== undefined && name === start.name && comesBefore(record, start)) continue;
      yield record;
    }
  }
}

/** Names that end in `.<name>`, with records or with what is left of deleted ones. */
export function* namesBelow(zone: HostedZone, name: string): Generator<string> {
  const order = orderOf(zone);
  // The key of a name is the beginning of the keys of all names below it.
  const key = sortKey(name);
  for (let index = position(order, key); index < order.length; index += 1) {
    const entry = order[index];
    if (entry?.sortKey.startsWith(key) !== true) return;
    if (entry.name !== name) yield entry.name;
  }
}

function comesBefore(record: RecordSet, start: ListStart): boolean {
  if (start.type === undefined) return false;
  const byType = compareTexts(record.type, start.type);
  return byType < 0 || (byType === 0 && (record.setIdentifier ?? '') < (start.setIdentifier ?? ''));
}

/** Key of a record set among those of its name. */
export function keyOf(record: RecordSet): string {
  return recordKey(record.type, record.setIdentifier);
}
