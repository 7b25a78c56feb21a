// Where the calls of each service go: precedence, spellings, mixes, and that no client goes anywhere else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { awsServices } from '../../../src/aws/services/index.ts';
import { awsHostOf, partitionOf, wrongHost } from '../../../src/aws/endpoints/aws-hosts.ts';
import { connect } from '../../../src/aws/connect.ts';
import type { AwsService } from '../../../src/aws/services/service.ts';
import { readEndpointSettings, type EndpointRequest } from '../../../src/aws/endpoints/endpoint-settings.ts';
import {
  clientSettings,
  endpointMap,
  endpointWords,
  everywhere,
  isSameEndpoint,
  leadsTo,
  noSettings,
  type EndpointMap,
} from '../../../src/aws/endpoints/endpoints.ts';
import { fixedSource } from '../../../src/aws/credentials/credentials.ts';
import { dynamodb } from '../../../src/aws/services/dynamodb.ts';
import { ec2 } from '../../../src/aws/services/ec2.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { iam } from '../../../src/aws/services/iam.ts';
import { systemClock } from '../../../src/util/clock.ts';

const region = 'eu-west-1';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relight-endpoints-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function mapOf(
  env: Readonly<Record<string, string>>,
  config = '',
  request: EndpointRequest = {},
): Promise<EndpointMap> {
  const file = join(folder, 'config');
  writeFileSync(file, config);
  const files = { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') };
  return endpointMap(await readEndpointSettings({ env: { ...files, ...env }, ...request }), region);
}

/** Of what a recovery rests on; services that are only asked aside are told in a test of their own. */
function urlsOf({ endpoints }: EndpointMap): readonly string[] {
  return Object.entries(endpoints)
    .filter(([service]) => !aside.includes(service))
    .map(([service, endpoint]) => `${service} ${'url' in endpoint ? endpoint.url : 'AWS'}`);
}

const aside = awsServices.flatMap((each) => (each.aside === true ? [each.name] : []));

const a = 'http://127.0.0.1:4566';
const b = 'http://127.0.0.1:4567';

const services = `[default]
services = local
[services local]
sts =
  endpoint_url = ${a}
elastic_load_balancing_v2 =
  endpoint_url = ${b}
`;

describe('one place for all', () => {
  const cases: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    string,
    EndpointRequest,
    string | undefined,
  ])[] = [
    ['nothing named', {}, '', {}, undefined],
    ['AWS_ENDPOINT_URL', { AWS_ENDPOINT_URL: a }, '', {}, a],
    [
      '--endpoint-url before all else',
      { AWS_ENDPOINT_URL: b, AWS_ENDPOINT_URL_STS: b },
      services,
      { endpointUrl: a },
      a,
    ],
    [
      '--endpoint-url, where the configured ones are ignored',
      { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      '',
      { endpointUrl: a },
      a,
    ],
    ['endpoint_url of the default profile', {}, `[default]\nendpoint_url = ${a}\n`, {}, a],
    ['of AWS_PROFILE', { AWS_PROFILE: 'ops' }, `[profile ops]\nendpoint_url = ${a}\n`, {}, a],
    [
      'of --profile, before AWS_PROFILE',
      { AWS_PROFILE: 'dev' },
      `[profile ops]\nendpoint_url = ${a}\n[profile dev]\nendpoint_url = ${b}\n`,
      { profile: 'ops' },
      a,
    ],
    ['the variable before the profile', { AWS_ENDPOINT_URL: a }, services, {}, a],
    ['an empty variable is none', { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_ECS: '' }, '', {}, undefined],
    [
      'ignored by a variable',
      { AWS_ENDPOINT_URL: a, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
      services,
      {},
      undefined,
    ],
    [
      'ignored by the profile',
      { AWS_ENDPOINT_URL: a },
      `[default]\nignore_configured_endpoint_urls = true\n`,
      {},
      undefined,
    ],
    [
      'one server, spelled in three ways',
      {
        AWS_ENDPOINT_URL: 'http://localhost:4566',
        AWS_ENDPOINT_URL_STS: a,
        AWS_ENDPOINT_URL_ECS: 'http://[::1]:4566/',
      },
      '',
      {},
      a,
    ],
    [
      'a default port that is spelled out',
      { AWS_ENDPOINT_URL: 'https://Proxy.example:443', AWS_ENDPOINT_URL_STS: 'https://proxy.example' },
      '',
      {},
      'https://proxy.example',
    ],
    ['a password is no part of it', { AWS_ENDPOINT_URL: 'http://ann:secret@127.0.0.1:4566' }, '', {}, a],
    ['FIPS, dual stack', { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' }, '', {}, undefined],
    [
      'VPC endpoints are AWS',
      {
        AWS_ENDPOINT_URL_DYNAMODB: 'https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com',
        AWS_ENDPOINT_URL_ECS: 'https://vpce-0a-1b-eu-west-1a.ecs.eu-west-1.vpce.amazonaws.com',
      },
      '',
      {},
      undefined,
    ],
    [
      "AWS's own, spelled out",
      {
        AWS_ENDPOINT_URL_ECS: 'https://ecs.eu-west-1.amazonaws.com',
        AWS_ENDPOINT_URL_ROUTE_53: 'https://route53.amazonaws.com',
        AWS_ENDPOINT_URL_STS: 'https://sts.amazonaws.com',
      },
      '',
      {},
      undefined,
    ],
  ];
  test.each(cases)('%s', async (_name, env, config, request, elsewhere) => {
    const map = await mapOf(env, config, request);
    expect([...map.mistakes, ...map.problems]).toEqual([]);
    expect(map.elsewhere).toBe(elsewhere);
    // Whatever the spelling: all go to the very server that is asked who the caller is.
    if (elsewhere !== undefined) {
      for (const each of Object.values(map.endpoints))
        expect('url' in each && new URL(each.url).origin).toBe(elsewhere);
    }
  });
});

describe('a mix', () => {
  const aws = 'https://ecs.us-east-1.amazonaws.com';
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, string, RegExp])[] = [
    [
      'two servers',
      { AWS_ENDPOINT_URL: b, AWS_ENDPOINT_URL_STS: a, AWS_ENDPOINT_URL_IAM: a },
      '',
      /2 places \(sts, iam: http:\/\/127\.0\.0\.1:4566 .*AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_IAM/,
    ],
    [
      'two servers of this machine by address',
      { AWS_ENDPOINT_URL: 'http://127.0.0.2:4566', AWS_ENDPOINT_URL_STS: a },
      '',
      /2 places/,
    ],
    [
      'AWS and another',
      { AWS_ENDPOINT_URL_ROUTE_53: a },
      '',
      /2 places .*AWS's own; route53: http:\/\/127\.0\.0\.1:4566 \(AWS_ENDPOINT_URL_ROUTE_53\)/,
    ],
    ['AWS and another, the load balancers', { AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2: a }, '', /elbv2: http/],
    ['the services section of the profile', {}, services, /3 places .*services section local, sts/],
    [
      'a machine of AWS that anybody may have',
      {
        AWS_ENDPOINT_URL: 'https://ec2-1-2-3-4.eu-west-1.compute.amazonaws.com',
        AWS_ENDPOINT_URL_STS: 'https://sts.eu-west-1.amazonaws.com',
      },
      '',
      /2 places/,
    ],
    [
      'a VPC endpoint of a stranger’s service',
      { AWS_ENDPOINT_URL_ECS: 'https://vpce-1.vpce-svc-2.eu-west-1.vpce.amazonaws.com' },
      '',
      /2 places/,
    ],
    [
      "AWS's host in another region",
      { AWS_ENDPOINT_URL_ECS: aws },
      '',
      /it is AWS's endpoint in us-east-1, and the region is eu-west-1/,
    ],
    [
      "AWS's host of another partition",
      { AWS_ENDPOINT_URL_IAM: 'https://iam.cn-north-1.amazonaws.com.cn' },
      '',
      /it lies in aws-cn, and eu-west-1 in aws/,
    ],
    [
      "AWS's host of another service",
      { AWS_ENDPOINT_URL_ECS: 'https://dynamodb.eu-west-1.amazonaws.com' },
      '',
      /it is AWS's endpoint of dynamodb/,
    ],
    [
      'AWS without encryption',
      { AWS_ENDPOINT_URL_ECS: 'http://ecs.eu-west-1.amazonaws.com' },
      '',
      /spoken to by https/,
    ],
    [
      'FIPS and a named one',
      { AWS_ENDPOINT_URL: a, AWS_USE_FIPS_ENDPOINT: 'true' },
      '',
      /FIPS endpoints are asked for, and AWS_ENDPOINT_URL names another one/,
    ],
  ];
  test.each(cases)('%s: no place', async (_name, env, config, problem) => {
    const map = await mapOf(env, config);
    expect(map.mistakes).toEqual([]);
    expect(map.problems.join('\n')).toMatch(problem);
    expect(map.elsewhere).toBeUndefined();
  });

  test('nor do clients come of one', async () => {
    const endpoints = await mapOf({ AWS_ENDPOINT_URL_STS: a });
    expect(() => connect({ region, mode: 'read', clock: systemClock, endpoints })).toThrow('endpoints in doubt');
  });
});

describe('what cannot be understood is told, with its place', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, string, string]>([
    [
      'no URL',
      { AWS_ENDPOINT_URL_ECS: 'here' },
      '',
      'AWS_ENDPOINT_URL_ECS here: expected a URL such as http://127.0.0.1:4566',
    ],
    [
      'another protocol',
      { AWS_ENDPOINT_URL: 'ftp://127.0.0.1' },
      '',
      'AWS_ENDPOINT_URL ftp://127.0.0.1: expected a URL such as http://127.0.0.1:4566',
    ],
    [
      'no truth value, which the SDK passes over',
      { AWS_USE_FIPS_ENDPOINT: 'yes' },
      '',
      'AWS_USE_FIPS_ENDPOINT yes: expected true or false',
    ],
    [
      'a services section that is not there, which the SDK passes over',
      {},
      '[default]\nservices = gone\n',
      'profile default names the services section gone, and there is none in the configuration file',
    ],
  ])('%s', async (_name, env, config, mistake) => {
    expect((await mapOf(env, config)).mistakes).toEqual([mistake]);
  });
});

