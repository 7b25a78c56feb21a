// What policies are asked about calls to Application Auto Scaling.
import type { ServiceAuthorization } from '../../authorization.ts';
import { arnsIn, callOn } from '../../permissions.ts';
import { passingRoles } from '../iam/pass-role.ts';

export const applicationAutoScalingAuthorization: ServiceAuthorization = {
  permissions: (call, data) => {
    const { input, operation } = call;
    const roles = operation === 'RegisterScalableTarget' ? [input['RoleARN']] : [];
    return [
      ...callOn(call, arnsIn(input['ResourceARN'], 1)),
      ...passingRoles(roles, 'application-autoscaling.amazonaws.com', data),
    ];
  },
};
