// The wire protocols, read and written by the real SDK clients against services made up here, so that what is tested is
// the protocol and not a service.
import { DescribeClustersCommand, ECSClient, ECSServiceException } from '@aws-sdk/client-ecs';
import { DynamoDBClient, GetItemCommand, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  AddTagsCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  LoadBalancerNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  NoSuchHostedZone,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { createWorld, dispatch, sandboxClientConfig, VirtualClock } from '../../src/sandbox/index.ts';
import { AwsError, timestamp } from '../../src/sandbox/model.ts';
import type {
  CallContext,
  Ec2Service,
  Input,
  JsonService,
  Operation,
  Output,
  QueryService,
  RestXmlService,
  SandboxService,
} from '../../src/sandbox/model.ts';
import { ec2Service } from '../../src/sandbox/services/ec2/index.ts';
import { asAwsError, errorAnswer } from '../../src/sandbox/protocol/errors.ts';
import { decodeEc2 } from '../../src/sandbox/protocol/ec2.ts';
import { decodeJson } from '../../src/sandbox/protocol/json.ts';
import { writeJson } from '../../src/sandbox/protocol/write-json.ts';
import { decodeQuery, parseForm } from '../../src/sandbox/protocol/query.ts';
import { readXml } from '../../src/sandbox/protocol/readxml.ts';
import { decodeRestXml } from '../../src/sandbox/protocol/restxml.ts';
import type { DecodedCall, SandboxRequest } from '../../src/sandbox/protocol/wire.ts';

const t0 = Date.UTC(2026, 8, 16, 12, 0, 0, 250);
const world = createWorld({ clock: new VirtualClock(t0) });
const context: CallContext = { world, region: 'eu-west-1', local: world.region('eu-west-1'), now: t0 };

function decode(service: SandboxService, request: SandboxRequest): DecodedCall {
  switch (service.protocol) {
    case 'json-1.0':
    case 'json-1.1':
      return decodeJson(service, request);
    case 'ec2':
      return decodeEc2(service, request);
    case 'query':
      return decodeQuery(service, request);
    case 'rest-xml':
      return decodeRestXml(service, request);
  }
}

/** Configuration of an SDK client whose calls end in `service`, and the inputs it has seen. */
function clientOf(service: SandboxService) {
  const inputs: Input[] = [];
  const config = sandboxClientConfig(world, service.name);
  return {
    inputs,
    config: {
      ...config,
      requestHandler: {
        ...config.requestHandler,
        handle: async (sdk: Parameters<typeof config.requestHandler.handle>[0]) => {
          const request = { ...sdk, query: sdk.query ?? {}, body: sdk.body as string | Uint8Array };
          let answer;
          try {
            const call = decode(service, { ...request, body: sdk.body === undefined ? '' : request.body });
            inputs.push(call.input);
            answer = call.answer(call.handle(call.input, context), 'request-1');
          } catch (error) {
            answer = errorAnswer(service, { ...request, headers: sdk.headers }, asAwsError(error), 'request-1');
          }
          return { response: { statusCode: answer.status, headers: answer.headers, body: answer.body } };
        },
      },
    },
  };
}

function ecsOf(operation: Operation): JsonService {
  return {
    name: 'ecs',
    protocol: 'json-1.1',
    scope: 'region',
    errorCodes: { internal: 'InternalFailure' },
    targetPrefix: 'AmazonEC2ContainerServiceV20141113',
    errorNamespace: '',
    operations: { DescribeClusters: operation },
  };
}

function dynamoOf(operation: Operation): JsonService {
  return {
    name: 'dynamodb',
    protocol: 'json-1.0',
    scope: 'region',
    errorCodes: { internal: 'InternalFailure' },
    targetPrefix: 'DynamoDB_20120810',
    errorNamespace: 'com.amazonaws.dynamodb.v20120810#',
    operations: { GetItem: operation },
  };
}

function elbOf(operations: Record<string, Operation>): QueryService {
  return {
    name: 'elasticloadbalancing',
    protocol: 'query',
    scope: 'region',
    errorCodes: { internal: 'InternalFailure' },
    version: '2015-12-01',
    xmlns: 'http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/',
    operations,
  };
}

function route53Of(handle: Operation): RestXmlService {
  return {
    name: 'route53',
    protocol: 'rest-xml',
    scope: 'region',
    errorCodes: { internal: 'InternalFailure' },
    xmlns: 'https://route53.amazonaws.com/doc/2013-04-01/',
    listItems: { Changes: 'Change', ResourceRecords: 'ResourceRecord', ResourceRecordSets: 'ResourceRecordSet' },
    routes: [
      { operation: 'ListResourceRecordSets', method: 'GET', path: '/2013-04-01/hostedzone/{Id}/rrset', handle },
      { operation: 'ChangeResourceRecordSets', method: 'POST', path: '/2013-04-01/hostedzone/{Id}/rrset', handle },
      { operation: 'GetChange', method: 'GET', path: '/2013-04-01/change/{Id}', handle },
    ],
  };
}

const fails =
  (code: string, message: string, status?: number, fields?: Output): Operation =>
  () => {
    throw new AwsError(code, message, status, fields);
  };

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('the call succeeded'),
    (error: unknown) => error,
  );
}

