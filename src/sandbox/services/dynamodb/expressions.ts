// The expression parameters of a request: which may stand together, and all of them parsed with their placeholders.
import { inEnvelope, isEnveloped } from './envelope.ts';
import { invalidValue, validation } from './errors.ts';
import type { Condition, Path } from './expression/ast.ts';
import { parseCondition } from './expression/condition-parser.ts';
import type { ParsedCondition } from './expression/condition-parser.ts';
import { Placeholders } from './expression/placeholders.ts';
import { parseProjection } from './expression/projection.ts';
import { parseUpdate } from './expression/update-parser.ts';
import type { ParsedUpdate } from './expression/update-parser.ts';
import { attributeMap, checkedValue } from './request/values.ts';
import type { RawItem } from './request/values.ts';
import { map } from './request/map.ts';
import { text } from './request/shapes.ts';
import type { Input } from '../../model.ts';
import type { IndexRecord, TableRecord } from './store.ts';
import type { AttributeValue } from './value.ts';

/** Shapes of the placeholder parameters. */
export const placeholderShapes = {
  ExpressionAttributeNames: map(text(), 'java.lang.String'),
  ExpressionAttributeValues: attributeMap,
} as const;

export interface ExpressionParameters {
  readonly UpdateExpression?: string | undefined;
  readonly ConditionExpression?: string | undefined;
  readonly KeyConditionExpression?: string | undefined;
  readonly FilterExpression?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined;
  readonly ExpressionAttributeValues?: RawItem | undefined;
}

type ExpressionParameter = Exclude<
  keyof ExpressionParameters,
  'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

export interface Expressions {
  readonly update: ParsedUpdate | undefined;
  readonly condition: Condition | undefined;
  readonly keyCondition: ParsedCondition | undefined;
  readonly filter: ParsedCondition | undefined;
  readonly projection: readonly Path[] | undefined;
}

interface Parameters {
  /** In AWS's order. */
  readonly expressions: readonly ExpressionParameter[];
  /** Which expressions have replaced. */
  readonly legacy: readonly string[];
}

const conditionLegacy = ['Expected', 'ConditionalOperator'] as const;
const parametersOf: Readonly<Record<string, Parameters>> = {
  GetItem: { expressions: ['ProjectionExpression'], legacy: ['AttributesToGet'] },
  PutItem: { expressions: ['ConditionExpression'], legacy: conditionLegacy },
  DeleteItem: { expressions: ['ConditionExpression'], legacy: conditionLegacy },
  UpdateItem: {
    expressions: ['UpdateExpression', 'ConditionExpression'],
    legacy: ['AttributeUpdates', ...conditionLegacy],
  },
  Query: {
    expressions: ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression'],
    legacy: ['AttributesToGet', 'QueryFilter', 'ConditionalOperator', 'KeyConditions'],
  },
  Scan: {
    expressions: ['ProjectionExpression', 'FilterExpression'],
    legacy: ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'],
  },
};

/** Refuses expressions together with the parameters that they have replaced. */
export function refuseMixture(operation: string, input: Input): void {
  const parameters = parametersOf[operation];
  if (parameters === undefined) return;
  const given = (name: string): boolean => input[name] !== undefined && input[name] !== null;
  const old = parameters.legacy.filter(given);
  if (old.length === 0) return;
  const expressions = parameters.expressions.filter(given);
  if (expressions.length === 0) return;
  const both = `Non-expression parameters: {${old.join(', ')}} Expression parameters: {${expressions.join(', ')}}`;
  const problem = `Can not use both expression and non-expression parameters in the same request: ${both}`;
  throw validation(isEnveloped(operation) ? inEnvelope(problem) : problem);
}

/**
 * Refuses placeholders without an expression.
 *
 * @param allowed the expressions that there may be, in AWS's order; those of the operation unless told
 */
export function checkParameters(
  parameters: ExpressionParameters,
  operation: string,
  allowed: readonly ExpressionParameter[] = parametersOf[operation]?.expressions ?? ['ProjectionExpression'],
): void {
  const given = allowed.filter((name) => parameters[name] !== undefined);
  if (parameters.ExpressionAttributeNames !== undefined && given.length === 0) {
    throw validation('ExpressionAttributeNames can only be specified when using expressions');
  }
  const withValues = allowed.filter((name) => name !== 'ProjectionExpression');
  const some = withValues.some((name) => parameters[name] !== undefined);
  if (parameters.ExpressionAttributeValues !== undefined && withValues.length > 0 && !some) {
    const verb = withValues.length > 1 ? 'are' : 'is';
    const problem = 'ExpressionAttributeValues can only be specified when using expressions';
    // Single writes no longer say which ones.
    const which = isEnveloped(operation) ? '' : `: ${withValues.join(' and ')} ${verb} null`;
    throw validation(`${problem}${which}`);
  }
}

