// What is told of a table that cannot be used: the reason, and what helps against it and not against another.
import { expect, test } from 'vitest';
import { ClassifiedError, type ErrorClass } from '../../../src/aws/errors.ts';
import { troubleOf } from '../../../src/cli/state/table-time.ts';

const place = { place: 'dynamodb://team', table: 'team', region: 'eu-west-1' };
const why = (found: ErrorClass, message: string): string =>
  troubleOf(new ClassifiedError(found, message, { code: 'Code' }), place).why;

test.each<[ErrorClass, string, RegExp]>([
  ['not-found', 'Requested resource not found', /Make the table: aws dynamodb create-table .*--table-name team/],
  ['denied', 'not authorized', /needs dynamodb:BatchGetItem and dynamodb:PutItem .*relight permissions/],
  [
    'invalid',
    'The provided key element does not match the schema',
    /must have the key LockID, a string, and no sort key$/,
  ],
  [
    'invalid',
    'Item size has exceeded the maximum allowed size',
    /too large for one item is kept in the state directory alone$/,
  ],
  ['throttled', 'Rate exceeded', /cannot be used: Code: Rate exceeded$/],
])('%s: %s', (found, message, told) => {
  expect(why(found, message)).toMatch(told);
});
