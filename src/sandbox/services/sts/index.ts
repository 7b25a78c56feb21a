// STS: who is calling, and temporary credentials for somebody else.
import type { Operation, QueryService } from '../../model.ts';
import { principalId } from '../iam/store.ts';
import { assumeRole } from './assume-role.ts';
import { stsAuthorization } from './authorization.ts';
import { inputs } from './inputs.ts';
import { identify } from './sessions.ts';
import { emptyStsStore } from './store.ts';

/** AWS: needs no permission, and no policy can deny it. */
const getCallerIdentity: Operation = (_input, { caller, world }) => {
  const arn = caller?.arn ?? world.data.callerArn;
  return {
    Arn: arn,
    UserId: caller?.userId ?? principalId('AIDA', arn),
    Account: caller?.account ?? world.data.account,
  };
};

const noDevices = 'the sandbox has no MFA devices';

export const stsService: QueryService = {
  name: 'sts',
  scope: 'account',
  protocol: 'query',
  version: '2011-06-15',
  xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { AssumeRole: assumeRole, GetCallerIdentity: getCallerIdentity },
  store: { name: 'sts', empty: emptyStsStore },
  identify,
  // It writes nothing that a read could show late.
  inputs: {
    model: inputs,
    code: 'ValidationError',
    notModelled: {
      'AssumeRoleRequest.ProvidedContexts': 'the sandbox knows no identity providers',
      'AssumeRoleRequest.SerialNumber': noDevices,
      'AssumeRoleRequest.TokenCode': noDevices,
    },
  },
  authorization: stsAuthorization,
  errorCodes: { internal: 'InternalFailure' },
};
