// The last step before the wire and the first one after it: one request, its answer in whole, and whether AWS sent it.
import type { AccessOptions } from './access.ts';
import { collect, largestAnswer } from './contract/body.ts';
import { checkEnvelope, unexpected } from './contract/envelope.ts';
import type { AwsService } from './services/service.ts';

/** One try of a call on its way: travels with the arguments of the SDK's middleware, and brings back what came. */
export interface Trip {
  /** Aborted when nobody waits for the answer any more. Made when it is asked for: most transports in this process never do. */
  readonly signal: () => AbortSignal;
  /** Of the endpoint, with its port; known when an answer has come. */
  host?: string;
  /** The answer's, in whole. */
  body?: Uint8Array;
}

/** An error of AWS is a code and a text of some thousand characters. */
const largestRefusal = 1024 * 1024;

/** The part of the SDK's `HttpHandler` that takes a request. */
export interface Transport {
  readonly handle: (request: unknown, options?: { readonly abortSignal?: AbortSignal }) => Promise<unknown>;
  /** False where an answer takes no time, so that nothing is ever given up; a transport in this process can tell. */
  readonly takesTime?: () => boolean;
}

/** What all layers of the SDK's middleware carry along at this step. */
interface WireArguments {
  readonly request: { readonly hostname?: string; readonly port?: number };
  readonly trip?: Trip;
}

interface Response {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  body: unknown;
}

/**
 * Sends a request and gives its answer on, with the body in memory. Throws when the answer is too large, or none of AWS's.
 *
 * @param transport undefined where `next` leads to one that takes the signal from the arguments
 */
export async function overTheWire(
  service: AwsService,
  operation: string,
  args: unknown,
  transport: Transport | undefined,
  next: (args: unknown) => Promise<unknown>,
  onHeaders: AccessOptions['onHeaders'],
): Promise<unknown> {
  const { request, trip } = args as WireArguments;
  const sent = transport === undefined ? next(args) : transport.handle(request, optionsFor(transport, trip));
  const result = (await sent) as { readonly response: Response };
  const { response } = result;
  onHeaders?.(response.headers);
  const host = `${request.hostname ?? 'the endpoint'}${request.port === undefined ? '' : `:${request.port}`}`;
  const refused = response.statusCode >= 300;
  const most = refused ? largestRefusal : largestAnswer;
  const collected = await collect(response.body, trip?.signal, most);
  if (collected.kind === 'too-large') {
    const what = `${refused ? `HTTP ${response.statusCode} and ` : ''}more than ${most / 1024 / 1024} MB`;
    throw unexpected(`${host} answered ${operation} with ${what}, more than AWS ever sends`);
  }
  const body = collected.bytes;
  checkEnvelope(service.protocol, operation, { host, status: response.statusCode, headers: response.headers, body });
  if (trip !== undefined) {
    trip.host = host;
    trip.body = body;
  }
  response.body = body;
  return result;
}

/** What a transport is given beside the request: a signal costs a good part of a call that takes no time at all. */
export function optionsFor(transport: Transport, trip: Trip | undefined): { readonly abortSignal?: AbortSignal } {
  return trip === undefined || transport.takesTime?.() === false ? {} : { abortSignal: trip.signal() };
}
