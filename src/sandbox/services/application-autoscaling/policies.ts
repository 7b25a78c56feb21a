// Scaling policies of scalable targets: kept and told; the sandbox has no load that would set them off.
import { AwsError, timestamp, type Input, type Operation } from '../../model.ts';
import { loseFrom } from '../../presumable.ts';
import { autoScalingOf, type ScalingPolicyRecord } from './store.ts';
import { isAsked, keyOf, pageAsked, placeOf, placeWords, type Place } from './targets.ts';
import { unverifiedTexts } from './unverified.ts';

const configurations: Readonly<Record<string, string>> = {
  StepScaling: 'StepScalingPolicyConfiguration',
  TargetTrackingScaling: 'TargetTrackingScalingPolicyConfiguration',
};

/** Changes one of the same name [Application Auto Scaling API, PutScalingPolicy]. */
export const putScalingPolicy: Operation = (input, { local, now, region, world }) => {
  const place = placeOf(input);
  const store = autoScalingOf(local);
  if (store.targets[keyOf(place)] === undefined) {
    throw new AwsError('ObjectNotFoundException', `No scalable target registered ${placeWords(place)}`);
  }
  const name = String(input['PolicyName']);
  const known = policyNamed(store.policies, place, name);
  const type = typeof input['PolicyType'] === 'string' ? input['PolicyType'] : (known?.type ?? 'StepScaling');
  const { account } = world.data;
  const policy: ScalingPolicyRecord = {
    ...place,
    name,
    arn:
      known?.arn ??
      `arn:aws:autoscaling:${region}:${account}:scalingPolicy:${uuid(world.hex(32))}:resource/${place.namespace}/${place.resource}:policyName/${name}`,
    type,
    configuration: configurationOf(input, type, known),
    alarms: known?.alarms ?? (type === 'TargetTrackingScaling' ? alarmsOf(place, region, account, world.hex(64)) : []),
    createdAt: known?.createdAt ?? now,
  };
  store.policies[policy.arn] = policy;
  return { PolicyARN: policy.arn, Alarms: toldAlarms(policy) };
};

function policyNamed(
  policies: Readonly<Record<string, ScalingPolicyRecord>>,
  place: Place,
  name: string,
): ScalingPolicyRecord | undefined {
  return Object.values(policies).find((each) => each.name === name && keyOf(each) === keyOf(place));
}

function configurationOf(input: Input, type: string, known: ScalingPolicyRecord | undefined): Record<string, unknown> {
  const member = configurations[type] ?? '';
  const others = Object.values(configurations).filter((each) => each !== member);
  const given = input[member] ?? (known?.type === type ? known.configuration : undefined);
  if (given === undefined || others.some((each) => input[each] !== undefined)) {
    throw new AwsError('ValidationException', unverifiedTexts.otherConfiguration(type));
  }
  return given as Record<string, unknown>;
}

/** Target tracking makes two alarms of its own [Application Auto Scaling user guide]. */
function alarmsOf({ resource }: Place, region: string, account: string, hex: string): ScalingPolicyRecord['alarms'] {
  return ['AlarmHigh', 'AlarmLow'].map((which, index) => {
    const name = `TargetTracking-${resource}-${which}-${uuid(hex.slice(index * 32))}`;
    return { name, arn: `arn:aws:cloudwatch:${region}:${account}:alarm:${name}` };
  });
}

function uuid(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function toldAlarms({ alarms }: ScalingPolicyRecord): readonly Readonly<Record<string, string>>[] {
  return alarms.map(({ arn, name }) => ({ AlarmName: name, AlarmARN: arn }));
}

export const describeScalingPolicies: Operation = (input, { local }) => {
  const names = input['PolicyNames'] as readonly string[] | undefined;
  const resource = input['ResourceId'];
  if (input['ScalableDimension'] !== undefined && resource === undefined) {
    throw new AwsError('ValidationException', unverifiedTexts.dimensionNeedsResource);
  }
  const all = Object.values(autoScalingOf(local).policies).filter(
    (policy) =>
      isAsked(policy, input) &&
      (resource === undefined || policy.resource === resource) &&
      (names === undefined || names.includes(policy.name)),
  );
  const { items, next } = pageAsked(all, input);
  return {
    ScalingPolicies: items.map((policy) => ({
      PolicyARN: policy.arn,
      PolicyName: policy.name,
      ServiceNamespace: policy.namespace,
      ResourceId: policy.resource,
      ScalableDimension: policy.dimension,
      PolicyType: policy.type,
      [configurations[policy.type] ?? '']: policy.configuration,
      Alarms: toldAlarms(policy),
      CreationTime: timestamp(policy.createdAt),
    })),
    NextToken: next,
  };
};

export const deleteScalingPolicy: Operation = (input, { local }) => {
  const place = placeOf(input);
  const { policies } = autoScalingOf(local);
  const name = String(input['PolicyName']);
  const found = policyNamed(policies, place, name);
  if (found === undefined) {
    throw new AwsError('ObjectNotFoundException', `No scaling policy found ${placeWords(place)}, policy name: ${name}`);
  }
  loseFrom(policies, found.arn);
  return {};
};
