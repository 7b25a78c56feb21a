// Reading of AWS Query input: every scalar is a string, an empty list arrives as ''.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';

export function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function isRecord(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function requiredText(input: Input, name: string): string {
  const value = textOf(input, name);
  if (value === undefined || value === '') throw invalid(`A value must be specified for '${name}'`);
  return value;
}

/** A whole number within bounds. */
export function numberOf(input: Input, name: string, least: number, most: number): number | undefined {
  const value = textOf(input, name);
  if (value === undefined) return undefined;
  const number = Number(value);
  if (value === '' || !Number.isInteger(number) || number < least || number > most) {
    throw invalid(
      `1 validation error detected: Value '${value}' at '${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: ` +
        `Member must have value between ${String(least)} and ${String(most)}`,
    );
  }
  return number;
}

export function booleanOf(input: Input, name: string): boolean | undefined {
  const value = textOf(input, name);
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false') throw invalid(`'${value}' is not a boolean value for '${name}'`);
  return value === 'true';
}

/** A structure; undefined when it was not given. */
export function recordOf(input: Input, name: string): Input | undefined {
  const value = input[name];
  return isRecord(value) ? value : undefined;
}

/** A list of strings; undefined when it was not given, which is not the same as empty. */
export function textsOf(input: Input, name: string): string[] | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string');
}

/** A list of structures; undefined when it was not given. */
export function recordsOf(input: Input, name: string): Input[] | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord);
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * One page of a listing. A marker names the last item given and its place, so that a listing goes on where it stood even
 * when items came or went in between.
 */
export function pageOf<T>(all: readonly T[], arnOf: (item: T) => string, input: Input): Page<T> {
  const size = numberOf(input, 'PageSize', 1, 400) ?? 400;
  const marker = textOf(input, 'Marker');
  let start = 0;
  if (marker !== undefined && marker !== '') {
    const [place = '', arn = ''] = Buffer.from(marker, 'base64url').toString().split(' ');
    if (!/^\d+$/.test(place)) throw invalid(`The marker '${marker}' is not valid`);
    const found = all.findIndex((item) => arnOf(item) === arn);
    start = found >= 0 ? found + 1 : Number(place);
  }
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const end = start + items.length;
  if (last === undefined || end >= all.length) return { items, next: undefined };
  return { items, next: Buffer.from(`${String(end)} ${arnOf(last)}`).toString('base64url') };
}
