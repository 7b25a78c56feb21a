// Reading a resource's attributes as a Terraform state holds them. The SDK that the provider is made with writes what is not
// set as null, an empty text, or an empty list; a block that may stand once is a list of one.
import { isMap } from './members/maps.ts';
import type { Json, Tags, TerraformAttributes } from '../contract.ts';

/** An empty text is one that is not set. */
export function textIn(attributes: TerraformAttributes, name: string): string | undefined {
  const value = attributes[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Also where it is written as a text. */
export function numberIn(attributes: TerraformAttributes, name: string): number | undefined {
  const value = attributes[name];
  if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return typeof value === 'number' ? value : undefined;
}

export function flagIn(attributes: TerraformAttributes, name: string): boolean | undefined {
  const value = attributes[name];
  if (value === 'true' || value === 'false') return value === 'true';
  return typeof value === 'boolean' ? value : undefined;
}

/** The texts of a list or set. */
export function textsIn(attributes: TerraformAttributes, name: string): readonly string[] {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}

/** All blocks of a name. */
export function blocksIn(attributes: TerraformAttributes, name: string): readonly TerraformAttributes[] {
  const value = attributes[name];
  return Array.isArray(value) ? value.filter((each): each is Record<string, Json> => isMap(each)) : [];
}

/** The block of a name that may stand once. */
export function blockIn(attributes: TerraformAttributes, name: string): TerraformAttributes | undefined {
  return blocksIn(attributes, name)[0];
}

/** A map of texts; undefined where there is none. */
export function mapIn(attributes: TerraformAttributes, name: string): Readonly<Record<string, string>> | undefined {
  const value = attributes[name];
  if (!isMap(value)) return undefined;
  const texts = Object.entries(value).filter((each): each is [string, string] => typeof each[1] === 'string');
  return Object.fromEntries(texts);
}

/** `tags_all` has the provider's default tags too [AWS provider, "default_tags"]. */
export function tagsIn(attributes: TerraformAttributes): Tags {
  return mapIn(attributes, 'tags_all') ?? mapIn(attributes, 'tags') ?? {};
}

/** Without members that say nothing; undefined where none is left. */
export function told<Value extends object>(value: Value): Value | undefined {
  const said = Object.entries(value).filter(([, each]) => each !== undefined);
  return said.length === 0 ? undefined : (Object.fromEntries(said) as Value);
}

/** A JSON text within an attribute, as `container_definitions`; undefined where it is none. */
export function jsonIn(attributes: TerraformAttributes, name: string): Json | undefined {
  const text = textIn(attributes, name);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
