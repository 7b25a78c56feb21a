// Which answers tell the place that they come from, and that no operation is forgotten.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { elsewhereIn, identifyingMembers, identifyNothing } from '../../../src/aws/answer-place.ts';

const place = { account: '123456789012', region: 'eu-west-1' };
const arn = (account: string, region = 'eu-west-1', partition = 'aws'): string =>
  `arn:${partition}:ecs:${region}:${account}:service/wonderland/api`;

/** Commands of the SDK that any file of the product imports, the sandbox aside. */
function operationsSent(): readonly string[] {
  const source = fileURLToPath(new URL('../../../src', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.ts'));
  const names = files.flatMap((file) => {
    const text = readFileSync(join(source, file), 'utf8');
    return [...text.matchAll(/import\s*\{([^}]*)\}\s*from '@aws-sdk\/client-/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/\b(\w+)Command\b/g)].map(([, name = '']) => name),
    );
  });
  return [...new Set(names)].sort();
}

describe('the table', () => {
  test('says of each operation that is sent what identifies the piece, or that nothing does', () => {
    const sent = operationsSent();
    expect(sent.length).toBeGreaterThan(50);
    const known = [...Object.keys(identifyingMembers), ...identifyNothing];
    expect(sent.filter((each) => !known.includes(each))).toEqual([]);
    expect(known.filter((each) => !sent.includes(each))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });
});

describe('an answer', () => {
  const services = (...arns: readonly string[]): object => ({
    services: arns.map((serviceArn) => ({ serviceArn, roleArn: 'arn:aws:iam::999999999999:role/x' })),
  });

  test('of the place passes, whatever ARNs its content has', () => {
    expect(elsewhereIn('DescribeServices', services(arn('123456789012')), place)).toBeUndefined();
    expect(elsewhereIn('DescribeServices', { services: [] }, place)).toBeUndefined();
    expect(elsewhereIn('DescribeServices', {}, place)).toBeUndefined();
    expect(elsewhereIn('DescribeServices', { services: [null] }, place)).toBeUndefined();
    const failures = [{ arn: 'api', reason: 'MISSING' }, { arn: arn('123456789012') }];
    expect(elsewhereIn('DescribeServices', { services: [], failures }, place)).toBeUndefined();
    expect(elsewhereIn('GetItem', { Item: { arn: { S: arn('999999999999') } } }, place)).toBeUndefined();
  });

  test.each([
    [
      'another account',
      arn('999999999999'),
      /lies in account 999999999999, region eu-west-1, .*the work is in account 123456789012/,
    ],
    ['another region', arn('123456789012', 'us-east-1'), /region us-east-1, .*region eu-west-1/],
    ['another partition', arn('123456789012', 'eu-west-1', 'aws-cn'), /partition aws-cn, .*partition aws:/],
    ['no account', arn(''), /lies in account ,/],
    ['no ARN', 'api', /account \?, region \?/],
  ])('of %s does not', (_name, alien, text) => {
    const found = elsewhereIn('DescribeServices', services(arn('123456789012'), alien), place);
    expect(found?.message).toMatch(text);
    expect(found?.message).toContain(alien);
    expect(found).toMatchObject({ class: 'denied', code: 'AnotherPlace' });
  });

  test('to a change, and of what was not found, tells it as well', () => {
    expect(elsewhereIn('UpdateService', { service: { serviceArn: arn('999999999999') } }, place)).toBeDefined();
    expect(elsewhereIn('DescribeServices', { failures: [{ arn: arn('999999999999') }] }, place)).toBeDefined();
    expect(elsewhereIn('ListTaskDefinitions', { taskDefinitionArns: [arn('999999999999')] }, place)).toBeDefined();
  });
});
