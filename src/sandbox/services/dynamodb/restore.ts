// RestoreTableFromBackup and RestoreTableToPointInTime: both make another table, without the settings that a restore loses
// (streams, time to live, point-in-time recovery, tags, deletion protection, class). Texts and order are those observed.
import { AwsError } from '../../model.ts';
import type { CallContext, Operation, Output } from '../../model.ts';
import { put } from '../../records.ts';
import { isRestored, theBackup } from './backups.ts';
import { backedTableNotFound, notModelled, validation } from './errors.ts';
import { onDemandOf, throughputOf } from './index-definitions.ts';
import { itemsAt, restorableBounds } from './recovery.ts';
import { decode, flag, instant, required, struct, text } from './request/shapes.ts';
import { newTableName } from './request/table-shapes.ts';
import { checkOverrides, overrides, restoredIndexes, type Overrides } from './restore-overrides.ts';
import { dynamoDbOf, type Figures, type IndexRecord, type RestoreRecord, type TableRecord } from './store.ts';
import { itemSize } from './size.ts';
import { tableDescription } from './table-description.ts';
import { encryptionKey, newTableId } from './table-settings.ts';
import { findTable, isBeingRestored, tableArn, tableName, tableStatus } from './tables.ts';
import { bothTimes, tooManyRestores } from './unverified.ts';
import type { Item } from './value.ts';
import { heldItem } from './views.ts';

const mostRestores = 50;

export const restoreFromBackupShape = struct({
  TargetTableName: newTableName,
  BackupArn: required(text({ min: 37, max: 1024 })),
  ...overrides,
});

export const restoreTableFromBackup: Operation = (input, context) => {
  const request = decode(restoreFromBackupShape, input);
  const { BackupArn: backupArn, TargetTableName: target } = request;
  const { createdAt, table: source } = theBackup(context, backupArn);
  const made = restored(context, request, source, source.items, {
    backupArn,
    tableArn: tableArn(context, source.name),
    asOf: createdAt,
  });
  refuseTaken(context, target, `Table: ${target} is already being restored from backup: ${backupArn}`);
  if (isRestored(context, backupArn)) {
    throw new AwsError('BackupInUseException', `Backup is being used to restore another table: ${backupArn}`);
  }
  return begun(context, made);
};

export const restoreToPointInTimeShape = struct({
  TargetTableName: newTableName,
  SourceTableName: text({ pattern: '[a-zA-Z0-9_.-]+', min: 3, max: 255 }),
  SourceTableArn: text({ min: 1, max: 1024 }),
  RestoreDateTime: instant,
  UseLatestRestorableTime: flag,
  ...overrides,
});

export const restoreTableToPointInTime: Operation = (input, context) => {
  const request = decode(restoreToPointInTimeShape, input);
  const { RestoreDateTime: asked, TargetTableName: target, UseLatestRestorableTime: latest } = request;
  if (asked !== undefined && latest === true) throw validation(bothTimes);
  if (asked === undefined && latest !== true) {
    throw validation(
      'Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both',
    );
  }
  const source = sourceOf(context, request);
  if (!source.recovery) {
    const message = `Point in time recovery is not enabled for table '${source.name}'`;
    throw new AwsError('PointInTimeRecoveryUnavailableException', message);
  }
  const bounds = restorableBounds(source.recovery, context.now);
  const asOf = asked ?? bounds.latest;
  if (asOf < wholeSeconds(bounds.earliest) || asOf > bounds.latest) {
    const [at, from, to] = [asOf, bounds.earliest, bounds.latest].map(written);
    const within = `EarliestRestorableDateTime '${from ?? ''}' and LatestRestorableDateTime '${to ?? ''}'`;
    throw new AwsError('InvalidRestoreTimeException', `RestoreDateTime '${at ?? ''}' must be within ${within}`);
  }
  const from: RestoreRecord = { backupArn: null, tableArn: tableArn(context, source.name), asOf };
  const made = restored(context, request, source, itemsAt(source, asOf), from);
  refuseTaken(context, target, `Table: ${target} is already being restored`);
  return begun(context, made);
};

