// UpdateItem's older way of saying what changes: an action for each attribute [API reference, "AttributeUpdates"]. Terraform
// still speaks it. It becomes what an update expression becomes.
import { invalidValue, validation } from './errors.ts';
import type { Operand, UpdateAction } from './expression/ast.ts';
import type { ParsedUpdate } from './expression/update-parser.ts';
import { map } from './request/map.ts';
import { struct, text, type Shape } from './request/shapes.ts';
import { attributeValue, checkedValue, type RawValue } from './request/values.ts';
import { typeOf, type AttributeValue } from './value.ts';

export interface AttributeUpdate {
  /** PUT unless told. */
  readonly Action?: string | undefined;
  readonly Value?: RawValue | undefined;
}

export type AttributeUpdates = Readonly<Record<string, AttributeUpdate>>;

export const attributeUpdates: Shape<AttributeUpdates> = map(
  struct({ Action: text(), Value: attributeValue }),
  'com.amazonaws.dynamodb.v20120810.AttributeValueUpdate',
);

/** @throws AwsError for a value that is none, and for an action that its type does not have; texts as dynalite's authors saw them */
export function parseAttributeUpdates(updates: AttributeUpdates): ParsedUpdate {
  const actions = Object.entries(updates).map(([name, update]) => actionOf(name, update));
  const targets = actions.map(({ path }) => path);
  return { actions, targets, paths: targets, types: actions.map(typeIn) };
}

function actionOf(name: string, { Action: action = 'PUT', Value: raw }: AttributeUpdate): UpdateAction {
  const path = [name];
  if (raw === undefined) {
    if (action === 'DELETE') return { kind: 'remove', path };
    throw invalidValue('Only DELETE action is allowed when no attribute value is specified');
  }
  const value = checkedValue(raw);
  if (typeof value === 'string') throw validation(value);
  const type = typeOf(value);
  const isSet = type === 'SS' || type === 'NS' || type === 'BS';
  switch (action) {
    case 'DELETE':
      if (!isSet) throw invalidValue(`DELETE action with value is not supported for the type ${type}`);
      return { kind: 'delete', path, value };
    case 'ADD':
      if (type === 'L') return { kind: 'set', path, value: appended(path, value) };
      if (!isSet && type !== 'N') throw invalidValue(`ADD action is not supported for the type ${type}`);
      return { kind: 'add', path, value };
    default:
      return { kind: 'set', path, value: { kind: 'value', value } };
  }
}

/** The list behind the one that is there, if one is. */
function appended(path: readonly string[], value: AttributeValue): Operand {
  const none: Operand = { kind: 'value', value: { L: [] } };
  const before: Operand = {
    kind: 'function',
    name: 'if_not_exists',
    operands: [{ kind: 'path', path }, none],
    type: undefined,
  };
  return { kind: 'function', name: 'list_append', operands: [before, { kind: 'value', value }], type: 'L' };
}

function typeIn(action: UpdateAction): ParsedUpdate['types'][number] {
  if (action.kind === 'remove') return undefined;
  if (action.kind !== 'set') return typeOf(action.value);
  return action.value.kind === 'value' ? typeOf(action.value.value) : undefined;
}