describe('hosts', () => {
  test.each([
    ['ecs.eu-west-1.amazonaws.com', 'ecs eu-west-1 aws'],
    ['ecs-fips.us-gov-west-1.amazonaws.com', 'ecs us-gov-west-1 aws-us-gov'],
    ['ecs.eu-west-1.api.aws', 'ecs eu-west-1 aws'],
    ['ECS.eu-west-1.amazonaws.com.', 'ecs eu-west-1 aws'],
    ['elasticloadbalancing.cn-north-1.amazonaws.com.cn', 'elbv2 cn-north-1 aws-cn'],
    ['route53.us-gov.amazonaws.com', 'route53 us-gov aws-us-gov'],
    ['123456789012.ddb.eu-west-1.amazonaws.com', 'dynamodb eu-west-1 aws'],
    ['iam.global.api.aws', 'iam  aws'],
    ['sts.amazonaws.com', 'sts  aws'],
    ['dynamodb.eusc-de-east-1.amazonaws.eu', 'dynamodb eusc-de-east-1 aws-eusc'],
    ['ecs.eu-west-1.amazonaws.com.example.org', undefined],
    ['ecs.eu-west-1.xamazonaws.com', undefined],
    ['ecs.cn-north-1.amazonaws.com', undefined],
    ['shop-1.eu-west-1.elb.amazonaws.com', undefined],
    ['s3.amazonaws.com', undefined],
    ['127.0.0.1', undefined],
  ])('%s: %s', (host, expected) => {
    const found = awsHostOf(host);
    expect(found && `${found.service.name} ${found.region ?? ''} ${found.partition}`).toBe(expected);
  });

  test('what AWS serves once for a partition is right for every region of it', () => {
    const host = awsHostOf('iam.amazonaws.com');
    expect(host && wrongHost(host, iam, 'eu-central-1')).toBeUndefined();
    expect(host && wrongHost(host, iam, 'cn-north-1')).toMatch(/partition|lies in/);
  });

  test('partitions', () => {
    expect(['eu-west-1', 'cn-north-1', 'us-gov-east-1', 'us-iso-east-1', 'us-isob-east-1'].map(partitionOf)).toEqual([
      'aws',
      'aws-cn',
      'aws-us-gov',
      'aws-iso',
      'aws-iso-b',
    ]);
  });

  test('two spellings are one endpoint, AWS is none of them', () => {
    expect(isSameEndpoint('http://localhost:4566', 'http://127.0.0.1:4566/x')).toBe(true);
    expect(isSameEndpoint('http://localhost:4566', 'http://localhost:4567')).toBe(false);
    expect(isSameEndpoint(null, 'http://localhost:4566')).toBe(false);
    expect(isSameEndpoint(null, null)).toBe(true);
  });
});

