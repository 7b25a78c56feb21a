// Which answers tell the place that they come from, and that no operation is forgotten.
import { describe, expect, test } from 'vitest';
import { elsewhereIn } from '../../../src/aws/endpoints/answer-place.ts';
import { awsServices } from '../../../src/aws/services/index.ts';
import { dynamodb } from '../../../src/aws/services/dynamodb.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { commandsSent } from '../../helpers/commands-sent.ts';

const place = { account: '123456789012', region: 'eu-west-1' };
const arn = (account: string, region = 'eu-west-1', partition = 'aws'): string =>
  `arn:${partition}:ecs:${region}:${account}:service/wonderland/api`;

describe.each(awsServices)('the row of $name', (service) => {
  test('says of each operation that is sent what identifies the piece, or that nothing does', () => {
    const sent = commandsSent()
      .filter((each) => each.service === service)
      .map((each) => each.operation);
    expect(sent.length).toBeGreaterThan(0);
    const known = [...Object.keys(service.identifyingMembers), ...service.identifyNothing];
    expect(new Set(sent.filter((each) => !known.includes(each)))).toEqual(new Set());
    expect(known.filter((each) => !sent.includes(each))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });
});

describe('an answer', () => {
  const services = (...arns: readonly string[]): object => ({
    services: arns.map((serviceArn) => ({ serviceArn, roleArn: 'arn:aws:iam::999999999999:role/x' })),
  });

  test('of the place passes, whatever ARNs its content has', () => {
    expect(elsewhereIn(ecs, 'DescribeServices', services(arn('123456789012')), place)).toBeUndefined();
    expect(elsewhereIn(ecs, 'DescribeServices', { services: [] }, place)).toBeUndefined();
    expect(elsewhereIn(ecs, 'DescribeServices', {}, place)).toBeUndefined();
    expect(elsewhereIn(ecs, 'DescribeServices', { services: [null] }, place)).toBeUndefined();
    const failures = [{ arn: 'api', reason: 'MISSING' }, { arn: arn('123456789012') }];
    expect(elsewhereIn(ecs, 'DescribeServices', { services: [], failures }, place)).toBeUndefined();
    expect(elsewhereIn(dynamodb, 'GetItem', { Item: { arn: { S: arn('999999999999') } } }, place)).toBeUndefined();
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
    const found = elsewhereIn(ecs, 'DescribeServices', services(arn('123456789012'), alien), place);
    expect(found?.message).toMatch(text);
    expect(found?.message).toContain(alien);
    expect(found).toMatchObject({ class: 'denied', code: 'AnotherPlace' });
  });

  test('to a change, and of what was not found, tells it as well', () => {
    expect(elsewhereIn(ecs, 'UpdateService', { service: { serviceArn: arn('999999999999') } }, place)).toBeDefined();
    expect(elsewhereIn(ecs, 'DescribeServices', { failures: [{ arn: arn('999999999999') }] }, place)).toBeDefined();
    expect(elsewhereIn(ecs, 'ListTaskDefinitions', { taskDefinitionArns: [arn('999999999999')] }, place)).toBeDefined();
  });
});
