// What policies are asked about calls to Parameter Store.
import type { ServiceAuthorization } from '../../authorization.ts';
import { inputMember } from '../../condition-keys.ts';
import { arnsNamed, callOn, taggingOnCreation } from '../../permissions.ts';
import { keyUses } from './key-use.ts';

export const ssmAuthorization: ServiceAuthorization = {
  permissions: (call, data) => {
    const { input } = call;
    const names: readonly unknown[] = Array.isArray(input['Names'])
      ? input['Names']
      : [input['Name'] ?? input['Path'] ?? input['ResourceId']];
    const resources = names.flatMap((name) =>
      arnsNamed(call, 'parameter/', typeof name === 'string' ? name.replace(/^\//, '') : undefined),
    );
    return [
      ...callOn(call, resources),
      ...keyUses(call, data),
      ...taggingOnCreation(call, 'ssm:AddTagsToResource', resources),
    ];
  },
  conditionKeys: { Overwrite: inputMember('Overwrite'), Recursive: inputMember('Recursive') },
  hasResourceTags: true,
};