describe('AWS JSON', () => {
  it('hands over the body and writes instants as epoch seconds, wherever they stand', async () => {
    const { config, inputs } = clientOf(
      ecsOf(() => ({
        clusters: [{ clusterName: 'a', tags: undefined, attachments: [] }],
        failures: [],
        at: timestamp(1500),
      })),
    );
    const answer = await new ECSClient(config).send(new DescribeClustersCommand({ clusters: ['ä "quoted"'] }));
    expect(inputs).toEqual([{ clusters: ['ä "quoted"'] }]);
    expect(answer.clusters).toEqual([{ clusterName: 'a', attachments: [] }]);
    expect(answer.$metadata.requestId).toBe('request-1');
    expect(writeJson({ a: [1, { b: timestamp(1_758_891_234_567), c: null }] })).toBe(
      '{"a":[1,{"b":1758891234.567,"c":null}]}',
    );
  });

  it('leaves a value alone that is no instant', async () => {
    const item = { timestamp: { N: '5' } };
    const { config } = clientOf(dynamoOf(() => ({ Item: item })));
    const answer = await new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'tab', Key: {} }));
    expect(answer.Item).toEqual(item);
  });

  it('answers a broken body with SerializationException', async () => {
    const request: SandboxRequest = {
      method: 'POST',
      path: '/',
      query: {},
      headers: { 'x-amz-target': 'DynamoDB_20120810.GetItem' },
      body: '{"TableName": ',
    };
    expect(() =>
      decodeJson(
        dynamoOf(() => ({})),
        request,
      ),
    ).toThrow(AwsError);
    expect(() =>
      decodeJson(
        dynamoOf(() => ({})),
        { ...request, body: '[1]' },
      ),
    ).toThrow('Start of structure');
  });
});

describe('AWS Query', () => {
  it('nests lists and structures, in the order of their numbers', async () => {
    const { config, inputs } = clientOf(elbOf({ AddTags: () => ({}) }));
    const Tags = Array.from({ length: 11 }, (_, index) => ({ Key: `k&=+% ${String(index)}`, Value: 'ü' }));
    await new ElasticLoadBalancingV2Client(config).send(new AddTagsCommand({ ResourceArns: ['b', 'a'], Tags }));
    expect(inputs).toEqual([{ ResourceArns: ['b', 'a'], Tags }]);
  });

  it('decodes an empty list as an empty text, and any name as a mere name', () => {
    const request: SandboxRequest = {
      method: 'POST',
      path: '/',
      query: {},
      headers: {},
      body: 'Action=AddTags&Version=2015-12-01&Names=&__proto__.x=1&plain',
    };
    const { input } = decodeQuery(elbOf({ AddTags: () => ({}) }), request);
    expect(input['Names']).toBe('');
    expect(input['plain']).toBe('');
    expect(Object.keys(input)).toContain('__proto__');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(parseForm('a%2Bb=c+d%0A')).toEqual([['a+b', 'c d\n']]);
  });

  it('writes members, an empty element for an empty list, and instants in ISO 8601', async () => {
    const { config } = clientOf(
      elbOf({
        DescribeLoadBalancers: () => ({
          LoadBalancers: [
            {
              LoadBalancerName: '<a> & "b"\r\n\u0085',
              CreatedTime: timestamp(t0),
              AvailabilityZones: [],
              SecurityGroups: ['sg-1', 'sg-2'],
              VpcId: undefined,
            },
          ],
          NextMarker: undefined,
        }),
      }),
    );
    const answer = await new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({}));
    expect(answer.LoadBalancers).toEqual([
      {
        LoadBalancerName: '<a> & "b"\r\n\u0085',
        CreatedTime: new Date(t0),
        AvailabilityZones: [],
        SecurityGroups: ['sg-1', 'sg-2'],
      },
    ]);
    expect(answer.NextMarker).toBeUndefined();
  });
});

