// Log groups, one by one: a listing is by the beginning of a name.
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { logs } from '../../../aws/services/logs.ts';
import type { Need, NeedSeen, ReadContext } from '../../contract.ts';
import { each, elsewhere, missing, there } from './answers.ts';

async function see(need: Need, context: ReadContext): Promise<NeedSeen> {
  const away = elsewhere(need, need.region, context);
  if (away !== undefined) return away;
  let token: string | undefined;
  do {
    const answer = await context.limit(() =>
      context.aws.client(logs).send(new DescribeLogGroupsCommand({ logGroupNamePrefix: need.name, nextToken: token })),
    );
    // Sorted by name, so that it is on the first page [CloudWatch Logs API, DescribeLogGroups]; the others are read for safety.
    if ((answer.logGroups ?? []).some(({ logGroupName }) => logGroupName === need.name)) return there;
    token = answer.nextToken === '' ? undefined : answer.nextToken;
  } while (token !== undefined);
  return missing(need, `is not in ${context.scope.region}`, 'Make it, or set awslogs-create-group to "true"');
}

export const logGroups = each(see);
