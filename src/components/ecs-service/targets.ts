// The health of a service's targets: ECS counts a task as running also when no request reaches it.
import type { Service } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ReadContext } from '../contract.ts';
import type { TargetsState } from './schema.ts';

/** One read per target group, shared by all services that register in it. */
export function targetsOf(service: Service, context: ReadContext): Promise<readonly TargetsState[]> {
  const groups = new Set((service.loadBalancers ?? []).flatMap((each) => each.targetGroupArn ?? []));
  return Promise.all(
    [...groups].map((group) =>
      context.once(`elbv2 target health ${group}`, async () => {
        const health = await healthOf(group, context);
        const strange = !health.gone && health.targets.length === 0 && isSteady(service);
        return strange ? healthOf(group, context) : health;
      }),
    ),
  );
}

/**
 * A steady service has registered its tasks, so that a group without any target is not to be expected: a restart of healthy
 * tasks may rest on it, and it is read again.
 */
function isSteady({ deployments = [], desiredCount = 0, runningCount = 0 }: Service): boolean {
  const underWay = deployments.length > 1 || deployments.some((each) => each.rolloutState === 'IN_PROGRESS');
  return desiredCount > 0 && runningCount >= desiredCount && !underWay;
}

async function healthOf(targetGroup: string, context: ReadContext): Promise<TargetsState> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup })),
    );
    return {
      targetGroup,
      gone: false,
      targets: (answer.TargetHealthDescriptions ?? []).map((each) => ({
        id: `${each.Target?.Id ?? ''}:${each.Target?.Port ?? ''}`,
        state: each.TargetHealth?.State ?? '',
        reason: each.TargetHealth?.Reason,
      })),
    };
  } catch (error) {
    if (isNotFound(error)) return { targetGroup, gone: true, targets: [] };
    throw error;
  }
}
