// Names and ARNs of Elastic Load Balancing.
import { invalid } from './input.ts';
import type { LoadBalancerType } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

const hyphens = '(?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$';
const hyphensPattern = new RegExp(hyphens);

/** Texts pasted: hashicorp/terraform#11699, hashicorp/terraform-provider-aws#6153; of hyphens, moto's test_elbv2_target_groups.py. */
export function checkTargetGroupName(name: string): void {
  if (name.length > 32) throw invalid(`Target group name '${name}' cannot be longer than '32' characters`);
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    throw invalid(
      `Target group name '${name}' can only contain characters that are alphanumeric characters or hyphens(-)`,
    );
  }
  if (hyphensPattern.test(name)) return;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'targetGroup.targetGroupArn.targetGroupName' failed to satisfy ` +
      `constraint: Member must satisfy regular expression pattern: ${hyphens}`,
  );
}

/** Must not start with `internal-` either. */
export function checkLoadBalancerName(name: string): void {
  if (name.length > 32) throw invalid(unverifiedTexts.nameTooLong(name));
  if (!/^[A-Za-z0-9-]+$/.test(name)) {
    // Pasted: a comment in kubernetes/kops, upup/pkg/fi/cloudup/awstasks/network_load_balancer.go.
    throw invalid(
      `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (name.startsWith('-') || name.endsWith('-')) throw invalid(unverifiedTexts.nameHyphen(name));
  if (name.startsWith('internal-')) throw invalid(unverifiedTexts.nameInternal(name));
}

const typeInArn: Readonly<Record<LoadBalancerType, string>> = { application: 'app', network: 'net' };

export function loadBalancerArn(
  region: string,
  account: string,
  { type, name, id }: { type: LoadBalancerType; name: string; id: string },
): string {
  return `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/${typeInArn[type]}/${name}/${id}`;
}

/** The ARN of a listener is its load balancer's with another kind and one more part; a rule's likewise. */
export function childArn(parent: string, kind: 'listener' | 'listener-rule', id: string): string {
  const [head = '', ...path] = parent.split('/');
  return `${head.slice(0, head.lastIndexOf(':'))}:${kind}/${path.join('/')}/${id}`;
}

export function isArnOf(kind: 'loadbalancer' | 'targetgroup' | 'listener' | 'listener-rule', arn: string): boolean {
  const parts = arn.split(':');
  return parts[0] === 'arn' && parts[2] === 'elasticloadbalancing' && parts[5]?.startsWith(`${kind}/`) === true;
}
