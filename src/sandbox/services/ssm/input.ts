// Members of requests, checked as the service model has them, with the texts of AWS's front end.
import { AwsError, type Input } from '../../model.ts';

export function validation(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function failed(value: string, member: string, constraint: string): AwsError {
  return validation(
    `1 validation error detected: Value ${value} at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/** `allowedPattern` of `AllowedPattern`, as the texts have it. */
function spelled(member: string): string {
  return `${member.slice(0, 1).toLowerCase()}${member.slice(1)}`;
}

export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
  readonly oneOf?: readonly string[];
  /** Its value is never quoted. */
  readonly secret?: true;
}

export function textOf(
  input: Input,
  member: string,
  { max, min = 0, oneOf, pattern, secret }: Bounds = {},
): string | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string')
    throw new AwsError('SerializationException', `${member} can not be converted to a String`);
  const shown = secret === undefined ? `'${value}'` : "'***'";
  const name = spelled(member);
  if (value.length < min) throw failed(shown, name, `Member must have length greater than or equal to ${String(min)}`);
  if (max !== undefined && value.length > max) {
    throw failed(shown, name, `Member must have length less than or equal to ${String(max)}`);
  }
  if (pattern?.test(value) === false) {
    throw failed(shown, name, `Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  if (oneOf?.includes(value) === false) {
    throw failed(shown, name, `Member must satisfy enum value set: [${oneOf.join(', ')}]`);
  }
  return value;
}

export function requiredText(input: Input, member: string, bounds?: Bounds): string {
  const value = textOf(input, member, bounds);
  if (value === undefined) throw failed('null', spelled(member), 'Member must not be null');
  return value;
}

/** @param most entries that it may have */
export function listOf(input: Input, member: string, most: number): readonly unknown[] | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new AwsError('SerializationException', `${member} is no list`);
  if (value.length > most) {
    throw failed(`'[...]'`, spelled(member), `Member must have length less than or equal to ${String(most)}`);
  }
  return value as readonly unknown[];
}

/** A number of entries that a page may have. */
export function pageSizeOf(input: Input, most: number): number | undefined {
  const value = input['MaxResults'];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new AwsError('SerializationException', 'MaxResults is no integer');
  }
  if (value < 1) throw failed(`'${String(value)}'`, 'maxResults', 'Member must have value greater than or equal to 1');
  if (value > most) {
    throw failed(`'${String(value)}'`, 'maxResults', `Member must have value less than or equal to ${String(most)}`);
  }
  return value;
}
