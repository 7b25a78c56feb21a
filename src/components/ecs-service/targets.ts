// The health of a service's targets: ECS counts a task as running also when no request reaches it.
import type { Service } from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { askingEachTime } from '../../aws/asked-once.ts';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { ReadContext } from '../contract.ts';
import { passing } from './readiness.ts';
import type { TargetsState } from './schema.ts';

/** One read per target group, shared by all services that register in it. */
export function targetsOf(service: Service, context: ReadContext): Promise<readonly TargetsState[]> {
  const balancers = service.loadBalancers ?? [];
  // Of two balancers with the same groups, one is enough.
  const pairs = new Map(
    balancers.flatMap(({ advancedConfiguration, targetGroupArn }) => {
      const groups = [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].filter(
        (each) => each !== undefined,
      );
      return targetGroupArn === undefined ? [] : [[groups.join(' '), groups] as const];
    }),
  );
  return Promise.all([...pairs.values()].map((groups) => liveOf(groups, service, context)));
}

/**
 * ECS leads requests from one group of a blue/green service to the other with each deployment, and goes on telling both as they
 * were given: the tasks are where more of them pass.
 */
async function liveOf(groups: readonly string[], service: Service, context: ReadContext): Promise<TargetsState> {
  const readAll = (which: string, asking = context): Promise<readonly TargetsState[]> =>
    Promise.all(
      groups.map((each) => context.once(`elbv2 target health ${each}, ${which}`, () => healthOf(each, asking))),
    );
  const healths = await readAll('first');
  const isStrange = isSteady(service) && healths.every(({ gone, targets }) => !gone && targets.length === 0);
  const surely = isStrange ? await readAll('again', { ...context, aws: askingEachTime(context.aws) }) : healths;
  return surely.reduce((main, other) => (passing(other) > passing(main) ? other : main));
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
