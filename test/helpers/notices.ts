// Notices and receivers for tests, and a receiver of HTTP on loopback that answers as it is told.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Notice, NoticeItem, NoticePlace } from '../../src/notify/notice.ts';

export const production: NoticePlace = {
  account: '123456789012',
  alias: 'deployer-prod',
  region: 'eu-west-1',
  environment: 'production',
  sandbox: false,
};

export function item(more: Partial<NoticeItem> = {}): NoticeItem {
  return {
    id: 'rl_item1',
    text: 'service is gone',
    details: ['the ECS service deployer-api is not there'],
    severity: 'critical',
    state: 'new',
    command: 'relight recover deployer-api.yaml',
    ...more,
  };
}

export function notice(more: Partial<Notice> = {}, items: readonly NoticeItem[] = [item()]): Notice {
  return {
    version: 1,
    id: 'rl_scan1',
    about: { kind: 'scan', scan: 'scan1' },
    title: `scan: ${items.length} new`,
    groups: [{ place: production, playbook: 'deployer-api', items }],
    link: 'https://reports.example/scan1.html',
    at: '2026-12-01T02:00:00.000Z',
    ...more,
  };
}

/** One request as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is done with a request; unless told otherwise it is answered with 200. */
export type Answer = (response: ServerResponse, received: Received) => void;

export interface HttpReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** From now on. */
  answer: Answer;
  /** Resolves with the next request. */
  readonly next: () => Promise<Received>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export const accepting: Answer = (response) => response.end('ok');

export function status(code: number, text = '', headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => response.writeHead(code, headers).end(text);
}

/** @param port a free one unless told */
export async function httpReceiver(first: Answer = accepting, port = 0): Promise<HttpReceiver> {
  const received: Received[] = [];
  const waiting: ((one: Received) => void)[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const one = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') };
      received.push(one);
      own.answer(response, one);
      for (const each of waiting.splice(0)) each(one);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const own: HttpReceiver = {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    answer: first,
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
      }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return own;
}

export interface TempFolder {
  readonly path: string;
  readonly [Symbol.dispose]: () => void;
}

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'relight-notices-'));
  return {
    path,
    [Symbol.dispose]: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
