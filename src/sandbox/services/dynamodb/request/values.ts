// Attribute values in requests: first their JSON types, later (as AWS does) whether they are values that can be stored.
import { formatDecimal, parseDecimal } from '../decimal.ts';
import { serialization, validation } from '../errors.ts';
import type { AttributeValue, Item } from '../value.ts';
import { nestingTooDeep } from '../unverified.ts';
import type { Shape } from './shapes.ts';
import { map } from './map.ts';
import { flag, list, struct, text } from './shapes.ts';

/** JSON types are right; there may still be no member, or several, or one that is no value. */
export interface RawValue {
  readonly S?: string | undefined;
  readonly N?: string | undefined;
  readonly B?: string | undefined;
  readonly BOOL?: boolean | undefined;
  readonly NULL?: boolean | undefined;
  readonly SS?: readonly string[] | undefined;
  readonly NS?: readonly string[] | undefined;
  readonly BS?: readonly string[] | undefined;
  readonly L?: readonly RawValue[] | undefined;
  readonly M?: Readonly<Record<string, RawValue>> | undefined;
}

export type RawItem = Readonly<Record<string, RawValue>>;

const blob: Shape<string> = {
  read(raw) {
    if (typeof raw === 'boolean' || typeof raw === 'number') {
      throw serialization('only base-64-encoded strings are convertible to bytes');
    }
    if (typeof raw !== 'string') {
      if (Array.isArray(raw)) throw serialization('Unrecognized collection type class java.nio.ByteBuffer');
      throw serialization('Start of structure or map found where not expected');
    }
    if (raw.length % 4 !== 0) {
      throw serialization(`Base64 encoded length is expected a multiple of 4 bytes but found: ${raw.length}`);
    }
    if (Buffer.from(raw, 'base64').toString('base64') !== raw) {
      throw serialization('Invalid last non-pad Base64 character dectected');
    }
    return raw;
  },
  check: () => undefined,
};

/** The value shape contains itself; the members below are read through it. */
const nested: Shape<RawValue> = {
  read: (raw) => attributeValue.read(raw),
  check: () => undefined,
};

export const attributeValue: Shape<RawValue> = struct(
  {
    S: text(),
    B: blob,
    N: text(),
    BOOL: flag,
    NULL: flag,
    BS: list(blob),
    NS: list(text()),
    SS: list(text()),
    L: list(nested),
    M: map(nested, 'AttributeValue'),
  },
  'AttributeValue',
);

export const attributeMap: Shape<RawItem> = map(attributeValue, 'AttributeValue');

const invalid = 'One or more parameter values were invalid:';
const maxDepth = 32;

/** @throws AwsError for the first value that cannot be stored */
export function checkedItem(raw: RawItem): Item {
  const item = checkedMembers(raw, 1);
  if (typeof item === 'string') throw validation(item);
  return item;
}

/** The value, or DynamoDB's text saying what is wrong with it. */
export function checkedValue(raw: RawValue, depth = 1): AttributeValue | string {
  if (depth > maxDepth) return nestingTooDeep;
  let value: AttributeValue | string | undefined;
  let types = 0;
  for (const type of ['S', 'B', 'N', 'BOOL', 'NULL', 'BS', 'NS', 'SS', 'L', 'M'] as const) {
    if (raw[type] === undefined) continue;
    types += 1;
    const next = checkedType(raw, depth, type);
    if (typeof next === 'string') return next;
    value = next;
  }
  if (value === undefined) {
    return 'Supplied AttributeValue is empty, must contain exactly one of the supported datatypes';
  }
  if (types > 1) {
    return 'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes';
  }
  return value;
}

function checkedType(raw: RawValue, depth: number, type: keyof RawValue): AttributeValue | string {
  switch (type) {
    case 'S':
      return { S: raw.S ?? '' };
    case 'B':
      return { B: raw.B ?? '' };
    case 'BOOL':
      return { BOOL: raw.BOOL === true };
    case 'NULL':
      if (raw.NULL !== true) return `${invalid} Null attribute value types must have the value of true`;
      return { NULL: true };
    case 'N': {
      const number = parseDecimal(raw.N ?? '');
      return typeof number === 'string' ? number : { N: formatDecimal(number) };
    }
    case 'SS':
      return checkedStrings(raw.SS ?? []);
    case 'BS':
      return checkedBinaries(raw.BS ?? []);
    case 'NS':
      return checkedNumbers(raw.NS ?? []);
    case 'L': {
      const elements: AttributeValue[] = [];
      for (const element of raw.L ?? []) {
        const checked = checkedValue(element, depth + 1);
        if (typeof checked === 'string') return checked;
        elements.push(checked);
      }
      return { L: elements };
    }
    case 'M': {
      const members = checkedMembers(raw.M ?? {}, depth + 1);
      return typeof members === 'string' ? members : { M: members };
    }
  }
}

function checkedMembers(raw: RawItem, depth: number): Item | string {
  const members: [string, AttributeValue][] = [];
  for (const [name, member] of Object.entries(raw)) {
    const checked = checkedValue(member, depth);
    if (typeof checked === 'string') return checked;
    members.push([name, checked]);
  }
  return Object.fromEntries(members);
}

// The irregular texts of the following three are AWS's own.

function checkedStrings(members: readonly string[]): AttributeValue | string {
  if (members.length === 0) return `${invalid} An string set  may not be empty`;
  if (!hasDuplicates(members)) return { SS: members };
  return `${invalid} Input collection [${members.join(', ')}] contains duplicates.`;
}

function checkedBinaries(members: readonly string[]): AttributeValue | string {
  if (members.length === 0) return `${invalid} Binary sets should not be empty`;
  if (!hasDuplicates(members)) return { BS: members };
  return `${invalid} Input collection [${members.join(', ')}]of type BS contains duplicates.`;
}

function checkedNumbers(members: readonly string[]): AttributeValue | string {
  if (members.length === 0) return `${invalid} An number set  may not be empty`;
  const numbers: string[] = [];
  for (const member of members) {
    const number = parseDecimal(member);
    if (typeof number === 'string') return number;
    numbers.push(formatDecimal(number));
  }
  return hasDuplicates(numbers) ? 'Input collection contains duplicates' : { NS: numbers };
}

function hasDuplicates(members: readonly string[]): boolean {
  return new Set(members).size < members.length;
}
