// Values between a playbook's JSON and DynamoDB's own: { S: "text" }, { N: "1.5" }, { M: {...} }.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, NumberValueImpl, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Json } from '../contract.ts';
import { toJson } from '../kit/compare.ts';

/** An item or a key in DynamoDB's form. */
export type Attributes = Record<string, AttributeValue>;

export function toAttributes(values: Readonly<Record<string, unknown>>): Attributes {
  return marshall(values, { removeUndefinedValues: true });
}

/** DynamoDB's form as plain JSON: binary values become base64. */
export function fromAttributes(attributes: Attributes): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, toJson(value)]));
}

/** The way back: an attribute as it was sent, from the plain JSON of one. */
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
 * A value as a playbook would write it. A number that JavaScript cannot hold stays the text that DynamoDB sent; a set is
 * the list of its members in order, since a playbook can write no set.
 */
export function plainValue(value: Json): Json {
  const { only } = unmarshall({ only: value as never }, { wrapNumbers: true }) as { only: unknown };
  return plain(only);
}

function plain(value: unknown): Json {
  if (value instanceof NumberValueImpl) {
    const number = Number(value.value);
    return isExact(number, value.value) ? number : value.value;
  }
  if (value instanceof Set) return [...value].map(plain).sort();
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
  }
  return toJson(value);
}

/** DynamoDB keeps 38 digits [DynamoDB developer guide, data types]; a JavaScript number about 15. */
function isExact(number: number, text: string): boolean {
  if (Number.isInteger(number)) return Number.isSafeInteger(number);
  return String(number) === text || text.replace(/[-.]|e.*$/gi, '').length <= 15;
}

/** A desired value in the form to write: into a set where there is a set, so that its readers find one. */
export function valueLike(desired: unknown, existing: Json | undefined): AttributeValue {
  const { only = { NULL: true } } = toAttributes({ only: desired });
  if (only.L === undefined || typeof existing !== 'object' || existing === null || only.L.length === 0) return only;
  const texts = only.L.flatMap((member) => member.S ?? []);
  if ('SS' in existing && texts.length === only.L.length) return { SS: texts };
  const numbers = only.L.flatMap((member) => member.N ?? []);
  if ('NS' in existing && numbers.length === only.L.length) return { NS: numbers };
  return only;
}

/** True when two keys mean the same item; DynamoDB may write a number in another way than it was sent. */
export function keyText(key: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(key).sort(([left], [right]) => (left < right ? -1 : 1)));
}
