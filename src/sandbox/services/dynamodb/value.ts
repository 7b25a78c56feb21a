// Attribute values in their wire form, which is also how they are stored. Numbers are kept in DynamoDB's own notation
// (plain decimal digits), so that equal numbers are equal strings.
import { own, put } from '../../records.ts';

export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  /** Base64. */
  | { readonly B: string }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item }
  | { readonly BOOL: boolean }
  | { readonly NULL: true };

export type Item = Readonly<Record<string, AttributeValue>>;

export const attributeTypes = ['S', 'N', 'B', 'SS', 'NS', 'BS', 'L', 'M', 'BOOL', 'NULL'] as const;
export type AttributeType = (typeof attributeTypes)[number];

export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new Error('an attribute value has exactly one type');
}

/** Attribute names are free text, so `constructor` and `__proto__` must not reach into the prototype. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return own(item, name);
}

/** The same, for writing into an item under construction. */
export function setAttribute(item: Record<string, AttributeValue>, name: string, value: AttributeValue): void {
  put(item, name, value);
}

/** The members of a set, or undefined for other types. */
export function setMembers(value: AttributeValue): readonly string[] | undefined {
  if ('SS' in value) return value.SS;
  if ('NS' in value) return value.NS;
  if ('BS' in value) return value.BS;
  return undefined;
}

/** A set of the same type as `like`, with other members. */
export function setLike(like: AttributeValue, members: readonly string[]): AttributeValue {
  if ('SS' in like) return { SS: members };
  if ('NS' in like) return { NS: members };
  return { BS: members };
}

/** Sets are equal in any order, maps by their members, all else by type and value. */
export function equalValues(a: AttributeValue, b: AttributeValue): boolean {
  if ('S' in a) return 'S' in b && a.S === b.S;
  if ('N' in a) return 'N' in b && a.N === b.N;
  if ('B' in a) return 'B' in b && a.B === b.B;
  if ('BOOL' in a) return 'BOOL' in b && a.BOOL === b.BOOL;
  if ('NULL' in a) return 'NULL' in b;
  if ('L' in a) {
    if (!('L' in b) || a.L.length !== b.L.length) return false;
    const { L: others } = b;
    return a.L.every((element, index) => {
      const other = others[index];
      return other !== undefined && equalValues(element, other);
    });
  }
  if ('M' in a) {
    if (!('M' in b) || Object.keys(a.M).length !== Object.keys(b.M).length) return false;
    const { M: others } = b;
    return Object.entries(a.M).every(([name, member]) => {
      const other = attribute(others, name);
      return other !== undefined && equalValues(member, other);
    });
  }
  if (typeOf(a) !== typeOf(b)) return false;
  const members = new Set(setMembers(a));
  const others = setMembers(b) ?? [];
  return members.size === others.length && others.every((member) => members.has(member));
}
