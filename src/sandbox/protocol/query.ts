// AWS Query: a form body with `Action` and `Version`, an XML answer with `<ActionResult>` and `<ResponseMetadata>`.
import type { Input, Output, QueryService } from '../model.ts';
import { AwsError } from '../model.ts';
import { isTooDeep } from '../request-limits.ts';
import { invalidAction } from './errors.ts';
import { bodyText, response } from './wire.ts';
import type { DecodedCall, SandboxRequest, SandboxResponse } from './wire.ts';
import { escapeText, writeMembers } from './xml.ts';

export function decodeQuery(service: QueryService, request: SandboxRequest): DecodedCall {
  // AWS accepts the parameters in the query string of a GET as well.
  const parameters = parseForm(bodyText(request));
  for (const [name, value] of Object.entries(request.query)) {
    if (typeof value === 'string') parameters.push([name, value]);
  }
  const { Action: action, Version: version, ...input } = nest(parameters);
  if (typeof action !== 'string') throw new AwsError('MissingAction', 'Missing Action', 400);
  const handle = Object.hasOwn(service.operations, action) ? service.operations[action] : undefined;
  if (handle === undefined || version !== service.version) {
    throw invalidAction(action, typeof version === 'string' ? version : '');
  }
  return {
    operation: action,
    input,
    handle,
    answer: (output, requestId) => answer(service, action, output, requestId),
  };
}

const member = (): string => 'member';

function answer(service: QueryService, action: string, output: Output, requestId: string): SandboxResponse {
  const content = writeMembers(output, member);
  const result = content === '' ? `<${action}Result/>` : `<${action}Result>${content}</${action}Result>`;
  const text =
    `<${action}Response xmlns="${escapeText(service.xmlns)}">${result}` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
  return response(200, 'text/xml', text, requestId);
}

/** The pairs of an `application/x-www-form-urlencoded` body, in order. */
export function parseForm(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  if (text === '') return pairs;
  for (const part of text.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) pairs.push([unescapeForm(part), '']);
    else pairs.push([unescapeForm(part.slice(0, equals)), unescapeForm(part.slice(equals + 1))]);
  }
  return pairs;
}

function unescapeForm(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch (error) {
    throw new AwsError('MalformedQueryString', error instanceof Error ? error.message : String(error), 400);
  }
}

interface Branch {
  [name: string]: string | Branch;
}

/** `Tags.member.1.Key=k` to `{Tags: [{Key: 'k'}]}`; items in the order of their numbers. */
export function nest(pairs: readonly (readonly [string, string])[]): Input {
  const root = newBranch();
  for (const [name, value] of pairs) {
    const steps = name.split('.');
    if (isTooDeep(steps.length)) throw new AwsError('MalformedInput', 'A parameter name has too many parts.');
    const last = steps.pop() ?? name;
    let branch = root;
    for (const step of steps) {
      const next = branch[step];
      branch = typeof next === 'object' ? next : (branch[step] = newBranch());
    }
    branch[last] = value;
  }
  return withLists(root) as Input;
}

/** Without a prototype: names come from outside, and `__proto__` must be a name like any other. */
function newBranch(): Branch {
  return Object.create(null) as Branch;
}

function withLists(value: string | Branch): unknown {
  if (typeof value === 'string') return value;
  const items = value['member'];
  if (typeof items === 'object' && Object.keys(value).length === 1) {
    return Object.keys(items)
      .sort((left, right) => Number(left) - Number(right))
      .map((index) => withLists(items[index] ?? ''));
  }
  const entries = value['entry'];
  if (typeof entries === 'object' && Object.keys(value).length === 1) return mapOf(entries);
  for (const name in value) {
    const content = value[name];
    if (typeof content === 'object') value[name] = withLists(content) as Branch;
  }
  return value;
}

/** `Params.entry.1.key=k&Params.entry.1.value=v` to `{k: 'v'}`; maps of SNS say `Name` and `Value`, too. */
function mapOf(entries: Branch): Record<string, unknown> {
  const map = Object.create(null) as Record<string, unknown>;
  for (const entry of Object.values(entries)) {
    if (typeof entry !== 'object') continue;
    const { Name, Value, key = Name, value = Value } = entry;
    if (typeof key === 'string') map[key] = value === undefined ? '' : withLists(value);
  }
  return map;
}
