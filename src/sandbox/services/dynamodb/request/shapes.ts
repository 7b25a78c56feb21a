// Declares what a request looks like, so that it can be decoded with its types checked and its constraints told in AWS's
// words and order. A wrong JSON type is a SerializationException. Texts and order are those of AWS's front end, as observed
// by the authors of dynalite; what these shapes say nothing of is held against AWS's service model afterwards.
import type { Violation } from '../../../inputs/model.ts';
import { serialization } from '../errors.ts';

export interface Shape<T> {
  /** @throws AwsError when the JSON has another type */
  read(raw: unknown): T;
  /** Notes broken constraints of a value at a place such as `keySchema.1.member`. */
  check(value: T, at: string, problems: Violation[]): void;
}

/** A member that must be there. */
export interface Required<T> extends Shape<T> {
  readonly required: true;
}

// `never` in the parameter of `check` would make every shape a member; `any` is avoided by reading only.
type AnyShape = Pick<Shape<unknown>, 'read'>;
type Members = Readonly<Record<string, AnyShape>>;
type TypeOf<S> = S extends { read(raw: unknown): infer T } ? T : never;
export type Struct<M extends Members> = {
  readonly [K in keyof M]: M[K] extends { readonly required: true } ? TypeOf<M[K]> : TypeOf<M[K]> | undefined;
};
/** The decoded form of a shape. */
export type Decoded<S> = TypeOf<S>;

/**
 * The request of an operation, whose constraints have been checked before.
 *
 * @throws AwsError when the JSON has another type
 */
export function decode<T>(shape: Shape<T>, raw: unknown): T {
  return shape.read(raw);
}

/**
 * Constraints that a request breaks, in AWS's order.
 *
 * @throws AwsError when the JSON has another type
 */
export function violationsOf<T>(shape: Shape<T>, raw: unknown): readonly Violation[] {
  const problems: Violation[] = [];
  shape.check(shape.read(raw), '', problems);
  return problems;
}

export function required<T>(shape: Shape<T>): Required<T> {
  return { ...shape, required: true };
}

export function struct<const M extends Members>(members: M, javaName: string | null = null): Shape<Struct<M>> {
  const entries = Object.entries(members) as [string, Shape<unknown> & { readonly required?: true }][];
  return {
    read(raw) {
      if (typeof raw !== 'object' || raw === null) throw serialization('Unexpected value type in payload');
      if (Array.isArray(raw)) throw serialization(`Unrecognized collection type class ${javaClass(javaName)}`);
      const given = raw as Readonly<Record<string, unknown>>;
      const values: Record<string, unknown> = {};
      for (const [name, shape] of entries) {
        const value = given[name];
        values[name] = value === undefined || value === null ? undefined : shape.read(value);
      }
      // Members that are required and missing are reported by `check` before anything reads them.
      return values as Struct<M>;
    },
    check(value, at, problems) {
      const given = value as Readonly<Record<string, unknown>>;
      for (const [name, shape] of entries) {
        const member = given[name];
        const place = within(at, lowerFirst(name));
        if (member !== undefined) shape.check(member, place, problems);
        else if (shape.required === true) problems.push(broken(null, place, 'Member must not be null'));
      }
    },
  };
}

/** ARNs name tables as their names do, and the texts speak of names alone. */
export function isArn(name: string): boolean {
  return name.startsWith('arn:');
}

export interface Length {
  readonly min?: number;
  readonly max?: number;
}

export function text(limits: Length & { readonly pattern?: string } = {}): Shape<string> {
  const { pattern } = limits;
  const expression = pattern === undefined ? undefined : new RegExp(`^${pattern}$`);
  return {
    read: (raw) => scalar(raw, 'string', 'String'),
    check(value, at, problems) {
      if (expression?.test(value) === false) {
        problems.push(broken(value, at, `Member must satisfy regular expression pattern: ${String(pattern)}`));
      }
      checkLength(value, value.length, limits, at, problems);
    },
  };
}

