// ecs/service: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { nameIn } from '../kit/ecs.ts';
import { limited, patternOf, regionalArn } from '../kit/policy.ts';
import type { ServiceSpec } from './schema.ts';

/** DescribeTargetHealth and the reads of Application Auto Scaling take no resource [Service Authorization Reference]. */
export function policyScope(spec: ServiceSpec, scope: Scope): PolicyScope {
  const service = regionalArn(scope, 'ecs', `service/${nameIn(patternOf(spec.cluster))}/${spec.name}`);
  return {
    actions: limited(
      ['ecs:DescribeServices', 'ecs:CreateService', 'ecs:UpdateService', 'ecs:DeleteService', 'ecs:TagResource'],
      [service],
    ),
  };
}
