// ecs/cluster: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type ClusterSpec } from './schema.ts';

export function policyScope(spec: ClusterSpec, scope: Scope): PolicyScope {
  const { read, write } = traits.permissions;
  return { actions: limited([...read, ...write], [regionalArn(scope, 'ecs', `cluster/${spec.name}`)]) };
}
