// Values between a playbook's words and DynamoDB's own: { S: "text" }, { N: "1.5" }, { M: {...} }.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Json } from '../contract.ts';
import { sameJson, toJson } from '../kit/compare.ts';
import { isMembers, plainNumber, typedOf, wordsOf } from './words.ts';

/** An item or a key in DynamoDB's form. */
export type Attributes = Record<string, AttributeValue>;

/** Values as a playbook writes them in DynamoDB's own JSON; binary values stay base64. */
export function attributeOf(value: unknown): Json {
  const typed = typedOf(value);
  if (typed !== undefined) {
    const { value: said, word } = typed;
    switch (word) {
      case 'N':
        return { N: String(said) };
      case 'NS':
        return { NS: (said as readonly unknown[]).map(String) };
      case 'L':
        return { L: (said as readonly unknown[]).map(attributeOf) };
      case 'M':
        return { M: mapOf(said as Readonly<Record<string, unknown>>) };
      case 'S':
      case 'B':
      case 'SS':
      case 'BS':
      case 'NULL':
      case 'BOOL':
        return { [word]: toJson(said) };
    }
  }
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return isMembers(value) ? { M: mapOf(value) } : { S: textOf(value) };
}

function mapOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, Json>> {
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said.map(([name, value]) => [name, attributeOf(value)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same as it is sent. */
export function toAttributes(values: Readonly<Record<string, unknown>>): Attributes {
  return Object.fromEntries(Object.entries(mapOf(values)).map(([name, value]) => [name, toAttribute(value)]));
}

/** DynamoDB's form as plain JSON: binary values become base64. */
export function fromAttributes(attributes: Attributes): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toJson(value)]));
}

/** The way back: an attribute as it is sent, from the plain JSON of one. */
export function toAttribute(value: Json): AttributeValue {
  const [[kind, member] = ['NULL', true]] = Object.entries(value as Readonly<Record<string, Json>>);
  switch (kind) {
    case 'B':
      return { B: bytes(member) };
    case 'BS':
      return { BS: (member as readonly Json[]).map(bytes) };
    case 'L':
      return { L: (member as readonly Json[]).map(toAttribute) };
    case 'M':
      return {
        M: Object.fromEntries(
          Object.entries(member as Readonly<Record<string, Json>>).map(([name, each]) => [name, toAttribute(each)]),
        ),
      };
    default:
      return value as unknown as AttributeValue;
  }
}

function bytes(base64: Json): Uint8Array {
  return Buffer.from(base64 as string, 'base64');
}

/**
 * A value without its types, for reading texts in it and for telling keys: a number that JavaScript cannot hold is the text
 * that DynamoDB sent, a set the list of its members in order.
 */
export function plainValue(value: Json): Json {
  return plain(wordsOf(value));
}

function plain(value: Json): Json {
  const typed = typedOf(value);
  if (typed !== undefined) return typed.word === 'NS' ? numbers(typed.value) : plain(typed.value as Json);
  if (Array.isArray(value)) return value.map(plain);
  if (!isMembers(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

function numbers(members: unknown): Json {
  return (members as readonly string[]).map((each) => plainNumber(each) ?? each).sort();
}

/**
 * What a playbook says of an attribute, with the type of what is there where it says none: a list is a set where there is a
 * set, a text a number where there is a number that long.
 *
 * @param there in DynamoDB's own JSON
 */
export function typedLike(said: unknown, there: Json | undefined): unknown {
  if (there === undefined || typedOf(said) !== undefined) return said;
  const [[kind, member] = ['', null]] = Object.entries(there as Readonly<Record<string, Json>>);
  if (Array.isArray(said)) {
    const isAll = (type: string): boolean => said.length > 0 && said.every((each) => typeof each === type);
    if ((kind === 'SS' || kind === 'BS') && isAll('string')) return { [kind]: said };
    if (kind === 'NS' && (isAll('number') || isAll('string'))) return { NS: said.map(String) };
    return said;
  }
  if (typeof said === 'string' && said === member && (kind === 'N' || kind === 'B')) {
    return kind === 'B' || plainNumber(said) === undefined ? { [kind]: said } : said;
  }
  if (kind !== 'M' || !isMembers(said)) return said;
  const members = member as Readonly<Record<string, Json>>;
  return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, typedLike(each, members[name])]));
}

/** True when a value is just what is said, with nothing besides. */
export function isValue(said: unknown, there: Json): boolean {
  return sameJson(inOrder(attributeOf(typedLike(said, there))), inOrder(there));
}

/** A form in which two spellings of a value are equal: sets have no order, and numbers are told in several ways. */
function inOrder(attribute: Json): Json {
  const [[kind, member] = ['NULL', true]] = Object.entries(attribute as Readonly<Record<string, Json>>);
  switch (kind) {
    case 'N':
      return { N: numeral(textOf(member)) };
    case 'NS':
      return { NS: (member as readonly string[]).map(numeral).sort() };
    case 'SS':
    case 'BS':
      return { [kind]: [...(member as readonly string[])].sort() };
    case 'L':
      return { L: (member as readonly Json[]).map(inOrder) };
    case 'M':
      return {
        M: Object.fromEntries(
          Object.entries(member as Readonly<Record<string, Json>>)
            .sort(([left], [right]) => (left < right ? -1 : 1))
            .map(([name, each]) => [name, inOrder(each)]),
        ),
      };
    default:
      return attribute;
  }
}

/** `1.50`, `15e-1` and `+1.5` alike as digits and a power of ten: `15e-1`. */
function numeral(text: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return '0';
  return `${sign === '-' ? '-' : ''}${digits}e${Number(power) - fraction.length + (all.length - digits.length)}`;
}

/** True when two keys mean the same item; DynamoDB may write a number in another way than it was sent. */
export function keyText(key: Readonly<Record<string, unknown>>): string {
  const told = Object.entries(mapOf(key)).map(([name, value]) => [name, inOrder(value)] as const);
  return JSON.stringify(told.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The same from an item as it was read. */
export function keyTextIn(item: Readonly<Record<string, Json>>, names: readonly string[]): string {
  const told = names.map((name) => [name, inOrder(item[name] ?? { NULL: true })] as const);
  return JSON.stringify(told.sort(([left], [right]) => (left < right ? -1 : 1)));
}
