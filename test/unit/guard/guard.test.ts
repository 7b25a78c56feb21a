// The guard's decisions: the right place, and enough approval.
import { describe, expect, test } from 'vitest';
import type { EndpointMap } from '../../../src/aws/endpoints/endpoints.ts';
import type { Identity } from '../../../src/aws/credentials/identity.ts';
import {
  approvalNeed,
  endpointMismatches,
  identityMismatches,
  mismatchText,
  refusalText,
  regionMismatch,
  type ApprovalRequest,
} from '../../../src/guard/guard.ts';
import type { PlaybookTarget } from '../../../src/playbook/model.ts';

const target: PlaybookTarget = {
  account: '111111111111',
  alias: 'shop-prod',
  region: 'eu-west-1',
  environment: 'production',
};

const identity: Identity = {
  account: '111111111111',
  alias: 'shop-prod',
  aliasDetail: null,
  region: 'eu-west-1',
  arn: 'arn:aws:iam::111111111111:user/ann',
  partition: 'aws',
};

describe('place', () => {
  test('the region is compared without asking anybody', () => {
    expect(regionMismatch(target, 'eu-west-1')).toBeUndefined();
    expect(regionMismatch(target, 'us-east-1')).toEqual({ what: 'region', expected: 'eu-west-1', found: 'us-east-1' });
  });

  const cases: readonly (readonly [string, PlaybookTarget, Identity, readonly string[]])[] = [
    ['all as named', target, identity, []],
    ['another account', target, { ...identity, account: '222222222222' }, ['account 222222222222']],
    ['another alias', target, { ...identity, alias: 'shop-staging' }, ['alias shop-staging']],
    ['no alias where one is named', target, { ...identity, alias: null }, ['alias (none)']],
    [
      'an alias that could not be read: the account decides',
      target,
      { ...identity, alias: null, aliasDetail: 'AccessDenied: no' },
      [],
    ],
    ['an alias where none is named', { ...target, alias: undefined }, identity, []],
    [
      'an account that the ARN does not bear',
      target,
      { ...identity, arn: 'arn:aws:iam::222222222222:user/ann' },
      ['caller arn:aws:iam::222222222222:user/ann'],
    ],
    ['no ARN at all', target, { ...identity, arn: '' }, ['caller ']],
    [
      'an ARN of another partition',
      target,
      { ...identity, arn: 'arn:aws-cn:iam::111111111111:user/ann' },
      ['caller arn:aws-cn:iam::111111111111:user/ann'],
    ],
    ['both wrong', target, { ...identity, account: '222222222222', alias: 'x' }, ['account 222222222222', 'alias x']],
  ];

  test.each(cases)('%s', (_name, wanted, found, mismatches) => {
    expect(identityMismatches(wanted, found).map((each) => `${each.what} ${each.found}`)).toEqual(mismatches);
  });

  test('the refusal tells both sides of each mismatch, and that nothing happened', () => {
    const mismatches = identityMismatches(target, { ...identity, account: '222222222222', alias: null });
    expect(refusalText(mismatches)).toBe(
      'refused: wrong place: account is 222222222222, the playbook names 111111111111; alias is (none), the playbook ' +
        "names shop-prod. Nothing was looked at or changed. Use the credentials and region of the playbook's target.",
    );
  });
});

