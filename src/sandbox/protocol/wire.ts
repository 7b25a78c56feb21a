// Requests and answers as both transports hand them over, and what a protocol makes of them. One file per wire protocol:
// json.ts (ECS, DynamoDB), query.ts (ELBv2, STS, IAM), ec2.ts, restxml.ts (Route 53); errors.ts writes errors in all of them.
import type { Input, Operation, Output, ServiceName } from '../model.ts';

export type QueryParameters = Readonly<Record<string, string | readonly string[] | null | undefined>>;

export interface SandboxRequest {
  readonly method: string;
  /** Percent-encoded, without the query string. */
  readonly path: string;
  readonly query: QueryParameters;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string | Uint8Array;
  /** Set by the in-process transport, which needs no signature; otherwise read from the credential scope. */
  readonly service?: ServiceName;
  readonly region?: string;
}

export interface SandboxResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

/** A request understood: what to call with which input, and how to write its answer. */
export interface DecodedCall {
  readonly operation: string;
  readonly input: Input;
  readonly handle: Operation;
  readonly answer: (output: Output, requestId: string) => SandboxResponse;
}

/** The body as text; AWS's protocols are all UTF-8. */
export function bodyText(request: SandboxRequest): string {
  const { body } = request;
  if (typeof body === 'string') return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
}

/** @param headers further headers; the request id goes with every answer, as AWS sends it */
export function response(
  status: number,
  contentType: string,
  text: string,
  requestId: string,
  headers?: Readonly<Record<string, string>>,
): SandboxResponse {
  return {
    status,
    headers: { 'x-amzn-requestid': requestId, 'content-type': contentType, ...headers },
    body: Buffer.from(text, 'utf8'),
  };
}
