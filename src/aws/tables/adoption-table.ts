// Consents in the table of the lock, one item for each piece: what one of a team has adopted holds for all of them, and a
// second playbook that claims the same piece is told. Nothing but what the lock needs is asked of IAM, so an item is never
// deleted: what is forgotten stays as that.
import type { AwsAccess } from '../access.ts';
import type { GateScope } from '../gate.ts';
import { dynamodb } from '../services/dynamodb.ts';
import { tableCommands } from './table-commands.ts';
import { keyName, tableScope } from './table-scope.ts';

/** Beside `relight/...`, the locks. */
function keyOf(piece: string, place: Pick<AdoptionPlace, 'account' | 'region'>): string {
  return `${beginningOf(place)}${piece}`;
}

function beginningOf({ account, region }: Pick<AdoptionPlace, 'account' | 'region'>): string {
  return `relight-adopted/${account}.${region}/`;
}

/** What an access that keeps consents may ask. */
export function adoptionScope({ table, ...place }: AdoptionPlace): GateScope {
  return tableScope(table, { beginning: beginningOf(place) });
}

export interface AdoptionPlace {
  readonly table: string;
  readonly account: string;
  readonly region: string;
}

/** A consistent read; undefined when there is none. @throws what the SDK throws */
export async function readAdoptionItem(aws: AwsAccess, place: AdoptionPlace, piece: string): Promise<unknown> {
  const { GetItemCommand, marshall, unmarshall } = await tableCommands();
  const Key = marshall({ [keyName]: keyOf(piece, place) });
  const { Item } = await aws
    .client(dynamodb)
    .send(new GetItemCommand({ TableName: place.table, Key, ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
}

/**
 * Writes an item unless another playbook has a consent for the piece.
 *
 * @returns the item of that other playbook; undefined when it was written
 * @throws what the SDK throws
 */
export async function writeAdoptionItem(
  aws: AwsAccess,
  place: AdoptionPlace,
  piece: string,
  fields: Readonly<Record<string, unknown>> & { readonly playbook: string },
): Promise<unknown> {
  const { ConditionalCheckFailedException, UpdateItemCommand, marshall, unmarshall } = await tableCommands();
  const names = Object.keys(fields);
  try {
    await aws.client(dynamodb).send(
      new UpdateItemCommand({
        TableName: place.table,
        Key: marshall({ [keyName]: keyOf(piece, place) }),
        UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
        ConditionExpression: 'attribute_not_exists(#key) OR #playbook = :own OR #state = :forgotten',
        ExpressionAttributeNames: {
          '#key': keyName,
          '#playbook': 'playbook',
          '#state': 'state',
          ...Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
        },
        ExpressionAttributeValues: marshall({
          ':own': fields.playbook,
          ':forgotten': 'forgotten',
          ...Object.fromEntries(Object.values(fields).map((value, index) => [`:v${index}`, value])),
        }),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item === undefined ? {} : unmarshall(error.Item);
  }
}
