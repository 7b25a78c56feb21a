// dynamodb/table: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type TableSpec } from './schema.ts';

export function policyScope(spec: TableSpec, scope: Scope): PolicyScope {
  const { read, write } = traits.permissions;
  return { actions: limited([...read, ...write], [regionalArn(scope, 'dynamodb', `table/${spec.name}`)]) };
}
