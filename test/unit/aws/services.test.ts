// The rows of AWS services: their lists against what the sources send and what the SDK has, and a row from outside.
import { DescribeClustersCommand, CreateClusterCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import type { AwsAccess, CallRecord } from '../../../src/aws/access.ts';
import { connect } from '../../../src/aws/connect.ts';
import { askedFor } from '../../../src/aws/counted.ts';
import { clientSettings, endpointMap, everywhere, leadsTo, noSettings } from '../../../src/aws/endpoints/endpoints.ts';
import { readEndpointSettings } from '../../../src/aws/endpoints/endpoint-settings.ts';
import { classify } from '../../../src/aws/errors.ts';
import { createMeter } from '../../../src/aws/meter.ts';
import { awsServices, services } from '../../../src/aws/services/index.ts';
import { awsService, isChange, kindOf, rateOf, type AwsService } from '../../../src/aws/services/service.ts';
import { createWorld, sandboxClientConfig } from '../../../src/sandbox/index.ts';
import { VirtualClock } from '../../../src/util/clock.ts';
import { commandsSent } from '../../helpers/commands-sent.ts';

const region = 'eu-west-1';
const sent = commandsSent();

describe.each(awsServices)('the row of $name', (service) => {
  const own = sent.filter((each) => each.service === service);
  const listed = [...service.reads, ...(service.identityCalls ?? []), ...(service.secretReads?.keys() ?? [])];

  test('lists each operation once, and none that the SDK does not have', async () => {
    const client = (await import(`@aws-sdk/client-${service.settingsName.replaceAll('_', '-')}`)) as object;
    expect(listed.filter((each) => !(`${each}Command` in client))).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.length).toBeGreaterThan(0);
  });

  test('lists none that AWS names after a change', () => {
    expect(
      listed.filter((each) => !/^(Describe|Get|List|BatchGet|Test|Scan|Query|TransactGet|AssumeRole)/.test(each)),
    ).toEqual([]);
  });

  test('lists what is sent where nothing may be changed, and nothing that only a change sends', () => {
    expect(own.length).toBeGreaterThan(0);
    const changing = (file: string): boolean =>
      /\/change\.ts$|^aws\/tables\/table-commands\.ts$|^aws\/topics\/topic\.ts$/.test(file);
    const reading = own.filter(({ file }) => !changing(file));
    expect(reading.filter(({ operation }) => isChange(service, operation))).toEqual([]);
    const unlisted = new Set(own.map(({ operation }) => operation).filter((each) => isChange(service, each)));
    expect([...unlisted].filter((each) => /^(Describe|Get|List|BatchGet|Test|Scan|Query)/.test(each))).toEqual([]);
  });

  test('has a rate for each operation that is sent or listed', () => {
    for (const operation of [...listed, ...own.map((each) => each.operation)]) {
      expect(rateOf(service, operation).refill).toBeGreaterThan(0);
    }
  });

  test('makes the client that it names', async () => {
    const client = (await service.load())({ region });
    expect(client.constructor.name).toMatch(/Client$/);
  });
});

test('no two rows say different things of one error code', () => {
  const meanings = awsServices.flatMap((each) => Object.entries(each.errorCodes));
  expect(new Set(meanings.map(([code]) => code)).size).toBe(new Set(meanings.map((each) => each.join())).size);
});