describe('EC2', () => {
  const ec2Of = (operations: Readonly<Record<string, Operation>>): Ec2Service => ({ ...ec2Service, operations });

  it('reads lists without `member` and names of the wire, in the order of the numbers', async () => {
    const { config, inputs } = clientOf(ec2Of({ DescribeSubnets: () => ({}) }));
    const SubnetIds = Array.from({ length: 11 }, (_, index) => `subnet-${String(index)}`);
    const Filters = [{ Name: 'tag:x', Values: ['a', 'b'] }];
    await new EC2Client(config).send(new DescribeSubnetsCommand({ SubnetIds, Filters, MaxResults: 5 }));
    expect(inputs).toEqual([{ SubnetIds, Filters, MaxResults: '5' }]);
  });

  it('writes items below the response, an empty element for an empty list', async () => {
    const vpcSet = [
      { vpcId: 'vpc-1', tagSet: [{ key: 'a', value: '<b>' }] },
      { vpcId: 'vpc-2', tagSet: [] },
    ];
    const { config } = clientOf(ec2Of({ DescribeVpcs: () => ({ vpcSet, nextToken: undefined }) }));
    const { NextToken, Vpcs } = await new EC2Client(config).send(new DescribeVpcsCommand({}));
    expect(Vpcs).toEqual([
      { VpcId: 'vpc-1', Tags: [{ Key: 'a', Value: '<b>' }] },
      { VpcId: 'vpc-2', Tags: [] },
    ]);
    expect(NextToken).toBeUndefined();
  });

  it('writes errors in a form of its own', async () => {
    const refuse: Operation = () => {
      throw new AwsError('InvalidVpcID.NotFound', "The vpc ID 'vpc-9' does not exist");
    };
    const { config } = clientOf(ec2Of({ DescribeVpcs: refuse }));
    const call = new EC2Client(config).send(new DescribeVpcsCommand({}));
    await expect(call).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: "The vpc ID 'vpc-9' does not exist",
    });
    await expect(new EC2Client(config).send(new DescribeSubnetsCommand({}))).rejects.toMatchObject({
      name: 'InvalidAction',
    });
  });
});

describe('REST-XML', () => {
  it('hands over path, query and body, list elements as arrays', async () => {
    const { config, inputs } = clientOf(
      route53Of(() => ({ ChangeInfo: { Id: '/change/C1', Status: 'PENDING', SubmittedAt: timestamp(t0) } })),
    );
    const answer = await new Route53Client(config).send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: '/hostedzone/Z1',
        ChangeBatch: {
          Comment: 'a < b & "c"',
          Changes: [
            {
              Action: 'UPSERT',
              ResourceRecordSet: {
                Name: 'x.example.',
                Type: 'TXT',
                TTL: 60,
                ResourceRecords: [{ Value: '"a  b"' }, { Value: '"ü"' }],
              },
            },
          ],
        },
      }),
    );
    expect(inputs).toEqual([
      {
        Id: 'Z1',
        body: {
          ChangeBatch: {
            Comment: 'a < b & "c"',
            Changes: [
              {
                Action: 'UPSERT',
                ResourceRecordSet: {
                  Name: 'x.example.',
                  Type: 'TXT',
                  TTL: '60',
                  ResourceRecords: [{ Value: '"a  b"' }, { Value: '"ü"' }],
                },
              },
            ],
          },
        },
      },
    ]);
    expect(answer.ChangeInfo).toEqual({ Id: '/change/C1', Status: 'PENDING', SubmittedAt: new Date(t0) });
  });

  it('takes query parameters by their wire names and writes list items by their own names', async () => {
    const { config, inputs } = clientOf(
      route53Of(() => ({
        ResourceRecordSets: [{ Name: 'a.', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] }],
        IsTruncated: false,
        MaxItems: 5,
      })),
    );
    const answer = await new Route53Client(config).send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: 'Z1',
        StartRecordName: '*.x',
        StartRecordType: 'A',
        MaxItems: 5,
      }),
    );
    expect(inputs).toEqual([{ Id: 'Z1', name: '*.x', type: 'A', maxitems: '5' }]);
    expect(answer.ResourceRecordSets).toEqual([
      { Name: 'a.', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '192.0.2.1' }] },
    ]);
    expect(answer.IsTruncated).toBe(false);
  });

  it('accepts the trailing slash that some SDKs send', () => {
    const request = { method: 'POST', path: '/2013-04-01/hostedzone/Z1/rrset/', query: {}, headers: {}, body: '' };
    expect(
      decodeRestXml(
        route53Of(() => ({})),
        request,
      ).operation,
    ).toBe('ChangeResourceRecordSets');
  });

  it('reads any element order, CDATA, comments and references, and refuses what is not well-formed', () => {
    const text =
      '<?xml version="1.0" encoding="UTF-8"?>\n<!-- c --><r xmlns="https://x/">\n <B>1&#x41;&lt;<![CDATA[<&]]></B>' +
      "<Changes>\n<Change a='1'><A/></Change></Changes></r>\n";
    expect(readXml(text, { Changes: 'Change' })).toEqual({ B: '1A<<&', Changes: [{ A: '' }] });
    for (const broken of [
      '',
      'text',
      '<a>',
      '<a></b>',
      '<a/><b/>',
      '<a>&unknown;</a>',
      '<a>&</a>',
      '<a b></a>',
      '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    ]) {
      expect(() => readXml(broken, {}), broken).toThrow(AwsError);
    }
  });
});

