// Resources as IAM policies name them, for the types' policy scopes. Which actions take resource-level permissions, and
// of which kind: Service Authorization Reference, one page for each service.
import type { ActionScope, Scope } from '../contract.ts';

/** Text for an ARN pattern: what is not known yet, and what IAM would take for a variable, becomes `*`. */
export function patternOf(text: string): string {
  return text.replaceAll(/\$\{[^}]*\}?/g, '*');
}

/** ARN of something in the scope's account and region: `arn(scope, 'ecs', 'cluster/api')`. */
export function regionalArn({ partition, region, account }: Scope, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${account}:${patternOf(resource)}`;
}

/** Every one of these actions, limited to the same resources. */
export function limited(
  actions: readonly string[],
  resources: readonly string[],
): Readonly<Record<string, ActionScope>> {
  return Object.fromEntries(actions.map((action) => [action, { resources }]));
}

/**
 * From the ARN, or its pattern, of what a piece lives in to the pattern of the piece: the listeners of
 * `…:loadbalancer/app/api/*` are `…:listener/app/api/*` [ELB user guide, resource ARNs].
 */
export function elbv2Within(
  scope: Scope,
  container: string,
  kinds: { readonly from: 'loadbalancer' | 'listener'; readonly to: 'listener' | 'listener-rule' },
): string {
  const arn = patternOf(container);
  const [head, tail] = arn.split(`:${kinds.from}/`);
  if (head === undefined || tail === undefined) return regionalArn(scope, 'elasticloadbalancing', `${kinds.to}/*`);
  return `${head}:${kinds.to}/${tail.endsWith('/*') ? tail : `${tail}/*`}`;
}
