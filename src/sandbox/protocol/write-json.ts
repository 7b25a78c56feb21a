// JSON bodies of answers and errors.
import type { JsonService } from '../model.ts';
import { isTimestamp } from './values.ts';

export function contentType(service: JsonService): string {
  return service.protocol === 'json-1.0' ? 'application/x-amz-json-1.0' : 'application/x-amz-json-1.1';
}

/** Members that are `undefined` are left out; instants become epoch seconds. */
export function writeJson(value: unknown): string {
  return JSON.stringify(withEpochSeconds(value));
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
