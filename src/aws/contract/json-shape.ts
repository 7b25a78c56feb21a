// JSON of AWS against its schema. The SDK hands on whatever stands in the place of a list, a map or a scalar, so that its own
// reading shows what came; only an array in the place of a structure becomes an empty structure there.
import { bytesOf } from './envelope.ts';
import type { Shape, StructureShape } from './shape.ts';

/**
 * What is of the wrong type, in words, from the outermost member on; undefined when nothing is.
 *
 * @param output what the SDK made of the body
 */
export function wrongJson(shape: Shape, output: unknown, body: Uint8Array): string | undefined {
  const seen = { empty: false };
  const wrong = wrongIn(shape, output, seen);
  if (wrong !== undefined || !seen.empty) return wrong;
  return wrongIn(shape, JSON.parse(bytesOf(body).toString('utf8')) as unknown, seen);
}

interface Seen {
  /** A structure without members, which may have been anything. */
  empty: boolean;
}

function wrongIn(shape: Shape, value: unknown, seen: Seen): string | undefined {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' ? undefined : ' that is no text';
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : ' that is no number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : ' that is neither true nor false';
    case 'time':
      return isTime(value) ? undefined : ' that is no time';
    case 'bytes':
      return typeof value === 'string' || value instanceof Uint8Array ? undefined : ' that is no bytes';
    case 'list':
      if (!Array.isArray(value)) return ' that is no list';
      for (let at = 0; at < value.length; at += 1) {
        const each: unknown = value[at];
        if (each === null) return ' with a null in a list';
        const wrong = wrongIn(shape.of, each, seen);
        if (wrong !== undefined) return `[${at}]${wrong}`;
      }
      return undefined;
    case 'map':
      if (!isObject(value)) return ' that is no map';
      for (const name of Object.keys(value)) {
        const wrong = wrongIn(shape.of, value[name], seen);
        if (wrong !== undefined) return `.${name.slice(0, 60)}${wrong}`;
      }
      return undefined;
    case 'structure':
      return isObject(value) ? wrongInStructure(shape, value, seen) : ' that is no structure';
    default:
      return undefined;
  }
}

function wrongInStructure(
  { members, union }: StructureShape,
  value: Readonly<Record<string, unknown>>,
  seen: Seen,
): string | undefined {
  let known = 0;
  let others = 0;
  for (const name of Object.keys(value)) {
    const member = members.get(name);
    const own = value[name];
    if (member === undefined) {
      others += 1;
      continue;
    }
    // AWS leaves out what has no value, and the SDK takes a null so.
    if (own === null || own === undefined) continue;
    known += 1;
    const wrong = wrongIn(member, own, seen);
    if (wrong !== undefined) return `.${name}${wrong}`;
  }
  if (union) return known === 1 && others === 0 ? undefined : ' that is of no type, or of several';
  if (known === 0) seen.empty = true;
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Seconds since the epoch, or what the SDK makes of them. */
function isTime(value: unknown): boolean {
  return value instanceof Date ? !Number.isNaN(value.getTime()) : typeof value === 'number' && Number.isFinite(value);
}
