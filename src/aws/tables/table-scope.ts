// What writers beside a run are limited to, below their clients: items of one table, by the beginning of their keys.
import type { Members } from '../contract/rules.ts';
import type { GateScope } from '../gate.ts';
import { dynamodb } from '../services/dynamodb.ts';

/** The name of a table's key, as of Terraform's lock tables, so that one that is there can be used. */
export const keyName = 'LockID';

/** The items that a call is about, by table, for the operations that may pass. */
const itemsOf: Readonly<Record<string, (input: Members) => readonly (readonly [unknown, unknown])[]>> = {
  GetItem: ({ TableName, Key }) => [[TableName, keyIn(Key)]],
  UpdateItem: ({ TableName, Key }) => [[TableName, keyIn(Key)]],
  PutItem: ({ TableName, Item }) => [[TableName, keyIn(Item)]],
  BatchGetItem: ({ RequestItems }) =>
    Object.entries((RequestItems ?? {}) as Readonly<Record<string, Members>>).flatMap(([table, { Keys }]) =>
      (Array.isArray(Keys) ? (Keys as readonly unknown[]) : [undefined]).map((key) => [table, keyIn(key)] as const),
    ),
};

/** The keys of the items: some, or all that begin alike. */
export type Keys = { readonly keys: readonly string[] } | { readonly beginning: string };

export function tableScope(table: string, keys: Keys): GateScope {
  const fits = (key: string): boolean => ('keys' in keys ? keys.keys.includes(key) : key.startsWith(keys.beginning));
  const words = 'keys' in keys ? `item ${keys.keys.join(' or ')}` : `items whose key begins with ${keys.beginning}`;
  return ({ operation, service, input = {} }) => {
    const items = service?.name === dynamodb.name ? itemsOf[operation]?.(input) : undefined;
    const isWithin =
      items !== undefined &&
      items.length > 0 &&
      items.every(([name, key]) => name === table && typeof key === 'string' && fits(key));
    return isWithin ? undefined : `this access is for nothing but ${words} of table ${table}`;
  };
}

function keyIn(attributes: unknown): unknown {
  const key = (attributes as Readonly<Record<string, Members | undefined>> | undefined)?.[keyName];
  return key?.['S'];
}
