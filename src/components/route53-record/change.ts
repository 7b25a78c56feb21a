// The only file of this type that may change AWS. A value that someone else wrote since the last look is never
// overwritten: AWS refuses a DELETE that does not name the current values, and a CREATE of what exists.
import {
  ChangeResourceRecordSetsCommand,
  type AliasTarget,
  type Change,
  type ResourceRecordSet,
} from '@aws-sdk/client-route-53';
import { sentForAll } from '../../aws/counted.ts';
import { classify, isNotFound } from '../../aws/errors.ts';
import { route53 } from '../../aws/services/route53.ts';
import type { ChangeContext, Difference, Observation, Receipt, Target } from '../contract.ts';
import { afresh, refusal } from '../kit/changing.ts';
import { toInput } from '../kit/members/input.ts';
import { canonicalName } from '../../util/dns.ts';
import { evaluatesUnlessTold } from './alias-health.ts';
import { changeTogether, type ZoneChange } from './batch.ts';
import { diff } from './diff.ts';
import { identityOf } from './identity.ts';
import { markerRecord } from './marker.ts';
import { observe } from './observe.ts';
import { recordPart, routedBy, routingOf, routings, routingWords } from './parts.ts';
import type { RecordSpec, RecordState } from './schema.ts';
import { toWire } from './values.ts';
import { findZone, forgetZone } from './zones.ts';

export async function create(target: Target<RecordSpec>, context: ChangeContext): Promise<Receipt> {
  const wanted = toRecord(target);
  refuseUnrouted(target.spec, wanted);
  const zone = await findZone(target.spec.zone, context);
  if (zone.kind === 'none') throw refusal('NoSuchHostedZone', zone.detail);
  if (zone.kind === 'ambiguous') throw refusal('InvalidInput', zone.detail);
  const receipt = await unlessDone(target, context, isAsWanted(target.spec), () =>
    submit(zone.id, [{ Action: 'CREATE', ResourceRecordSet: wanted }, ...markerChanges(target.spec)], target, context),
  );
  return { ...receipt, ...receiptOf(target.spec, { zone }) };
}

/** DELETE of what was seen and CREATE of what is wanted, in one batch, which AWS does as a whole or not at all. */
export async function update(
  target: Target<RecordSpec>,
  state: RecordState,
  differences: readonly Difference[],
  context: ChangeContext,
): Promise<Receipt> {
  if (differences.length === 0) return {};
  const changes: Change[] = [
    { Action: 'DELETE', ResourceRecordSet: state.description },
    { Action: 'CREATE', ResourceRecordSet: toRecord(target, state.description) },
    ...markerChanges(target.spec, state),
  ];
  const receipt = await unlessDone(target, context, isAsWanted(target.spec), () =>
    submit(state.zone.id, changes, target, context),
  );
  return { ...receipt, ...receiptOf(target.spec, state) };
}

/** What later runs know the record by: which one it is, and what was written into it. */
function receiptOf(spec: RecordSpec, { zone }: { readonly zone: Pick<RecordState['zone'], 'id'> }): Receipt {
  const wrote = spec.alias === undefined ? [...(spec.values ?? [])] : [spec.alias.dnsName];
  return { wrote, piece: pieceOf(spec, zone.id) };
}

function pieceOf(spec: RecordSpec, zone: string): string {
  return identityOf({ ...spec, zone });
}

/**
 * The marker goes with the record in one batch. What stands under its name is replaced: beside a record that is not there
 * it marks nothing. A marker under an earlier name, of how the record was routed before, goes; so does one that no longer
 * fits what the record says, wanted or not.
 */
function markerChanges(spec: RecordSpec, seen?: RecordState): Change[] {
  const wanted = spec.marker === undefined ? undefined : markerRecord(spec, spec.marker);
  const old = seen?.marker;
  const moved = wanted === undefined || canonicalName(old?.Name ?? '') !== canonicalName(wanted.Name ?? '');
  return [
    ...(old !== undefined && moved && isMarker(old) ? [{ Action: 'DELETE' as const, ResourceRecordSet: old }] : []),
    ...(wanted === undefined ? [] : [{ Action: 'UPSERT' as const, ResourceRecordSet: wanted }]),
  ];
}

/** Something else may stand under that name: it is no business of the record's. */
function isMarker({ ResourceRecords = [] }: ResourceRecordSet): boolean {
  return (
    ResourceRecords.length > 0 && ResourceRecords.every(({ Value = '' }) => Value.startsWith('"heritage=relight,'))
  );
}

export async function remove(target: Target<RecordSpec>, state: RecordState, context: ChangeContext): Promise<Receipt> {
  const { description, marker, zone } = state;
  const changes: Change[] = [
    { Action: 'DELETE', ResourceRecordSet: description },
    ...(marker !== undefined && isMarker(marker) ? [{ Action: 'DELETE' as const, ResourceRecordSet: marker }] : []),
  ];
  try {
    const receipt = await unlessDone(target, context, isGone, () => submit(zone.id, changes, target, context));
    return { ...receipt, piece: pieceOf(target.spec, zone.id) };
  } catch (error) {
    // A zone that is gone has taken its records along.
    if (!isNotFound(error)) throw error;
    return {};
  }
}

