// elbv2/target-group: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type TargetGroupSpec } from './schema.ts';

/** No Describe action takes a resource [Service Authorization Reference, Elastic Load Balancing V2]. */
export function policyScope(spec: TargetGroupSpec, scope: Scope): PolicyScope {
  const arn = regionalArn(scope, 'elasticloadbalancing', `targetgroup/${spec.name}/*`);
  return { actions: limited(traits.permissions.write, [arn]), outputs: { arn } };
}
