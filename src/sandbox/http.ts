// The transport for every other AWS client: HTTP on loopback. Whoever reaches the port can do anything in this AWS, which is
// why no other address than the machine's own is ever bound, and why requests of web pages are refused.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAdmin, refuseAdmin } from './admin.ts';
import { pageRefusal } from './browsers.ts';
import { dispatch } from './dispatch.ts';
import { AccessKeys } from './keys.ts';
import type { TransportOptions } from './dispatch.ts';
import { Faults } from './faults.ts';
import { isLoopbackName, loopbackNames } from './loopback.ts';
import type { World } from './model.ts';
import { AwsError } from './model.ts';
import { errorAnswer } from './protocol/errors.ts';
import type { SandboxRequest, SandboxResponse } from './protocol/wire.ts';
import { fillIn } from './world.ts';
import { claimStateFile, loadWorldData, saveWorldData } from './statefile.ts';

export interface ServeOptions extends TransportOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** `127.0.0.1` (the default), `::1` or `localhost`. */
  readonly host?: string;
  /** Virtual seconds per real second of the world's clock, for the answers' headers. */
  readonly speed?: number;
  /** Where the world is kept. An existing file replaces what the world holds. */
  readonly stateFile?: string;
  /** Told when the state file could not be written; the next change tries again. */
  readonly onSaveError?: (error: Error) => void;
}

export interface ServedSandbox {
  readonly url: string;
  /** Ends open connections and saves the world. @throws when the last save fails */
  close(): Promise<void>;
}

/** BatchWriteItem, the largest request of all services here, may carry 16 MB. */
const largestBody = 17 * 1024 * 1024;

/** Serves a world until closed. */
export async function serve(world: World, options: ServeOptions): Promise<ServedSandbox> {
  const { host = '127.0.0.1', speed = 1, stateFile } = options;
  if (!isLoopbackName(host)) {
    throw new Error(
      `the sandbox serves this machine only: host must be one of ${loopbackNames.join(', ')}, got ${host}`,
    );
  }
  const giveBack = stateFile === undefined ? (): void => undefined : claimStateFile(stateFile);
  try {
    return await serveClaimed(world, { ...options, host, speed }, giveBack);
  } catch (error) {
    giveBack();
    throw error;
  }
}

/** @param giveBack called once the state file is no longer written */
async function serveClaimed(
  world: World,
  options: ServeOptions & { readonly host: string; readonly speed: number },
  giveBack: () => void,
): Promise<ServedSandbox> {
  const { host, speed, stateFile } = options;
  if (stateFile !== undefined) restore(world, stateFile);
  const keeper = keepSaved(world, stateFile, options.onSaveError);
  // A transport without faults is one that can still be given some.
  const { faults = new Faults() } = options;
  const keys = options.keys ?? new AccessKeys();
  const transport: TransportOptions = {
    ...options,
    faults,
    keys,
    onCall: (call) => {
      if (call.mutating) keeper.changed();
      options.onCall?.(call);
    },
  };

  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing).catch(() => {
      // The connection is gone, by a fault or by the client: nobody is left to be told.
      incoming.socket.resetAndDestroy();
    });
  });
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const gone = new AbortController();
    outgoing.once('close', () => {
      gone.abort();
    });
    const request = await read(incoming);
    const found =
      request instanceof AwsError
        ? isOwn(incoming.url ?? '')
          ? refuseAdmin(request.status, request.message, world.requestId())
          : errorAnswer(undefined, { ...bare, headers: targetOf(incoming) }, request, world.requestId())
        : isOwn(request.path)
          ? answerAdmin(world, faults, request, keeper.changed, keys)
          : await dispatch(world, request, transport, gone.signal);
    write(outgoing, found, `1; speed=${String(speed)}; now=${String(Math.floor(world.clock.now()))}`);
  };
  await listen(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${String(port)}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
      try {
        keeper.flush();
      } finally {
        giveBack();
      }
    },
  };
}

/** One of the sandbox's own endpoints. */
function isOwn(path: string): boolean {
  return path.startsWith('/_relight/');
}

/** What of a refused request decides the form in which it is told. */
function targetOf({ headers }: IncomingMessage): Record<string, string> {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? { 'x-amz-target': target } : {};
}

const bare: SandboxRequest = { method: 'POST', path: '/', query: {}, headers: {}, body: '' };

function restore(world: World, stateFile: string): void {
  const data = loadWorldData(stateFile, world.services);
  if (data === undefined) return;
  if (data.now > world.clock.now()) {
    throw new Error(
      `the sandbox's state file ${stateFile} was saved at virtual ${new Date(data.now).toISOString()}, ` +
        `which this world's clock has not reached yet; start the clock there`,
    );
  }
  Object.assign(world.data, data);
  fillIn(world.data, world.services);
}

interface Keeper {
  /** Saves once this turn of the event loop is over, however many changes it brought. */
  readonly changed: () => void;
  /** Saves now. */
  readonly flush: () => void;
}

function keepSaved(world: World, stateFile: string | undefined, onError?: (error: Error) => void): Keeper {
  if (stateFile === undefined) return { changed: () => undefined, flush: () => undefined };
  let scheduled = false;
  const flush = (): void => {
    saveWorldData(stateFile, { ...world.data, now: world.clock.now() });
  };
  const changed = (): void => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      try {
        flush();
      } catch (error) {
        onError?.(error instanceof Error ? error : new Error(String(error)));
      }
    });
  };
  return { changed, flush };
}

/** The request, or the reason why it is not even looked at. */
async function read(incoming: IncomingMessage): Promise<SandboxRequest | AwsError> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  const refusal = pageRefusal(headers);
  if (refusal !== undefined) {
    // What a page sends may be long: it is not waited for.
    incoming.resume();
    return new AwsError('AccessDenied', refusal, 403);
  }

  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) return new AwsError('RequestEntityTooLarge', 'Request size exceeded the maximum.', 413);
  const [path = '/', search = ''] = splitOnce(incoming.url ?? '/', '?');
  return {
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers,
    body: Buffer.concat(chunks),
  };
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function write(outgoing: ServerResponse, answer: SandboxResponse, sandboxHeader: string): void {
  outgoing.writeHead(answer.status, {
    ...answer.headers,
    'content-length': answer.body.byteLength,
    'x-relight-sandbox': sandboxHeader,
  });
  outgoing.end(answer.body);
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