/**
 * AWS answers a repeated change with InvalidChangeBatch (`... but it already exists`, `... but it was not found`), but
 * uses that code for much else, so the record itself tells whether all is as it should be.
 */
async function unlessDone(
  target: Target<RecordSpec>,
  context: ChangeContext,
  isDone: (seen: Observation<RecordState>) => boolean,
  change: () => Promise<Receipt>,
): Promise<Receipt> {
  try {
    return await change();
  } catch (error) {
    if (classify(error).code !== 'InvalidChangeBatch') throw error;
    const seen = (await observe([target], afresh(context))).get(target.id);
    if (seen === undefined || !isDone(seen)) throw error;
    // Equal content is no proof that this step has written it.
    return { found: true };
  }
}

function isAsWanted(spec: RecordSpec): (seen: Observation<RecordState>) => boolean {
  return (seen) => seen.kind === 'present' && diff(spec, seen.state).length === 0;
}

function isGone(seen: Observation<RecordState>): boolean {
  return seen.kind === 'absent';
}

async function submit(
  zone: string,
  changes: readonly Change[],
  { id, spec }: Target<RecordSpec>,
  context: ChangeContext,
): Promise<Receipt> {
  try {
    return await changeTogether(zone, { component: id, changes, context }, send);
  } catch (error) {
    if (isNotFound(error)) forgetZone(spec.zone, context);
    throw error;
  }
}

async function send(zone: string, batch: readonly ZoneChange[]): Promise<Receipt> {
  const [first] = batch;
  if (first === undefined) return {};
  const { aws, scope } = first.context;
  const comment = `relight ${scope.playbook} ${batch.map(({ component }) => component).join(' ')}`;
  const command = new ChangeResourceRecordSetsCommand({
    HostedZoneId: zone,
    ChangeBatch: { Changes: batch.flatMap(({ changes }) => changes), Comment: comment.slice(0, 256) },
  });
  sentForAll(
    command,
    batch.map(({ context }) => context.aws),
  );
  const answer = await aws.client(route53).send(command);
  return { changeId: (answer.ChangeInfo?.Id ?? '').replace(/^\/change\//, '') };
}

/** The wanted record; what a spec that does not tell all does not speak of stays as it was seen. */
function toRecord({ spec, whole }: Target<RecordSpec>, seen?: ResourceRecordSet): ResourceRecordSet {
  const { MultiValueAnswer, ...said } = toInput(recordPart, spec) as Partial<ResourceRecordSet>;
  return {
    ...(seen === undefined || whole === true ? {} : unsaid(spec, seen)),
    Name: spec.name,
    Type: spec.type,
    ...(spec.setIdentifier === undefined ? {} : { SetIdentifier: spec.setIdentifier }),
    ...(spec.weight === undefined ? {} : { Weight: spec.weight }),
    ...(spec.failover === undefined ? {} : { Failover: spec.failover }),
    ...(spec.healthCheck === undefined ? {} : { HealthCheckId: spec.healthCheck }),
    ...said,
    ...(MultiValueAnswer === true ? { MultiValueAnswer } : {}),
    ...(spec.ttl === undefined ? {} : { TTL: spec.ttl }),
    ...(spec.values === undefined
      ? {}
      : { ResourceRecords: spec.values.map((value) => ({ Value: toWire(spec.type, value) })) }),
    ...(spec.alias === undefined ? {} : { AliasTarget: toAlias(spec.alias) }),
  };
}

function toAlias(alias: NonNullable<RecordSpec['alias']>): AliasTarget {
  return {
    DNSName: alias.dnsName,
    HostedZoneId: alias.hostedZoneId,
    EvaluateTargetHealth: alias.evaluateTargetHealth ?? evaluatesUnlessTold(alias),
  };
}

function unsaid(spec: RecordSpec, seen: ResourceRecordSet): Partial<ResourceRecordSet> {
  const content = spec.values === undefined && spec.alias === undefined;
  const names: readonly (keyof ResourceRecordSet)[] = [
    'HealthCheckId',
    ...(routedBy(spec).length === 0 ? routings.map(([, member]) => member) : []),
    ...(content ? (['TTL', 'ResourceRecords', 'AliasTarget'] as const) : []),
  ];
  return Object.fromEntries(names.flatMap((name) => (seen[name] === undefined ? [] : [[name, seen[name]]])));
}

/** AWS makes no record with a set identifier that is routed in no way. */
function refuseUnrouted({ name, setIdentifier }: RecordSpec, record: ResourceRecordSet): void {
  if (setIdentifier === undefined || routingOf(record) !== undefined) return;
  throw refusal(
    'InvalidInput',
    `${name} (${setIdentifier}) cannot be made: neither its playbook nor what is known of it says how it is routed ` +
      `(one of ${routingWords.join(', ')})`,
  );
}