/** Clients are told of instants and give them in whole seconds, as the service does here. */
function wholeSeconds(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

function written(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

function sourceOf(
  context: CallContext,
  {
    SourceTableArn: arn,
    SourceTableName: name,
  }: { SourceTableArn?: string | undefined; SourceTableName?: string | undefined },
): TableRecord {
  if (arn !== undefined && name !== undefined) {
    throw validation('Must provide exactly one of: sourceTableArn, sourceTableName');
  }
  const named = name ?? arn;
  if (named === undefined) throw validation("The parameter 'TableName' is required but was not present in the request");
  if (arn !== undefined) checkSourceArn(context, arn);
  const found = findTable(context, named);
  if (found === undefined || found.status === 'DELETING' || found.status === 'CREATING') {
    throw backedTableNotFound(tableName(named));
  }
  return found.table;
}

function checkSourceArn({ region, world }: CallContext, arn: string): void {
  const parts = /^arn:[^:]+:dynamodb:([^:]+):(\d+):table\/[^/]+$/.exec(arn);
  if (parts === null) throw validation('sourceTableArn is not a valid ARN');
  if (parts[2] !== world.data.account) {
    throw validation('This action is only supported by accounts that match the resource owner’s account.');
  }
  if (parts[1] !== region) throw notModelled('sourceTableArn', 'tables are restored within their region');
}

function refuseTaken(context: CallContext, target: string, beingRestored: string): void {
  const found = findTable(context, target);
  if (found === undefined) return;
  if (isBeingRestored(found)) throw new AwsError('TableInUseException', beingRestored);
  throw new AwsError('TableAlreadyExistsException', `Table already exists: ${target}`);
}

function begun(context: CallContext, made: TableRecord): Output {
  const { tables } = dynamoDbOf(context.local);
  const going = Object.values(tables).filter((each) => each.restore && tableStatus(each, context) === 'CREATING');
  if (going.length >= mostRestores) throw new AwsError('LimitExceededException', tooManyRestores);
  put(tables, made.name, made);
  return { TableDescription: tableDescription(context, made) };
}

function restored(
  context: CallContext,
  request: Overrides & { readonly TargetTableName: string },
  source: TableRecord,
  items: Readonly<Record<string, Item>>,
  restore: RestoreRecord,
): TableRecord {
  checkOverrides(request, source);
  const { now } = context;
  const billingMode = request.BillingModeOverride ?? source.billingMode;
  const onDemand = billingMode === 'PAY_PER_REQUEST';
  const indexes = restoredIndexes(request, source).map((index) => (onDemand ? { ...index, throughput: null } : index));
  const used = new Set([source, ...indexes].flatMap(({ keys }) => keys.map(({ name }) => name)));
  const encryption = request.SSESpecificationOverride;
  const made: TableRecord = {
    name: request.TargetTableName,
    id: newTableId(context),
    createdAt: now,
    deletedAt: null,
    updatingUntil: now,
    restore,
    keys: source.keys,
    attributes: Object.fromEntries(Object.entries(source.attributes).filter(([name]) => used.has(name))),
    indexes,
    billingMode,
    onDemandSince: onDemand ? now : null,
    throughput: onDemand ? null : (throughputOf(request.ProvisionedThroughputOverride) ?? source.throughput),
    onDemand: onDemand ? (onDemandOf(request.OnDemandThroughputOverride) ?? source.onDemand ?? null) : null,
    throughputIncreasedAt: null,
    throughputDecreasedAt: null,
    tableClass: null,
    kmsKey: encryption === undefined ? source.kmsKey : encryptionKey(context, encryption),
    deletionProtection: false,
    tags: {},
    timeToLive: null,
    items: { ...items },
    figures: {},
    counted: { at: now, figures: {} },
  };
  made.figures = figuresOf(made);
  made.counted = { at: now, figures: made.figures };
  return made;
}

function figuresOf(table: TableRecord): Record<string, Figures> {
  const all = Object.values(table.items);
  const of = (index: IndexRecord | undefined): Figures => {
    const held = all.map((item) => heldItem(table, index, item)).filter((each) => each !== undefined);
    return { items: held.length, bytes: held.reduce((sum, item) => sum + itemSize(item), 0) };
  };
  return Object.fromEntries([undefined, ...table.indexes].map((index) => [index?.name ?? '', of(index)]));
}
