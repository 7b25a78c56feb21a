// The layer below the clients, tried with the real SDK clients over a request handler of the test's own.
import { DescribeServicesCommand, CreateServiceCommand } from '@aws-sdk/client-ecs';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AwsAccess, CallRecord } from '../../../src/aws/access.ts';
import { connect } from '../../../src/aws/connect.ts';
import { CallTimeout, classify } from '../../../src/aws/errors.ts';
import { ecs } from '../../../src/aws/services/ecs.ts';
import { sts } from '../../../src/aws/services/sts.ts';
import { VirtualClock } from '../../../src/util/clock.ts';

interface Answer {
  readonly status: number;
  readonly body: string;
  /** JSON as ECS sends it, unless told. */
  readonly type?: string;
}

/** What the wire does with one request: an answer, a broken connection, or silence. */
type Reply = Answer | Error | 'silence';

const fine: Answer = {
  status: 200,
  body: '{"services":[],"failures":[{"arn":"a","reason":"MISSING"}],"service":{"serviceArn":"a"}}',
};
const throttled: Answer = { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' };
const broken: Answer = { status: 500, body: '{"__type":"ServerException","message":"oops"}' };
const denied: Answer = { status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' };
const reset = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

interface Wire {
  readonly aws: AwsAccess;
  readonly clock: VirtualClock;
  readonly calls: readonly CallRecord[];
  /** Requests that reached the wire. */
  readonly sent: () => number;
}

interface WireOptions {
  readonly mode?: 'read' | 'change';
  readonly signal?: AbortSignal;
  readonly jitter?: () => number;
  readonly concurrency?: number;
}

/** An access whose requests are answered by `replies` in order, the last one for ever. */
function wire(replies: readonly Reply[], options: WireOptions = {}): Wire {
  const clock = new VirtualClock(0);
  const calls: CallRecord[] = [];
  let sent = 0;
  const handle = async (): Promise<unknown> => {
    const reply = replies[Math.min(sent, replies.length - 1)];
    sent += 1;
    if (reply === undefined || reply === 'silence') return new Promise(() => undefined);
    if (reply instanceof Error) throw reply;
    const headers = { 'content-type': reply.type ?? 'application/x-amz-json-1.1', 'x-amzn-requestid': 'request-1' };
    return { response: { statusCode: reply.status, headers, body: Buffer.from(reply.body) } };
  };
  const aws = connect({
    region: 'eu-west-1',
    mode: options.mode ?? 'change',
    clock,
    signal: options.signal,
    jitter: options.jitter ?? (() => 1),
    concurrency: options.concurrency,
    onCall: (call) => calls.push(call),
    transport: () => ({
      endpoint: 'https://aws.invalid',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      requestHandler: { handle, metadata: { handlerProtocol: 'http/1.1' } },
      // Whatever is left out, the SDK looks for on disk, and a virtual clock does not wait for the disk.
      signer: { sign: async <T>(request: T) => request },
      retryMode: 'standard',
      defaultsMode: 'standard',
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
      defaultUserAgentProvider: async () => [['test', '1']],
      userAgentAppId: '',
      authSchemePreference: [],
    }),
  });
  aws.gate.openForReads();
  if (options.mode !== 'read') aws.gate.openForChanges();
  return { aws, clock, calls, sent: () => sent };
}

const read = (aws: AwsAccess): Promise<unknown> =>
  aws.client(ecs).send(new DescribeServicesCommand({ services: ['a'] }));
const change = (aws: AwsAccess): Promise<unknown> =>
  aws.client(ecs).send(new CreateServiceCommand({ serviceName: 'a' }));

async function classOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'fine';
  } catch (error) {
    return classify(error).class;
  }
}

// The SDK loads parts of itself on the first call, and a virtual clock does not wait for that either.
beforeAll(async () => {
  while ((await classOf(read(wire([throttled, fine]).aws))) === 'timeout');
});

