// Since June 2026 AWS's front end has told faults of a single write's request under `1 validation error detected: `, in most
// regions by September [observed: github.com/nubo-db/dynamodb-conformance, github.com/nubo-db/dynoxide]: of its expressions, placeholders
// and values. What only the table or the item can tell stays bare, and so does all of reads, batches and transactions.
import { AwsError } from '../../model.ts';

const envelope = '1 validation error detected: ';
const enveloped: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** Faults that a single write tells bare. */
const bare = [
  'Supplied AttributeValue is empty',
  'Supplied AttributeValue has more than one datatypes set',
  'ExpressionAttributeNames can only be specified',
];

export function isEnveloped(operation: string): boolean {
  return enveloped.has(operation);
}

export function inEnvelope(message: string): string {
  return `${envelope}${message}`;
}

/** Carries out what looks at nothing but the request of a single write. */
export function requestOnly<T>(look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'ValidationException') throw error;
    if (bare.some((each) => error.message.startsWith(each))) throw error;
    throw new AwsError(error.code, inEnvelope(error.message), error.status, error.fields);
  }
}
