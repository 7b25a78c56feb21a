// The tables of what proves an answer: complete, and each of them against what AWS sends and what it never does.
import { DescribeListeners$ } from '@aws-sdk/client-elastic-load-balancing-v2';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkAnswer } from '../../../src/aws/contract/answers.ts';
import { checkEnvelope } from '../../../src/aws/contract/envelope.ts';
import { Listings } from '../../../src/aws/contract/listings.ts';
import { loadSchemas } from '../../../src/aws/contract/shape.ts';
import { classify } from '../../../src/aws/errors.ts';
import { services } from '../../../src/aws/services/index.ts';
import type { AwsService } from '../../../src/aws/services/service.ts';
import { commandsSent } from '../../helpers/commands-sent.ts';

const { dynamodb, ecs, elbv2, iam, route53, sts } = services;

const empty = new Uint8Array();

beforeAll(loadSchemas);

function problem(service: AwsService, operation: string, input: object, output: object): string | undefined {
  try {
    checkAnswer(service, operation, { input: { ...input }, output: { ...output }, body: empty }, 'aws', undefined);
    return undefined;
  } catch (error) {
    expect(classify(error)).toMatchObject({ class: 'unavailable', code: 'UnexpectedAnswer' });
    return classify(error).message;
  }
}

describe('every operation that relight sends', () => {
  const operations = new Map(
    commandsSent().map(({ service, operation }) => [`${service.name}:${operation}`, [service, operation] as const]),
  );

  test('is found in the sources', () => {
    expect(operations.size).toBeGreaterThan(50);
  });

  test.each([...operations])('%s has a row', (_key, [service, name]) => {
    expect(service.proofs[name]).toBeDefined();
  });
});

