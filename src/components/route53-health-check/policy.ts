// route53/health-check: where its actions are needed.
import type { PolicyScope, Scope } from '../contract.ts';
import { limited } from '../kit/policy.ts';
import type { HealthCheckSpec } from './schema.ts';

/**
 * Listing and creating take no resource [Service Authorization Reference, Amazon Route 53]; the id is not known before
 * the health check is there. Route 53 is global: its ARNs name neither region nor account.
 */
export function policyScope(_spec: HealthCheckSpec, { partition }: Scope): PolicyScope {
  const every = `arn:${partition}:route53:::healthcheck/*`;
  return {
    actions: limited(
      [
        'route53:ListTagsForResources',
        'route53:GetHealthCheckStatus',
        'route53:UpdateHealthCheck',
        'route53:DeleteHealthCheck',
        'route53:ChangeTagsForResource',
      ],
      [every],
    ),
  };
}
