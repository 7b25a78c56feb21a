// Changes: the one way to write records, and the way from PENDING to INSYNC.
import { AwsError } from '../../model.ts';
import { timestamp } from '../../model.ts';
import type { CallContext, Input, Operation, Output, World } from '../../model.ts';
import { judgeBatch } from './batch.ts';
import { invalidChangeBatch, noSuchHealthCheck, refuseWhileBusy, zoneOf } from './errors.ts';
import * as read from './input.ts';
import { isInSync, settle, writeRecord } from './records.ts';
import { readChange } from './record-input.ts';
import { route53Of, type Change } from './store.ts';
import { own } from '../../records.ts';
import { unverifiedTexts } from './unverified.ts';

export const changeResourceRecordSets: Operation = (input, context) => {
  const zone = zoneOf(context, read.requiredText(input, 'Id', 32));
  const batch = read.requiredStructure(read.body(input), 'ChangeBatch');
  const comment = read.optionalText(batch, 'Comment', 256);
  const changes = requestedChanges(batch);
  refuseWhileBusy(context, zone);
  const { now, world } = context;
  for (const { action, record } of changes) {
    const id = record.healthCheckId;
    // A record may be deleted after its health check.
    if (action !== 'DELETE' && id !== undefined && own(route53Of(world.data).healthChecks, id) === undefined) {
      throw noSuchHealthCheck(id);
    }
  }
  const verdict = judgeBatch(world, zone, changes);
  if (verdict.kind === 'refused') throw invalidChangeBatch(verdict.messages);
  settle(world, now, zone);
  const id = newChange(context, zone.id, comment);
  for (const { name, key, record } of verdict.writes) writeRecord(zone, id, name, key, record);
  zone.lastBatchAt = now;
  return { ChangeInfo: changeInfo(context, id) };
};

function requestedChanges(batch: Input): ReturnType<typeof readChange>[] {
  const changes = read.structures(batch, 'Changes');
  if (changes === undefined) throw read.invalidInput(unverifiedTexts.missing('changeBatch.changes'));
  if (changes.length === 0) {
    throw read.invalidInput(
      unverifiedTexts.constraint('[]', 'changeBatch.changes', 'have length greater than or equal to 1'),
    );
  }
  return changes.map(readChange);
}

/** @returns its id without the prefix `/change/` */
export function newChange(context: CallContext, zone: string, comment?: string): string {
  const { now, world } = context;
  const id = `C${world.hex(20).toUpperCase()}`;
  const change: Change = { zone, submittedAt: now, ...(comment === undefined ? {} : { comment }) };
  if (isStuck(world, zone)) change.stuck = true;
  route53Of(world.data).changes[id] = change;
  return id;
}

/**
 * Changes that never become INSYNC, from now on: new ones and those that are PENDING. Undone, they go their usual way.
 *
 * @param zone its name; all zones unless told
 * @param now since when
 */
export function setChangesStuck(world: World, zone: string | undefined, stuck: boolean, now: number): void {
  const store = route53Of(world.data);
  const name = zone === undefined ? '*' : plainName(zone);
  const others = (store.stuckZones ?? []).filter((other) => other !== name);
  store.stuckZones = stuck ? [...others, name] : others;
  for (const change of Object.values(store.changes)) {
    if (!isStuck(world, change.zone)) delete change.stuck;
    else if (!isInSync(world, now, change)) change.stuck = true;
  }
}

/** @param zone its name; all zones unless told: the very thing that was set */
export function areChangesStuck({ data }: World, zone: string | undefined): boolean {
  return route53Of(data).stuckZones?.includes(zone === undefined ? '*' : plainName(zone)) === true;
}

/**
 * Ids of the changes that are stuck.
 *
 * @param zone its name; all zones unless told
 */
export function stuckChanges({ data }: World, zone: string | undefined): readonly string[] {
  const { changes, zones } = route53Of(data);
  const isOf = (change: Change): boolean =>
    zone === undefined || plainName(own(zones, change.zone)?.name ?? '') === plainName(zone);
  return Object.entries(changes).flatMap(([id, change]) => (change.stuck === true && isOf(change) ? [id] : []));
}

function isStuck({ data }: World, zone: string): boolean {
  const { stuckZones = [], zones } = route53Of(data);
  if (stuckZones.length === 0) return false;
  return stuckZones.includes('*') || stuckZones.includes(plainName(own(zones, zone)?.name ?? ''));
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

export function changeInfo(context: CallContext, id: string): Output {
  const { now, world } = context;
  const change = own(route53Of(world.data).changes, id);
  // "Could not find resource with ID: ..." is AWS's text (botocore pull request 543, aws-sdk-go-v2 issue 1838).
  if (change === undefined) throw new AwsError('NoSuchChange', `Could not find resource with ID: ${id}`, 404);
  return {
    Id: `/change/${id}`,
    Status: isInSync(world, now, change) ? 'INSYNC' : 'PENDING',
    SubmittedAt: timestamp(change.submittedAt),
    Comment: change.comment,
  };
}

export const getChange: Operation = (input, context) => ({
  ChangeInfo: changeInfo(context, read.bareId(read.requiredText(input, 'Id', 40))),
});
