// What policies are asked about calls to KMS.
import type { ServiceAuthorization } from '../../authorization.ts';
import { ofPermission } from '../../condition-keys.ts';
import { callOn } from '../../permissions.ts';
import { keyArn } from './find.ts';

export const kmsAuthorization: ServiceAuthorization = {
  // The alias of a key is no resource of calls that use the key [KMS developer guide, "Using aliases to control access"].
  permissions: (call, { regions }) => {
    const { account, input, region } = call;
    const key = input['KeyId'];
    const arn = typeof key === 'string' ? keyArn(key, { account, local: regions[region], region }) : undefined;
    return callOn(call, arn === undefined ? [] : [arn]);
  },
  conditionKeys: { 'EncryptionContext:PARAMETER_ARN': ofPermission, ViaService: ofPermission },
};
