// What proves the answers of DynamoDB. `{}` is a real answer of some operations: GetItem's "there is no such item".
import { bears, isAbout, lists, memberAt, pagesBy, type Answer, type Members, type Proof } from './rules.ts';

/** Every table that was asked is told, with a list that may be empty, unless all of its keys were left unprocessed. */
function answersForKeys({ input, output }: Answer): string | undefined {
  const asked = (input['RequestItems'] ?? {}) as Readonly<Record<string, Members>>;
  for (const [table, request] of Object.entries(asked)) {
    const keys = keysIn(request);
    const left = keysIn((output['UnprocessedKeys'] as Members | undefined)?.[table]);
    const items = (output['Responses'] as Members | undefined)?.[table];
    if (!Array.isArray(items)) {
      if (left.length < keys.length) return `nothing of table ${table}`;
      continue;
    }
    const names = Object.keys(keys[0] ?? {});
    const wanted = new Set(keys.map((key) => fingerprint(key, names)));
    const alien = (items as readonly unknown[]).some(
      (item) => typeof item !== 'object' || item === null || !wanted.has(fingerprint(item as Members, names)),
    );
    if (alien) return `an item of table ${table} that was not asked for`;
  }
  return undefined;
}

function keysIn(request: unknown): readonly Members[] {
  const keys = memberAt(request, 'Keys');
  return Array.isArray(keys) ? (keys as readonly Members[]) : [];
}

/** AWS normalises numbers: `1.0` comes back as `1`. */
function fingerprint(attributes: Members, names: readonly string[]): string {
  return JSON.stringify(
    names.map((name) => {
      const value = attributes[name];
      const number = memberAt(value, 'N');
      const bytes = memberAt(value, 'B');
      if (typeof number === 'string') return ['N', Number(number)];
      if (bytes instanceof Uint8Array) return ['B', Buffer.from(bytes).toString('base64')];
      return value ?? null;
    }),
  );
}

const table = bears('TableDescription.TableArn', 'TableDescription.TableName');

export const dynamodbProofs: Readonly<Record<string, Proof>> = {
  BatchGetItem: { rules: [answersForKeys] },
  GetItem: { rules: [] },
  DescribeTable: {
    rules: [
      bears('Table.TableArn', 'Table.TableName', 'Table.TableStatus'),
      isAbout('TableName', 'Table.TableName', (own, of) => own === of || of.endsWith(`/${own}`)),
    ],
  },
  ListTagsOfResource: { rules: [lists('Tags', 'Key')], paging: pagesBy('NextToken', 'NextToken') },
  Scan: { rules: [bears('Count', 'ScannedCount')], paging: pagesBy('ExclusiveStartKey', 'LastEvaluatedKey') },
  CreateTable: { rules: [table] },
  UpdateTable: { rules: [table] },
  DeleteTable: { rules: [table] },
  // Without return values asked for, `{}` is all.
  PutItem: { rules: [] },
  UpdateItem: { rules: [] },
  DeleteItem: { rules: [] },
};
