// The sandbox's own endpoints beside AWS's: look at the world, put things into it, empty it, probe it as a client on the
// internet would. JSON in and out.
import { z } from 'zod';
import { accountWorld } from './accounts.ts';
import { isJsonType } from './browsers.ts';
import { probeHttp, probeTcp, resolveDns } from './dataplane/index.ts';
import { clearFaults, faultsOf, readFaults, setFaults, writeFault } from './fault-data.ts';
import type { Faults } from './faults.ts';
import type { AccessKeys } from './keys.ts';
import type { Services, World } from './model.ts';
import { presumedArn, presumedId, presumedRegion } from './presumable.ts';
import { lose, presume, presumedSchema } from './presume.ts';
import { bodyText, response } from './protocol/wire.ts';
import type { SandboxRequest, SandboxResponse } from './protocol/wire.ts';
import { reset, snapshot } from './world.ts';

function presumeBody(services: Services) {
  return z.strictObject({ account: presumedAccount, region: presumedRegion, items: z.array(presumedSchema(services)) });
}

/** The world's own unless told. */
const presumedAccount = z
  .string()
  .regex(/^\d{12}$/, 'an AWS account id has 12 digits')
  .optional();

const probeBody = z.union([
  z.strictObject({ url: z.url({ protocol: /^https?$/ }) }),
  z.strictObject({ dns: z.strictObject({ name: presumedId, type: z.string().regex(/^[A-Z]+$/) }) }),
  z.strictObject({ tcp: z.strictObject({ host: presumedId, port: z.int().min(1).max(65535) }) }),
]);

const credentialsBody = z.strictObject({
  accessKeyId: presumedId,
  expired: z.boolean().default(false),
  callerArn: z
    .string()
    .regex(/^arn:[a-z-]+:(iam|sts)::\d{12}:.+$/)
    .optional(),
});

const loseBody = z.strictObject({ kind: presumedId, id: presumedArn, region: presumedRegion });

const faultsBody = z.strictObject({
  faults: z.array(z.unknown()),
  /** In addition to those that are set. */
  add: z.boolean().optional(),
});

/**
 * @param faults those of the transport that was asked
 * @param changed called after anything in the world was changed
 */
export function answerAdmin(
  world: World,
  faults: Faults,
  request: SandboxRequest,
  changed: () => void,
  keys: AccessKeys,
): SandboxResponse {
  const requestId = world.requestId();
  const answer = (status: number, value: unknown): SandboxResponse => json(status, value, requestId);
  const name = request.path.slice('/_relight/'.length);
  const methods = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (methods === undefined) {
    return answer(404, { error: `no such endpoint; there are ${Object.keys(endpoints).join(', ')}` });
  }
  const { method } = request;
  const endpoint = method === 'GET' || method === 'POST' ? methods[method] : undefined;
  if (endpoint === undefined) {
    const takes = Object.keys(methods).join(' and ');
    return answer(405, { error: `${request.path} takes ${takes}, not ${method}` });
  }
  if (method === 'POST' && !isJsonType(request.headers['content-type'])) {
    return answer(415, { error: `${request.path} takes JSON: send it with the header content-type: application/json` });
  }
  try {
    const value = endpoint.handle(world, parse(bodyText(request)), faults, keys);
    if (endpoint.changes) changed();
    return answer(200, value);
  } catch (error) {
    const message =
      error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
    return answer(400, { error: message });
  }
}

/** Says in the form of these endpoints why a request was not even looked at. */
export function refuseAdmin(status: number, error: string, requestId: string): SandboxResponse {
  return json(status, { error }, requestId);
}

function json(status: number, value: unknown, requestId: string): SandboxResponse {
  return response(status, 'application/json', `${JSON.stringify(value)}\n`, requestId);
}

interface Endpoint {
  readonly changes: boolean;
  readonly handle: (world: World, body: unknown, faults: Faults, keys: AccessKeys) => unknown;
}

type Methods = Readonly<Partial<Record<'GET' | 'POST', Endpoint>>>;

const endpoints: Readonly<Record<string, Methods>> = {
  state: { GET: { changes: false, handle: (world) => snapshot(world) } },
  faults: {
    GET: { changes: false, handle: (world, _body, faults) => ({ faults: faultsOf(world, faults).map(writeFault) }) },
    POST: {
      changes: true,
      handle: (world, body, faults) => {
        const wanted = faultsBody.parse(body);
        const read = readFaults(wanted.faults, world.services);
        if (!read.ok) throw new Error(read.problems.join('\n'));
        if (wanted.add !== true) clearFaults(world, faults);
        setFaults(world, faults, read.faults);
        return { faults: faultsOf(world, faults).map(writeFault) };
      },
    },
  },
  presume: {
    POST: {
      changes: true,
      handle: (world, body) => {
        const wanted = presumeBody(world.services).parse(body);
        const inherited = wanted.region === undefined ? {} : { region: wanted.region };
        presume(
          wanted.account === undefined ? world : accountWorld(world, wanted.account),
          wanted.items.map((item) => ({ ...inherited, ...item })),
        );
        return { presumed: wanted.items.length };
      },
    },
  },
  lose: {
    POST: {
      changes: true,
      handle: (world, body) => {
        lose(world, loseBody.parse(body));
        return { lost: true };
      },
    },
  },
  reset: {
    POST: {
      changes: true,
      handle: (world) => {
        reset(world);
        return { reset: true };
      },
    },
  },
  credentials: {
    POST: {
      changes: false,
      handle: (_world, body, _faults, keys) => {
        const { accessKeyId, callerArn, expired } = credentialsBody.parse(body);
        keys.set(accessKeyId, { expired, callerArn });
        return { accessKeyId, expired };
      },
    },
  },
  probe: {
    POST: {
      changes: false,
      handle: (world, body) => {
        const wanted = probeBody.parse(body);
        if ('url' in wanted) return probeHttp(world, wanted.url);
        if ('dns' in wanted) return resolveDns(world, wanted.dns.name, wanted.dns.type);
        return probeTcp(world, wanted.tcp.host, wanted.tcp.port);
      },
    },
  },
};

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  const value: unknown = JSON.parse(text);
  return value;
}
