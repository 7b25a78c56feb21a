// What policies are asked about calls to DynamoDB.
import type { PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import { inputMember } from '../../condition-keys.ts';
import type { Input } from '../../model.ts';
import { arnsIn, arnsNamed, onEach, taggingOnCreation } from '../../permissions.ts';
import { leadingKeys } from './leading-keys.ts';

export const dynamoDbAuthorization: ServiceAuthorization = {
  permissions: (call) => {
    const resources = resourcesOf(call);
    return [
      ...actionsOf(call).flatMap((action) => onEach(action, resources)),
      ...taggingOnCreation(call, 'dynamodb:TagResource', resources),
    ];
  },
  conditionKeys: {
    LeadingKeys: (call, _resource, data) => leadingKeys(call, data),
    ReturnConsumedCapacity: inputMember('ReturnConsumedCapacity'),
    ReturnValues: inputMember('ReturnValues'),
    Select: inputMember('Select'),
  },
};

/** A transaction asks for what it does. */
function actionsOf({ input, operation }: PlacedCall): readonly string[] {
  const items: unknown = input['TransactItems'];
  const kinds = Array.isArray(items)
    ? (items as readonly unknown[]).flatMap((each) =>
        typeof each === 'object' && each !== null ? Object.keys(each) : [],
      )
    : [];
  const words: Readonly<Record<string, string>> = {
    ConditionCheck: 'ConditionCheckItem',
    Delete: 'DeleteItem',
    Get: 'GetItem',
    Put: 'PutItem',
    Update: 'UpdateItem',
  };
  const found = [...new Set(kinds)].flatMap((kind) => words[kind] ?? []);
  return (found.length === 0 ? [operation] : found).map((word) => `dynamodb:${word}`);
}

function resourcesOf(call: PlacedCall): readonly string[] {
  const { input } = call;
  const tables = arnsNamed(call, 'table/', input['TableName']);
  const index = input['IndexName'];
  if (tables.length > 0) return typeof index === 'string' ? tables.map((each) => `${each}/index/${index}`) : tables;
  const items = input['RequestItems'];
  const names =
    typeof items === 'object' && items !== null ? Object.keys(items) : tablesOfTransaction(input['TransactItems']);
  const named = names.flatMap((name) => arnsNamed(call, 'table/', name));
  return typeof items === 'object' && items !== null ? named : [...arnsIn(input, 3), ...named];
}

function tablesOfTransaction(items: unknown): readonly unknown[] {
  if (!Array.isArray(items)) return [];
  return (items as (Readonly<Record<string, Input | null>> | null)[]).flatMap((each) =>
    Object.values(each ?? {}).map((inside) => inside?.['TableName']),
  );
}
