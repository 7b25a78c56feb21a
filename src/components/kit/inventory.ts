// What answers under a name, told by the inventory of AWS: a load balancer, its target groups, their healthy targets. Never
// by resolving: whoever owns a name now would answer for it.
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { Lead, ReadContext } from '../contract.ts';
import { balancerIn } from './balancer-names.ts';
import { allPages } from './observing.ts';
import { mayAnswer } from './target-health.ts';

export type Answering = Omit<Lead, 'to'>;

export const nothing: Answering = { serves: null, seen: true };
export const outOfSight: Answering = { serves: 'cannot be seen from here', seen: false };

/**
 * What the load balancer of this DNS name answers with; nothing where there is none of that name in the account and
 * region. A read that fails throws.
 */
export async function answersBehind(dnsName: string, context: ReadContext): Promise<Answering> {
  const balancer = balancerIn(dnsName);
  // In another region, or nothing of AWS's.
  if (balancer?.region !== context.scope.region) return outOfSight;
  const found = await balancerNamed(balancer.name, context);
  if (found?.DNSName?.toLowerCase() !== dnsName || found.LoadBalancerArn === undefined) return nothing;
  const arn = found.LoadBalancerArn;
  const what = `load balancer ${found.LoadBalancerName ?? balancer.name}`;
  const healthy = await healthyTargetsOf(arn, context);
  if (healthy > 0) return { serves: `${what}: ${healthy} healthy ${healthy === 1 ? 'target' : 'targets'}`, seen: true };
  return (await answersByItself(arn, context)) ? { serves: `${what}: answers by itself`, seen: true } : nothing;
}

/** By its exact name, as the spelling of letters is not told by a DNS name: all are listed, and the one picked. */
async function balancerNamed(name: string, context: ReadContext) {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeLoadBalancersCommand({ Names: [name] })),
    );
    const [first] = answer.LoadBalancers ?? [];
    if (first !== undefined) return first;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  const all = await allPages(
    ({ LoadBalancerArn }: LoadBalancer) => LoadBalancerArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeLoadBalancersCommand({ Marker: marker })),
      );
      return { items: answer.LoadBalancers ?? [], next: answer.NextMarker };
    },
  );
  return all.find((each) => each.LoadBalancerName?.toLowerCase() === name);
}

/** Every target group that a listener or rule of the load balancer forwards to [ELBv2 API, DescribeTargetGroups]. */
async function healthyTargetsOf(arn: string, context: ReadContext): Promise<number> {
  const groups = await allPages(
    ({ TargetGroupArn }: TargetGroup) => TargetGroupArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn, Marker: marker })),
      );
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
    },
  );
  const counts = await Promise.all(
    groups.map(async ({ TargetGroupArn }) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      );
      const targets = answer.TargetHealthDescriptions ?? [];
      // With all targets unhealthy an application load balancer sends requests to all of them; that is no serving.
      return targets.filter(({ TargetHealth }) => mayAnswer(TargetHealth?.State)).length;
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}

/** A redirect or a fixed response needs no target. */
async function answersByItself(arn: string, context: ReadContext): Promise<boolean> {
  const listeners = await allPages(
    ({ ListenerArn }: Listener) => ListenerArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeListenersCommand({ LoadBalancerArn: arn, Marker: marker })),
      );
      return { items: answer.Listeners ?? [], next: answer.NextMarker };
    },
  );
  return listeners.some(({ DefaultActions = [] }) =>
    DefaultActions.some(({ Type }) => Type === 'redirect' || Type === 'fixed-response'),
  );
}