describe('the clients go where the map says', () => {
  /** Hosts that requests were about to go to; none leaves. */
  async function hostsOf(endpoints: EndpointMap): Promise<readonly string[]> {
    const hosts: string[] = [];
    const requestHandler = {
      handle: ({ hostname, port, protocol }: { hostname: string; port?: number; protocol: string }) => {
        hosts.push(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`);
        return Promise.reject(new Error('nothing leaves'));
      },
      destroy: () => undefined,
      updateHttpClientConfig: () => undefined,
      httpHandlerConfigs: () => ({}),
    };
    const keys = { accessKeyId: 'x', secretAccessKey: 'y' };
    const transport = (service: AwsService): object => ({
      ...clientSettings(endpoints, service),
      requestHandler,
      credentials: keys,
    });
    const aws = connect({
      region,
      mode: 'read',
      clock: systemClock,
      transport,
      credentials: fixedSource(keys, 'a test'),
    });
    aws.gate.openForReads();
    await aws
      .client(ecs)
      .send(new ListClustersCommand({}))
      .catch(() => undefined);
    const table = new DescribeTableCommand({ TableName: 'arn:aws:dynamodb:eu-west-1:210987654321:table/x' });
    await aws
      .client(dynamodb)
      .send(table)
      .catch(() => undefined);
    return [...new Set(hosts)];
  }

  test('whatever environment and profile say', async () => {
    for (const [name, value] of Object.entries({
      AWS_ENDPOINT_URL: b,
      AWS_ENDPOINT_URL_ECS: b,
      AWS_ENDPOINT_URL_DYNAMODB: b,
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_ACCOUNT_ID_ENDPOINT_MODE: 'preferred',
      AWS_ENABLE_ENDPOINT_DISCOVERY: 'true',
    })) {
      vi.stubEnv(name, value);
    }
    expect(await hostsOf(endpointMap(noSettings, region))).toEqual([
      'https://ecs.eu-west-1.amazonaws.com',
      'https://dynamodb.eu-west-1.amazonaws.com',
    ]);
    expect(await hostsOf(endpointMap({ ...noSettings, named: everywhere(a, 'x') }, region))).toEqual([a]);
  });

  test('and with FIPS and dual stack to those of AWS', async () => {
    const map = await mapOf({ AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' });
    const hosts = await hostsOf(map);
    expect(hosts).toEqual(['https://ecs-fips.eu-west-1.api.aws', 'https://dynamodb-fips.eu-west-1.api.aws']);
    for (const each of hosts) expect(awsHostOf(new URL(each).hostname)?.region).toBe(region);
  });

  test('a request that is about to go elsewhere is seen', () => {
    const own = endpointMap(noSettings, region);
    expect(leadsTo(own, ecs, { protocol: 'https:', hostname: 'ecs.eu-west-1.amazonaws.com' })).toBe(true);
    expect(leadsTo(own, ecs, { protocol: 'https:', hostname: 'ecs.us-east-1.amazonaws.com' })).toBe(false);
    expect(leadsTo(own, ecs, { protocol: 'http:', hostname: '127.0.0.1', port: 4566 })).toBe(false);
    const local = endpointMap({ ...noSettings, named: everywhere(a, 'x') }, region);
    expect(leadsTo(local, ecs, { protocol: 'http:', hostname: '127.0.0.1', port: 4566 })).toBe(true);
    expect(leadsTo(local, ecs, { protocol: 'http:', hostname: '127.0.0.1', port: 4567 })).toBe(false);
    expect(urlsOf(local)).toContain('route53 http://127.0.0.1:4566/');
  });
});

describe('services that are only asked aside', () => {
  const core = awsServices.filter((each) => each.aside !== true);
  const named = (services: readonly { readonly settingsName: string }[], url: string): Record<string, string> =>
    Object.fromEntries(services.map((each) => [`AWS_ENDPOINT_URL_${each.settingsName.toUpperCase()}`, url]));

  test('are not asked where all others lead elsewhere without them, and make no mix', async () => {
    const map = await mapOf(named(core, a));
    expect([...map.mistakes, ...map.problems]).toEqual([]);
    expect(map.elsewhere).toBe(a);
    for (const name of aside) expect(map.endpoints[name]).toEqual({ kind: 'none' });
    expect(endpointWords(map)).toContain(
      'ec2, acm, secretsmanager, ecr, kms, logs, application-autoscaling, sns, tagging: not asked',
    );
    const access = connect({ region, mode: 'read', clock: systemClock, endpoints: map });
    access.gate.openForReads();
    await expect(access.client(ec2).send(new DescribeVpcsCommand({}))).rejects.toMatchObject({
      code: 'NoEndpoint',
    });
    expect(access.meter.total).toBe(0);
  });

  test('are not asked at a place of their own', async () => {
    const map = await mapOf({ AWS_ENDPOINT_URL_EC2: a });
    expect(map.problems).toEqual([]);
    expect(map.endpoints).toMatchObject({ ec2: { kind: 'none' }, acm: { kind: 'aws' }, ecs: { kind: 'aws' } });
  });

  test('are asked beside all others', async () => {
    const map = await mapOf(named(awsServices, a));
    expect(map.problems).toEqual([]);
    expect(map.endpoints).toMatchObject({ ec2: { kind: 'other', url: `${a}/` }, logs: { kind: 'other' } });
  });
});
