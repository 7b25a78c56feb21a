// The SDK's client of each service that recordings speak of, with what came over the wire beside what it made of it.
import type { World } from '../../src/sandbox/index.ts';
import { sandboxClientConfig } from '../../src/sandbox/index.ts';
import { wrongJson } from '../../src/aws/contract/json-shape.ts';
import { loadSchemas, shapeOf, type Shape } from '../../src/aws/contract/shape.ts';
import { wrongXml } from '../../src/aws/contract/xml-shape.ts';

type Protocol = 'json' | 'query' | 'plain-xml';

interface Sdk {
  readonly protocol: Protocol;
  /** The service's name in signatures, where a recording names it otherwise. */
  readonly signs?: string;
  readonly load: () => Promise<object>;
}

const sdks: Readonly<Record<string, Sdk>> = {
  acm: { protocol: 'json', load: () => import('@aws-sdk/client-acm') },
  'application-autoscaling': { protocol: 'json', load: () => import('@aws-sdk/client-application-auto-scaling') },
  dynamodb: { protocol: 'json', load: () => import('@aws-sdk/client-dynamodb') },
  ec2: { protocol: 'plain-xml', load: () => import('@aws-sdk/client-ec2') },
  ecr: { protocol: 'json', load: () => import('@aws-sdk/client-ecr') },
  ecs: { protocol: 'json', load: () => import('@aws-sdk/client-ecs') },
  elbv2: {
    protocol: 'query',
    signs: 'elasticloadbalancing',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  },
  iam: { protocol: 'query', load: () => import('@aws-sdk/client-iam') },
  kms: { protocol: 'json', load: () => import('@aws-sdk/client-kms') },
  logs: { protocol: 'json', load: () => import('@aws-sdk/client-cloudwatch-logs') },
  route53: { protocol: 'plain-xml', load: () => import('@aws-sdk/client-route-53') },
  secretsmanager: { protocol: 'json', load: () => import('@aws-sdk/client-secrets-manager') },
  ssm: { protocol: 'json', load: () => import('@aws-sdk/client-ssm') },
  sts: { protocol: 'query', load: () => import('@aws-sdk/client-sts') },
};

interface SdkClient {
  readonly middlewareStack: { readonly add: (middleware: unknown, place: object) => void };
  readonly send: (command: object) => Promise<object>;
}

export type Reply =
  /** What the SDK made of it, as JSON; `wrong`: what of the answer AWS's schema of the operation does not allow. */
  | { readonly kind: 'answer'; readonly output: unknown; readonly wrong: string | undefined }
  | { readonly kind: 'refusal'; readonly code: string; readonly status: number; readonly message: string };

/** Sends one call to a world in this process, as the SDK would send it to AWS. */
export async function sendTo(
  world: World,
  region: string,
  { service, operation, input }: { readonly service: string; readonly operation: string; readonly input: unknown },
): Promise<Reply> {
  const sdk = sdks[service];
  if (sdk === undefined) throw new Error(`no SDK client for ${service}`);
  await loadSchemas();
  const module = (await sdk.load()) as Readonly<Record<string, unknown>>;
  const Client = Object.entries(module).find(([name]) => /^\w+Client$/.test(name) && !name.startsWith('__'))?.[1];
  const Command = module[`${operation}Command`];
  if (Client === undefined || Command === undefined) throw new Error(`the SDK has no ${service}:${operation}`);
  const client = new (Client as new (config: object) => SdkClient)(
    sandboxClientConfig(world, sdk.signs ?? service, region),
  );
  const seen: { body?: Uint8Array; schema?: unknown } = {};
  client.middlewareStack.add(
    (next: (args: unknown) => Promise<{ response: { body: Uint8Array } }>, context: SdkContext) =>
      async (args: unknown) => {
        const result = await next(args);
        seen.body = result.response.body;
        seen.schema = context.__smithy_context?.operationSchema?.[5];
        return result;
      },
    { step: 'deserialize', priority: 'low', name: 'seen' },
  );
  try {
    const sent = await client.send(new (Command as new (input: unknown) => object)(input));
    const output = { ...sent, $metadata: undefined };
    const body = seen.body ?? new Uint8Array();
    const wrong = wrongIn(sdk.protocol, operation, shapeOf(seen.schema), output, body);
    return { kind: 'answer', output: JSON.parse(JSON.stringify(output)) as unknown, wrong };
  } catch (error) {
    if (!isServiceException(error)) throw error;
    return {
      kind: 'refusal',
      code: error.name,
      status: error.$metadata.httpStatusCode ?? 0,
      message: error.message,
    };
  }
}

interface SdkContext {
  readonly __smithy_context?: { readonly operationSchema?: readonly unknown[] };
}

interface ServiceException extends Error {
  readonly $metadata: { readonly httpStatusCode?: number };
}

function isServiceException(error: unknown): error is ServiceException {
  return error instanceof Error && '$fault' in error;
}

function wrongIn(protocol: Protocol, operation: string, shape: Shape, output: unknown, body: Uint8Array) {
  if (protocol === 'json') return wrongJson(shape, output, body) ?? unknownIn(shape, jsonOf(body));
  const text = Buffer.from(body).toString('latin1');
  return text === '' ? undefined : wrongXml(shape, text, protocol === 'query' ? `${operation}Result` : undefined);
}

function jsonOf(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

/** A member that AWS's schema does not have: the SDK would drop it, and nobody would see it. */
function unknownIn(shape: Shape, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (shape.kind === 'list') return firstOf(value, (_key, each) => unknownIn(shape.of, each));
  if (shape.kind === 'map') return firstOf(value, (_key, each) => unknownIn(shape.of, each));
  if (shape.kind !== 'structure') return undefined;
  return firstOf(value, (key, each) => {
    const member = shape.members.get(key);
    return member === undefined ? `.${key}, which AWS does not have` : unknownIn(member, each);
  });
}

function firstOf(value: object, wrong: (key: string, each: unknown) => string | undefined): string | undefined {
  for (const [key, each] of Object.entries(value)) {
    const found = wrong(key, each);
    if (found !== undefined) return found;
  }
  return undefined;
}
