// REST-XML: Route 53. The operation is a method and a path; bodies and answers are XML.
import { AwsError } from '../model.ts';
import type { Output, RestRoute, RestXmlService } from '../model.ts';
import { unknownOperation } from './errors.ts';
import { bodyText, response } from './wire.ts';
import type { DecodedCall, SandboxRequest, SandboxResponse } from './wire.ts';
import { readXml } from './readxml.ts';
import { escapeText, writeMembers } from './xml.ts';

export function decodeRestXml(service: RestXmlService, request: SandboxRequest): DecodedCall {
  // Some SDKs keep the trailing slash of the API model (`/rrset/`), others drop it.
  const segments = request.path.replace(/\/+$/, '').split('/').slice(1);
  for (const route of routesOf(service, request.method, segments.length)) {
    const parameters = match(route.pattern, segments);
    if (parameters === undefined) continue;
    const input: Record<string, unknown> = parameters;
    for (const [name, value] of Object.entries(request.query)) if (typeof value === 'string') input[name] = value;
    const text = bodyText(request);
    if (text !== '') input['body'] = readXml(text, service.listItems);
    return {
      operation: route.route.operation,
      input,
      handle: route.route.handle,
      answer: (output, requestId) => answer(service, route.route, output, requestId),
    };
  }
  throw unknownOperation(service, `${request.method} ${request.path}`);
}

function answer(service: RestXmlService, route: RestRoute, output: Output, requestId: string): SandboxResponse {
  const { $headers: headers, ...members } = output;
  const root = route.root ?? `${route.operation}Response`;
  const content = writeMembers(members, (list) => {
    const item = service.listItems[list];
    if (item === undefined) throw new Error(`no item name for the list ${list} of ${service.name}`);
    return item;
  });
  const text = `<?xml version="1.0"?>\n<${root} xmlns="${escapeText(service.xmlns)}">${content}</${root}>`;
  return response(route.status ?? 200, 'text/xml', text, requestId, headerTexts(headers));
}

function headerTexts(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

interface CompiledRoute {
  readonly route: RestRoute;
  readonly pattern: readonly string[];
}

const compiled = new WeakMap<RestXmlService, Map<string, CompiledRoute[]>>();

/** Routes by method and number of path segments, literal ones before those with placeholders. */
function routesOf(service: RestXmlService, method: string, length: number): readonly CompiledRoute[] {
  let table = compiled.get(service);
  if (table === undefined) {
    table = new Map();
    for (const route of service.routes) {
      const pattern = route.path.split('/').slice(1);
      const key = `${route.method} ${String(pattern.length)}`;
      const routes = table.get(key) ?? [];
      routes.push({ route, pattern });
      table.set(key, routes);
    }
    for (const routes of table.values()) routes.sort((left, right) => placeholders(left) - placeholders(right));
    compiled.set(service, table);
  }
  return table.get(`${method} ${String(length)}`) ?? [];
}

function placeholders(route: CompiledRoute): number {
  return route.pattern.filter((step) => step.startsWith('{')).length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (let index = 0; index < pattern.length; index += 1) {
    const step = pattern[index] ?? '';
    const segment = segments[index] ?? '';
    if (step.startsWith('{')) {
      try {
        parameters[step.slice(1, -1)] = decodeURIComponent(segment);
      } catch {
        throw new AwsError('InvalidInput', `Invalid request: the path holds a broken escape, ${segment}`);
      }
    } else if (step !== segment) return undefined;
  }
  return parameters;
}
