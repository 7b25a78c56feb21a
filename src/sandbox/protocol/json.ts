// AWS JSON 1.0 and 1.1: `POST /`, the operation in `x-amz-target`, instants as epoch seconds.
import { AwsError } from '../model.ts';
import type { Input, JsonService } from '../model.ts';
import { unknownOperation } from './errors.ts';
import { isTimestamp } from './values.ts';
import { bodyText, response } from './wire.ts';
import type { DecodedCall, SandboxRequest, SandboxResponse } from './wire.ts';

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

export function contentType(service: JsonService): string {
  return service.protocol === 'json-1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
}

/** Members that are `undefined` are left out; instants become epoch seconds. */
export function writeJson(value: unknown): string {
  return JSON.stringify(withEpochSeconds(value));
}

function parse(text: string): Input {
  if (text === '') return {};
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

/** The same value when it holds no instant, which spares most answers a copy. */
function withEpochSeconds(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isTimestamp(value)) return value.timestamp / 1000;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    let copy: unknown[] | undefined;
    for (let index = 0; index < items.length; index += 1) {
      const written = withEpochSeconds(items[index]);
      if (written !== items[index]) (copy ??= [...items])[index] = written;
    }
    return copy ?? items;
  }
  const members = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name in members) {
    const written = withEpochSeconds(members[name]);
    if (written !== members[name]) (copy ??= { ...members })[name] = written;
  }
  return copy ?? members;
}
