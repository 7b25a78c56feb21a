// Is it still the same caller?
import { describe, expect, test } from 'vitest';
import { isSameCaller } from '../../../src/aws/credentials/caller.ts';

const account = '123456789012';
const role = (name: string, session: string) => ({
  account,
  arn: `arn:aws:sts::${account}:assumed-role/${name}/${session}`,
});

describe('the same caller', () => {
  test.each([
    [
      'a user',
      { account, arn: `arn:aws:iam::${account}:user/ann` },
      { account, arn: `arn:aws:iam::${account}:user/ann` },
    ],
    ['a role, the same session', role('ops', 'ann'), role('ops', 'ann')],
    [
      'a role, sessions that the SDK named',
      role('ops', 'aws-sdk-js-1700000000000'),
      role('ops', 'botocore-session-1700000009'),
    ],
  ])('%s', (_what, one, other) => {
    expect(isSameCaller(one, other)).toBe(true);
  });
});

describe('another caller', () => {
  test.each([
    [
      'another user',
      { account, arn: `arn:aws:iam::${account}:user/ann` },
      { account, arn: `arn:aws:iam::${account}:user/bob` },
    ],
    ['another account', { account: '1', arn: 'arn:x' }, { account: '2', arn: 'arn:x' }],
    ['another role', role('ops', 'aws-sdk-js-1700000000000'), role('dev', 'aws-sdk-js-1700000000000')],
    ['another person in the same role', role('AWSReservedSSO_ops_1', 'ann'), role('AWSReservedSSO_ops_1', 'bob')],
    ['a person where an SDK had named the session', role('ops', 'aws-sdk-js-1700000000000'), role('ops', 'bob')],
  ])('%s', (_what, one, other) => {
    expect(isSameCaller(one, other)).toBe(false);
    expect(isSameCaller(other, one)).toBe(false);
  });
});
