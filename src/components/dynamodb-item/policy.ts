// dynamodb/item: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type ItemSpec } from './schema.ts';

/** DynamoDB takes a table's ARN wherever it takes its name [DynamoDB API, TableName]. */
export function policyScope(spec: ItemSpec, scope: Scope): PolicyScope {
  const { read, write } = traits.permissions;
  const table = spec.table.startsWith('arn:') ? spec.table : regionalArn(scope, 'dynamodb', `table/${spec.table}`);
  return { actions: limited([...read, ...write], [table]) };
}
