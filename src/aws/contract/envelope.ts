// Is this an answer of AWS at all? What comes before its content is read: status, content type, request id, the outermost
// element. A captive portal, a proxy, another server on the endpoint's port or half of an emulator answer with something
// else, and the SDK would read that as an answer in which nothing is.
import { ClassifiedError, type ErrorClass } from '../classified-error.ts';

/** An answer as it came, with its whole body. */
export interface RawAnswer {
  /** Of the endpoint, with its port. */
  readonly host: string;
  readonly status: number;
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** How a service answers [service models]. */
export type Protocol = 'json' | 'query' | 'ec2' | 'rest-xml';

/** The code of everything that is no answer of AWS. */
const unexpectedAnswer = 'UnexpectedAnswer';

/** The code of an answer that says that there is no such operation, in whatever words. */
const notOffered = 'NotOffered';

interface Doubt {
  readonly code?: string;
  readonly class?: ErrorClass;
  readonly cause?: unknown;
}

/** An answer, or several of them, that nobody should believe. */
export function unexpected(message: string, doubt: Doubt = {}): ClassifiedError {
  const { code = unexpectedAnswer, class: errorClass = 'unavailable', cause } = doubt;
  return new ClassifiedError(errorClass, message, { code, ...(cause === undefined ? {} : { cause }) });
}

/**
 * Throws when AWS cannot have sent this. What is refused in AWS's own form passes: the SDK reads it.
 *
 * AWS's errors are `<...><Code>` in XML [Query, REST-XML], an object with `__type` or the header `x-amzn-errortype` in JSON.
 */
export function checkEnvelope(protocol: Protocol, operation: string, answer: RawAnswer): void {
  const { body, host, status } = answer;
  const type = mediaTypeOf(answer);
  const came = `${host} answered ${operation} with HTTP ${status}`;
  if (status >= 300 && status < 400) {
    const to = headerOf(answer, 'location');
    const where = to === undefined ? '' : ` to ${to.slice(0, 200)}`;
    throw unexpected(`${came}, a redirect${where}, which AWS never does: ${somebodyElse}`);
  }
  if (status >= 400) {
    if (isAwsError(protocol, answer)) return;
    throw unexpected(
      `${came} and ${inWords(type, body)}, which is no answer of AWS: ${somebodyElse}`,
      refusedAs(status),
    );
  }
  if (status !== 200 && status !== 201) throw unexpected(`${came}, which AWS does not: ${somebodyElse}`);
  if (!type.includes(protocol === 'json' ? 'json' : 'xml')) {
    throw unexpected(
      `${came} and ${inWords(type, body)} instead of ${protocol === 'json' ? 'JSON' : 'XML'}: ${somebodyElse}`,
    );
  }
  const wrong = protocol === 'json' ? wrongJson(answer) : wrongXml(operation, protocol, answer);
  if (wrong !== undefined) throw unexpected(`${came} and ${wrong}`);
}

const somebodyElse = 'a proxy, a sign-in page or another server is in between';

/** What a status says of a refusal that is nobody's words. */
function refusedAs(status: number): { readonly class: ErrorClass; readonly code: string } {
  switch (status) {
    case 404:
    case 405:
    case 501:
      return { class: 'unavailable', code: notOffered };
    case 407:
      return { class: 'denied', code: unexpectedAnswer };
    case 429:
      return { class: 'throttled', code: unexpectedAnswer };
    default:
      return { class: 'unavailable', code: unexpectedAnswer };
  }
}

function wrongJson(answer: RawAnswer): string | undefined {
  const { body } = answer;
  if (body.byteLength === 0) return 'nothing in it';
  if (body[firstVisible(body, 0)] !== brace) return 'no JSON object in it';
  // It is all that tells the `{}` of AWS, "there is nothing", from anybody's [AWS sends one with every answer].
  return hasRequestId(answer) ? undefined : 'without a request id, which every answer of AWS has';
}

function wrongXml(operation: string, protocol: Protocol, answer: RawAnswer): string | undefined {
  const { body } = answer;
  if (body.byteLength === 0) return 'nothing in it';
  const root = rootOf(body);
  const expected = `${operation}Response`;
  if (root !== expected) {
    return root === undefined ? 'no XML in it' : `<${root}> instead of <${expected}>`;
  }
  // Route 53 has it in a header only.
  const element = protocol === 'ec2' ? '<requestId>' : '<RequestId>';
  if (protocol === 'rest-xml' || hasRequestId(answer) || bytesOf(body).includes(element)) return undefined;
  return 'without a request id, which every answer of AWS has';
}

function hasRequestId(answer: RawAnswer): boolean {
  return requestIds.some((name) => headerOf(answer, name) !== undefined);
}

/** The names under which AWS sends it [SDK, deserializeMetadata]. */
const requestIds = ['x-amzn-requestid', 'x-amzn-request-id', 'x-amz-request-id'];

function isAwsError(protocol: Protocol, answer: RawAnswer): boolean {
  const bytes = bytesOf(answer.body);
  if (protocol !== 'json') return rootOf(answer.body) !== undefined && bytes.includes('<Code>');
  if (bytes[firstVisible(bytes, 0)] !== brace) return headerOf(answer, 'x-amzn-errortype') !== undefined;
  return bytes.includes('"__type"') || bytes.includes('"code"') || headerOf(answer, 'x-amzn-errortype') !== undefined;
}

function mediaTypeOf(answer: RawAnswer): string {
  return (headerOf(answer, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function inWords(mediaType: string, body: Uint8Array): string {
  if (body.byteLength === 0) return 'nothing in it';
  return mediaType === '' ? 'no content type' : mediaType.slice(0, 60);
}

/** Names are in lower case as a rule, and not by every handler. */
function headerOf({ headers }: RawAnswer, name: string): string | undefined {
  const found = headers[name];
  if (found !== undefined) return found;
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

/** What JSON of AWS begins with. */
export const brace = 0x7b;
const space = 0x20;

function firstVisible(body: Uint8Array, from: number): number {
  let at = from;
  // A byte order mark is allowed before anything.
  if (at === 0 && body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) at = 3;
  while (at < body.byteLength && (body[at] ?? 0) <= space) at += 1;
  return at;
}

/** Declaration and comments before the root, and its name without a prefix. */
const beforeRoot = /^(?:\s*<[?!][^>]*>)*\s*<(?:[\w-]+:)?([A-Za-z][\w.-]*)[\s/>]/;
/** A declaration is short; a root that begins later is none of AWS's. */
const rootWithin = 1_000;

function rootOf(body: Uint8Array): string | undefined {
  const start = firstVisible(body, 0);
  return beforeRoot.exec(bytesOf(body).toString('latin1', start, start + rootWithin))?.[1];
}

/** The same memory. */
export function bytesOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