describe('repeating', () => {
  test('a throttled call is repeated with growing pauses, reads and changes alike', async () => {
    for (const send of [read, change]) {
      const { aws, clock, sent } = wire([throttled, throttled, throttled, fine]);
      await send(aws);
      expect(sent()).toBe(4);
      expect(clock.now()).toBe(1_000 + 2_000 + 4_000);
    }
  });

  test('throttled for ever, it gives up after six tries', async () => {
    const { aws, sent } = wire([throttled]);
    expect(await classOf(read(aws))).toBe('throttled');
    expect(sent()).toBe(6);
  });

  test('a server’s error and a reset connection are repeated for reads', async () => {
    const { aws, sent } = wire([broken, reset, fine]);
    await read(aws);
    expect(sent()).toBe(3);
    const dead = wire([reset]);
    expect(await classOf(read(dead.aws))).toBe('unavailable');
    expect(dead.sent()).toBe(3);
  });

  test('and never for changes: nobody knows whether they were applied', async () => {
    for (const reply of [broken, reset, 'silence'] as const) {
      const { aws, sent } = wire([reply, fine]);
      expect(await classOf(change(aws))).toBe(reply === 'silence' ? 'timeout' : 'unavailable');
      expect(sent()).toBe(1);
    }
  });

  test('a refusal is not repeated', async () => {
    const { aws, sent } = wire([denied, fine]);
    expect(await classOf(read(aws))).toBe('denied');
    expect(sent()).toBe(1);
  });
});

describe('time', () => {
  test('a read that nobody answers is given up after ten seconds, and tried once more for as long as is left', async () => {
    const { aws, clock, sent } = wire(['silence']);
    await expect(read(aws)).rejects.toThrow(CallTimeout);
    expect(sent()).toBe(2);
    expect(clock.now()).toBe(10_000 + 250 + 4_500);
  });

  test('a change has thirty', async () => {
    const { aws, clock } = wire(['silence']);
    await expect(change(aws)).rejects.toThrow('ecs:CreateService gave no answer within 30 s');
    expect(clock.now()).toBe(30_000);
  });

  test('an answered call costs no time and leaves no timer behind', async () => {
    const { aws, clock } = wire([fine]);
    await read(aws);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.now()).toBe(0);
  });

  test('an abort ends the pauses between tries', async () => {
    const stop = new AbortController();
    const { aws, clock, sent } = wire([throttled], { signal: stop.signal });
    void clock.sleep(1_500).then(() => {
      stop.abort(new Error('enough'));
    });
    await expect(read(aws)).rejects.toThrow('enough');
    expect(sent()).toBe(2);
  });
});

describe('when most calls fail', () => {
  test('a storm of repeats is bounded: one repeat for each call at the end, none at the worst', async () => {
    const { aws, sent } = wire([reset]);
    const calls = 300;
    for (let round = 0; round < calls; round += 1) expect(await classOf(read(aws))).toBe('unavailable');
    // 500 tokens pay for 35 repeats.
    expect(sent()).toBe(calls + 35);
  });

  test('pauses before a repeat are half chance', async () => {
    const { aws, clock } = wire([throttled, fine], { jitter: () => 0 });
    await read(aws);
    expect(clock.now()).toBe(500);
  });

  test('what waits holds no place among the calls under way', async () => {
    const { aws, sent } = wire([throttled, throttled, fine], { concurrency: 1 });
    await Promise.all([read(aws), read(aws)]);
    expect(sent()).toBe(4);
  });
});

describe('the gate', () => {
  test('shut, it lets nothing pass any more', async () => {
    const { aws, sent } = wire([fine]);
    aws.gate.shut(new Error('another caller'));
    await expect(read(aws)).rejects.toThrow('another caller');
    await expect(change(aws)).rejects.toThrow('another caller');
    expect(sent()).toBe(0);
  });

  test('a refused call never reaches the wire and is not counted', async () => {
    const { aws, sent } = wire([fine], { mode: 'read' });
    await expect(change(aws)).rejects.toThrow('CreateService refused: this command only reads');
    expect(sent()).toBe(0);
    expect(aws.meter.total).toBe(0);
  });

  test('identity reads pass a closed gate', async () => {
    const body =
      '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/x</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>';
    const { aws } = wire([{ status: 200, body, type: 'text/xml' }]);
    expect((await aws.client(sts).send(new GetCallerIdentityCommand({}))).Account).toBe('123456789012');
  });
});

describe('counting', () => {
  test('every try counts, and each is told with its outcome', async () => {
    const { aws, calls } = wire([throttled, fine]);
    await read(aws);
    await change(aws);
    expect(aws.meter.total).toBe(3);
    expect(Object.fromEntries(aws.meter.byOperation)).toEqual({ 'ecs:DescribeServices': 2, 'ecs:CreateService': 1 });
    expect(calls).toEqual([
      {
        service: 'ecs',
        operation: 'DescribeServices',
        startedAt: 0,
        endedAt: 0,
        took: 0,
        error: 'ThrottlingException',
      },
      { service: 'ecs', operation: 'DescribeServices', startedAt: 1_000, endedAt: 1_000, took: 0 },
      { service: 'ecs', operation: 'CreateService', startedAt: 1_000, endedAt: 1_000, took: 0 },
    ]);
  });
});
