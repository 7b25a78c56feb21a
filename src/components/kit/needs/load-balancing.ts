// Load balancers, listeners and target groups by their ARNs: many in a call. One that is missing refuses the call, and then
// each is asked for by itself.
import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../../aws/errors.ts';
import { elbv2 } from '../../../aws/services/elbv2.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { chunks } from '../observing.ts';
import { elsewhere, inArn, missing, there, unseen, unseenFrom, type Reader } from './answers.ts';

/** [Elastic Load Balancing API: LoadBalancerArns has 20 at the most, a page of the others 400 and less] */
const arnsPerCall = 20;

type Ask = (arns: string[], context: ReadContext) => Promise<readonly (string | undefined)[]>;

function byArn(ask: Ask, word: string): Reader {
  return async (needs, context) => {
    const answers = new Map<Need, NeedSeen>();
    const here = needs.filter((need) => {
      const away = elsewhere(need, inArn(need.name, 'region'), context);
      if (away !== undefined) answers.set(need, away);
      return away === undefined;
    });
    await Promise.all(
      chunks(here, arnsPerCall).map(async (chunk) => {
        const seen = await seeTogether(chunk, ask, word, context);
        chunk.forEach((need, index) => answers.set(need, seen[index] ?? unseen(need, 'nobody asked')));
      }),
    );
    return needs.map((need) => answers.get(need) ?? unseen(need, 'nobody asked'));
  };
}

async function seeTogether(
  needs: readonly Need[],
  ask: Ask,
  word: string,
  context: ReadContext,
): Promise<readonly NeedSeen[]> {
  try {
    const arns = needs.map(({ name }) => name);
    const found = new Set(await context.limit(() => ask(arns, context)));
    return needs.map((need) => (found.has(need.name) ? there : unseen(need, 'AWS said nothing of it')));
  } catch (error) {
    if (!isNotFound(error)) return needs.map((need) => unseenFrom(need, error));
    if (needs.length > 1)
      return (await Promise.all(needs.map((each) => seeTogether([each], ask, word, context)))).flat();
    const remedy = `A ${word} that is made again has another ARN: name that, or the component that makes it`;
    return needs.map((need) => missing(need, 'does not exist', remedy));
  }
}

export const loadBalancers = byArn(async (arns, { aws }) => {
  const answer = await aws.client(elbv2).send(new DescribeLoadBalancersCommand({ LoadBalancerArns: arns }));
  return (answer.LoadBalancers ?? []).map((each) => each.LoadBalancerArn);
}, 'load balancer');

export const listeners = byArn(async (arns, { aws }) => {
  const answer = await aws.client(elbv2).send(new DescribeListenersCommand({ ListenerArns: arns }));
  return (answer.Listeners ?? []).map((each) => each.ListenerArn);
}, 'listener');

export const targetGroups = byArn(async (arns, { aws }) => {
  const answer = await aws.client(elbv2).send(new DescribeTargetGroupsCommand({ TargetGroupArns: arns }));
  return (answer.TargetGroups ?? []).map((each) => each.TargetGroupArn);
}, 'target group');
