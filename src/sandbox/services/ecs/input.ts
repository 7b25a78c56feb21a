// Reading of JSON input, with the errors of the ECS API.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import type { Json, Tag } from './store.ts';

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

export function clientError(message: string): AwsError {
  return new AwsError('ClientException', message);
}

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

export function integerOf(input: Input, name: string): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalidParameter(`${name} must be a whole number`);
  return value;
}

export function booleanOf(input: Input, name: string): boolean | undefined {
  const value = input[name];
  return typeof value === 'boolean' ? value : undefined;
}

export function recordOf(input: Input, name: string): Json | undefined {
  const value = input[name];
  return isJson(value) ? value : undefined;
}

export function recordsOf(input: Input, name: string): Json[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value.filter(isJson) : undefined;
}

export function textsOf(input: Input, name: string): string[] | undefined {
  const value = input[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

/** Whether `include` asks for something that is left out otherwise. */
export function includes(input: Input, what: string): boolean {
  return textsOf(input, 'include')?.includes(what) === true;
}

/** A copy of a JSON value that shares nothing with the request. */
export function copyOf<T>(value: T): T {
  return copyOfJson(value) as T;
}

function copyOfJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOfJson);
  const entries: [string, unknown][] = [];
  for (const [name, inside] of Object.entries(value)) {
    // AWS takes a member that is null for one that is not there.
    if (inside !== null && inside !== undefined) entries.push([name, copyOfJson(inside)]);
  }
  return Object.fromEntries(entries);
}

const mostTags = 50;

export function tagsOf(input: Input): Tag[] {
  const tags = (recordsOf(input, 'tags') ?? []).map((item) => ({
    key: textOf(item, 'key') ?? '',
    value: textOf(item, 'value') ?? '',
  }));
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    if (key === '' || key.length > 128 || value.length > 256) {
      throw invalidParameter('Tag keys have 1 to 128 characters, tag values at most 256.');
    }
    if (seen.has(key)) throw invalidParameter('Duplicate tag keys found.');
    if (key.toLowerCase().startsWith('aws:')) throw invalidParameter('Tag keys cannot begin with aws:.');
    seen.add(key);
  }
  if (tags.length > mostTags) throw invalidParameter('A resource can have at most 50 tags.');
  return tags;
}

export function mergeTags(present: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = [...present.filter((tag) => !added.some(({ key }) => key === tag.key)), ...added];
  if (merged.length > mostTags) throw invalidParameter('A resource can have at most 50 tags.');
  return merged;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/** One page of a listing of distinct names; the token names the last one given, and its place should it have gone. */
export function pageOf(all: readonly string[], input: Input, usual: number): Page<string> {
  const size = integerOf(input, 'maxResults') ?? usual;
  if (size < 1 || size > 100) throw invalidParameter('maxResults must be between 1 and 100');
  const token = textOf(input, 'nextToken');
  let start = 0;
  if (token !== undefined && token !== '') {
    const [place = '', name = ''] = Buffer.from(token, 'base64url').toString().split(' ');
    if (!/^\d+$/.test(place)) throw invalidParameter('Invalid token.');
    const found = all.indexOf(name);
    start = found >= 0 ? found + 1 : Number(place);
  }
  const items = all.slice(start, start + size);
  const last = items.at(-1);
  const end = start + items.length;
  if (last === undefined || end >= all.length) return { items, next: undefined };
  return { items, next: Buffer.from(`${String(end)} ${last}`).toString('base64url') };
}
