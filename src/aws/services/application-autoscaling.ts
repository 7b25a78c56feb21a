// Application Auto Scaling: what scales an ECS service, and goes with it when it is deleted.
import type { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { belongs, lists, memberAt, once, pagesBy, textAt, type Answer } from '../contract/rules.ts';
import { awsService } from './service.ts';

/** Nothing is told of what was not asked for; what was asked for and does not scale is not told of [DescribeScalableTargets]. */
function tellsOnlyOfAsked({ input, output }: Answer): string | undefined {
  const asked = input['ResourceIds'] as readonly string[] | undefined;
  if (asked === undefined) return undefined;
  const told = (output['ScalableTargets'] ?? []) as readonly unknown[];
  const alien = told.map((each) => textAt(each, 'ResourceId') ?? '').find((each) => !asked.includes(each));
  return alien === undefined ? undefined : `${alien}, which was not asked for`;
}

/** Bounds are whole numbers, the lower one first: they are told to whoever is to accept their loss. */
function hasBounds({ output }: Answer): string | undefined {
  const told = (output['ScalableTargets'] ?? []) as readonly unknown[];
  const wrong = told.find((each) => {
    const [min, max] = [memberAt(each, 'MinCapacity'), memberAt(each, 'MaxCapacity')];
    return !Number.isInteger(min) || !Number.isInteger(max) || Number(min) > Number(max);
  });
  return wrong === undefined ? undefined : `bounds of ${textAt(wrong, 'ResourceId') ?? 'a target'} that are none`;
}

export const applicationAutoScaling = awsService({
  name: 'application-autoscaling',
  signingName: 'application-autoscaling',
  settingsName: 'application_auto_scaling',
  protocol: 'json',
  accountWide: false,
  optional: true,
  aside: true,
  load: async () => {
    const { ApplicationAutoScalingClient: Client } = await import('@aws-sdk/client-application-auto-scaling');
    return (settings): ApplicationAutoScalingClient => new Client(settings);
  },
  // Unverified and modest.
  rates: { all: { burst: 10, refill: 10 } },
  bucketOf: () => 'all',
  reads: new Set(['DescribeScalableTargets', 'DescribeScalingPolicies', 'DescribeScheduledActions']),
  errorCodes: {},
  proofs: {
    DescribeScalableTargets: {
      rules: [
        lists('ScalableTargets', 'ServiceNamespace', 'ResourceId', 'ScalableDimension'),
        once('ScalableTargets', 'ResourceId', 'ScalableDimension'),
        belongs('ServiceNamespace', 'ScalableTargets', 'ServiceNamespace'),
        belongs('ScalableDimension', 'ScalableTargets', 'ScalableDimension'),
        tellsOnlyOfAsked,
        hasBounds,
      ],
      paging: pagesBy('NextToken', 'NextToken'),
    },
    DescribeScalingPolicies: {
      rules: [
        lists('ScalingPolicies', 'PolicyARN', 'PolicyName', 'ResourceId', 'ScalableDimension'),
        once('ScalingPolicies', 'PolicyARN'),
        belongs('ResourceId', 'ScalingPolicies', 'ResourceId'),
        belongs('ScalableDimension', 'ScalingPolicies', 'ScalableDimension'),
      ],
      paging: pagesBy('NextToken', 'NextToken'),
    },
  },
  identifyingMembers: {
    DescribeScalableTargets: ['ScalableTargets.ScalableTargetARN'],
    DescribeScalingPolicies: ['ScalingPolicies.PolicyARN'],
  },
  identifyNothing: new Set(),
});
