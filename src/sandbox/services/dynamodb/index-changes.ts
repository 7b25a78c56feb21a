// Changes of global indexes by UpdateTable: one may come or go at a time, others may get another throughput beside it.
import { AwsError } from '../../model.ts';
import type { CallContext } from '../../model.ts';
import { inUse, invalidValue, validation } from './errors.ts';
import {
  checkIndexKeys,
  checkProjection,
  indexRecord,
  maxGlobalIndexes,
  onDemandOf,
  throughputOf,
  type AttributeDefinitions,
  type GlobalIndex,
} from './index-definitions.ts';
import type { Decoded } from './request/shapes.ts';
import type { billingModeShape, indexUpdateShape } from './request/table-shapes.ts';
import { itemSize } from './size.ts';
import type { IndexRecord, TableRecord, Throughput } from './store.ts';
import type { FoundTable } from './tables.ts';
import { dynamoDbTimes } from './timings.ts';
import { tooManyIndexes, unchangedIndex } from './unverified.ts';
import { forgetView, heldItem } from './views.ts';

type IndexUpdate = Decoded<typeof indexUpdateShape>;

interface Request {
  readonly AttributeDefinitions?: AttributeDefinitions | undefined;
  readonly BillingMode?: Decoded<typeof billingModeShape> | undefined;
  readonly GlobalSecondaryIndexUpdates?: readonly IndexUpdate[] | undefined;
}

/** What can be said of the changes without their table. */
export function checkIndexRequest(updates: readonly IndexUpdate[] = []): void {
  const names = new Set<string>();
  for (const { Create, Delete, Update } of updates) {
    const actions = [Create, Delete, Update].filter((each) => each !== undefined);
    const [action] = actions;
    if (action === undefined) {
      const one = 'One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create';
      throw invalidValue(`${one}, GlobalSecondaryIndexUpdate.Delete must not be null`);
    }
    if (actions.length > 1) {
      throw invalidValue('Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object');
    }
    if (names.has(action.IndexName)) {
      const one = 'Only one global secondary index update per index is allowed simultaneously';
      throw invalidValue(`${one}. Index: ${action.IndexName}`);
    }
    names.add(action.IndexName);
  }
  if (structural(updates).length > 1) throw oneAtATime();
}

function structural(updates: readonly IndexUpdate[]): readonly IndexUpdate[] {
  return updates.filter(({ Create, Delete }) => Create !== undefined || Delete !== undefined);
}

function oneAtATime(): AwsError {
  return new AwsError(
    'LimitExceededException',
    'Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table',
  );
}

/** @throws AwsError when an index that comes or goes stands in the way of another */
export function refuseIndexChange(
  { status, table }: FoundTable,
  updates: readonly IndexUpdate[] | undefined,
  { now }: CallContext,
): void {
  const [asked] = structural(updates ?? []);
  const change = table.indexChange ?? null;
  if (asked === undefined || change === null || now >= change.until || status === 'DELETING') return;
  const same = asked.Delete?.IndexName === change.index && change.kind === 'create';
  if (!same) throw oneAtATime();
  if (now < change.backfillsAt) {
    throw inUse(
      'Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry ' +
        `deletion during backfilling phase or when the index is active. Table: ${table.name} Index: ${change.index}`,
    );
  }
}

/** New throughputs by index. @throws AwsError for indexes that are not there, and for those that must have one */
export function indexThroughputs(request: Request, table: TableRecord): ReadonlyMap<string, Throughput> {
  const updates = request.GlobalSecondaryIndexUpdates ?? [];
  const billingMode = request.BillingMode ?? table.billingMode;
  const changes = new Map<string, Throughput>();
  for (const { Create, Delete, Update } of updates) {
    if (Create !== undefined) checkNewIndex(request, table, Create, billingMode);
    if (Delete !== undefined) globalIndex(table, Delete.IndexName, 'delete');
    if (Update === undefined) continue;
    const index = globalIndex(table, Update.IndexName, 'update');
    const throughput = throughputOf(Update.ProvisionedThroughput);
    if (throughput === null) continue;
    if (billingMode === 'PAY_PER_REQUEST') throw noThroughput(index.name);
    const { throughput: current } = index;
    if (current?.read === throughput.read && current.write === throughput.write) {
      throw validation(unchangedIndex(index.name, throughput));
    }
    changes.set(index.name, throughput);
  }
  const globals = table.indexes.filter((index) => index.scope === 'global');
  const missing = globals.filter((index) => !changes.has(index.name)).map((index) => index.name);
  if (request.BillingMode === 'PROVISIONED' && table.billingMode !== 'PROVISIONED' && missing.length > 0) {
    throw invalidValue(`ProvisionedThroughput must be specified for index: ${missing.join(',')}`);
  }
  return changes;
}

