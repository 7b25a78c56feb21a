// What policies are asked about calls to STS.
import type { ServiceAuthorization } from '../../authorization.ts';
import { inputList, inputMember } from '../../condition-keys.ts';
import { arnsIn, callOn } from '../../permissions.ts';

export const stsAuthorization: ServiceAuthorization = {
  isGlobal: true,
  permissions: (call) =>
    // "No permissions are required", and none can be taken away [STS API, GetCallerIdentity].
    call.operation === 'GetCallerIdentity'
      ? []
      : // Not the policies that limit the session.
        callOn(call, arnsIn(call.input['RoleArn'], 1)),
  conditionKeys: {
    ExternalId: inputMember('ExternalId'),
    RoleSessionName: inputMember('RoleSessionName'),
    SourceIdentity: inputMember('SourceIdentity'),
    TransitiveTagKeys: inputList('TransitiveTagKeys'),
  },
};
