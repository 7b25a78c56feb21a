// The probers that ask the network: a server on this machine, a port that nobody has, and what a served sandbox answers.
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { networkProber } from '../../../src/run/probe/network-prober.ts';
import { servedProber } from '../../../src/run/probe/served-prober.ts';

const servers: { close: () => unknown; closeAllConnections?: () => void }[] = [];

afterEach(() => {
  for (const each of servers.splice(0)) {
    each.closeAllConnections?.();
    each.close();
  }
});

async function portOf(server: Pick<Server, 'listen' | 'address' | 'close'>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function serving(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(createServer(listener))}`;
}

/** One that was free a moment ago, and that nobody listens at. */
async function deafPort(): Promise<number> {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const ask = { method: 'GET', headers: {}, timeout: 20_000 } as const;

describe('the network', () => {
  test('tells status and body, sends what it is told to, and follows no redirect', async () => {
    const url = await serving(({ headers, method, url: path }, answer) => {
      if (path === '/moved') answer.writeHead(302, { location: '/elsewhere' }).end('moved');
      else answer.writeHead(200).end(`${method ?? ''} ${String(headers['x-asked'])}`);
    });
    const question = { ...ask, method: 'POST', headers: { 'x-asked': 'yes' }, url } as const;
    expect(await networkProber.http(question as Parameters<typeof networkProber.http>[0])).toEqual({
      status: 200,
      body: 'POST yes',
    });
    expect(await networkProber.http({ ...ask, url: `${url}/moved` })).toEqual({ status: 302, body: 'moved' });
  });

  test("tells the system's code where nobody listens", async () => {
    const port = await deafPort();
    expect(await networkProber.http({ ...ask, url: `http://127.0.0.1:${port}` })).toEqual({ error: 'ECONNREFUSED' });
    expect(await networkProber.tcp('127.0.0.1', port)).toEqual({ error: 'ECONNREFUSED' });
  });

  test('tells that its time is over as a time-out', async () => {
    const url = await serving(() => undefined);
    expect(await networkProber.http({ ...ask, url, timeout: 1 })).toEqual({ error: 'ETIMEDOUT' });
  });

  test('ends with the run, before and in the middle', async () => {
    const url = await serving(() => undefined);
    const before = AbortSignal.abort(new Error('the run ends'));
    expect(await networkProber.http({ ...ask, url }, before)).toEqual({ error: 'the run ends' });
    const stop = new AbortController();
    const answer = networkProber.http({ ...ask, url }, stop.signal);
    stop.abort(new Error('the run ends'));
    expect(await answer).toEqual({ error: 'the run ends' });
  });

  test('an open port is open, and a stop ends the wait for one', async () => {
    const port = await portOf(createTcpServer((socket) => socket.destroy()) as unknown as Server);
    expect(await networkProber.tcp('127.0.0.1', port, new AbortController().signal)).toEqual({ error: undefined });
    const stop = new AbortController();
    const answer = networkProber.tcp('127.0.0.1', port, stop.signal);
    stop.abort();
    expect(await answer).toEqual({ error: 'ECANCELED' });
  });

  test('a stop ends a question to a resolver', async () => {
    const stop = new AbortController();
    const answer = networkProber.dns('shop.invalid', 'A', stop.signal);
    stop.abort();
    expect(await answer).toEqual({ error: 'ECANCELLED' });
  });
});

describe('a served sandbox', () => {
  const answering = async (answer: object | string, status = 200): Promise<ReturnType<typeof servedProber>> => {
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    return servedProber(await serving((_request, response) => response.writeHead(status).end(text)));
  };
  const url = 'http://shop.example/';

  test('is asked at its endpoint, in JSON, with the headers that it wants', async () => {
    let seen = '';
    const endpoint = await serving((request, response) => {
      request.on('data', (part) => (seen += String(part)));
      request.on('end', () => {
        const { headers, method, url: path } = request;
        seen = `${method ?? ''} ${path ?? ''} ${headers['content-type'] ?? ''} ${String(headers['x-token'])} ${seen}`;
        response.end('{"answers":["192.0.2.1"]}');
      });
    });
    const prober = servedProber(endpoint, { 'x-token': 't' });
    expect(await prober.dns('shop.example', 'A')).toEqual({ values: ['192.0.2.1'] });
    expect(seen).toBe('POST /_relight/probe application/json t {"dns":{"name":"shop.example","type":"A"}}');
  });

  test('tells what a client would get', async () => {
    expect(await (await answering({ status: 503, body: 'no' })).http({ ...ask, url })).toEqual({
      status: 503,
      body: 'no',
    });
    expect(await (await answering({ status: 200 })).http({ ...ask, url })).toEqual({ status: 200, body: '' });
    expect(await (await answering({ error: 'ENOTFOUND' })).http({ ...ask, url })).toEqual({ error: 'ENOTFOUND' });
    expect(await (await answering({ error: 'X', detail: 'why' })).http({ ...ask, url })).toEqual({ error: 'X: why' });
    expect(await (await answering({ connected: true })).tcp('shop', 80)).toEqual({ error: undefined });
    expect(await (await answering({ error: 'ECONNREFUSED', detail: 'shut' })).tcp('shop', 80)).toEqual({
      error: 'ECONNREFUSED: shut',
    });
  });

  test.each([
    ['no JSON', '<html>', 200, 'the sandbox answered something that is no answer to a probe'],
    ['JSON of something else', '{"hello":1}', 200, 'the sandbox answered something that is no answer to a probe'],
    ['a refusal', 'no such door', 404, 'the sandbox did not answer: the sandbox answered 404: no such door'],
  ])('%s is no bug of this program', async (_what, body, status, error) => {
    const prober = await answering(body, status);
    expect(await prober.http({ ...ask, url })).toEqual({ error });
    expect(await prober.dns('shop', 'A')).toEqual({ error });
    expect(await prober.tcp('shop', 80)).toEqual({ error });
  });

  test('that is gone, or a run that ends, is told', async () => {
    const gone = servedProber(`http://127.0.0.1:${await deafPort()}`);
    expect(await gone.dns('shop', 'A')).toEqual({ error: 'the sandbox did not answer: fetch failed' });
    const silent = servedProber(await serving(() => undefined));
    const stop = new AbortController();
    const answer = silent.tcp('shop', 80, stop.signal);
    stop.abort(new Error('the run ends'));
    expect(await answer).toEqual({ error: 'the sandbox did not answer: the run ends' });
  });
});
