// DynamoDB's order of strings (UTF-8 bytes), numbers and binary values (unsigned bytes).
import { decimalOf, decimalOrder } from './decimal.ts';
import type { AttributeValue } from './value.ts';

/**
 * A text that sorts among others of the same type as the value does, and that is equal for equal values only.
 * Undefined for types without an order.
 */
export function orderText(value: AttributeValue): string | undefined {
  if ('S' in value) return codePointOrder(value.S);
  if ('N' in value) return decimalOrder(decimalOf(value.N));
  if ('B' in value) return Buffer.from(value.B, 'base64').toString('latin1');
  return undefined;
}

/** Negative, zero or positive; undefined when the two cannot be compared. */
export function compareValues(a: AttributeValue, b: AttributeValue): number | undefined {
  const comparable = ('S' in a && 'S' in b) || ('N' in a && 'N' in b) || ('B' in a && 'B' in b);
  if (!comparable) return undefined;
  const left = orderText(a);
  const right = orderText(b);
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** JavaScript sorts UTF-16 units, where surrogates come before U+E000; UTF-8 has them last. */
function codePointOrder(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text;
  let mapped = '';
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    mapped += String.fromCharCode(unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit);
  }
  return mapped;
}
