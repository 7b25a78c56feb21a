// UpdateTable: one change at a time, but for billing, which may come with others. Rules and texts are those observed.
import type { CallContext, Operation } from '../../model.ts';
import { inUse, invalidValue, validation } from './errors.ts';
import { applyIndexChanges, checkIndexRequest, indexThroughputs, refuseIndexChange } from './index-changes.ts';
import { checkBounds, onDemandOf, throughputOf } from './index-definitions.ts';
import { refuseUnlessActive } from './manage-table.ts';
import { decode, flag, list, struct } from './request/shapes.ts';
import type { Decoded } from './request/shapes.ts';
import {
  attributeDefinitionsShape,
  billingModeShape,
  encryptionShape,
  indexUpdateShape,
  onDemandShape,
  streamShape,
  tableClassShape,
  tableNameShape,
  throughputShape,
} from './request/table-shapes.ts';
import type { TableRecord, Throughput } from './store.ts';
import { tableDescription } from './table-description.ts';
import { checkEncryption, checkStreamChange, encryptionKey, newStream } from './table-settings.ts';
import { theMadeTable } from './tables.ts';
import type { FoundTable } from './tables.ts';
import { dynamoDbTimes } from './timings.ts';

export const updateTableShape = struct({
  TableName: tableNameShape(3),
  AttributeDefinitions: attributeDefinitionsShape,
  ProvisionedThroughput: throughputShape,
  BillingMode: billingModeShape,
  GlobalSecondaryIndexUpdates: list(indexUpdateShape),
  DeletionProtectionEnabled: flag,
  SSESpecification: encryptionShape,
  StreamSpecification: streamShape,
  OnDemandThroughput: onDemandShape,
  TableClass: tableClassShape,
});

type Request = Decoded<typeof updateTableShape>;

export const updateTable: Operation = (input, context) => {
  const request = decode(updateTableShape, input);
  checkTogether(request);
  checkIndexRequest(request.GlobalSecondaryIndexUpdates);
  const found = theMadeTable(context, request.TableName);
  const { table } = found;
  admit(found, request, context);
  checkStreamChange(request.StreamSpecification, table);
  checkEncryptionChange(context, request, table);
  const indexes = indexThroughputs(request, table);
  const throughput = newThroughput(request, table);

  applyBilling(context, request, table, throughput);
  applyIndexChanges(context, request, table, indexes);
  if (request.DeletionProtectionEnabled !== undefined) table.deletionProtection = request.DeletionProtectionEnabled;
  if (request.OnDemandThroughput !== undefined) table.onDemand = onDemandOf(request.OnDemandThroughput);
  if (request.TableClass !== undefined) table.tableClass = request.TableClass;
  applyStream(context, request, table);
  applyEncryption(context, request, table);
  // Protection, on-demand limits and encryption leave the table ACTIVE.
  const { ProvisionedThroughput, BillingMode, StreamSpecification, TableClass } = request;
  const slow = [ProvisionedThroughput, BillingMode, StreamSpecification, TableClass];
  if (slow.some((each) => each !== undefined)) {
    const until = context.now + dynamoDbTimes(context.world).tableUpdate;
    table.updatingUntil = Math.max(table.updatingUntil, until);
  }
  return { TableDescription: tableDescription(context, table) };
};

/** Which changes may come in one request. */
function checkTogether(request: Request): void {
  const { BillingMode, DeletionProtectionEnabled, OnDemandThroughput, ProvisionedThroughput, TableClass } = request;
  const { GlobalSecondaryIndexUpdates: updates, SSESpecification, StreamSpecification } = request;
  const changes = [
    ProvisionedThroughput,
    BillingMode,
    StreamSpecification,
    updates,
    SSESpecification,
    DeletionProtectionEnabled,
    OnDemandThroughput,
    TableClass,
  ].filter((each) => each !== undefined);
  if (changes.length === 0 || (changes.length === 1 && updates?.length === 0)) {
    throw validation(
      'At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, ' +
        'SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, ' +
        'DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required',
    );
  }
  if (updates?.length === 0) throw invalidValue('List of GlobalSecondaryIndexUpdates is empty');
  const several = changes.length > 1;
  const alone = (what: string): Error => invalidValue(`${what} modification must be the only operation in the request`);
  if (several && SSESpecification !== undefined) throw alone('Server-Side Encryption');
  if (several && TableClass !== undefined) throw alone('TableClass');
  if (several && DeletionProtectionEnabled !== undefined) throw alone('DeletionProtection');
  if (OnDemandThroughput !== undefined && changes.length > (BillingMode === undefined ? 1 : 2)) {
    throw invalidValue('OnDemandThroughput can only be combined with BillingMode in an UpdateTable request');
  }
  const structural = updates?.some((each) => each.Create !== undefined || each.Delete !== undefined) === true;
  if (structural && ProvisionedThroughput !== undefined) {
    throw invalidValue('You cannot create or delete index while updating table IOPS');
  }
  if (structural && StreamSpecification !== undefined) {
    throw invalidValue('You cannot create or delete index while changing stream status');
  }
  if (StreamSpecification !== undefined && (ProvisionedThroughput !== undefined || BillingMode === 'PROVISIONED')) {
    throw invalidValue('You cannot modify stream status while updating table IOPS');
  }
  if (BillingMode === 'PROVISIONED' && ProvisionedThroughput === undefined) {
    throw invalidValue('ProvisionedThroughput must be specified when BillingMode is PROVISIONED');
  }
  if (ProvisionedThroughput !== undefined) checkBounds(ProvisionedThroughput);
  checkEncryption(SSESpecification);
}

