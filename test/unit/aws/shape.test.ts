// Each member of the type that the SDK's schemas give it, however deep; and what a code proves, where AWS sends it.
import { BatchGetItem$, DescribeTable$ } from '@aws-sdk/client-dynamodb';
import { DescribeServices$, DescribeTaskDefinition$ } from '@aws-sdk/client-ecs';
import { DescribeListeners$, DescribeTags$ } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ListHealthChecks$, ListResourceRecordSets$ } from '@aws-sdk/client-route-53';
import { beforeAll, describe, expect, test } from 'vitest';
import { wrongJson } from '../../../src/aws/contract/json-shape.ts';
import { alienRefusal } from '../../../src/aws/contract/refusals.ts';
import { loadSchemas, shapeOf } from '../../../src/aws/contract/shape.ts';
import { wrongXml } from '../../../src/aws/contract/xml-shape.ts';
import { awsServices, services } from '../../../src/aws/services/index.ts';
import { componentTypes } from '../../../src/components/index.ts';

type Operation = readonly unknown[];

beforeAll(loadSchemas);

describe('JSON', () => {
  const wrong = ([, , , , , output]: Operation, value: unknown, raw = value): string | undefined =>
    wrongJson(shapeOf(output), value, Buffer.from(JSON.stringify(raw)));

  test.each<readonly [Operation, unknown]>([
    [DescribeServices$, { services: [], failures: [] }],
    [DescribeServices$, { services: [{ serviceArn: 'a', tags: [], createdAt: new Date(0), newMember: 1 }] }],
    [DescribeServices$, { services: [{ networkConfiguration: {} }] }],
    [BatchGetItem$, { Responses: { t: [{ a: { M: { b: { L: [{ N: '1' }] } } }, c: { NULL: true } }] } }],
    [DescribeTable$, { Table: { KeySchema: [{ AttributeName: 'a', KeyType: 'HASH' }], ItemCount: 0 } }],
  ])('%# is believed: %j', (operation, value) => {
    expect(wrong(operation, value)).toBeUndefined();
  });

  test.each<readonly [Operation, unknown, string]>([
    [DescribeServices$, { services: [{ tags: {} }] }, '.services[0].tags that is no list'],
    [DescribeServices$, { services: [{}, 'x'] }, '.services[1] that is no structure'],
    [DescribeServices$, { services: [{}, null] }, '.services with a null in a list'],
    [DescribeServices$, { services: [{ serviceArn: 5 }] }, '.services[0].serviceArn that is no text'],
    [DescribeServices$, { services: [{ desiredCount: '2' }] }, '.services[0].desiredCount that is no number'],
    [DescribeServices$, { services: [{ desiredCount: Infinity }] }, 'that is no number'],
    [DescribeServices$, { failures: { a: 1 } }, '.failures that is no list'],
    [
      DescribeServices$,
      { services: [{ networkConfiguration: { awsvpcConfiguration: { subnets: 'subnet' } } }] },
      '.services[0].networkConfiguration.awsvpcConfiguration.subnets that is no list',
    ],
    [DescribeTaskDefinition$, { taskDefinition: { containerDefinitions: 'x' } }, 'that is no list'],
    [
      DescribeTaskDefinition$,
      { taskDefinition: { containerDefinitions: [{ essential: 1 }] } },
      'neither true nor false',
    ],
    [BatchGetItem$, { Responses: [] }, '.Responses that is no map'],
    [BatchGetItem$, { Responses: { t: [{ a: { S: 5 } }] } }, '.Responses.t[0].a.S that is no text'],
    [BatchGetItem$, { Responses: { t: [{ a: { $unknown: ['Q', 'x'] } }] } }, 'that is of no type, or of several'],
    [BatchGetItem$, { Responses: { t: [{ a: { S: 'x', N: '1' } }] } }, 'that is of no type, or of several'],
  ])('%# is not believed: %j', (operation, value, words) => {
    expect(wrong(operation, value)).toContain(words);
  });

  test('an array in the place of a structure, which the SDK makes an empty structure of', () => {
    const came = { services: [{ networkConfiguration: [] }] };
    expect(wrong(DescribeServices$, { services: [{ networkConfiguration: {} }] }, came)).toContain(
      'networkConfiguration that is no structure',
    );
  });
});