/** A service of somebody else's, which speaks as ECS does. */
const outside = awsService({
  ...services.ecs,
  name: 'outside',
  settingsName: 'outside_service',
  rates: { all: { burst: 2, refill: 1 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeClusters']),
  secretReads: new Map([
    ['DescribeClusters', ({ include }) => Array.isArray(include) && include.includes('CONFIGURATIONS')],
  ]),
  errorCodes: { OddException: 'conflict', ThrottlingException: 'invalid' },
});

interface Wire {
  readonly aws: AwsAccess;
  readonly calls: readonly CallRecord[];
  readonly clock: VirtualClock;
}

function wire(mode: 'read' | 'change', error?: string): Wire {
  const clock = new VirtualClock(0);
  const world = createWorld({ clock });
  const calls: CallRecord[] = [];
  const config = sandboxClientConfig(world, 'ecs', region);
  const refusing = {
    ...config.requestHandler,
    handle: () =>
      Promise.resolve({
        response: {
          statusCode: 400,
          headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': 'R' },
          body: Buffer.from(JSON.stringify({ __type: error, message: 'no' })),
        },
      }),
  };
  const aws = connect({
    region,
    mode,
    clock,
    transport: () => (error === undefined ? config : { ...config, requestHandler: refusing }),
    onCall: (call) => calls.push(call),
  });
  return { aws, calls, clock };
}

describe('a row from outside', () => {
  test('passes the gate by its own lists, and is counted under its own name', async () => {
    const { aws, calls } = wire('read');
    await expect(aws.client(outside).send(new DescribeClustersCommand({}))).rejects.toThrow('have not been compared');
    aws.gate.openForReads();
    await aws.client(outside).send(new DescribeClustersCommand({}));
    await expect(aws.client(outside).send(new CreateClusterCommand({}))).rejects.toThrow('this command only reads');
    expect(Object.fromEntries(aws.meter.byOperation)).toEqual({ 'outside:DescribeClusters': 1 });
    expect(calls.map((each) => each.service)).toEqual(['outside']);
  });

  test('gives away secrets only through a client that says so, counted for whoever asks', async () => {
    const { aws } = wire('change');
    aws.gate.openForReads();
    aws.gate.openForChanges();
    const meter = createMeter();
    const counted = askedFor(aws, { meter });
    const secret = (): DescribeClustersCommand => new DescribeClustersCommand({ include: ['CONFIGURATIONS'] });
    expect(kindOf(outside, 'DescribeClusters', { include: ['CONFIGURATIONS'] })).toBe('secret-read');
    for (const access of [aws, counted]) {
      await expect(access.client(outside).send(secret())).rejects.toThrow('it gives away a secret value');
    }
    expect(aws.meter.total).toBe(0);
    await counted.client(outside, { reveals: true }).send(secret());
    expect([aws.meter.total, meter.total, meter.changes]).toEqual([1, 1, 0]);
  });

  test('is paced at its own rate', async () => {
    const { aws, clock } = wire('read');
    aws.gate.openForReads();
    await aws.client(outside).send(new DescribeClustersCommand({}));
    clock.advance(10_000);
    const start = clock.now();
    await Promise.all([1, 2, 3, 4].map(() => aws.client(outside).send(new DescribeClustersCommand({}))));
    expect(clock.now() - start).toBe(2_000);
  });

  test('has errors that are understood wherever they are looked at', async () => {
    for (const [code, meaning] of Object.entries(outside.errorCodes)) {
      const { aws } = wire('read', code);
      aws.gate.openForReads();
      const failure: unknown = await aws
        .client(outside)
        .send(new DescribeClustersCommand({}))
        .catch((error: unknown) => error);
      expect(classify(failure)).toMatchObject({ class: meaning, code });
    }
    expect(classify(Object.assign(new Error('x'), { name: 'OddException' })).class).not.toBe('conflict');
  });

  test('goes where all services go, or where it is told to', async () => {
    const a = 'http://127.0.0.1:4566';
    const own = endpointMap(noSettings, region);
    const one: AwsService = { ...outside, signingName: 'outside' };
    expect(leadsTo(own, one, { protocol: 'https:', hostname: 'outside.eu-west-1.amazonaws.com' })).toBe(true);
    expect(leadsTo(own, one, { protocol: 'https:', hostname: 'ecs.eu-west-1.amazonaws.com' })).toBe(false);
    const local = endpointMap({ ...noSettings, named: everywhere(a, 'x') }, region);
    expect(leadsTo(local, one, { protocol: 'http:', hostname: '127.0.0.1', port: 4566 })).toBe(true);
    expect(clientSettings(local, one)).toMatchObject({ endpoint: a });
    const all = [...awsServices, one];
    const env = { AWS_ENDPOINT_URL_OUTSIDE_SERVICE: a, AWS_CONFIG_FILE: '/none', AWS_SHARED_CREDENTIALS_FILE: '/none' };
    const mixed = endpointMap(await readEndpointSettings({ env, services: all }), region, all);
    expect(mixed.problems).toEqual([expect.stringContaining('the endpoints lead to 2 places')]);
  });
});
