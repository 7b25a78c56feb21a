// Settings of tables beside keys and throughput: encryption, streams, ids.
import type { CallContext } from '../../model.ts';
import { keyArn } from '../kms/find.ts';
import { invalidValue, validation } from './errors.ts';
import type { Decoded } from './request/shapes.ts';
import type { encryptionShape, streamShape } from './request/table-shapes.ts';
import type { StreamRecord, TableRecord } from './store.ts';

type Encryption = Decoded<typeof encryptionShape> | undefined;
type Stream = Decoded<typeof streamShape> | undefined;

/** A UUID. */
export function newTableId({ world }: CallContext): string {
  return [8, 4, 4, 4, 12].map((length) => world.hex(length)).join('-');
}

/** @throws AwsError with the texts observed for what cannot be together */
export function checkEncryption(given: Encryption): void {
  if (given === undefined) return;
  const { Enabled: enabled, KMSMasterKeyId: key, SSEType: type } = given;
  if (enabled === false && type !== undefined) throw invalidValue('SSEType can not be specified if Enabled is false');
  if (enabled === false && key !== undefined) {
    throw invalidValue('KMSMasterKeyId can not be specified if Enabled is false');
  }
  if (type === 'AES256') throw invalidValue('SSEType AES256 is not supported');
  if (key !== undefined && type === undefined) {
    throw invalidValue('SSEType KMS is required if KMSMasterKeyId is specified');
  }
}

/**
 * The key of an encryption with KMS; AWS's own key when none is named. Null for the default encryption. A key is told by its id,
 * also where an alias named it [LocalStack, recorded: test_dynamodb_create_table_with_partial_sse_specification].
 */
export function encryptionKey({ local, region, world }: CallContext, given: Encryption): string | null {
  const wanted = given?.Enabled ?? given?.SSEType === 'KMS';
  if (given === undefined || !wanted) return null;
  const { account } = world.data;
  const key = given.KMSMasterKeyId ?? 'alias/aws/dynamodb';
  // Keys are not looked up: an alias that nobody knows is taken as it is.
  return (
    keyArn(key, { account, local, region }) ??
    (key.startsWith('arn:') ? key : `arn:aws:kms:${region}:${account}:${key}`)
  );
}

/** @throws AwsError with the texts observed for a new table */
export function checkNewStream(given: Stream): void {
  if (given === undefined) return;
  if (given.StreamEnabled && given.StreamViewType === undefined) {
    throw invalidValue('Table is being created with a stream enabled, UpdateViewType is required');
  }
  if (!given.StreamEnabled && given.StreamViewType !== undefined) {
    throw invalidValue('Table is being created with a stream disabled, UpdateViewType should not be specified');
  }
}

/** @throws AwsError with the texts observed for a change */
export function checkStreamChange(given: Stream, table: TableRecord): void {
  if (given === undefined) return;
  if (given.StreamEnabled && given.StreamViewType === undefined) {
    throw invalidValue('If stream is being enabled then UpdateViewType is required');
  }
  if (!given.StreamEnabled && given.StreamViewType !== undefined) {
    throw invalidValue('If stream is being disabled, then UpdateViewType must not be specified');
  }
  const enabled = table.stream?.enabled === true;
  if (given.StreamEnabled && enabled) {
    throw validation(`Table already has an enabled stream: TableName: ${table.name}`);
  }
  if (!given.StreamEnabled && !enabled) throw validation(`Table has no stream to disable: TableName: ${table.name}`);
}

/** Null unless it is to be enabled. Each one has a label of its own. */
export function newStream({ now }: CallContext, given: Stream): StreamRecord | null {
  if (given?.StreamEnabled !== true) return null;
  return { enabled: true, viewType: given.StreamViewType ?? '', label: new Date(now).toISOString().slice(0, -1) };
}
