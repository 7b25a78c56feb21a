// What policies are asked about calls to IAM.
import type { PlacedCall, ServiceAuthorization } from '../../authorization.ts';
import { inputMember, ofPermission } from '../../condition-keys.ts';
import { arnsIn, callOn, taggingOnCreation } from '../../permissions.ts';
import { own } from '../../records.ts';
import type { WorldData } from '../../world-data.ts';
import { arnOfRole, iamOf, policiesOf } from './store.ts';

export const iamAuthorization: ServiceAuthorization = {
  isGlobal: true,
  permissions: (call, data) => {
    const resources = resourcesOf(call, data);
    const tagging = call.operation === 'CreatePolicy' ? 'iam:TagPolicy' : 'iam:TagRole';
    return [...callOn(call, resources), ...taggingOnCreation(call, tagging, resources)];
  },
  conditionKeys: { PassedToService: ofPermission, PolicyARN: inputMember('PolicyArn') },
  hasResourceTags: true,
  tagsOf: (arn, data) => {
    const name = /:role\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1] ?? '';
    return own(iamOf(data).roles, name)?.tags ?? own(policiesOf(data), arn)?.tags;
  },
};

function resourcesOf({ input, operation }: PlacedCall, data: WorldData): readonly string[] {
  const { Path: path, PolicyName: policy, RoleName: role } = input;
  if (typeof role === 'string') {
    return [arnOfRole(data, role, operation === 'CreateRole' && typeof path === 'string' ? path : undefined)];
  }
  if (typeof policy === 'string') {
    return [`arn:aws:iam::${data.account}:policy${typeof path === 'string' ? path : '/'}${policy}`];
  }
  return arnsIn(input, 1);
}
