// Looks at target groups by name; when one of a batch is missing AWS answers with an error for all, and one paged
// listing, shared by all batches, tells which.
import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type TargetGroup,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { Blocker, CascadedPiece, ChangeAction, Json, Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { elbv2TagsOf, presentWithTags } from '../kit/elbv2.ts';
import { holdersOf } from '../kit/elbv2-listening.ts';
import { absent, allPages, observeChunks, unknownFrom, type Observations } from '../kit/observing.ts';
import { isLeaving, mayAnswer } from '../kit/target-health.ts';
import { namesPerCall } from './calls.ts';
import type { TargetGroupSpec, TargetGroupState } from './schema.ts';

export function observe(
  targets: readonly Target<TargetGroupSpec>[],
  context: ReadContext,
): Promise<Observations<TargetGroupState>> {
  return observeChunks(targets, namesPerCall, context, async (chunk) => {
    const found = await byName([...new Set(chunk.map((target) => target.spec.name))], context);
    const tags = await elbv2TagsOf(
      found.map((each) => each.TargetGroupArn ?? ''),
      context,
    );
    const answers = await Promise.all(
      chunk.map(async ({ id, spec }): Promise<[string, Observation<TargetGroupState>]> => {
        const description = found.find((each) => each.TargetGroupName === spec.name);
        if (description === undefined) return [id, absent(context)];
        const arn = description.TargetGroupArn ?? '';
        try {
          const isSaid = spec.attributes !== undefined || spec.deregistrationDelay !== undefined;
          const attributes = isSaid ? await attributesOf(arn, context) : undefined;
          return [id, presentWithTags(stateOf(description, attributes), tags, context)];
        } catch (error) {
          return [id, unknownFrom(error, context)];
        }
      }),
    );
    return new Map(answers);
  });
}

async function byName(names: readonly string[], context: ReadContext): Promise<readonly TargetGroup[]> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeTargetGroupsCommand({ Names: [...names] })),
    );
    return answer.TargetGroups ?? [];
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // With one name the answer is clear; with several it does not tell which are there.
    if (names.length === 1) return [];
    const wanted = new Set(names);
    const all = await context.once('elbv2 target groups', () => allTargetGroups(context));
    return all.filter((each) => wanted.has(each.TargetGroupName ?? ''));
  }
}

export function allTargetGroups(context: ReadContext): Promise<readonly TargetGroup[]> {
  return allPages(
    (each) => each.TargetGroupArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeTargetGroupsCommand({ PageSize: 400, Marker: marker })),
      );
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
    },
  );
}

async function attributesOf(arn: string, context: ReadContext): Promise<Readonly<Record<string, string>>> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn })),
  );
  return Object.fromEntries((answer.Attributes ?? []).map((each) => [each.Key ?? '', each.Value ?? '']));
}

function stateOf(description: TargetGroup, attributes: Readonly<Record<string, string>> | undefined): TargetGroupState {
  return {
    arn: description.TargetGroupArn ?? '',
    name: description.TargetGroupName ?? '',
    port: description.Port,
    protocol: description.Protocol,
    protocolVersion: description.ProtocolVersion,
    targetType: description.TargetType ?? '',
    vpc: description.VpcId,
    healthCheck: {
      path: description.HealthCheckPath,
      port: description.HealthCheckPort,
      protocol: description.HealthCheckProtocol,
      interval: description.HealthCheckIntervalSeconds,
      timeout: description.HealthCheckTimeoutSeconds,
      healthyThreshold: description.HealthyThresholdCount,
      unhealthyThreshold: description.UnhealthyThresholdCount,
      matcher: description.Matcher?.HttpCode ?? description.Matcher?.GrpcCode,
    },
    loadBalancers: description.LoadBalancerArns ?? [],
    attributes,
    description: toJson(description),
  };
}

/** The description plus what a new target group would not have: all attributes, and the registered targets. */
export async function capture(
  _target: Target<TargetGroupSpec>,
  { arn, description }: TargetGroupState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  const attributes = await attributesOf(arn, context);
  return { description, attributes, ...(leaves ? { targets: toJson(await targetsIn(arn, context)) } : {}) };
}

/** Registrations vanish with their group. Those that are draining go anyway. */
export async function cascade(
  _target: Target<TargetGroupSpec>,
  { arn }: TargetGroupState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  return (await targetsIn(arn, context)).flatMap(({ Target: target, TargetHealth: health }) => {
    if (isLeaving(health?.State)) return [];
    const id = `${target?.Id ?? ''}:${target?.Port ?? ''}`;
    const answers = mayAnswer(health?.State);
    return [{ kind: 'backend', what: `target ${id} (${health?.State ?? 'no state'})`, id, tags: undefined, answers }];
  });
}

/** All registered targets: the answer has no pages [ELB API, DescribeTargetHealth]. */
async function targetsIn(arn: string, context: ReadContext): Promise<readonly TargetHealthDescription[]> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeTargetHealthCommand({ TargetGroupArn: arn })),
  );
  return answer.TargetHealthDescriptions ?? [];
}

/** AWS does not delete a group that a listener or a rule names, whether it gets requests or not [captured: ResourceInUse]. */
export async function blockers(
  _target: Target<TargetGroupSpec>,
  state: TargetGroupState | undefined,
  action: ChangeAction,
  context: ReadContext,
): Promise<readonly Blocker[]> {
  if (action !== 'delete' || state === undefined) return [];
  const holders = await Promise.all(
    state.loadBalancers.map(async (each) => {
      try {
        return await holdersOf(state.arn, each, context);
      } catch (error) {
        // A load balancer that is gone holds nothing: the group's list of them may be older.
        if (isNotFound(error)) return [];
        throw error;
      }
    }),
  );
  return holders.flat().map(({ arn, what }) => ({
    what: `${what} forwards to it, and AWS does not delete what is forwarded to`,
    remedy: 'let that forward elsewhere, or delete it, first',
    id: arn,
  }));
}
