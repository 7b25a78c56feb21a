// Names and ARNs of Elastic Load Balancing.
import { invalid } from './input.ts';
import type { LoadBalancerType } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

/** At most 32 letters, digits and inner hyphens; a load balancer's must not start with `internal-` either. */
export function checkName(kind: 'Load balancer' | 'Target group', name: string): void {
  if (name.length > 32) throw invalid(unverifiedTexts.nameTooLong(kind, name));
  if (!/^[A-Za-z0-9-]+$/.test(name)) throw invalid(unverifiedTexts.nameCharacters(kind, name));
  if (name.startsWith('-') || name.endsWith('-')) throw invalid(unverifiedTexts.nameHyphen(kind, name));
  if (kind === 'Load balancer' && name.startsWith('internal-')) throw invalid(unverifiedTexts.nameInternal(name));
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
