// Looks at load balancers by name, 20 a call; when one of a batch is missing AWS answers with an error for all, and one
// paged listing, shared by all batches, tells which.
import {
  DescribeCapacityReservationCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isNotFound } from '../../aws/errors.ts';
import { elbv2 } from '../../aws/services/elbv2.ts';
import type { Blocker, CascadedPiece, ChangeAction, Json, Observation, ReadContext, Target } from '../contract.ts';
import { toJson } from '../kit/compare.ts';
import { elbv2TagsOf, presentWithTags } from '../kit/elbv2.ts';
import { listenersCascade, listenersInFull } from '../kit/elbv2-listening.ts';
import { absent, allPages, inWords, observeChunks, present, unknownFrom, type Observations } from '../kit/observing.ts';
import { readiness } from './readiness.ts';
import { namesPerCall } from './calls.ts';
import type { LoadBalancerSpec, LoadBalancerState } from './schema.ts';

export function observe(
  targets: readonly Target<LoadBalancerSpec>[],
  context: ReadContext,
): Promise<Observations<LoadBalancerState>> {
  return observeChunks(targets, namesPerCall, context, async (chunk) => {
    const found = await byName(
      chunk.map((target) => target.spec.name),
      context,
    );
    const isPartial = (each: LoadBalancer): boolean =>
      context.waiting === true && readiness(stateOf(each, undefined)).kind === 'settling';
    const tags = await elbv2TagsOf(
      found.filter((each) => !isPartial(each)).map((each) => each.LoadBalancerArn ?? ''),
      context,
    );
    const answers = await Promise.all(
      chunk.map(async (target): Promise<[string, Observation<LoadBalancerState>]> => {
        const description = found.find((each) => each.LoadBalancerName === target.spec.name);
        if (description === undefined) return [target.id, absent(context)];
        if (isPartial(description)) {
          return [target.id, { ...present(stateOf(description, undefined), undefined, context), partial: true }];
        }
        try {
          const { attributes, minimumLoadBalancerCapacity } = target.spec;
          const arn = description.LoadBalancerArn ?? '';
          const state = {
            ...stateOf(description, attributes === undefined ? undefined : await attributesOf(arn, context)),
            ...(minimumLoadBalancerCapacity === undefined ? {} : { capacityUnits: await reservedOf(arn, context) }),
          };
          return [target.id, presentWithTags(state, tags, context)];
        } catch (error) {
          return [target.id, unknownFrom(error, context)];
        }
      }),
    );
    return new Map(answers);
  });
}

async function byName(names: readonly string[], context: ReadContext): Promise<readonly LoadBalancer[]> {
  try {
    const answer = await context.limit(() =>
      context.aws.client(elbv2).send(new DescribeLoadBalancersCommand({ Names: [...names] })),
    );
    return answer.LoadBalancers ?? [];
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // With one name the answer is clear; with several it does not tell which are there.
    if (names.length === 1) return [];
    const wanted = new Set(names);
    const all = await context.once('elbv2 load balancers', () => allLoadBalancers(context));
    return all.filter((each) => wanted.has(each.LoadBalancerName ?? ''));
  }
}

export function allLoadBalancers(context: ReadContext): Promise<readonly LoadBalancer[]> {
  return allPages(
    (each) => each.LoadBalancerArn,
    async (marker: string | undefined) => {
      const answer = await context.limit(() =>
        context.aws.client(elbv2).send(new DescribeLoadBalancersCommand({ PageSize: 400, Marker: marker })),
      );
      return { items: answer.LoadBalancers ?? [], next: answer.NextMarker };
    },
  );
}

async function attributesOf(arn: string, context: ReadContext): Promise<Readonly<Record<string, string>>> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: arn })),
  );
  return Object.fromEntries((answer.Attributes ?? []).map((each) => [each.Key ?? '', each.Value ?? '']));
}

/** Capacity units that are asked for, 0 where none are; only application and network load balancers may have some. */
async function reservedOf(arn: string, context: ReadContext): Promise<number> {
  const answer = await context.limit(() =>
    context.aws.client(elbv2).send(new DescribeCapacityReservationCommand({ LoadBalancerArn: arn })),
  );
  return answer.MinimumLoadBalancerCapacity?.CapacityUnits ?? 0;
}

function stateOf(
  description: LoadBalancer,
  attributes: Readonly<Record<string, string>> | undefined,
): LoadBalancerState {
  return {
    arn: description.LoadBalancerArn ?? '',
    name: description.LoadBalancerName ?? '',
    dnsName: description.DNSName ?? '',
    hostedZoneId: description.CanonicalHostedZoneId ?? '',
    type: description.Type ?? '',
    scheme: description.Scheme ?? '',
    status: description.State?.Code ?? '',
    statusReason: inWords(description.State?.Reason),
    subnets: (description.AvailabilityZones ?? []).map((zone) => zone.SubnetId ?? ''),
    securityGroups: description.SecurityGroups ?? [],
    ipAddressType: description.IpAddressType ?? '',
    attributes,
    description: toJson(description),
  };
}

/**
 * The description plus all attributes and the reserved capacity, which a new load balancer would not have, and the listeners
 * that a delete takes.
 */
export async function capture(
  _target: Target<LoadBalancerSpec>,
  { arn, description, type }: LoadBalancerState,
  context: ReadContext,
  leaves: boolean,
): Promise<Json> {
  const attributes = await attributesOf(arn, context);
  const capacityUnits = type === 'gateway' ? 0 : await reservedOf(arn, context);
  return {
    description,
    attributes,
    capacityUnits,
    ...(leaves ? { listeners: await listenersInFull(arn, context) } : {}),
  };
}

/** Its listeners, and their rules. */
export function cascade(
  _target: Target<LoadBalancerSpec>,
  { arn }: LoadBalancerState,
  context: ReadContext,
): Promise<readonly CascadedPiece[]> {
  return listenersCascade(arn, context);
}

/** AWS does not delete a protected one [ELB API, DeleteLoadBalancer: OperationNotPermitted]. */
export async function blockers(
  _target: Target<LoadBalancerSpec>,
  state: LoadBalancerState | undefined,
  action: ChangeAction,
  context: ReadContext,
): Promise<readonly Blocker[]> {
  if (action !== 'delete' || state === undefined) return [];
  const attributes = await attributesOf(state.arn, context);
  if (attributes[protection] !== 'true') return [];
  return [
    {
      what: `its attribute ${protection} is true, and AWS does not delete it`,
      remedy: `set ${protection} to false first, if it may go`,
    },
  ];
}

const protection = 'deletion_protection.enabled';
