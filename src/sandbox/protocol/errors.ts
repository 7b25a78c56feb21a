// Errors on the wire, in the shape of each protocol.
import { AwsError, isAwsError } from '../model.ts';
import type { JsonService, SandboxService } from '../model.ts';
import { response } from './wire.ts';
import type { SandboxRequest, SandboxResponse } from './wire.ts';
import { contentType, writeJson } from './write-json.ts';
import { escapeText, writeMembers } from './xml.ts';

/** @param service undefined when the request names none that exists; the request's own form then decides the shape */
export function errorAnswer(
  service: SandboxService | undefined,
  request: SandboxRequest,
  error: AwsError,
  requestId: string,
): SandboxResponse {
  if (service === undefined) {
    if (request.headers['x-amz-target'] === undefined) return xmlError(undefined, error, requestId);
    const body = writeJson({ __type: error.code, message: error.message });
    return response(error.status, 'application/x-amz-json-1.1', body, requestId);
  }
  switch (service.protocol) {
    case 'json-1.0':
    case 'json-1.1':
      return jsonError(service, error, requestId);
    case 'ec2':
      return ec2Error(error, requestId);
    case 'query':
    case 'rest-xml':
      return xmlError(service.xmlns, error, requestId);
  }
}

/** What AWS's shared front end (Coral) answers by itself carries its own namespaces. */
const frontEndNamespaces: Readonly<Record<string, string>> = {
  ValidationException: 'com.amazon.coral.validate#',
  SerializationException: 'com.amazon.coral.service#',
  UnknownOperationException: 'com.amazon.coral.service#',
  AccessDeniedException: 'com.amazon.coral.service#',
  ExpiredTokenException: 'com.amazon.coral.service#',
  UnrecognizedClientException: 'com.amazon.coral.service#',
  MissingAuthenticationTokenException: 'com.amazon.coral.service#',
  ThrottlingException: 'com.amazon.coral.availability#',
};

function jsonError(service: JsonService, error: AwsError, requestId: string): SandboxResponse {
  const { errorMember = 'message', errorNamespace } = service;
  const prefix =
    errorNamespace === '' || error.code.includes('#') ? '' : (frontEndNamespaces[error.code] ?? errorNamespace);
  const message = error.message === '' ? {} : { [errorMember]: error.message };
  const body = writeJson({ __type: `${prefix}${error.code}`, ...message, ...error.fields });
  return response(error.status, contentType(service), body, requestId);
}

function xmlError(xmlns: string | undefined, error: AwsError, requestId: string): SandboxResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const namespace = xmlns === undefined ? '' : ` xmlns="${escapeText(xmlns)}"`;
  const text =
    `<ErrorResponse${namespace}><Error><Type>${type}</Type><Code>${escapeText(error.code)}</Code>` +
    `<Message>${escapeText(error.message)}</Message>${writeMembers(error.fields, () => 'member')}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`;
  return response(error.status, 'text/xml', text, requestId);
}

function ec2Error(error: AwsError, requestId: string): SandboxResponse {
  const text =
    `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${escapeText(error.code)}</Code>` +
    `<Message>${escapeText(error.message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
  return response(error.status, 'text/xml;charset=UTF-8', text, requestId);
}

const notRecognized = 'The requested operation is not recognized by the service.';

/** Names the operation as well: in a sandbox it is the one thing the reader needs. */
export function unknownOperation(service: SandboxService, operation: string): AwsError {
  const status = service.protocol === 'rest-xml' ? 404 : 400;
  return new AwsError('UnknownOperationException', `${notRecognized} (${service.name}: ${operation})`, status);
}

export function invalidAction(action: string, version: string): AwsError {
  return new AwsError('InvalidAction', `Could not find operation ${action} for version ${version}`);
}

/** What an operation threw, as AWS would tell it: a defect is an internal failure, never a crash. */
export function asAwsError(error: unknown): AwsError {
  if (isAwsError(error)) return error;
  return new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), 500);
}