describe('Errors', () => {
  it('JSON: the name without its namespace, and further members', async () => {
    const Item = { pk: { S: 'a' } };
    const { config } = clientOf(
      dynamoOf(fails('ConditionalCheckFailedException', 'The conditional request failed', 400, { Item })),
    );
    const error = await thrownBy(new DynamoDBClient(config).send(new GetItemCommand({ TableName: 'tab', Key: {} })));
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(error).toMatchObject({
      message: 'The conditional request failed',
      Item,
      $metadata: { requestId: 'request-1' },
    });
  });

  it('JSON: what the front end says carries its own namespace', () => {
    const service = dynamoOf(() => ({}));
    const bare = { method: 'POST', path: '/', query: {}, headers: {}, body: '' };
    const type = (code: string): unknown =>
      JSON.parse(Buffer.from(errorAnswer(service, bare, new AwsError(code, 'm'), 'r').body).toString());
    expect(type('ValidationException')).toEqual({
      __type: 'com.amazon.coral.validate#ValidationException',
      message: 'm',
    });
    expect(type('ResourceNotFoundException')).toMatchObject({
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    });
  });

  it('JSON: the text in the member that the service has for it, or none', () => {
    const bare = { method: 'POST', path: '/', query: {}, headers: {}, body: '' };
    const body = (service: JsonService, message: string): unknown =>
      JSON.parse(Buffer.from(errorAnswer(service, bare, new AwsError('Odd', message), 'r').body).toString());
    const service = ecsOf(() => ({}));
    expect(body(service, 'm')).toEqual({ __type: 'Odd', message: 'm' });
    expect(body({ ...service, errorMember: 'Message' }, 'm')).toEqual({ __type: 'Odd', Message: 'm' });
    expect(body(service, '')).toEqual({ __type: 'Odd' });
  });

  it('Query: code and type in the body, the modelled class in the SDK', async () => {
    const { config } = clientOf(
      elbOf({ DescribeLoadBalancers: fails('LoadBalancerNotFound', "Load balancers '[a<b]' not found") }),
    );
    const error = await thrownBy(new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({})));
    expect(error).toBeInstanceOf(LoadBalancerNotFoundException);
    expect(error).toMatchObject({
      Code: 'LoadBalancerNotFound',
      Type: 'Sender',
      message: "Load balancers '[a<b]' not found",
    });
  });

  it('REST-XML: the ErrorResponse form with its HTTP status', async () => {
    const { config } = clientOf(route53Of(fails('NoSuchHostedZone', 'No hosted zone found with ID: Z1', 404)));
    const error = await thrownBy(new Route53Client(config).send(new GetChangeCommand({ Id: 'C1' })));
    expect(error).toBeInstanceOf(NoSuchHostedZone);
    expect(error).toMatchObject({ message: 'No hosted zone found with ID: Z1', $metadata: { httpStatusCode: 404 } });
  });

  it('a defect of an operation becomes an internal failure with its message', async () => {
    const { config } = clientOf(
      ecsOf(() => {
        throw new TypeError('x is not a function');
      }),
    );
    const error = await thrownBy(new ECSClient(config).send(new DescribeClustersCommand({})));
    expect(error).toBeInstanceOf(ECSServiceException);
    expect(error).toMatchObject({
      name: 'InternalFailure',
      message: 'x is not a function',
      $fault: 'server',
      $metadata: { httpStatusCode: 500 },
    });
  });
});

