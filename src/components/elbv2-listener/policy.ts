// elbv2/listener: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { elbv2Within, limited, patternOf } from '../kit/policy.ts';
import type { ListenerSpec } from './schema.ts';

/**
 * No Describe action takes a resource, and creating a listener is an action on its load balancer [Service Authorization
 * Reference, Elastic Load Balancing V2].
 */
export function policyScope(spec: ListenerSpec, scope: Scope): PolicyScope {
  const arn = elbv2Within(scope, spec.loadBalancer, { from: 'loadbalancer', to: 'listener' });
  return {
    actions: {
      ...limited(['elasticloadbalancing:CreateListener'], [patternOf(spec.loadBalancer)]),
      ...limited(
        [
          'elasticloadbalancing:ModifyListener',
          'elasticloadbalancing:ModifyListenerAttributes',
          'elasticloadbalancing:AddListenerCertificates',
          'elasticloadbalancing:RemoveListenerCertificates',
          'elasticloadbalancing:DeleteListener',
          'elasticloadbalancing:AddTags',
        ],
        [arn],
      ),
    },
    outputs: { arn },
  };
}