/** Protection is switched whatever goes on; all else wants an ACTIVE table. */
function admit(found: FoundTable, request: Request, context: CallContext): void {
  const { status, table } = found;
  refuseIndexChange(found, request.GlobalSecondaryIndexUpdates, context);
  const billing = request.BillingMode !== undefined || request.ProvisionedThroughput !== undefined;
  const change = table.indexChange ?? null;
  if (billing && change?.kind === 'delete' && context.now < change.until) {
    throw inUse(
      "Attempt to change a resource which is still in use: Can't change table IOPS when an index is being deleted. " +
        `Table: ${table.name} Indexes: [${change.index}]`,
    );
  }
  if (request.DeletionProtectionEnabled === undefined || status !== 'UPDATING') refuseUnlessActive(found);
}

function checkEncryptionChange(context: CallContext, { SSESpecification: given }: Request, table: TableRecord): void {
  if (given === undefined) return;
  if (table.kmsKey === null && encryptionKey(context, given) === null) {
    throw invalidValue('Table is already encrypted by default');
  }
  // An alias or the key's id means another encryption, even of the same key.
  if (given.KMSMasterKeyId !== undefined && given.KMSMasterKeyId === table.kmsKey) {
    const advice = 'Use KMSMasterKeyId parameter if you want to change Master Key';
    throw invalidValue(`Table is already encrypted with given KMSMasterKeyId. ${advice}`);
  }
}

function applyEncryption(context: CallContext, { SSESpecification: given }: Request, table: TableRecord): void {
  if (given === undefined) return;
  table.kmsKey = encryptionKey(context, given);
  table.encryptionUpdatingUntil = context.now + dynamoDbTimes(context.world).encryptionUpdate;
}

/** A stream that ends is still told of by its ARN. */
function applyStream(context: CallContext, { StreamSpecification: given }: Request, table: TableRecord): void {
  if (given === undefined) return;
  if (given.StreamEnabled) table.stream = newStream(context, given);
  else if (table.stream) table.stream = { ...table.stream, enabled: false };
}

function newThroughput(request: Request, table: TableRecord): Throughput | null {
  const wanted = throughputOf(request.ProvisionedThroughput);
  if (wanted === null) return null;
  if ((request.BillingMode ?? table.billingMode) === 'PAY_PER_REQUEST') {
    throw invalidValue(
      'Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST',
    );
  }
  const { throughput: current, billingMode } = table;
  if (billingMode === 'PROVISIONED' && current?.read === wanted.read && current.write === wanted.write) {
    throw validation(
      'The provisioned throughput for the table will not change. The requested value equals the current value. ' +
        `Current ReadCapacityUnits provisioned for the table: ${current.read}. ` +
        `Requested ReadCapacityUnits: ${wanted.read}. ` +
        `Current WriteCapacityUnits provisioned for the table: ${current.write}. ` +
        `Requested WriteCapacityUnits: ${wanted.write}. ` +
        'Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.',
    );
  }
  return wanted;
}

function applyBilling({ now }: CallContext, request: Request, table: TableRecord, throughput: Throughput | null): void {
  if (request.BillingMode === 'PAY_PER_REQUEST') {
    if (table.billingMode !== 'PAY_PER_REQUEST') table.onDemandSince = now;
    table.billingMode = 'PAY_PER_REQUEST';
    table.throughput = null;
  }
  if (request.BillingMode === 'PROVISIONED') table.billingMode = 'PROVISIONED';
  if (request.BillingMode === 'PROVISIONED') table.onDemand = null;
  if (throughput === null) return;
  const { read, write } = table.throughput ?? { read: 0, write: 0 };
  if (throughput.read > read || throughput.write > write) table.throughputIncreasedAt = now;
  if (throughput.read < read || throughput.write < write) table.throughputDecreasedAt = now;
  table.throughput = throughput;
}
