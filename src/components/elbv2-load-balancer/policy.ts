// elbv2/load-balancer: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited, regionalArn } from '../kit/policy.ts';
import { traits, type LoadBalancerSpec } from './schema.ts';

/** No Describe action takes a resource [Service Authorization Reference, Elastic Load Balancing V2]. */
export function policyScope(spec: LoadBalancerSpec, scope: Scope): PolicyScope {
  const kind = { application: 'app', network: 'net', gateway: 'gwy' }[spec.type ?? 'application'];
  const arn = regionalArn(scope, 'elasticloadbalancing', `loadbalancer/${kind}/${spec.name}/*`);
  return { actions: limited(traits.permissions.write, [arn]), outputs: { arn } };
}