describe('Unknown operations', () => {
  it('JSON: UnknownOperationException', async () => {
    const { config } = clientOf({ ...ecsOf(() => ({})), operations: {} });
    expect(await thrownBy(new ECSClient(config).send(new DescribeClustersCommand({})))).toMatchObject({
      name: 'UnknownOperationException',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('Query: InvalidAction', async () => {
    const { config } = clientOf(elbOf({}));
    const error = await thrownBy(new ElasticLoadBalancingV2Client(config).send(new DescribeLoadBalancersCommand({})));
    expect(error).toMatchObject({
      name: 'InvalidAction',
      message: 'Could not find operation DescribeLoadBalancers for version 2015-12-01',
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('REST-XML: an ErrorResponse with status 404', async () => {
    const { config } = clientOf({ ...route53Of(() => ({})), routes: [] });
    const error = await thrownBy(new Route53Client(config).send(new GetChangeCommand({ Id: 'C1' })));
    expect(error).toMatchObject({ name: 'UnknownOperationException', $metadata: { httpStatusCode: 404 } });
  });

  it('inherited properties are no operations', () => {
    const request = {
      method: 'POST',
      path: '/',
      query: {},
      headers: { 'x-amz-target': 'AmazonEC2ContainerServiceV20141113.constructor' },
      body: '',
    };
    expect(() =>
      decodeJson(
        ecsOf(() => ({})),
        request,
      ),
    ).toThrow('not recognized');
  });
});

describe('Finding the service', () => {
  const identity: SandboxRequest = {
    method: 'POST',
    path: '/',
    query: {},
    headers: {},
    body: 'Action=GetCallerIdentity&Version=2011-06-15',
  };
  const signed = (scope: string) => ({
    ...identity,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20260916/${scope}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  const text = (body: Uint8Array): string => Buffer.from(body).toString();

  it('by the credential scope of the signature, which also tells the region', async () => {
    const regions: string[] = [];
    const answer = await dispatch(world, signed('ap-south-1/sts'), { onCall: (call) => regions.push(call.region) });
    expect(answer.status).toBe(200);
    expect(regions).toEqual(['ap-south-1']);
  });

  it('by a presigned URL as well', async () => {
    const query = {
      'X-Amz-Credential': 'AKIA/20260916/us-east-1/sts/aws4_request',
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
    };
    expect((await dispatch(world, { ...identity, method: 'GET', query, body: '' })).status).toBe(200);
  });

  it('by a presigned URL, whose input is looked at each time', async () => {
    const get = (session: string) =>
      dispatch(world, {
        ...identity,
        method: 'GET',
        query: {
          'X-Amz-Credential': 'AKIA/20260916/us-east-1/sts/aws4_request',
          Action: 'AssumeRole',
          Version: '2011-06-15',
          RoleArn: 'arn:aws:iam::123456789012:role/operator',
          RoleSessionName: session,
        },
        body: '',
      });
    await get('good-name');
    const answer = await get('no good name');
    expect(answer.status).toBe(400);
    expect(text(answer.body)).toContain('roleSessionName');
  });

  it('refuses an unsigned request in the shape of the service that its form names', async () => {
    const answer = await dispatch(world, identity);
    expect(answer.status).toBe(403);
    expect(text(answer.body)).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(text(answer.body)).toContain('https://sts.amazonaws.com/doc/2011-06-15/');
    const nothing = await dispatch(world, { ...identity, body: '' });
    expect(nothing.status).toBe(403);
    expect(text(nothing.body)).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  it('names the services there are when asked for another', async () => {
    const answer = await dispatch(world, signed('eu-west-1/s3'));
    expect(answer.status).toBe(404);
    expect(text(answer.body)).toMatch(/The sandbox has no service s3; it has .*sts/);
  });

  it('gives every answer a request id of its own', async () => {
    const ids = new Set<string | undefined>();
    for (let count = 0; count < 50; count += 1) {
      ids.add((await dispatch(world, signed('eu-west-1/sts'))).headers['x-amzn-requestid']);
    }
    expect(ids.size).toBe(50);
    expect([...ids][0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
