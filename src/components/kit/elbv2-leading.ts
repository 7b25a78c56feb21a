// Where listeners and rules send requests: to target groups, and what answers in them.
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import { count } from '../../util/words.ts';
import type { Lead, ReadContext } from '../contract.ts';
import { mayAnswer } from './target-health.ts';

/**
 * What answers in these target groups. A read that fails throws.
 *
 * @param groups ARNs
 */
export function leads(groups: readonly string[], _state: unknown, context: ReadContext): Promise<readonly Lead[]> {
  return Promise.all(groups.map(async (to) => ({ to, serves: await servesIn(to, context), seen: true })));
}

async function servesIn(group: string, context: ReadContext): Promise<string | null> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn: group })),
    );
    const targets = answer.TargetHealthDescriptions ?? [];
    const healthy = targets.filter(({ TargetHealth }) => mayAnswer(TargetHealth?.State)).length;
    // arn:aws:elasticloadbalancing:region:account:targetgroup/<name>/<id>
    const name = group.split('/').at(-2) ?? group;
    return healthy === 0 ? null : `target group ${name}: ${count(healthy, 'healthy target')}`;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
