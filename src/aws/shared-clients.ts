// SDK clients that many sessions in one process use together. A client and the stack of middleware of each of its
// commands cost more to make than a call costs, and a proof opens hundreds of thousands of sessions. Each session gets a
// view of the one client, with its own layer of middleware and its own transport; serialisers and error parsers are the same.

import { optionsFor, type Transport, type Trip } from './wire.ts';

export type Handler = (args: unknown) => Promise<unknown>;

export interface CommandContext {
  readonly commandName?: string;
}

export type Middleware = (next: Handler, context: CommandContext) => Handler;

export interface MiddlewarePlace {
  readonly step: string;
  readonly priority?: string;
  readonly name: string;
}

/** What a session adds to the shared stack: around the whole call, and around the wire. */
interface Route {
  readonly call: Middleware[];
  readonly wire: Middleware[];
  readonly transport: Transport;
}

interface Stack {
  readonly add: (middleware: Middleware, place: MiddlewarePlace) => void;
  readonly remove: (name: string) => boolean;
  concat: (other: unknown) => Stack;
}

/** What is alike in all SDK clients. */
interface SdkClient {
  config: Record<string, unknown>;
  readonly middlewareStack: Stack;
  readonly send: (command: object) => Promise<unknown>;
}

/**
 * Middleware that is about the way to AWS: finding the host, choosing credentials, signing, naming the caller, repeating
 * (which is off in all of relight's clients). A request that stays in the process needs none of it.
 */
const aboutTheWay = [
  'httpSigningMiddleware',
  'retryMiddleware',
  'recursionDetectionMiddleware',
  'hostHeaderMiddleware',
  'getUserAgentMiddleware',
  'loggerMiddleware',
  'httpAuthSchemeMiddleware',
  'endpointV2Middleware',
];

const clients = new Map<string, SdkClient>();
/** Which session a command that is about to be sent belongs to. */
const routes = new WeakMap<object, Route>();

/**
 * A session's view of the client known as `name`, which is made when it is asked for first. Its `middlewareStack` takes
 * middleware for the steps `initialize` and `deserialize`, the outermost and the innermost ones.
 */
export function sharedClient<Client extends object>(name: string, make: () => Client, transport: Transport): Client {
  let shared = clients.get(name);
  if (shared === undefined) {
    shared = prepared(make() as unknown as SdkClient);
    clients.set(name, shared);
  }
  const client = shared;
  const route: Route = { call: [], wire: [], transport };
  const send = (command: object): Promise<unknown> => {
    routes.set(command, route);
    return client.send(command);
  };
  const add: Stack['add'] = (middleware, { step, name: called }) => {
    if (step !== 'initialize' && step !== 'deserialize') {
      throw new Error(`Internal error: ${called} cannot be added to a shared client at the step ${step}`);
    }
    (step === 'initialize' ? route.call : route.wire).push(middleware);
  };
  return Object.create(client, { send: { value: send }, middlewareStack: { value: { add } } }) as Client;
}

function prepared(client: SdkClient): SdkClient {
  const stack = client.middlewareStack;
  // The outermost is given the command itself, the next ones a copy: from here on the route travels with the arguments.
  stack.add(
    (next, context) => (command) => {
      const route = routes.get(command as object);
      if (route === undefined) throw new Error('Internal error: a shared client was used without a session');
      return around(route.call, context, (args) => {
        const { input, trip } = args as { readonly input: unknown; readonly trip?: Trip };
        return next({ input, route, trip });
      })(command);
    },
    { step: 'initialize', priority: 'high', name: 'relightSession' },
  );
  stack.add(
    (_next, context) => (args) => {
      const { route } = args as { readonly route: Route };
      return around(route.wire, context, (sent) => {
        const { request, trip } = sent as { readonly request: unknown; readonly trip?: Trip };
        return route.transport.handle(request, optionsFor(route.transport, trip));
      })(args);
    },
    { step: 'deserialize', priority: 'low', name: 'relightDoor' },
  );
  // Some are added by the commands, after which the stack is put together: so they are taken out there.
  const concat = stack.concat.bind(stack);
  stack.concat = (other) => {
    const whole = concat(other);
    for (const name of aboutTheWay) whole.remove(name);
    return whole;
  };
  // For every call the serialisers copy the configuration twice, of which they then read these three. The whole stays to
  // be read behind it; the transport that it was made with is let go.
  const { config } = client;
  const { endpoint, streamCollector, utf8Encoder } = config;
  config['requestHandler'] = undefined;
  client.config = Object.assign(Object.create(config) as SdkClient['config'], {
    endpoint,
    streamCollector,
    utf8Encoder,
  });
  return client;
}

/** The first added is the outermost. */
function around(layers: readonly Middleware[], context: CommandContext, innermost: Handler): Handler {
  return layers.reduceRight((next, middleware) => middleware(next, context), innermost);
}
