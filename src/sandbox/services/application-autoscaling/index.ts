// Application Auto Scaling of ECS services. The contract is in SPEC.md.
import type { JsonService, Piece } from '../../model.ts';
import { withEcs } from '../ecs/advance.ts';
import { applicationAutoScalingAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { deleteScalingPolicy, describeScalingPolicies, putScalingPolicy } from './policies.ts';
import { autoScalingOf, emptyAutoScalingStore } from './store.ts';
import { deregisterScalableTarget, describeScalableTargets, registerScalableTarget } from './targets.ts';

export const applicationAutoScalingService = {
  name: 'application-autoscaling',
  scope: 'region',
  protocol: 'json-1.1',
  targetPrefix: 'AnyScaleFrontendService',
  errorNamespace: '',
  operations: {
    RegisterScalableTarget: withEcs(registerScalableTarget),
    DescribeScalableTargets: describeScalableTargets,
    DeregisterScalableTarget: deregisterScalableTarget,
    PutScalingPolicy: putScalingPolicy,
    DescribeScalingPolicies: describeScalingPolicies,
    DeleteScalingPolicy: deleteScalingPolicy,
  },
  store: { name: 'application-autoscaling', empty: emptyAutoScalingStore },
  // Nothing is documented of how soon a write is seen (unverified).
  stale: { withinMs: 2_000 },
  inputs: {
    model: inputs,
    code: 'ValidationException',
    notModelled: {
      'PutScalingPolicyRequest.PredictiveScalingPolicyConfiguration': 'there is no history to predict from',
    },
  },
  authorization: applicationAutoScalingAuthorization,
  errorCodes: { internal: 'InternalServiceException' },
  pieces: ({ local }) =>
    Object.values(autoScalingOf(local).targets).map((target): Piece => ({
      id: target.arn,
      title: `scalable target ${target.resource}`,
      tags: target.tags,
      settings: () => ({ max: target.max, min: target.min, suspended: target.suspended, tags: target.tags }),
      putTag: (key, value) => {
        target.tags = { ...target.tags, [key]: value };
      },
    })),
} as const satisfies JsonService;