describe('answers', () => {
  const lb = {
    LoadBalancerArn: 'arn:lb',
    LoadBalancerName: 'api',
    State: { Code: 'active' },
    Type: 'network',
    Scheme: 'internal',
    DNSName: 'api.elb.eu-west-1.amazonaws.com',
    CanonicalHostedZoneId: 'Z2',
    IpAddressType: 'ipv4',
    AvailabilityZones: [{ ZoneName: 'eu-west-1a', SubnetId: 'subnet-a' }],
  };
  const gateway = { ...lb, Type: 'gateway', Scheme: undefined, DNSName: undefined, CanonicalHostedZoneId: undefined };
  const forward = { Type: 'forward', TargetGroupArn: 'arn:tg' };
  const rule = {
    RuleArn: 'arn:listener-rule/a/1/2/3',
    Priority: 'default',
    IsDefault: true,
    Conditions: [],
    Actions: [forward],
  };
  const named = { Name: 'a.example.', Type: 'A' };
  const records = (...sets: readonly object[]) => ({ ResourceRecordSets: sets, IsTruncated: false });
  const check = (config: object) => ({
    HealthChecks: [{ Id: '1', CallerReference: 'r', HealthCheckVersion: 1, HealthCheckConfig: config }],
    IsTruncated: false,
  });
  const alias = { HostedZoneId: 'Z2', DNSName: 'x.elb.amazonaws.com.', EvaluateTargetHealth: false };
  const listener = { ListenerArn: 'arn:listener/a/1/2' };
  const zone = { Id: '/hostedzone/Z1', Name: 'a.example.' };
  const tags = { ResourceArns: ['arn:a', 'arn:b'] };
  const keys = { RequestItems: { t: { Keys: [{ k: { S: 'x' } }] } } };

  test.each<readonly [AwsService, string, object, object]>([
    [elbv2, 'DescribeLoadBalancers', {}, { LoadBalancers: [] }],
    [elbv2, 'DescribeLoadBalancers', { Names: ['api'] }, { LoadBalancers: [lb] }],
    [elbv2, 'DescribeLoadBalancers', {}, { LoadBalancers: [gateway] }],
    [elbv2, 'DescribeRules', listener, { Rules: [rule] }],
    [route53, 'ListResourceRecordSets', {}, records({ ...named, AliasTarget: alias })],
    [route53, 'ListResourceRecordSets', {}, records({ ...named, TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] })],
    [route53, 'ListResourceRecordSets', {}, records({ ...named, TrafficPolicyInstanceId: '1' })],
    [route53, 'ListHealthChecks', {}, check({ Type: 'CALCULATED', HealthThreshold: 1 })],
    [elbv2, 'DescribeRules', listener, { Rules: [], NextMarker: 'x' }],
    [elbv2, 'DescribeTargetHealth', {}, { TargetHealthDescriptions: [] }],
    [ecs, 'DescribeServices', { services: ['a'] }, { services: [], failures: [{ arn: 'x/a', reason: 'MISSING' }] }],
    [dynamodb, 'GetItem', {}, {}],
    [dynamodb, 'BatchGetItem', keys, { Responses: { t: [] }, UnprocessedKeys: {} }],
    [dynamodb, 'BatchGetItem', keys, { Responses: {}, UnprocessedKeys: keys.RequestItems }],
    [route53, 'ListHostedZonesByName', {}, { HostedZones: [zone], IsTruncated: false }],
  ])('$0.name $1 $2: AWS sends $3', (service, operation, input, output) => {
    expect(problem(service, operation, input, output)).toBeUndefined();
  });

  test.each<readonly [AwsService, string, object, object, string]>([
    [elbv2, 'DescribeLoadBalancers', {}, {}, 'no LoadBalancers'],
    [elbv2, 'DescribeLoadBalancers', { Names: ['api'] }, { LoadBalancers: [] }, 'nothing about api'],
    [elbv2, 'DescribeLoadBalancers', { Names: ['other'] }, { LoadBalancers: [lb] }, 'api, which was not asked for'],
    [elbv2, 'DescribeLoadBalancers', {}, { LoadBalancers: [{}] }, 'an entry of LoadBalancers without LoadBalancerArn'],
    [elbv2, 'DescribeRules', listener, { Rules: [] }, 'no default rule'],
    [elbv2, 'DescribeRules', { ListenerArn: 'arn:listener/b/1/2' }, { Rules: [rule] }, 'which is not of'],
    [elbv2, 'DescribeTags', tags, { TagDescriptions: [{ ResourceArn: 'arn:a', Tags: [] }] }, 'nothing about arn:b'],
    [
      elbv2,
      'DescribeTags',
      { ResourceArns: ['arn:a'] },
      { TagDescriptions: [{ ResourceArn: 'arn:a' }] },
      'without Tags',
    ],
    [ecs, 'DescribeServices', { services: ['a'] }, { services: [], failures: [] }, 'nothing about a'],
    [dynamodb, 'BatchGetItem', keys, {}, 'nothing of table t'],
    [dynamodb, 'BatchGetItem', keys, { Responses: { t: [{ k: { S: 'y' } }] } }, 'that was not asked for'],
    [route53, 'ListHealthChecks', {}, { HealthChecks: [], IsTruncated: true }, 'IsTruncated without NextMarker'],
    [route53, 'ListHealthChecks', {}, { HealthChecks: [] }, 'no IsTruncated'],
    [sts, 'GetCallerIdentity', {}, { Account: '1', Arn: 'arn:aws:x' }, 'an Account that is none'],
    [iam, 'ListAccountAliases', {}, { AccountAliases: ['evil', 'own'] }, 'several AccountAliases'],
    [elbv2, 'DescribeLoadBalancers', {}, { LoadBalancers: [{ ...lb, DNSName: undefined }] }, 'without DNSName'],
    [elbv2, 'DescribeLoadBalancers', {}, { LoadBalancers: [lb, lb] }, 'arn:lb twice among LoadBalancers'],
    [elbv2, 'DescribeRules', listener, { Rules: [{ ...rule, Actions: [] }] }, 'without Actions'],
    [elbv2, 'DescribeRules', listener, { Rules: [{ ...rule, Actions: [forward, forward] }] }, 'without Order'],
    [route53, 'ListResourceRecordSets', {}, records(named), 'without ResourceRecords or AliasTarget'],
    [route53, 'ListResourceRecordSets', {}, records({ ...named, ResourceRecords: [] }), 'without ResourceRecords'],
    [
      route53,
      'ListResourceRecordSets',
      {},
      records({ ...named, TTL: 1, ResourceRecords: [{ Value: 'x' }], AliasTarget: alias }),
      'with values and an AliasTarget',
    ],
    [
      route53,
      'ListResourceRecordSets',
      {},
      records({ ...named, AliasTarget: alias, Weight: 1 }),
      'without SetIdentifier',
    ],
    [route53, 'ListHealthChecks', {}, check({}), 'without HealthCheckConfig.Type'],
    [route53, 'ListHealthChecks', {}, check({ Type: 'HTTPS' }), 'without HealthCheckConfig.Port'],
    [dynamodb, 'BatchGetItem', keys, { Responses: { t: [{ k: { S: 'x' } }, { k: { S: 'x' } }] } }, 'twice'],
  ])('$0.name $1 $2: nobody believes $3', (service, operation, input, output, words) => {
    expect(problem(service, operation, input, output)).toContain(words);
  });

  test.each([
    ['is not empty', ''],
    ['is not empty after a whole answer either', 'member'],
  ])('a list whose entries the SDK has thrown away %s', (_what, before) => {
    const listeners = (item: string) => {
      const body = Buffer.from(
        `<DescribeListenersResponse><DescribeListenersResult><Listeners><${item}><Port>80</Port></${item}></Listeners></DescribeListenersResult><ResponseMetadata><RequestId>${item}</RequestId></ResponseMetadata></DescribeListenersResponse>`,
      );
      const Listeners = item === 'member' ? [{ Port: 80 }] : [];
      checkAnswer(elbv2, 'DescribeListeners', { input: {}, output: { Listeners }, body }, 'aws', DescribeListeners$[5]);
    };
    if (before !== '') {
      try {
        listeners(before);
      } catch (error) {
        // A rule of its own: its type was right.
        expect(String(error)).not.toContain('instead of');
      }
    }
    expect(() => {
      listeners('item');
    }).toThrow('DescribeListenersResult.Listeners that holds <item> instead of <member>');
  });
});

