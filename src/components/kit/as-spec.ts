// Describing what AWS has in a playbook's words: what a schema takes, and what it has no word for.
import type { z } from 'zod';
import { memberOf, type Json } from '../../util/json.ts';

export { memberOf };

/** The fields that the schema takes as they are, and the names of those that it does not. */
export interface Sayable {
  readonly said: Readonly<Record<string, unknown>>;
  readonly notRepresented: readonly string[];
}

/** Sorts fields by whether a schema takes their values; fields without a value are left out. */
export function sayable(
  shape: Readonly<Record<string, z.ZodType>>,
  fields: Readonly<Record<string, unknown>>,
): Sayable {
  const said: Record<string, unknown> = {};
  const notRepresented: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || value === null) continue;
    if (shape[name]?.safeParse(value).success === true) said[name] = value;
    else notRepresented.push(name);
  }
  return { said, notRepresented };
}

/** Members of an AWS description that hold something, of those for which a spec has no word. */
export function spokenOfByAws(description: unknown, names: readonly string[]): readonly string[] {
  return names.filter((name) => holdsSomething(memberOf(description, name)));
}

function holdsSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === '') return false;
  if (Array.isArray(value)) return value.length > 0;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

/** The attributes that were captured, or those that were observed; an empty one cannot be set and need not be. */
export function attributesToSay(
  captured: Json | undefined,
  observed: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> | undefined {
  const found: unknown = memberOf(captured, 'attributes') ?? observed;
  if (typeof found !== 'object' || found === null) return undefined;
  const texts = Object.entries(found).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(texts.filter(([, value]) => value !== ''));
}

/** A list of a captured description; undefined where it was not asked for. */
export function capturedList(captured: Json | undefined, name: string): readonly unknown[] | undefined {
  const list = memberOf(captured, name);
  return Array.isArray(list) ? list : undefined;
}
