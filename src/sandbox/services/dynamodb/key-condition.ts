// KeyConditionExpression: `partition = :value`, and at most one condition on the sort key.
import { invalidValue, validation } from './errors.ts';
import type { Comparator, Condition, Operand } from './expression/ast.ts';
import { keyType } from './keys.ts';
import type { KeyElement, TableRecord } from './store.ts';
import { typeOf } from './value.ts';
import type { AttributeValue } from './value.ts';

export type SortCondition =
  | { readonly kind: Exclude<Comparator, '<>'>; readonly value: AttributeValue }
  | { readonly kind: 'begins_with'; readonly value: AttributeValue }
  | { readonly kind: 'between'; readonly value: AttributeValue; readonly high: AttributeValue };

export interface KeyCondition {
  readonly partition: AttributeValue;
  readonly sort: SortCondition | undefined;
}

/** Conditions by attribute, before the table is known. */
export function keyConditions(condition: Condition): ReadonlyMap<string, SortCondition> {
  const conditions = new Map<string, SortCondition>();
  collect(condition, conditions);
  return conditions;
}

function collect(condition: Condition, conditions: Map<string, SortCondition>): void {
  switch (condition.kind) {
    case 'and':
      collect(condition.left, conditions);
      collect(condition.right, conditions);
      return;
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(condition.kind.toUpperCase());
    case 'compare': {
      if (condition.comparator === '<>') throw invalidOperator('<>');
      const { attribute, others, first } = operands([condition.left, condition.right]);
      add(conditions, attribute, {
        kind: first ? condition.comparator : mirrored[condition.comparator],
        value: others[0],
      });
      return;
    }
    case 'between': {
      keyFirst('BETWEEN', condition.operand);
      const { attribute, others } = operands([condition.operand, condition.low, condition.high]);
      const [low, high = low] = others;
      add(conditions, attribute, { kind: 'between', value: low, high });
      return;
    }
    case 'function': {
      if (condition.name !== 'begins_with') throw invalidOperator(condition.name);
      const [subject] = condition.operands;
      if (subject !== undefined) keyFirst('begins_with', subject);
      const { attribute, others } = operands(condition.operands);
      add(conditions, attribute, { kind: 'begins_with', value: others[0] });
    }
  }
}

const mirrored = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function add(conditions: Map<string, SortCondition>, attribute: string, condition: SortCondition): void {
  if (conditions.has(attribute)) {
    throw validation('KeyConditionExpressions must only contain one condition per key');
  }
  conditions.set(attribute, condition);
}

interface KeyOperands {
  readonly attribute: string;
  readonly others: readonly [AttributeValue, ...AttributeValue[]];
  /** The attribute is written before the values. */
  readonly first: boolean;
}

function operands(all: readonly Operand[]): KeyOperands {
  let name: string | undefined;
  let position = 0;
  const values: AttributeValue[] = [];
  all.forEach((operand, index) => {
    switch (operand.kind) {
      case 'path': {
        if (name !== undefined) throw invalidCondition('Multiple attribute names used in one condition');
        if (operand.path.length > 1) {
          throw validation('KeyConditionExpressions cannot have conditions on nested attributes');
        }
        name = String(operand.path[0]);
        position = index;
        return;
      }
      case 'function':
        throw validation('KeyConditionExpressions cannot contain nested operations');
      case 'value':
        values.push(operand.value);
        return;
      case 'undefined':
        throw new Error('undefined values pass no parser');
    }
  });
  const [value, ...more] = values;
  if (name === undefined || value === undefined) throw invalidCondition('No key attribute specified');
  return { attribute: name, others: [value, ...more], first: position === 0 };
}

function keyFirst(operator: string, operand: Operand): void {
  if (operand.kind === 'path') return;
  throw invalidCondition(`${operator} operator must have the key attribute as its first operand`);
}

function invalidOperator(operator: string): Error {
  return validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
}

function invalidCondition(problem: string): Error {
  return validation(`Invalid condition in KeyConditionExpression: ${problem}`);
}

/** @param keys of the table or of the index that is queried */
export function keyCondition(
  table: TableRecord,
  keys: readonly KeyElement[],
  conditions: ReadonlyMap<string, SortCondition>,
): KeyCondition {
  const [partitionKey, sortKey] = keys;
  if (partitionKey === undefined) throw new Error('a key schema has a partition key');
  if (conditions.size > 2) {
    const problem = `The number of query conditions (${conditions.size}) exceeds the number of key attributes`;
    throw validation(`${problem} defined in the schema (${keys.length})`);
  }
  if (sortKey === undefined && conditions.size > 1) throw validation('Query key condition not supported');
  const partition = conditions.get(partitionKey.name);
  if (partition === undefined) throw validation(`Query condition missed key schema element: ${partitionKey.name}`);
  checkTypes(table, partitionKey, partition);
  if (partition.kind !== '=') throw validation('Query key condition not supported');
  const sort = sortKey === undefined ? undefined : conditions.get(sortKey.name);
  if (sortKey !== undefined && sort !== undefined) checkTypes(table, sortKey, sort);
  if (sortKey !== undefined && sort === undefined && conditions.size > 1) {
    throw validation(`Query condition missed key schema element: ${sortKey.name}`);
  }
  return { partition: partition.value, sort };
}

function checkTypes(table: TableRecord, { name }: KeyElement, condition: SortCondition): void {
  const expected = keyType(table, name);
  const values = condition.kind === 'between' ? [condition.value, condition.high] : [condition.value];
  for (const value of values) {
    if (typeOf(value) !== expected) throw invalidValue('Condition parameter type does not match schema type');
    if (('S' in value && value.S === '') || ('B' in value && value.B === '')) {
      const empty = 'S' in value ? 'string' : 'binary';
      const what = `The AttributeValue for a key attribute cannot contain an empty ${empty} value. Key: ${name}`;
      throw validation(`One or more parameter values are not valid. ${what}`);
    }
  }
}