describe('where calls would go', () => {
  test('to several places, or to one that is none: each is told in its own words, and what to do', () => {
    const map = { mistakes: ['AWS_ENDPOINT_URL is no address'], problems: ['ecs goes elsewhere than the rest'] };
    const mismatches = endpointMismatches(map as unknown as EndpointMap);
    expect(mismatches.map((each) => [each.what, mismatchText(each)])).toEqual([
      ['endpoints', 'AWS_ENDPOINT_URL is no address'],
      ['endpoints', 'ecs goes elsewhere than the rest'],
    ]);
    expect(refusalText(mismatches)).toContain('Name one endpoint for all services (--endpoint-url), or none');
  });

  test('by a caller that no AWS has: it is told whose it should be, and whom to ask', () => {
    const of = (arn: string): string => refusalText(identityMismatches(target, { ...identity, arn }));
    expect(of('arn:aws:iam::222222222222:user/ann')).toContain(
      'the caller is arn:aws:iam::222222222222:user/ann, which is not of account 111111111111: no AWS answers so',
    );
    expect(of('arn:aws-cn:iam::111111111111:user/ann')).toContain('which is not of partition aws: no AWS answers so');
    expect(of('')).toContain('the caller is without a name, which is not of account 111111111111');
    expect(of('')).toContain('Ask whoever runs the endpoint, or go without it.');
    expect(of('')).not.toContain('credentials');
  });

  test('where more than the region is wrong, the region is no matter of its variable', () => {
    const region = { what: 'region', expected: 'eu-west-1', found: 'us-east-1' } as const;
    const alias = { what: 'alias', expected: 'shop-prod', found: '(none)' } as const;
    const general = "Use the credentials and region of the playbook's target.";
    expect(refusalText([region, alias], 'AWS_REGION')).toContain(general);
    expect(refusalText([alias], 'AWS_REGION')).toContain(general);
    expect(refusalText([region])).toContain(general);
    expect(refusalText([alias, region], 'AWS_REGION')).not.toContain('unset it');
  });
});

test('a wrong region alone is told with where it comes from, and the credentials are left alone', () => {
  const mismatch = { what: 'region', expected: 'eu-west-1', found: 'us-east-1' } as const;
  expect(refusalText([mismatch], 'AWS_REGION')).toMatch(
    /changed\. The region comes from AWS_REGION: unset it, or set it to eu-west-1\.$/,
  );
  expect(refusalText([mismatch], '--region')).toMatch(/changed\. The region comes from --region: leave it out\.$/);
});

describe('approval', () => {
  const base: ApprovalRequest = {
    environment: undefined,
    playbook: 'shop',
    yes: false,
    confirm: undefined,
    terminal: false,
  };
  const production = { ...base, environment: 'production' };

  const cases: readonly (readonly [string, ApprovalRequest, string])[] = [
    ['elsewhere, --yes', { ...base, yes: true }, 'none'],
    ['elsewhere, --yes and the name', { ...base, yes: true, confirm: 'shop' }, 'none'],
    ['elsewhere, a terminal', { ...base, terminal: true }, 'yes'],
    ['elsewhere, the name alone is no yes', { ...base, terminal: true, confirm: 'shop' }, 'yes'],
    ['elsewhere, nobody to ask', base, 'refused'],
    ['elsewhere, another name', { ...base, yes: true, confirm: 'shop-2' }, 'refused'],
    ['production, --yes and the name', { ...production, yes: true, confirm: 'shop' }, 'none'],
    ['production, --yes alone asks for the name', { ...production, yes: true, terminal: true }, 'name'],
    ['production, --yes alone and nobody to ask', { ...production, yes: true }, 'refused'],
    ['production, the name alone asks for it again', { ...production, confirm: 'shop', terminal: true }, 'name'],
    ['production, the name alone and nobody to ask', { ...production, confirm: 'shop' }, 'refused'],
    ['production, a terminal', { ...production, terminal: true }, 'name'],
    [
      'production, another name, even on a terminal',
      { ...production, yes: true, confirm: 'x', terminal: true },
      'refused',
    ],
  ];

  test.each(cases)('%s', (_name, request, need) => {
    expect(approvalNeed(request).kind).toBe(need);
  });

  test('a refusal says what to give', () => {
    expect(approvalNeed(production)).toEqual({
      kind: 'refused',
      text: 'refused: this is production and nobody can be asked: give --yes --confirm shop',
    });
    expect(approvalNeed({ ...base, yes: true, confirm: 'x' })).toEqual({
      kind: 'refused',
      text: 'refused: --confirm says x, the playbook is shop',
    });
  });
});
