// The transport for every other AWS client: HTTP on loopback. Whoever reaches the port can do anything in this AWS, which is
// why no other address than the machine's own is ever bound, and why requests of web pages are refused.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerAdmin, refuseAdmin } from './admin.ts';
import { pageRefusal } from './browsers.ts';
import { dispatch } from './dispatch.ts';
import { openDnsDoor } from './dns/door.ts';
import { AccessKeys } from './keys.ts';
import type { TransportOptions } from './dispatch.ts';
import { Faults } from './faults.ts';
import { isLoopbackName, loopbackNames } from './loopback.ts';
import type { World } from './model.ts';
import { AwsError } from './model.ts';
import { errorAnswer } from './protocol/errors.ts';
import type { SandboxRequest, SandboxResponse } from './protocol/wire.ts';
import { claimStateFile } from './claim.ts';
import { tokenRefusal } from './door-token.ts';
import { createKeeper, nothingKept } from './keeper.ts';
import { entityTooLarge, largestOwnRequest, tooLarge } from './request-limits.ts';
import { serviceOfHeaders } from './route.ts';
import { loadWorldData, storeWorldData } from './statefile.ts';
import { fillIn } from './empty-data.ts';

export interface ServeOptions extends TransportOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** `127.0.0.1` (the default), `::1` or `localhost`. */
  readonly host?: string;
  /** Where its name servers answer, over UDP and TCP; a free one unless told. */
  readonly dnsPort?: number;
  /** Virtual seconds per real second of the world's clock, for the answers' headers. */
  readonly speed?: number;
  /** Where the world is kept. An existing file replaces what the world holds. */
  readonly stateFile?: string;
  /** Whether a change is answered only once it is on disk; true unless told. Of a world with a state file. */
  readonly durable?: boolean;
  /** What its own endpoints are to be asked with; nothing unless told. */
  readonly token?: string;
  /** Told when the state file could not be written; the next change tries again. */
  readonly onSaveError?: (error: Error) => void;
}

export interface ServedSandbox {
  readonly url: string;
  /** Where its name servers answer: `127.0.0.1:5353`. */
  readonly dns: string;
  /** Ends open connections and saves the world. @throws when the last save fails */
  close(): Promise<void>;
}

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
  const { durable = true } = options;
  const keeper =
    stateFile === undefined
      ? nothingKept
      : createKeeper(
          () => storeWorldData(stateFile, { ...world.data, now: world.clock.now() }, durable),
          options.onSaveError,
        );
  // A transport without faults is one that can still be given some.
  const { faults = new Faults() } = options;
  const keys = options.keys ?? new AccessKeys();
  const dns = await openDnsDoor(world, { host, port: options.dnsPort ?? 0 });
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
    const made = { change: false };
    const changed = (): void => {
      made.change = true;
      keeper.changed();
    };
    const transport: TransportOptions = {
      ...options,
      faults,
      keys,
      onCall: (call) => {
        if (call.mutating) changed();
        options.onCall?.(call);
      },
    };
    const request = await read(incoming, world, options.token);
    let found =
      request instanceof AwsError
        ? refused(incoming, request)
        : isOwn(request.path)
          ? answerAdmin(world, faults, request, changed, keys)
          : await dispatch(world, request, transport, gone.signal);
    if (made.change && durable) {
      try {
        await keeper.saved();
      } catch (error) {
        // Whoever asked must not take for kept what is not: as with any answer of this kind, it may have happened.
        found = refused(
          incoming,
          new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500),
        );
      }
    }
    const now = String(Math.floor(world.clock.now()));
    write(outgoing, found, `1; speed=${String(speed)}; now=${now}; dns=${dns.address}`);
  };
  const refused = (incoming: IncomingMessage, error: AwsError): SandboxResponse => {
    if (isOwn(incoming.url ?? '')) return refuseAdmin(error.status, error.message, world.requestId());
    const request = { ...bare, headers: headersOf(incoming) };
    return errorAnswer(serviceOfHeaders(request, world.services), request, error, world.requestId());
  };
  try {
    await listen(server, options.port, host);
  } catch (error) {
    await dns.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${String(port)}`,
    dns: dns.address,
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await Promise.all([closed, dns.close()]);
      try {
        await keeper.close();
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

function headersOf(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers))
    headers[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  return headers;
}

/** The request, or the reason why it is not even looked at. */
async function read(
  incoming: IncomingMessage,
  world: World,
  token: string | undefined,
): Promise<SandboxRequest | AwsError> {
  const headers = headersOf(incoming);
  const [path = '/', search = ''] = splitOnce(incoming.url ?? '/', '?');
  const refuse = (error: AwsError): AwsError => {
    // What is refused may be long: it is not waited for.
    incoming.resume();
    return error;
  };
  const refusal = pageRefusal(headers) ?? (isOwn(path) ? tokenRefusal(headers, token) : undefined);
  if (refusal !== undefined) return refuse(new AwsError('AccessDenied', refusal, 403));

  const head = {
    method: incoming.method ?? 'GET',
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
    headers,
  };
  const service = isOwn(path) ? undefined : serviceOfHeaders({ ...head, body: '' }, world.services);
  const excess = (bytes: number): AwsError | undefined =>
    service === undefined ? (bytes > largestOwnRequest ? entityTooLarge() : undefined) : tooLarge(bytes, service);
  const announced = excess(Number(headers['content-length'] ?? 0));
  if (announced !== undefined) return refuse(announced);

  const body = await bodyOf(incoming, excess);
  return body instanceof AwsError ? body : { ...head, body };
}

/** The whole body; or, as soon as it is too much, the reason. */
function bodyOf(
  incoming: IncomingMessage,
  excess: (bytes: number) => AwsError | undefined,
): Promise<Buffer | AwsError> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    let refusal: AwsError | undefined;
    incoming.on('data', (chunk: Buffer) => {
      if (refusal !== undefined) return;
      size += chunk.length;
      chunks.push(chunk);
      refusal = excess(size);
      if (refusal === undefined) return;
      chunks = [];
      resolve(refusal);
    });
    incoming.once('end', () => {
      resolve(Buffer.concat(chunks));
    });
    incoming.once('error', reject);
  });
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
