// AWS JSON 1.0 and 1.1: `POST /`, the operation in `x-amz-target`, instants as epoch seconds.
import { AwsError } from '../model.ts';
import type { Input, JsonService } from '../model.ts';
import { jsonExcess } from '../request-limits.ts';
import { unknownOperation } from './errors.ts';
import { bodyText, response } from './wire.ts';
import type { DecodedCall, SandboxRequest, SandboxResponse } from './wire.ts';
import { contentType, writeJson } from './write-json.ts';

export function decodeJson(service: JsonService, request: SandboxRequest): DecodedCall {
  const target = request.headers['x-amz-target'] ?? '';
  const operation = target.slice(target.indexOf('.') + 1);
  const handle = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (handle === undefined || !target.startsWith(`${service.targetPrefix}.`))
    throw unknownOperation(service, operation);
  return {
    operation,
    handle,
    input: parse(bodyText(request)),
    answer: (output, requestId): SandboxResponse => response(200, contentType(service), writeJson(output), requestId),
  };
}

function parse(text: string): Input {
  if (text === '') return {};
  const excess = jsonExcess(text);
  if (excess !== undefined) throw new AwsError('SerializationException', excess);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AwsError('SerializationException', error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new AwsError('SerializationException', 'Start of structure or map found where not expected.');
  }
  return value as Input;
}
