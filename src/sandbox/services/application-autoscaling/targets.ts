// Scalable targets: registered, changed by registering again, told, deregistered with their policies.
import { AwsError, timestamp, type CallContext, type Input, type Operation } from '../../model.ts';
import { notModelledCode } from '../../inputs/check.ts';
import { pageOfList } from '../../pages.ts';
import { desiredCountOf, setDesiredCount } from './ecs.ts';
import { autoScalingOf, type ScalableTargetRecord } from './store.ts';
import { unverifiedTexts } from './unverified.ts';

export interface Place {
  readonly namespace: string;
  readonly resource: string;
  readonly dimension: string;
}

export function placeOf(input: Input): Place {
  return {
    namespace: String(input['ServiceNamespace']),
    resource: String(input['ResourceId']),
    dimension: String(input['ScalableDimension']),
  };
}

export function keyOf({ dimension, namespace, resource }: Place): string {
  return `${namespace} ${resource} ${dimension}`;
}

/** `.. for service namespace: ecs, resource ID: service/a/b, scalable dimension: ecs:service:DesiredCount`. */
export function placeWords({ dimension, namespace, resource }: Place): string {
  return `for service namespace: ${namespace}, resource ID: ${resource}, scalable dimension: ${dimension}`;
}

/** Whether a thing is one that a Describe asks for. */
export function isAsked(place: Place, input: Input): boolean {
  return (
    place.namespace === input['ServiceNamespace'] &&
    (input['ScalableDimension'] === undefined || place.dimension === input['ScalableDimension'])
  );
}

/** The next page of a Describe [Application Auto Scaling API: 50 unless told, at most 50]. */
export function pageAsked<Item>(all: readonly Item[], input: Input) {
  const size = typeof input['MaxResults'] === 'number' ? Math.min(Math.max(input['MaxResults'], 1), 50) : 50;
  const refuse = (): AwsError => new AwsError('InvalidNextTokenException', unverifiedTexts.nextToken);
  return pageOfList(all, { size, token: input['NextToken'], refuse });
}

/** Also changes one: what is not said, stays [Application Auto Scaling API, RegisterScalableTarget]. */
export const registerScalableTarget: Operation = (input, context) => {
  const { local, now, region, world } = context;
  const place = placeOf(input);
  if (place.namespace !== 'ecs') {
    const text = `The sandbox does not model scaling of ${place.namespace}, and would rather refuse it than drop it.`;
    throw new AwsError(notModelledCode, text);
  }
  const desired = desiredCountOf(place.resource, context);
  const { targets } = autoScalingOf(local);
  const known = targets[keyOf(place)];
  const min = numberOf(input, 'MinCapacity') ?? known?.min;
  const max = numberOf(input, 'MaxCapacity') ?? known?.max;
  if (min === undefined || max === undefined) throw new AwsError('ValidationException', unverifiedTexts.noCapacity);
  if (max < min) throw new AwsError('ValidationException', unverifiedTexts.minAboveMax);
  const { account } = world.data;
  const target: ScalableTargetRecord = {
    ...place,
    arn: known?.arn ?? `arn:aws:application-autoscaling:${region}:${account}:scalable-target/${world.hex(32)}`,
    min,
    max,
    role: typeof input['RoleARN'] === 'string' ? input['RoleARN'] : (known?.role ?? serviceLinkedRole(account)),
    suspended: {
      ...(known?.suspended ?? notSuspended),
      ...(input['SuspendedState'] as Record<string, boolean> | undefined),
    },
    createdAt: known?.createdAt ?? now,
    tags: known?.tags ?? { ...(input['Tags'] as Record<string, string> | undefined) },
  };
  targets[keyOf(place)] = target;
  keepWithin(target, desired, context);
  return { ScalableTargetARN: target.arn };
};

const notSuspended = {
  DynamicScalingInSuspended: false,
  DynamicScalingOutSuspended: false,
  ScheduledScalingSuspended: false,
};

function keepWithin({ max, min, resource, suspended }: ScalableTargetRecord, desired: number, context: CallContext) {
  if (desired < min && suspended['DynamicScalingOutSuspended'] !== true) setDesiredCount(resource, min, context);
  if (desired > max && suspended['DynamicScalingInSuspended'] !== true) setDesiredCount(resource, max, context);
}

function numberOf(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' ? value : undefined;
}

/** The role that ECS's scaling always has: another one that is given is kept and not used. */
function serviceLinkedRole(account: string): string {
  return (
    `arn:aws:iam::${account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/` +
    'AWSServiceRoleForApplicationAutoScaling_ECSService'
  );
}

export const describeScalableTargets: Operation = (input, { local }) => {
  const ids = input['ResourceIds'] as readonly string[] | undefined;
  if (input['ScalableDimension'] !== undefined && ids === undefined) {
    throw new AwsError('ValidationException', unverifiedTexts.dimensionNeedsResource);
  }
  const all = Object.values(autoScalingOf(local).targets).filter(
    (target) => isAsked(target, input) && (ids === undefined || ids.includes(target.resource)),
  );
  const { items, next } = pageAsked(all, input);
  return {
    ScalableTargets: items.map((target) => ({
      ServiceNamespace: target.namespace,
      ResourceId: target.resource,
      ScalableDimension: target.dimension,
      MinCapacity: target.min,
      MaxCapacity: target.max,
      RoleARN: target.role,
      CreationTime: timestamp(target.createdAt),
      SuspendedState: target.suspended,
      ScalableTargetARN: target.arn,
    })),
    NextToken: next,
  };
};

export const deregisterScalableTarget: Operation = (input, { local }) => {
  const place = placeOf(input);
  const store = autoScalingOf(local);
  if (store.targets[keyOf(place)] === undefined) {
    throw new AwsError('ObjectNotFoundException', `No scalable target found ${placeWords(place)}`);
  }
  const other = ([, each]: [string, Place]): boolean => keyOf(each) !== keyOf(place);
  store.targets = Object.fromEntries(Object.entries(store.targets).filter(other));
  // "Deregistering a scalable target deletes the scaling policies" [Application Auto Scaling API].
  store.policies = Object.fromEntries(Object.entries(store.policies).filter(other));
  return {};
};