describe('envelopes', () => {
  const xml = { 'content-type': 'text/xml', 'x-amzn-requestid': 'R' };
  const raw = (status: number, headers: Readonly<Record<string, string>>, body: string) => ({
    host: 'aws',
    status,
    headers,
    body: Buffer.from(body),
  });

  test('what AWS refuses in its own form is left to the SDK', () => {
    checkEnvelope(
      elbv2.protocol,
      'DescribeTags',
      raw(400, xml, '<ErrorResponse><Error><Code>X</Code></Error></ErrorResponse>'),
    );
    checkEnvelope(ecs.protocol, 'DescribeClusters', raw(400, {}, '{"__type":"ClusterNotFoundException"}'));
  });

  test('a declaration and a prefix before the root are XML too', () => {
    checkEnvelope(
      route53.protocol,
      'GetChange',
      raw(200, xml, '<?xml version="1.0"?>\n<!-- x --><ns:GetChangeResponse xmlns:ns="x"/>'),
    );
  });

  test.each([
    [404, 'NotOffered', 'unavailable'],
    [405, 'NotOffered', 'unavailable'],
    [501, 'NotOffered', 'unavailable'],
    [407, 'UnexpectedAnswer', 'denied'],
    [429, 'UnexpectedAnswer', 'throttled'],
    [403, 'UnexpectedAnswer', 'unavailable'],
  ])('HTML with %i is %s and %s', (status, code, kind) => {
    let failure: unknown;
    try {
      checkEnvelope(ecs.protocol, 'DescribeClusters', raw(status, { 'content-type': 'text/html' }, '<html>'));
    } catch (error) {
      failure = classify(error);
    }
    expect(failure).toMatchObject({ code, class: kind });
  });
});

describe('listings', () => {
  const paging = elbv2.proofs['DescribeListeners']?.paging;
  const page = (from: string | undefined, next: string, bytes = 1, milliseconds = 1) => {
    if (paging === undefined) throw new Error('no paging');
    return {
      operation: 'DescribeListeners',
      paging,
      input: { LoadBalancerArn: 'a', Marker: from },
      output: { NextMarker: next },
      bytes,
      milliseconds,
    };
  };

  test('a page that leads back ends the listing, however far back', () => {
    const listings = new Listings();
    listings.follow(page(undefined, '1'));
    listings.follow(page('1', '2'));
    listings.follow(page('2', '3'));
    expect(() => {
      listings.follow(page('3', '1'));
    }).toThrow('lists in a circle');
  });

  test.each([
    ['pages', 1, 1, 'goes on after 200 pages'],
    ['bytes', 1024 * 1024, 1, 'goes on after 64 MB of pages'],
    ['time', 1, 1_000, 'goes on after 15 s of pages'],
  ])('it is bounded by %s', (_what, bytes, milliseconds, words) => {
    const listings = new Listings();
    const endless = (): void => {
      listings.follow(page(undefined, '1', bytes, milliseconds));
      for (let at = 1; at < 1_000; at += 1) listings.follow(page(String(at), String(at + 1), bytes, milliseconds));
    };
    expect(endless).toThrow(words);
  });

  test('the same listing may be read again and again', () => {
    const listings = new Listings();
    for (let round = 0; round < 500; round += 1) {
      listings.follow(page(undefined, '1'));
      listings.follow(page('1', '2'));
    }
    expect(listings).toBeDefined();
  });
});
