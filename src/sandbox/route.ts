// Which service a request is for, as one port has to serve them all: the signature's credential scope names service and
// region; the request's own form is the fallback.
import { AwsError } from './model.ts';
import type { SandboxService, Services } from './model.ts';
import { bodyText } from './protocol/wire.ts';
import type { SandboxRequest } from './protocol/wire.ts';

export interface Found {
  readonly service: SandboxService;
  readonly region: string;
  /** Set when the request may not pass, which can be told in the service's own error shape. */
  readonly refusal?: AwsError;
}

/** Global services sign with it. */
const defaultRegion = 'us-east-1';

/** @throws AwsError when no service matches */
export function findService(request: SandboxRequest, services: Services): Found {
  if (request.service !== undefined) {
    return { service: serviceNamed(request.service, services), region: request.region ?? defaultRegion };
  }
  const scope = credentialScope(request);
  if (scope !== undefined) return { service: serviceNamed(scope.service, services), region: scope.region };
  const service = serviceByForm(request, services);
  if (service === undefined) throw missingToken('MissingAuthenticationToken');
  const json = service.protocol === 'json-1.0' || service.protocol === 'json-1.1';
  const refusal = missingToken(json ? 'MissingAuthenticationTokenException' : 'MissingAuthenticationToken');
  return { service, region: defaultRegion, refusal };
}

/** The service that a request's signature, target or path points to, without a look at its body. */
export function serviceOfHeaders(request: SandboxRequest, services: Services): SandboxService | undefined {
  const scope = credentialScope(request);
  return scope === undefined ? serviceByForm({ ...request, body: '' }, services) : services.byName.get(scope.service);
}

function serviceNamed(name: string, { byName }: Services): SandboxService {
  const service = byName.get(name);
  if (service === undefined) {
    const known = [...byName.keys()].join(', ');
    throw new AwsError('UnknownOperationException', `The sandbox has no service ${name}; it has ${known}.`, 404);
  }
  return service;
}

/** `Credential=<access key>/<date>/<region>/<service>/aws4_request`, of the header or of a presigned URL. */
function credentialScope(request: SandboxRequest): { region: string; service: string } | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers['authorization'] ?? '')?.[1];
  const presigned = request.query['X-Amz-Credential'];
  const [, , region, service] = (header ?? (typeof presigned === 'string' ? presigned : '')).split('/');
  return region === undefined || service === undefined ? undefined : { region, service };
}

function serviceByForm(request: SandboxRequest, { callable }: Services): SandboxService | undefined {
  const target = request.headers['x-amz-target'];
  const text = target === undefined && request.method === 'POST' ? bodyText(request) : '';
  return callable.find((service) => {
    switch (service.protocol) {
      case 'json-1.0':
      case 'json-1.1':
        return target?.startsWith(`${service.targetPrefix}.`) === true;
      case 'query':
      case 'ec2':
        return request.query['Version'] === service.version || text.includes(`Version=${service.version}`);
      case 'rest-xml':
        return service.routes.some((route) =>
          request.path.startsWith(route.path.slice(0, route.path.indexOf('/', 1) + 1)),
        );
    }
  });
}

function missingToken(code: string): AwsError {
  return new AwsError(code, 'Request is missing Authentication Token', 403);
}
