// Reading decoded XML: all scalars are strings, so numbers and booleans are checked here, in AWS's words for faults of
// the schema.
import { AwsError } from '../../model.ts';
import type { Input } from '../../model.ts';
import { unverifiedTexts } from './unverified.ts';

export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInput', message);
}

/** The member's text, undefined when it is absent. An empty element counts as an empty text. */
export function text(input: Input, member: string): string | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (typeof value === 'string') return value;
  throw invalidInput(unverifiedTexts.constraint(JSON.stringify(value), member, 'be a string'));
}

export function requiredText(input: Input, member: string, longest: number): string {
  const value = text(input, member);
  if (value === undefined || value === '') throw invalidInput(unverifiedTexts.missing(member));
  checkLength(value, member, longest);
  return value;
}

/** Like `text`, for members that AWS takes for absent when they are empty. */
export function optionalText(input: Input, member: string, longest: number): string | undefined {
  const value = text(input, member);
  if (value === undefined || value === '') return undefined;
  checkLength(value, member, longest);
  return value;
}

function checkLength(value: string, member: string, longest: number): void {
  if (value.length > longest) {
    throw invalidInput(
      unverifiedTexts.constraint(value, member, `have length less than or equal to ${String(longest)}`),
    );
  }
}

export function oneOf<T extends string>(input: Input, member: string, values: readonly T[]): T | undefined {
  const value = optionalText(input, member, 1024);
  if (value === undefined) return undefined;
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) {
    throw invalidInput(unverifiedTexts.constraint(value, member, `satisfy enum value set: [${values.join(', ')}]`));
  }
  return found;
}

export function integer(input: Input, member: string, least: number, most: number): number | undefined {
  const value = text(input, member);
  if (value === undefined || value === '') return undefined;
  if (!/^[+-]?\d{1,15}$/.test(value)) throw invalidInput(unverifiedTexts.constraint(value, member, 'be an integer'));
  const number = Number(value);
  if (number < least) {
    const rule = `have value greater than or equal to ${String(least)}`;
    throw invalidInput(unverifiedTexts.constraint(value, member, rule));
  }
  if (number > most) {
    const rule = `have value less than or equal to ${String(most)}`;
    throw invalidInput(unverifiedTexts.constraint(value, member, rule));
  }
  return number;
}

export function flag(input: Input, member: string): boolean | undefined {
  const value = text(input, member);
  switch (value) {
    case undefined:
      return undefined;
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      throw invalidInput(unverifiedTexts.constraint(value, member, 'be a boolean'));
  }
}

/** The structure of that name; undefined when it is absent. An empty element is an empty structure. */
export function structure(input: Input, member: string): Input | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (value === '') return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  throw invalidInput(unverifiedTexts.constraint(JSON.stringify(value), member, 'be a structure'));
}

export function requiredStructure(input: Input, member: string): Input {
  const value = structure(input, member);
  if (value === undefined) throw invalidInput(unverifiedTexts.missing(member));
  return value;
}

/** The items of a list of structures; undefined when the list is absent. */
export function structures(input: Input, member: string): readonly Input[] | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalidInput(unverifiedTexts.constraint(JSON.stringify(value), member, 'be a list'));
  return (value as readonly unknown[]).map((item) => structure({ item }, 'item') ?? {});
}

/** The items of a list of texts; undefined when the list is absent. */
export function texts(input: Input, member: string): readonly string[] | undefined {
  const value = input[member];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw invalidInput(unverifiedTexts.constraint(JSON.stringify(value), member, 'be a list'));
  return (value as readonly unknown[]).map((item) => text({ [member]: item }, member) ?? '');
}

/** Size of a page: AWS caps what is too large and refuses what is no positive number. */
export function pageSize(input: Input, most: number): number {
  return Math.min(most, integer(input, 'maxitems', 1, Number.MAX_SAFE_INTEGER) ?? most);
}

/** The request's body; an operation with a body cannot do without. */
export function body(input: Input): Input {
  return requiredStructure(input, 'body');
}

/** Ids may come with the prefix that AWS puts before them in answers, such as `/hostedzone/`. */
export function bareId(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
