// Applies an update expression to an item. All values are taken from the item as it was before, and positions in lists
// mean those of the list before, whatever the order of the actions.
import { addDecimals, decimalOf, formatDecimal, negate } from '../decimal.ts';
import { validation } from '../errors.ts';
import { attribute, setAttribute, setLike, setMembers, typeOf } from '../value.ts';
import type { AttributeValue, Item } from '../value.ts';
import type { NewValue, Operand, Path, UpdateAction } from './ast.ts';
import { valueAt } from './paths.ts';

/** @throws AwsError when the item does not have what the expression needs */
export function applyUpdate(item: Item, actions: readonly UpdateAction[]): Item {
  const values = new Map<UpdateAction, AttributeValue>();
  for (const action of actions) if (action.kind === 'set') values.set(action, evaluate(item, action.value));

  const root: Edit = { parts: new Map() };
  for (const action of actions) {
    if (!hasParent(item, action.path)) {
      throw validation('The document path provided in the update expression is invalid for update');
    }
    record(root, action.path, action.kind === 'set' ? values.get(action) : combined(item, action));
  }
  return editMap(item, root);
}

const wrongType = 'An operand in the update expression has an incorrect data type';

function evaluate(item: Item, value: NewValue): AttributeValue {
  if (value.kind !== 'sum') return resolve(item, value);
  const left = resolve(item, value.left);
  if (!('N' in left)) throw validation(wrongType);
  const right = resolve(item, value.right);
  if (!('N' in right)) throw validation(wrongType);
  return sum(left.N, right.N, value.operator);
}

function resolve(item: Item, operand: Operand): AttributeValue {
  const value = found(item, operand);
  if (value === undefined) {
    throw validation('The provided expression refers to an attribute that does not exist in the item');
  }
  return value;
}

function found(item: Item, operand: Operand): AttributeValue | undefined {
  switch (operand.kind) {
    case 'path':
      return valueAt(item, operand.path);
    case 'value':
      return operand.value;
    case 'undefined':
      return undefined;
    case 'function': {
      const [first, second] = operand.operands;
      if (first === undefined || second === undefined) return undefined;
      if (operand.name === 'if_not_exists') return found(item, first) ?? found(item, second);
      const head = resolve(item, first);
      if (!('L' in head)) throw validation(wrongType);
      const tail = resolve(item, second);
      if (!('L' in tail)) throw validation(wrongType);
      return { L: [...head.L, ...tail.L] };
    }
  }
}

function sum(left: string, right: string, operator: '+' | '-'): AttributeValue {
  const addend = decimalOf(right);
  const total = addDecimals(decimalOf(left), operator === '-' ? negate(addend) : addend);
  if (typeof total === 'string') throw validation(total);
  return { N: formatDecimal(total) };
}

/** The new value of a path by REMOVE, ADD or DELETE; undefined when nothing is to be left there. */
function combined(item: Item, action: Exclude<UpdateAction, { kind: 'set' }>): AttributeValue | undefined {
  if (action.kind === 'remove') return undefined;
  const { kind, value } = action;
  const current = valueAt(item, action.path);
  if (current === undefined) return kind === 'add' ? value : undefined;
  if (typeOf(current) !== typeOf(value)) throw validation(wrongType);
  if ('N' in current && 'N' in value) return sum(current.N, value.N, '+');
  const before = setMembers(current) ?? [];
  const given = new Set(setMembers(value));
  if (kind === 'add') return setLike(current, [...new Set([...before, ...given])]);
  const after = before.filter((member) => !given.has(member));
  return after.length === 0 ? undefined : setLike(current, after);
}

/** Whether the map or list that the last part of the path is to be written into exists. */
function hasParent(item: Item, path: Path): boolean {
  if (path.length === 1) return true;
  const parent = valueAt(item, path.slice(0, -1));
  if (parent === undefined) return false;
  return typeof path.at(-1) === 'number' ? 'L' in parent : 'M' in parent;
}

/** Changes of one map or list: a leaf has a new value (or undefined to remove), others go deeper. */
type Edit = { readonly parts: Map<string | number, Edit> } | { readonly value: AttributeValue | undefined };

function record(root: Edit, path: Path, value: AttributeValue | undefined): void {
  let edit = root;
  path.forEach((part, index) => {
    if (!('parts' in edit)) throw new Error('overlapping paths pass no parser');
    const existing = edit.parts.get(part);
    const next: Edit = existing ?? (index === path.length - 1 ? { value } : { parts: new Map() });
    edit.parts.set(part, next);
    edit = next;
  });
}

function editMap(map: Item, edit: Edit): Item {
  if (!('parts' in edit)) return map;
  const members: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(map)) {
    const change = edit.parts.get(name);
    const edited = change === undefined ? value : editValue(value, change);
    if (edited !== undefined) setAttribute(members, name, edited);
  }
  for (const [name, change] of edit.parts) {
    const isNew = typeof name === 'string' && attribute(map, name) === undefined;
    if (isNew && 'value' in change && change.value !== undefined) setAttribute(members, name, change.value);
  }
  return members;
}

/** New elements beyond the end are appended in the order of their positions. */
function editList(list: readonly AttributeValue[], edit: Edit): readonly AttributeValue[] {
  if (!('parts' in edit)) return list;
  const elements: AttributeValue[] = [];
  list.forEach((element, index) => {
    const change = edit.parts.get(index);
    const edited = change === undefined ? element : editValue(element, change);
    if (edited !== undefined) elements.push(edited);
  });
  const beyond = [...edit.parts]
    .filter((entry): entry is [number, Edit] => typeof entry[0] === 'number' && entry[0] >= list.length)
    .sort(([a], [b]) => a - b);
  for (const [, change] of beyond) {
    if ('value' in change && change.value !== undefined) elements.push(change.value);
  }
  return elements;
}

function editValue(value: AttributeValue, edit: Edit): AttributeValue | undefined {
  if ('value' in edit) return edit.value;
  if ('M' in value) return { M: editMap(value.M, edit) };
  if ('L' in value) return { L: editList(value.L, edit) };
  return value;
}
