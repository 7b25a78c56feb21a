// What policies are asked about calls to CloudWatch Logs.
import type { PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import { arnsIn, arnsNamed, callOn, taggingOnCreation } from '../../permissions.ts';

export const logsAuthorization: ServiceAuthorization = {
  permissions: (call) => {
    const resources = resourcesOf(call);
    return [...callOn(call, resources), ...taggingOnCreation(call, 'logs:TagResource', resources)];
  },
};

/**
 * But for tags, a group is asked for as all that is in it; the groups of an account likewise, as one without a name
 * [CloudWatch Logs user guide, "Resource ARNs"; hashicorp/terraform-provider-aws#8804].
 */
function resourcesOf(call: PlacedCall): readonly string[] {
  const { input, operation } = call;
  const arns = arnsIn(input, 1);
  if (arns.length > 0) return arns;
  if (operation === 'DescribeLogGroups') return arnsNamed(call, 'log-group:', ':log-stream:');
  return arnsNamed(call, 'log-group:', input['logGroupName']).map((group) => `${group}:log-stream:`);
}
