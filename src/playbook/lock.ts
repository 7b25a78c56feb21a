// Where a playbook's lock stands: `file`, or `dynamodb://<table>`; and other tables that a playbook names.

export type LockPlace = { readonly kind: 'file' } | { readonly kind: 'dynamodb'; readonly table: string };

/** Table names: 3 to 255 characters [DynamoDB API, TableName]. */
export const lockPattern = /^(file|dynamodb:\/\/[A-Za-z0-9_.-]{3,255})$/;

export const expectedLock = 'file, or dynamodb://<table>';

export const tablePattern = /^dynamodb:\/\/[A-Za-z0-9_.-]{3,255}$/;

export const expectedTable = 'dynamodb://<table>';

/** A DynamoDB table of the target. */
export interface TablePlace {
  readonly table: string;
}

/** @param text that fits {@link tablePattern} */
export function parseTable(text: string): TablePlace {
  return { table: text.slice('dynamodb://'.length) };
}

/** @param text that fits {@link lockPattern}; undefined when it does not */
export function parseLock(text: string): LockPlace | undefined {
  if (!lockPattern.test(text)) return undefined;
  return text === 'file' ? { kind: 'file' } : { kind: 'dynamodb', ...parseTable(text) };
}
