// What policies are asked about calls to ECR.
import type { ServiceAuthorization } from '../../authorization.ts';
import { callOn } from '../../permissions.ts';

export const ecrAuthorization: ServiceAuthorization = {
  permissions: (call) => {
    const { account, input, region } = call;
    const { registryId, repositoryName: name } = input;
    const registry = typeof registryId === 'string' ? registryId : account;
    return callOn(call, typeof name === 'string' ? [`arn:aws:ecr:${region}:${registry}:repository/${name}`] : []);
  },
};
