// A table of known good in the embedded AWS, and who reads it and writes into it.
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect } from 'vitest';
import type { AccessOptions } from '../../src/aws/access.ts';
import { connect } from '../../src/aws/connect.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { createLockTable } from '../../src/aws/tables/lock-table.ts';
import type { KnownGoodPlace } from '../../src/cli/state/known-good-place.ts';
import { beginningOf } from '../../src/cli/state/known-good-slots.ts';
import type { ToKeep } from '../../src/cli/state/known-good-slot-writing.ts';
import { knownGoodTable, type KnownGoodTable } from '../../src/cli/state/known-good-table.ts';
import { deployedRig, type Rig } from './rig.ts';

export const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1 }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
export const place: KnownGoodPlace = {
  playbook: 'front',
  account: '123456789012',
  region: 'eu-west-1',
  sandbox: false,
  endpoint: null,
};
export const beginning = beginningOf(place);

export async function rigWithTable(): Promise<Rig> {
  const rig = await deployedRig(text);
  const aws = handsIn(rig);
  await createLockTable(aws, 'relight', rig.clock);
  rig.wire.length = 0;
  return rig;
}

/** An access without limits. */
export function handsIn(rig: Rig): ReturnType<typeof connect> {
  const aws = connect(rig.sandbox.access('eu-west-1', 'change'));
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

/** As another command, or another machine. */
export function machine(
  rig: Rig,
  other: Partial<KnownGoodPlace> = {},
  access: AccessOptions = rig.sandbox.access('eu-west-1', 'read'),
): KnownGoodTable {
  return knownGoodTable({ table: 'relight', place: { ...place, ...other }, access });
}

/** @param number of the version, and the minute that it is of */
export function version(number: number, spec: object = { name: 'front' }, more: Partial<ToKeep> = {}): ToKeep {
  const minute = String(number).padStart(2, '0');
  const piece = {
    type: 'elbv2/load-balancer',
    locators: { name: 'front' },
    spec: spec as never,
    notRepresented: [],
    withheld: [],
    tags: { team: 'web' },
  };
  return {
    name: `20260101T12${minute}00Z-00${minute}`,
    at: `2026-01-01T12:${minute}:00.000Z`,
    facts: `facts ${number}`,
    by: 'alice@laptop',
    notKept: {},
    outputs: { 'load-balancer': { arn: 'arn:of:it' } },
    pieces: { 'load-balancer': piece },
    ...more,
  };
}

export interface Item {
  readonly LockID: { readonly S: string };
  readonly [name: string]: { readonly S: string } | { readonly N: string };
}

export const textIn = (item: Item, name: string): string =>
  (item[name] as { readonly S?: string } | undefined)?.S ?? '';

/** All of the pieces that the tests have. */
export const all = { components: ['load-balancer', 'one', 'two'] };

export const never = (): boolean => false;

export async function kept(rig: Rig, ...versions: readonly ToKeep[]): Promise<void> {
  for (const each of versions) expect(await machine(rig).keep(each, never)).toEqual({ kind: 'kept', notKept: {} });
}

export async function namesIn(rig: Rig): Promise<readonly string[]> {
  const read = await machine(rig).heads();
  if (read.kind === 'failed') throw new Error(read.why);
  expect(read.troubles).toEqual([]);
  return read.versions.map((each) => each.name);
}

export async function itemAt(rig: Rig, slot: number | string): Promise<Item> {
  const key = { LockID: { S: `${beginning}${slot}` } };
  const { Item } = await handsIn(rig)
    .client(dynamodb)
    .send(new GetItemCommand({ TableName: 'relight', Key: key }));
  return Item as unknown as Item;
}

export async function put(rig: Rig, item: Item): Promise<void> {
  await handsIn(rig)
    .client(dynamodb)
    .send(new PutItemCommand({ TableName: 'relight', Item: item }));
}

const large = (bytes: number): object => ({ name: 'front', attributes: { text: 'x'.repeat(bytes) } });
export const pieceOf = (bytes: number): ToKeep['pieces'][string] =>
  ({ ...version(1, large(bytes)).pieces['load-balancer'] }) as ToKeep['pieces'][string];
export const split = (number: number): ToKeep =>
  version(number, {}, { pieces: { one: pieceOf(250_000), two: pieceOf(250_000) } });

interface Wire {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * An access to a table that is busy: it leaves keys out of its answers.
 *
 * @param isLeft asked for each key of each call, with the number of the call
 */
export function busy(rig: Rig, isLeft: (key: string, call: number) => boolean): AccessOptions {
  const access = rig.sandbox.access('eu-west-1', 'read');
  let calls = 0;
  return {
    ...access,
    transportKind: undefined,
    transport: (service) => {
      const own = access.transport?.(service) as {
        readonly requestHandler: {
          handle: (request: Wire, options?: object) => Promise<{ response: { body: Uint8Array } }>;
        };
      };
      const handle = async (request: Wire, options?: object): Promise<{ response: { body: Uint8Array } }> => {
        const answer = await own.requestHandler.handle(request, options);
        if (!(request.headers['x-amz-target'] ?? '').endsWith('.BatchGetItem')) return answer;
        calls += 1;
        const asked = (
          JSON.parse(new TextDecoder().decode(request.body)) as { RequestItems: Record<string, { Keys: Item[] }> }
        ).RequestItems;
        const told = JSON.parse(Buffer.from(answer.response.body).toString()) as {
          Responses: Record<string, Item[]>;
          UnprocessedKeys: Record<string, object>;
        };
        const left = (asked['relight']?.Keys ?? []).filter(({ LockID }) => isLeft(LockID.S, calls));
        if (left.length === 0) return answer;
        const gone = new Set(left.map(({ LockID }) => LockID.S));
        told.Responses['relight'] = (told.Responses['relight'] ?? []).filter(({ LockID }) => !gone.has(LockID.S));
        told.UnprocessedKeys = { relight: { ...asked['relight'], Keys: left } };
        return { response: { ...answer.response, body: Buffer.from(JSON.stringify(told)) } };
      };
      return { ...own, requestHandler: { ...own.requestHandler, handle } };
    },
  };
}