export function oneOf<const V extends string>(values: readonly V[]): Shape<V> {
  return {
    // Other values are reported by `check` before anything reads them.
    read: (raw) => scalar<string>(raw, 'string', 'String') as V,
    check(value, at, problems) {
      if (values.includes(value)) return;
      problems.push(broken(value, at, `Member must satisfy enum value set: [${values.join(', ')}]`));
    },
  };
}

export const flag: Shape<boolean> = {
  read(raw) {
    if (typeof raw === 'string') throw serialization('Unexpected token received from parser');
    return scalar(raw, 'boolean', 'Boolean');
  },
  check: () => undefined,
};

/** @param limits `unquoted`: the place under which AWS tells a number that is too small, without saying which number it is */
export function integer(
  limits: Length & { readonly unquoted?: string } = {},
  type: 'Integer' | 'Long' = 'Integer',
): Shape<number> {
  return {
    read: (raw) => Math.floor(scalar(raw, 'number', type)),
    check(value, at, problems) {
      if (limits.min !== undefined && value < limits.min) {
        const constraint = `Member must have value greater than or equal to ${limits.min}`;
        const { unquoted } = limits;
        problems.push(
          unquoted === undefined
            ? broken(value, at, constraint)
            : { at, text: `Value at '${unquoted}' failed to satisfy constraint: ${constraint}` },
        );
      }
      if (limits.max !== undefined && value > limits.max) {
        problems.push(broken(value, at, `Member must have value less than or equal to ${limits.max}`));
      }
    },
  };
}

/** An instant: in seconds on the wire, in milliseconds here. */
export const instant: Shape<number> = {
  read: (raw) => Math.round(scalar<number>(raw, 'number', 'Date') * 1000),
  check: () => undefined,
};

export function list<T>(element: Shape<T>, limits: Length = {}): Shape<readonly T[]> {
  return {
    read(raw) {
      if (typeof raw !== 'object' || raw === null) throw serialization('Unexpected field type');
      if (!Array.isArray(raw)) throw serialization('Start of structure or map found where not expected');
      const elements: readonly unknown[] = raw;
      return elements.map((value) => element.read(value));
    },
    check(value, at, problems) {
      checkLength(value, value.length, limits, at, problems);
      value.forEach((each, index) => {
        element.check(each, `${at}.${index + 1}.member`, problems);
      });
    },
  };
}

export function checkLength(
  value: unknown,
  length: number,
  { min, max }: Length,
  at: string,
  problems: Violation[],
): void {
  if (min !== undefined && length < min) problems.push(broken(value, at, atLeast(min)));
  if (max !== undefined && length > max) problems.push(broken(value, at, atMost(max)));
}

export function atLeast(length: number): string {
  return `Member must have length greater than or equal to ${length}`;
}

export function atMost(length: number): string {
  return `Member must have length less than or equal to ${length}`;
}

export function broken(value: unknown, at: string, constraint: string): Violation {
  const shown = value === null ? 'null' : `'${textOf(value)}'`;
  return { at, text: `Value ${shown} at '${at}' failed to satisfy constraint: ${constraint}` };
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function within(at: string, name: string): string {
  return at === '' ? name : `${at}.${name}`;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

export function javaClass(name: string | null): string {
  if (name === null) return 'java.lang.Object';
  return name.includes('.') ? name : `com.amazonaws.dynamodb.v20120810.${name}`;
}

/** A JSON scalar of one type; others are refused in the words of AWS's parser. */
function scalar<T extends string | number | boolean>(raw: unknown, expected: string, type: string): T {
  if (typeof raw === expected) return raw as T;
  switch (typeof raw) {
    case 'boolean':
      throw serialization(`${raw ? 'TRUE_VALUE' : 'FALSE_VALUE'} cannot be converted to ${type}`);
    case 'number':
      throw serialization(`${Number.isInteger(raw) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE'} cannot be converted to ${type}`);
    case 'string':
      throw serialization(`STRING_VALUE cannot be converted to ${type}`);
    default:
      if (Array.isArray(raw)) throw serialization(`Unrecognized collection type class java.lang.${type}`);
      throw serialization('Start of structure or map found where not expected');
  }
}
