// What policies are asked about calls to Secrets Manager.
import type { ServiceAuthorization } from '../../authorization.ts';
import { arnsNamed, callOn } from '../../permissions.ts';
import { secretNamed } from './store.ts';

export const secretsManagerAuthorization: ServiceAuthorization = {
  // Policies know a secret by its whole ARN, however much of it a call says.
  permissions: (call, { regions }) => {
    const local = regions[call.region];
    const id = call.input['SecretId'];
    const known = local === undefined || typeof id !== 'string' ? undefined : secretNamed(local, id);
    return callOn(call, known === undefined ? arnsNamed(call, 'secret:', id) : [known.arn]);
  },
  hasResourceTags: true,
};