/** @throws AwsError for the first expression that is wrong */
export function parseExpressions(parameters: ExpressionParameters): Expressions {
  const names = checkedNames(parameters.ExpressionAttributeNames);
  const placeholders = new Placeholders(names, checkedValues(parameters.ExpressionAttributeValues));
  const { UpdateExpression, ConditionExpression, KeyConditionExpression, FilterExpression, ProjectionExpression } =
    parameters;
  const condition = (
    name: 'ConditionExpression' | 'KeyConditionExpression' | 'FilterExpression',
    expression: string | undefined,
  ): ParsedCondition | undefined =>
    expression === undefined ? undefined : parseCondition(name, expression, placeholders);
  // The order of reading is AWS's order of reporting.
  const parsed: Expressions = {
    update: UpdateExpression === undefined ? undefined : parseUpdate(UpdateExpression, placeholders),
    condition: condition('ConditionExpression', ConditionExpression)?.condition,
    keyCondition: condition('KeyConditionExpression', KeyConditionExpression),
    filter: condition('FilterExpression', FilterExpression),
    projection: ProjectionExpression === undefined ? undefined : parseProjection(ProjectionExpression, placeholders),
  };
  placeholders.refuseUnused();
  return parsed;
}

function checkedNames(names: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  if (names === undefined) return {};
  if (Object.keys(names).length === 0) throw validation('ExpressionAttributeNames must not be empty');
  for (const key of Object.keys(names)) {
    if (!/^#\w+$/.test(key)) {
      throw validation(`ExpressionAttributeNames contains invalid key: Syntax error; key: "${key}"`);
    }
  }
  return names;
}

function checkedValues(values: RawItem | undefined): Readonly<Record<string, AttributeValue>> {
  if (values === undefined) return {};
  const names = Object.keys(values);
  if (names.length === 0) throw validation('ExpressionAttributeValues must not be empty');
  for (const key of names) {
    if (!/^:\w+$/.test(key)) {
      throw validation(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${key}"`);
    }
  }
  const checked: Record<string, AttributeValue> = {};
  for (const [key, raw] of Object.entries(values)) {
    const value = checkedValue(raw);
    if (typeof value === 'string') {
      throw validation(`ExpressionAttributeValues contains invalid value: ${value} for key ${key}`);
    }
    checked[key] = value;
  }
  return checked;
}

/** Key attributes are scalars: expressions may not look into them. */
export function refuseNestedKeys(table: TableRecord, paths: readonly Path[] | undefined): void {
  const nested = new Set(paths?.filter((path) => path.length > 1).map(([head]) => head));
  if (nested.size === 0) return;
  const problem = "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed";
  for (const { name } of table.keys) if (nested.has(name)) throw validation(`${problem}: Key: ${name}`);
  for (const name of indexKeyNames(table.indexes)) {
    if (nested.has(name)) throw validation(`${problem}: IndexKey: ${name}`);
  }
}

function indexKeyNames(indexes: readonly IndexRecord[]): readonly string[] {
  return indexes.flatMap((index) => index.keys.map(({ name }) => name));
}

/** What an update expression may not touch. */
export function checkUpdateTargets(table: TableRecord, { targets, types, paths }: ParsedUpdate): void {
  for (const { name } of table.keys) {
    if (targets.some(([head]) => head === name)) {
      throw invalidValue(`Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  for (const index of table.indexes) {
    for (const { name } of index.keys) {
      const position = targets.findIndex((path) => path.length === 1 && path[0] === name);
      const type = position === -1 ? undefined : types[position];
      const expected = table.attributes[name];
      if (type === undefined || type === expected) continue;
      const mismatch = `Type mismatch for Index Key ${name} Expected: ${String(expected)} Actual: ${type}`;
      throw invalidValue(`${mismatch} IndexName: ${index.name}`);
    }
  }
  refuseNestedKeys(table, paths);
}
