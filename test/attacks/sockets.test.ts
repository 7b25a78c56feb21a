// Over real sockets, with the SDK's own handler of requests: bodies that never end, that are too large, that are somebody
// else's. Limits are short ones of the test's own; nothing sleeps.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeListenersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { AwsAccess } from '../../src/aws/access.ts';
import { connect } from '../../src/aws/connect.ts';
import { classify } from '../../src/aws/errors.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { networkProber } from '../../src/run/probe/network-prober.ts';
import { systemClock } from '../../src/util/clock.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Served {
  readonly url: string;
  /** Resolves when the connection of the request that came last has been closed. */
  readonly closed: () => Promise<void>;
}

/** A server on loopback that answers everything alike. */
async function serving(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Served> {
  let closed: Promise<void> = Promise.resolve();
  const server = createServer((request, response) => {
    closed = new Promise((resolve) =>
      request.socket.once('close', () => {
        resolve();
      }),
    );
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      resolve();
    }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, closed: () => closed };
}

function accessTo({ url }: Served, callLimit?: number): AwsAccess {
  const aws = connect({
    region: 'eu-west-1',
    mode: 'change',
    clock: systemClock,
    transport: () => ({
      endpoint: url,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      userAgentAppId: '',
      defaultsMode: 'standard',
    }),
    jitter: () => 0,
    ...(callLimit === undefined ? {} : { callLimit }),
  });
  aws.gate.openForReads();
  aws.gate.openForChanges();
  return aws;
}

const aws = { 'content-type': 'text/xml', 'x-amzn-requestid': 'request-1' };
const listeners = (where: AwsAccess): Promise<unknown> =>
  where.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn: 'arn:aws:elasticloadbalancing:x' }));

async function failureOf(
  call: Promise<unknown>,
): Promise<{ readonly class: string; readonly code: string; readonly message: string }> {
  return call.then(
    () => {
      throw new Error('it was answered');
    },
    (error: unknown) => classify(error),
  );
}

