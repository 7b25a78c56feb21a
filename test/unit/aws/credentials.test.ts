// Keys that no call can be signed with are refused where they are read, and named.
import { describe, expect, test } from 'vitest';
import { insistOnUsableKeys, type Keys } from '../../../src/aws/credentials/credentials.ts';

const good: Keys = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalr/K7+x=',
  sessionToken: 'IQoJb3Jp/+==',
};

describe('keys', () => {
  test('as AWS gives them pass', () => {
    expect(() => {
      insistOnUsableKeys(good, 'a profile');
    }).not.toThrow();
  });

  test.each([
    ['access key id', { ...good, accessKeyId: 'AKIAIOSFODNN7EXAMPLE\n' }],
    ['secret access key', { ...good, secretAccessKey: 'wJalr K7' }],
    ['session token', { ...good, sessionToken: 'IQoJb3Jp\r\nx-amz-other: 1' }],
    ['access key id', { ...good, accessKeyId: '' }],
  ])('%s with what no key holds is refused without being quoted', (name, keys) => {
    const message = `the ${name} from a profile holds a blank, a line break or another character that no key has; set it again`;
    expect(() => {
      insistOnUsableKeys(keys, 'a profile');
    }).toThrow(expect.objectContaining({ class: 'denied', code: 'UnusableCredentials', message }));
  });
});
