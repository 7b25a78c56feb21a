// The transport without sockets: a request handler that the AWS SDK's clients take instead of their own. Its shape follows
// the SDK's `HttpHandler` interface; nothing of the SDK is imported.
import { dispatch } from './dispatch.ts';
import type { TransportOptions } from './dispatch.ts';
import type { ServiceName, World } from './model.ts';
import type { QueryParameters } from './protocol/wire.ts';

/** The part of the SDK's `HttpRequest` that is read here. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | string[] | null>;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** The SDK takes anything with a status code and headers for a response, and a body of bytes without reading a stream. */
export interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

export interface SdkHandlerOptions {
  readonly abortSignal?: unknown;
}

export interface SandboxRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  /** Whether an answer may take time, and so be given up. */
  takesTime(): boolean;
  handle(request: SdkRequest, options?: SdkHandlerOptions): Promise<{ response: SdkResponse }>;
  destroy(): void;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

/**
 * A request handler for one SDK client: `new ECSClient({ requestHandler })`.
 *
 * @param service its name in signatures, or its alias
 */
export function sandboxRequestHandler(
  world: World,
  service: ServiceName,
  region: string,
  options: TransportOptions = {},
): SandboxRequestHandler {
  const name = world.services.callable.find(({ alias }) => alias === service)?.name ?? service;
  return {
    metadata: { handlerProtocol: 'relight-sandbox' },
    takesTime: () => mayWait(options),
    handle: async (request, { abortSignal } = {}) => {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      const answer = await dispatch(
        world,
        {
          method: request.method,
          path: request.path,
          query: request.query ?? noQuery,
          headers: request.headers,
          body: bodyOf(request.body),
          service: name,
          region,
        },
        options,
        signal,
      );
      return { response: { statusCode: answer.status, headers: answer.headers, body: answer.body } };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

/** Without latency and faults an answer is there at once. */
function mayWait({ faults, latencyMs = 0 }: TransportOptions): boolean {
  return latencyMs > 0 || (faults !== undefined && faults.rules.length > 0);
}

const noQuery: QueryParameters = {};

function bodyOf(body: unknown): string | Uint8Array {
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return '';
  throw new TypeError('the sandbox reads request bodies of text or bytes only');
}

/** Configuration for any of the SDK's clients, such as `new ECSClient(sandboxClientConfig(world, 'ecs'))`. */
export interface SandboxClientConfig {
  readonly region: string;
  readonly endpoint: string;
  readonly requestHandler: SandboxRequestHandler;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly signer: { readonly sign: <T>(request: T) => Promise<T> };
  readonly maxAttempts: number;
  readonly retryMode: 'standard';
  readonly defaultsMode: 'standard';
  readonly useDualstackEndpoint: boolean;
  readonly useFipsEndpoint: boolean;
  readonly disableClockSkewCorrection: boolean;
  readonly defaultUserAgentProvider: () => Promise<[string, string][]>;
  readonly userAgentAppId: string;
  readonly authSchemePreference: string[];
  readonly accountIdEndpointMode: 'disabled';
  readonly endpointDiscoveryEnabled: false;
  readonly cacheMiddleware: true;
}

/**
 * Everything that a client would otherwise look up in files, the environment or the network is set here, so that a
 * client of the sandbox depends on nothing outside the process. `maxAttempts` is 1: the caller sees every failure.
 */
export function sandboxClientConfig(
  world: World,
  service: ServiceName,
  region = 'eu-west-1',
  options: TransportOptions = {},
): SandboxClientConfig {
  return {
    region,
    // Never contacted; `.invalid` makes sure of it. A fixed endpoint also spares each call the endpoint rules.
    endpoint: `https://${service}.${region}.sandbox.invalid`,
    requestHandler: sandboxRequestHandler(world, service, region, options),
    credentials: { accessKeyId: 'AKIASANDBOXSANDBOX00', secretAccessKey: 'sandbox' },
    signer: { sign: async (request) => request },
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'standard',
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    disableClockSkewCorrection: true,
    defaultUserAgentProvider: async () => [['relight-sandbox', '1']],
    // Left out, these would be looked for in ~/.aws, and a virtual clock does not wait for the disk.
    userAgentAppId: '',
    authSchemePreference: [],
    accountIdEndpointMode: 'disabled',
    endpointDiscoveryEnabled: false,
    // Where nothing travels, building the stack of middleware anew is a good part of a call's time.
    cacheMiddleware: true,
  };
}