function noThroughput(index: string): AwsError {
  const problem = `Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: ${index}`;
  return invalidValue(`${problem} when BillingMode is PAY_PER_REQUEST`);
}

function globalIndex(table: TableRecord, name: string, verb: 'delete' | 'update'): IndexRecord {
  const index = table.indexes.find((each) => each.name === name);
  if (index === undefined) {
    const message = `Requested resource not found: Index ${name} for table ${table.name}`;
    throw new AwsError('ResourceNotFoundException', message);
  }
  if (index.scope === 'local') {
    throw validation(`Cannot ${verb} an index that is not a GlobalSecondaryIndex: ${name}`);
  }
  return index;
}

function checkNewIndex(request: Request, table: TableRecord, index: GlobalIndex, billingMode: string): void {
  const { IndexName: name, ProvisionedThroughput: throughput } = index;
  if (table.indexes.some((each) => each.name === name)) {
    throw validation('Attempting to create an index which already exists');
  }
  if (table.indexes.filter(({ scope }) => scope === 'global').length >= maxGlobalIndexes) {
    throw new AwsError('LimitExceededException', tooManyIndexes);
  }
  if (request.AttributeDefinitions === undefined) {
    throw invalidValue(`AttributeDefinitions is not specified for index: ${name}`);
  }
  checkIndexKeys(request.AttributeDefinitions, index);
  checkProjection(index, new Set());
  if (billingMode === 'PROVISIONED' && throughput === undefined) {
    throw invalidValue(`ProvisionedThroughput must be specified for index: ${name}`);
  }
  if (billingMode === 'PAY_PER_REQUEST' && throughput !== undefined) throw noThroughput(name);
}

/** Carries out what has been checked. */
export function applyIndexChanges(
  context: CallContext,
  request: Request,
  table: TableRecord,
  throughputs: ReadonlyMap<string, Throughput>,
): void {
  const onDemand = request.BillingMode === 'PAY_PER_REQUEST';
  const provisioned = request.BillingMode === 'PROVISIONED';
  table.indexes = table.indexes.map((index) => {
    const throughput = throughputs.get(index.name) ?? (onDemand ? null : index.throughput);
    return { ...index, throughput, onDemand: provisioned ? null : (index.onDemand ?? null) };
  });
  const updates = request.GlobalSecondaryIndexUpdates ?? [];
  const updated: string[] = [];
  for (const { Create, Delete, Update } of updates) {
    if (Create !== undefined) addIndex(context, request.AttributeDefinitions ?? [], table, Create);
    if (Delete !== undefined) removeIndex(context, table, Delete.IndexName);
    if (Update === undefined) continue;
    const { IndexName: name, OnDemandThroughput: limits } = Update;
    updated.push(name);
    if (limits === undefined) continue;
    table.indexes = table.indexes.map((each) =>
      each.name === name ? { ...each, onDemand: onDemandOf(limits) } : each,
    );
  }
  if (updated.length > 0) {
    table.indexUpdate = { indexes: updated, until: context.now + dynamoDbTimes(context.world).indexUpdate };
  }
}

/** First there must be room, then the index is filled; the table is ACTIVE in that time. */
function addIndex(
  { now, world }: CallContext,
  definitions: AttributeDefinitions,
  table: TableRecord,
  given: GlobalIndex,
): void {
  const index = indexRecord('global', given);
  const { indexAllocation, indexBackfill } = dynamoDbTimes(world);
  const keys = new Set(index.keys.map(({ name }) => name));
  const added = definitions.filter(
    ({ AttributeName: name }) => keys.has(name) && !Object.hasOwn(table.attributes, name),
  );
  table.attributes = {
    ...table.attributes,
    ...Object.fromEntries(added.map((each) => [each.AttributeName, each.AttributeType])),
  };
  table.indexes = [...table.indexes, index];
  table.indexChange = {
    index: index.name,
    kind: 'create',
    backfillsAt: now + indexAllocation,
    until: now + indexAllocation + indexBackfill,
  };
  table.updatingUntil = Math.max(table.updatingUntil, now + indexAllocation);
  forgetView(table, index.name);
  const held = Object.values(table.items)
    .map((item) => heldItem(table, index, item))
    .filter((each) => each !== undefined);
  const bytes = held.reduce((sum, item) => sum + itemSize(item), 0);
  table.figures = { ...table.figures, [index.name]: { items: held.length, bytes } };
}

function removeIndex({ now, world }: CallContext, table: TableRecord, index: string): void {
  const until = now + dynamoDbTimes(world).indexDelete;
  table.indexChange = { index, kind: 'delete', backfillsAt: now, until };
  table.updatingUntil = Math.max(table.updatingUntil, until);
}
