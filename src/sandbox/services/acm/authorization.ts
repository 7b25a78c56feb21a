// What policies are asked about calls to ACM.
import type { ServiceAuthorization } from '../../authorization.ts';
import { arnsIn, callOn } from '../../permissions.ts';

export const acmAuthorization: ServiceAuthorization = {
  permissions: (call) => callOn(call, arnsIn(call.input, 3)),
};