describe('XML', () => {
  const inTags = (tags: string): string =>
    `<?xml version="1.0"?>\n<DescribeTagsResponse xmlns="http://x/"><DescribeTagsResult><TagDescriptions><member><ResourceArn>a</ResourceArn>${tags}</member></TagDescriptions></DescribeTagsResult><ResponseMetadata><RequestId>R</RequestId></ResponseMetadata></DescribeTagsResponse>\n`;
  const wrongTags = (tags: string): string | undefined =>
    wrongXml(shapeOf((DescribeTags$ as Operation)[5]), inTags(tags), 'DescribeTagsResult');
  const member = '<member><Key>k</Key><Value>v</Value></member>';

  test.each([
    '<Tags/>',
    '<Tags></Tags>',
    '<Tags>\n  </Tags>',
    `<Tags>${member}${member}</Tags>`,
    `<Tags><!-- <member/> -->${member}</Tags>`,
    '<Tags><member><Key><![CDATA[<k>]]></Key><Value/></member></Tags>',
    '<Tags><member><Key>k</Key><Later><member a="1>2">x</member></Later></member></Tags>',
    '<Later/><Tags/>',
  ])('%s is believed', (tags) => {
    expect(wrongTags(tags)).toBeUndefined();
  });

  test.each([
    ['<Tags>gone</Tags>', 'Tags that holds text'],
    ['<Tags><![CDATA[gone]]></Tags>', 'Tags that holds text'],
    ['<Tags><member/></Tags>', 'Tags[0] with nothing in it'],
    ['<Tags><member> </member></Tags>', 'Tags[0] with nothing in it'],
    ['<Tags><member>x</member></Tags>', 'Tags[0] that holds text'],
    ['<Tags><member><Kay>k</Kay></member></Tags>', 'Tags[0] with nothing in it that AWS has'],
    ['<Tags><item><Key>k</Key></item></Tags>', 'Tags that holds <item> instead of <member>'],
    [`<Tags>${member}<x/></Tags>`, 'Tags that holds <x> instead of <member>'],
    [`<Tags/><Tags>${member}</Tags>`, 'that holds <Tags> twice'],
    ['<Tags><member><Key><b>k</b></Key></member></Tags>', 'Key that holds elements'],
    ['<Tags member="x"/>', 'Tags with attributes'],
  ])('%s is not believed', (tags, words) => {
    expect(wrongTags(tags)).toContain(words);
  });

  test('the members lie where the operation says', () => {
    const shape = shapeOf((DescribeTags$ as Operation)[5]);
    const text = '<Response><A><TagDescriptions>x</TagDescriptions></A></Response>';
    expect(wrongXml(shape, text, 'B')).toBeUndefined();
    expect(wrongXml(shape, text, 'A')).toContain('TagDescriptions that holds text');
  });

  test('what stands behind the end', () => {
    const text = `${inTags('<Tags/>')}<DescribeTagsResponse/>`;
    expect(wrongXml(shapeOf((DescribeTags$ as Operation)[5]), text, 'DescribeTagsResult')).toContain('after its end');
  });

  test.each<readonly [Operation, string, string | undefined, string]>([
    [DescribeListeners$, '<Listeners><member><Port>x</Port></member></Listeners>', 'R', 'Port that is no number'],
    [DescribeListeners$, '<Listeners><member><Port/></member></Listeners>', 'R', 'Port that is no number'],
    [
      ListResourceRecordSets$,
      '<ResourceRecordSets><ResourceRecordSet><TTL>abc</TTL></ResourceRecordSet></ResourceRecordSets>',
      undefined,
      'ResourceRecordSets[0].TTL that is no number',
    ],
    [ListHealthChecks$, '<IsTruncated>perhaps</IsTruncated>', undefined, 'neither true nor false'],
  ])('%# %s', ([, , , , , output], members, result, words) => {
    const body = result === undefined ? members : `<${result}>${members}</${result}>`;
    expect(wrongXml(shapeOf(output), `<Response>${body}</Response>`, result)).toContain(words);
  });
});

const { dynamodb, ecs, elbv2, route53 } = services;

describe('refusals', () => {
  const refusedWith = (status: number, code: string): object =>
    Object.assign(new Error('m'), { name: code, $fault: 'client', $metadata: { httpStatusCode: status } });

  test.each([
    [ecs, 'DescribeServices', {}, 400, 'ClusterNotFoundException'],
    [ecs, 'DescribeServices', {}, 503, 'ThrottlingException'],
    [ecs, 'DescribeServices', {}, 400, 'InvalidParameterException'],
    [elbv2, 'DescribeLoadBalancers', { Names: ['a'] }, 400, 'LoadBalancerNotFound'],
    [elbv2, 'DescribeTags', { ResourceArns: ['arn:x:targetgroup/a/1'] }, 400, 'TargetGroupNotFound'],
    [route53, 'GetHostedZone', {}, 404, 'NoSuchHostedZone'],
  ] as const)('$0.name $1 $2 with $3 $4 is AWS’s', (service, operation, input, status, code) => {
    expect(alienRefusal(service, operation, input, refusedWith(status, code), 'aws')).toBeUndefined();
  });

  test.each([
    [ecs, 'DescribeServices', {}, 404, 'ServiceNotFoundException'],
    [ecs, 'DescribeServices', {}, 400, 'ServiceNotFoundException'],
    [ecs, 'DescribeServices', {}, 503, 'ClusterNotFoundException'],
    [elbv2, 'DescribeLoadBalancers', { Names: ['a'] }, 400, 'TargetGroupNotFound'],
    [elbv2, 'DescribeLoadBalancers', { Names: ['a'] }, 503, 'LoadBalancerNotFound'],
    [elbv2, 'DescribeLoadBalancers', {}, 400, 'LoadBalancerNotFound'],
    [elbv2, 'DescribeListeners', { LoadBalancerArn: 'a' }, 400, 'ListenerNotFound'],
    [elbv2, 'DescribeTags', { ResourceArns: ['arn:x:targetgroup/a/1'] }, 400, 'LoadBalancerNotFound'],
    [route53, 'GetHostedZone', {}, 400, 'NoSuchHostedZone'],
    [dynamodb, 'DeleteItem', {}, 503, 'ConditionalCheckFailedException'],
  ] as const)('$0.name $1 $2 with $3 $4 is nobody’s', (service, operation, input, status, code) => {
    expect(alienRefusal(service, operation, input, refusedWith(status, code), 'aws')).toMatchObject({
      class: 'unavailable',
      code: 'UnexpectedAnswer',
    });
  });

  test('as what a type is missed is a code that some operation may answer with', () => {
    const changes = ['CreateService', 'UpdateService', 'DescribeTaskDefinition', 'CreateListener', 'CreateRule'].concat(
      ['ModifyListener', 'ModifyRule', 'ChangeResourceRecordSets', 'PutItem'],
    );
    const told = new Set(
      awsServices.flatMap((service) =>
        changes.flatMap((operation) => Object.keys(service.proofs[operation]?.missing ?? {})),
      ),
    );
    for (const type of componentTypes.values())
      for (const code of type.traits.missedAs ?? []) expect(told).toContain(code);
  });
});
