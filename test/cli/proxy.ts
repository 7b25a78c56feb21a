// A proxy in front of a served sandbox that strikes one operation: how a command meets a refusal that no sandbox state
// can bring about. Everything else passes untouched, the sandbox's own headers included.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { envOf, type Env } from './harness.ts';

/** What is answered instead: an error code as AWS names it, and its HTTP status. */
export interface Strike {
  readonly operation: string;
  readonly code: string;
  readonly message: string;
  readonly status: number;
}

/** Never answered at all. */
export interface Hold {
  readonly operation: string;
  readonly hold: true;
}

export interface Proxy {
  readonly url: string;
  readonly env: Env;
  /** Operations that came by, in order; the path for those whose protocol names none. */
  readonly seen: readonly string[];
  /** The same, with the access key that signed each: who of several clients it was. */
  readonly calls: readonly { readonly operation: string; readonly signedBy: string }[];
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/** @param target of a served sandbox; undefined: nothing is behind it, and everything is answered with `Strike` or 404 */
export async function startProxy(target: string | undefined, inject?: Strike | Hold): Promise<Proxy> {
  const seen: string[] = [];
  const calls: { operation: string; signedBy: string }[] = [];
  const server = createServer((incoming, outgoing) => {
    void pass(incoming, outgoing, target, inject, (operation) => {
      seen.push(operation);
      const signedBy = /Credential=([^/]+)/.exec(incoming.headers.authorization ?? '')?.[1] ?? '';
      calls.push({ operation, signedBy });
    }).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    env: envOf(url),
    seen,
    calls,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: string | undefined,
  inject: Strike | Hold | undefined,
  saw: (operation: string) => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const operation = operationOf(incoming, body);
  saw(operation);
  if (inject?.operation === operation) {
    if ('hold' in inject) return;
    answerError(outgoing, inject);
    return;
  }
  if (target === undefined) {
    outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Not here</h1>');
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const onward = request(
      new URL(incoming.url ?? '/', target),
      { method: incoming.method ?? 'GET', headers: { ...incoming.headers, host: new URL(target).host } },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing).once('finish', resolve);
      },
    );
    onward.once('error', reject).end(body);
  });
}

/** JSON services name the operation in a header, query services in the body, REST services by path alone. */
function operationOf(incoming: IncomingMessage, body: Buffer): string {
  const target = incoming.headers['x-amz-target'];
  if (typeof target === 'string') return target.split('.').at(-1) ?? target;
  return new URLSearchParams(body.toString('utf8')).get('Action') ?? incoming.url ?? '/';
}

/** In the JSON protocol's form, which is what ECS and DynamoDB speak. */
function answerError(outgoing: ServerResponse, { code, message, status }: Strike): void {
  outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  outgoing.end(JSON.stringify({ __type: code, message }));
}
