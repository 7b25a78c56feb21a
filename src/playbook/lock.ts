// Where a playbook's lock stands: `file`, or `dynamodb://<table>`.

export type LockPlace = { readonly kind: 'file' } | { readonly kind: 'dynamodb'; readonly table: string };

/** Table names: 3 to 255 characters [DynamoDB API, TableName]. */
export const lockPattern = /^(file|dynamodb:\/\/[A-Za-z0-9_.-]{3,255})$/;

export const expectedLock = 'file, or dynamodb://<table>';

/** @param text that fits {@link lockPattern}; undefined when it does not */
export function parseLock(text: string): LockPlace | undefined {
  if (!lockPattern.test(text)) return undefined;
  return text === 'file' ? { kind: 'file' } : { kind: 'dynamodb', table: text.slice('dynamodb://'.length) };
}