describe('over real sockets', () => {
  test('a body that drips is given up at the call’s time, and its connection closed', async () => {
    const served = await serving((_request, response) => {
      response.writeHead(200, aws);
      response.write('<DescribeListenersResponse>');
    });
    const failure = await failureOf(listeners(accessTo(served, 1_000)));
    expect(failure).toMatchObject({ class: 'timeout', code: 'CallTimeout' });
    await served.closed();
  });

  test('a body without an end costs no more memory than an answer of AWS may have', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x20);
    const served = await serving((_request, response) => {
      response.writeHead(200, aws);
      const more = (): void => {
        while (response.write(chunk)) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    });
    const before = process.memoryUsage().rss;
    const failure = await failureOf(listeners(accessTo(served)));
    expect(failure).toMatchObject({ class: 'unavailable', code: 'UnexpectedAnswer' });
    expect(failure.message).toContain('more than 64 MB');
    await served.closed();
    expect((process.memoryUsage().rss - before) / 1024 / 1024).toBeLessThan(400);
  });

  test('a refusal in AWS’s form of more than any of AWS’s is not read to its end', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 0x78);
    const served = await serving((_request, response) => {
      response.writeHead(403, aws);
      response.write('<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>');
      const more = (): void => {
        while (response.write(chunk)) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    });
    expect(await failureOf(listeners(accessTo(served)))).toMatchObject({
      class: 'unavailable',
      code: 'UnexpectedAnswer',
      message: expect.stringContaining('with HTTP 403 and more than 1 MB, more than AWS ever sends') as string,
    });
    await served.closed();
  });

  test('a refusal in AWS’s form with a text of half a megabyte is told on a page', async () => {
    const served = await serving((_request, response) =>
      response
        .writeHead(403, aws)
        .end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${'secret=a%41 '.repeat(40_000)}</Message></Error><RequestId>x</RequestId></ErrorResponse>`,
        ),
    );
    const failure = await failureOf(listeners(accessTo(served)));
    expect(failure).toMatchObject({ class: 'denied', code: 'AccessDenied' });
    expect(failure.message).toMatch(/… \(cut: the whole text has (480000|479999) characters\)$/);
    expect(failure.message.length).toBeLessThan(8_100);
  });

  test('answered with another protocol, a call is given up, and no timer goes on for longer than a connection takes', async () => {
    const served = await serving((request) => {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nxxxx');
    });
    const pending = new Map<unknown, number>();
    const { clearTimeout: clear, setTimeout: set } = globalThis;
    vi.stubGlobal('setTimeout', (work: () => void, milliseconds = 0): unknown => {
      const timer = set(() => {
        pending.delete(timer);
        work();
      }, milliseconds);
      pending.set(timer, milliseconds);
      return timer;
    });
    vi.stubGlobal('clearTimeout', (timer: NodeJS.Timeout | undefined) => {
      pending.delete(timer);
      clear(timer);
    });
    try {
      expect(await failureOf(listeners(accessTo(served, 100)))).toMatchObject({
        class: 'timeout',
        code: 'CallTimeout',
      });
      // The SDK's own are among them: the test would see nothing where they go by another name.
      expect(pending.size).toBeGreaterThan(0);
      expect([...pending.values()].filter((each) => each > 5_000)).toEqual([]);
    } finally {
      vi.unstubAllGlobals();
    }
    await served.closed();
  });

  test('a sign-in page, a redirect and a plain refusal are named as what they are', async () => {
    const page = await serving((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect((await failureOf(listeners(accessTo(page)))).message).toMatch(
      /^127\.0\.0\.1:\d+ answered DescribeListeners with HTTP 200 and text\/html instead of XML: a proxy, a sign-in page/,
    );
    const moved = await serving((_request, response) =>
      response.writeHead(302, { location: 'https://portal.example/' }).end(),
    );
    expect((await failureOf(listeners(accessTo(moved)))).message).toContain(
      'with HTTP 302, a redirect to https://portal.example/, which AWS never does',
    );
    const down = await serving((_request, response) =>
      response.writeHead(503, { 'content-type': 'text/html' }).end('<html>'),
    );
    expect(await failureOf(listeners(accessTo(down)))).toMatchObject({
      class: 'unavailable',
      message: expect.stringContaining('with HTTP 503 and text/html, which is no answer of AWS') as string,
    });
  });

  test('“there is no such item” is believed of AWS, and of nobody who does not answer like it', async () => {
    const get = (where: AwsAccess): Promise<unknown> =>
      where.client(dynamodb).send(new GetItemCommand({ TableName: 'locks', Key: { k: { S: 'x' } } }));
    const real = await serving((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'R' }).end('{}'),
    );
    expect(await get(accessTo(real))).toMatchObject({});
    for (const headers of [
      { 'content-type': 'application/json' },
      { 'content-type': 'text/plain', 'x-amzn-requestid': 'R' },
    ]) {
      const other = await serving((_request, response) => response.writeHead(200, headers).end('{}'));
      expect(await failureOf(get(accessTo(other)))).toMatchObject({ class: 'unavailable', code: 'UnexpectedAnswer' });
    }
  });

  test('a probe reads one megabyte and no more', async () => {
    const chunk = Buffer.alloc(64 * 1024, 0x78);
    const served = await serving((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write(chunk)) if (response.destroyed) return;
        response.once('drain', more);
      };
      more();
    });
    const answer = await networkProber.http({ url: served.url, method: 'GET', headers: {}, timeout: 20_000 });
    expect(answer).toMatchObject({ status: 200 });
    expect('body' in answer && answer.body.length).toBe(1024 * 1024);
    await served.closed();
  });

  test('a probe that nobody waits for any more is let go of', async () => {
    const served = await serving((_request, response) => {
      response.writeHead(200);
      response.write('x');
      stop.abort();
    });
    const stop = new AbortController();
    const answer = await networkProber.http(
      { url: served.url, method: 'GET', headers: {}, timeout: 60_000 },
      stop.signal,
    );
    expect(answer).toHaveProperty('error');
    await served.closed();
  });
});
