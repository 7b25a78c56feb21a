// dynamodb/table: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type TableSpec } from './schema.ts';

export function policyScope(spec: TableSpec, scope: Scope): PolicyScope {
  const { read, readOwned, write } = traits.permissions;
  const resources = [regionalArn(scope, 'dynamodb', `table/${spec.name}`)];
  // Items are counted and never read [Service Authorization Reference, dynamodb:Select].
  const conditions = { StringEquals: { 'dynamodb:Select': ['COUNT'] } };
  const scan = 'dynamodb:Scan';
  const others = [...read, ...readOwned, ...write].filter((action) => action !== scan);
  return { actions: { ...limited(others, resources), [scan]: { resources, conditions } } };
}
