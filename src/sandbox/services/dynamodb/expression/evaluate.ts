// Whether an item meets a condition. An attribute that is missing or of an unfitting type makes a comparison false (and
// `<>` true), never an error.
import { unreachable } from '../../../../util/unreachable.ts';
import { compareValues } from '../order.ts';
import { byteLength } from '../size.ts';
import { attribute, equalValues, setMembers, typeOf } from '../value.ts';
import type { AttributeValue, Item } from '../value.ts';
import type { Comparator, Condition, FunctionCall, Operand } from './ast.ts';
import { valueAt } from './paths.ts';

export function meets(item: Item, condition: Condition): boolean {
  switch (condition.kind) {
    case 'and':
      return meets(item, condition.left) && meets(item, condition.right);
    case 'or':
      return meets(item, condition.left) || meets(item, condition.right);
    case 'not':
      return !meets(item, condition.condition);
    case 'compare':
      return compare(condition.comparator, resolve(item, condition.left), resolve(item, condition.right));
    case 'between': {
      const value = resolve(item, condition.operand);
      return compare('>=', value, resolve(item, condition.low)) && compare('<=', value, resolve(item, condition.high));
    }
    case 'in': {
      const value = resolve(item, condition.operand);
      return condition.candidates.some((candidate) => compare('=', value, resolve(item, candidate)));
    }
    case 'function':
      return test(item, condition);
  }
}

function compare(comparator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return comparator === '<>';
  if (comparator === '=') return equalValues(left, right);
  if (comparator === '<>') return !equalValues(left, right);
  const order = compareValues(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    default:
      return unreachable(comparator);
  }
}

function test(item: Item, { name, operands }: FunctionCall): boolean {
  const [first, second] = operands;
  const value = first === undefined ? undefined : resolve(item, first);
  const other = second === undefined ? undefined : resolve(item, second);
  if (name === 'attribute_not_exists') return value === undefined;
  if (value === undefined) return false;
  if (name === 'attribute_exists') return true;
  if (other === undefined) return false;
  switch (name) {
    case 'attribute_type':
      return 'S' in other && other.S === typeOf(value);
    case 'begins_with':
      return beginsWith(value, other);
    case 'contains':
      return contains(value, other);
    default:
      throw new Error(`${name} is no condition`);
  }
}

export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = Buffer.from(prefix.B, 'base64');
  return Buffer.from(value.B, 'base64').subarray(0, start.length).equals(start);
}

/** Part of a text or of bytes, member of a set, element of a list. */
function contains(value: AttributeValue, part: AttributeValue): boolean {
  if ('S' in value) return 'S' in part && value.S.includes(part.S);
  if ('B' in value) return 'B' in part && Buffer.from(value.B, 'base64').includes(Buffer.from(part.B, 'base64'));
  if ('SS' in value) return 'S' in part && value.SS.includes(part.S);
  if ('NS' in value) return 'N' in part && value.NS.includes(part.N);
  if ('BS' in value) return 'B' in part && value.BS.includes(part.B);
  if ('L' in value) return value.L.some((element) => equalValues(element, part));
  return false;
}

function resolve(item: Item, operand: Operand): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return operand.path.length === 1 ? attribute(item, String(operand.path[0])) : valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'undefined':
      return undefined;
    case 'function': {
      const [first] = operand.operands;
      const value = first === undefined ? undefined : resolve(item, first);
      const size = value === undefined ? undefined : sizeOf(value);
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** `size()`: numbers, booleans and nulls have none. Strings are counted in characters of UTF-16, as in Java. */
function sizeOf(value: AttributeValue): number | undefined {
  if ('S' in value) return value.S.length;
  if ('B' in value) return byteLength(value.B);
  if ('L' in value) return value.L.length;
  if ('M' in value) return Object.keys(value.M).length;
  return setMembers(value)?.length;
}
