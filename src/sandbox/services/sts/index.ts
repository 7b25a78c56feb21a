// STS: who is calling.
import type { Operation, QueryService } from '../../model.ts';
import { inputs } from './inputs.ts';

/** AWS: needs no permission, and no policy can deny it. */
const getCallerIdentity: Operation = (_input, { callerArn, world }) => {
  const arn = callerArn ?? world.data.callerArn;
  const account = /^arn:[^:]*:[^:]*::(\d{12}):/.exec(callerArn ?? '')?.[1] ?? world.data.account;
  return { Arn: arn, UserId: userId(arn), Account: account };
};

/** `AIDA` and 17 letters or digits for a user; the same one for the same ARN. */
function userId(arn: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = 0x811c9dc5;
  let id = 'AIDA';
  for (let index = 0; index < 17; index += 1) {
    for (const character of `${String(index)}${arn}`)
      bits = Math.imul(bits ^ character.charCodeAt(0), 0x01000193) >>> 0;
    id += letters.charAt(bits >>> 27);
  }
  return id;
}

export const stsService: QueryService = {
  name: 'sts',
  scope: 'account',
  protocol: 'query',
  version: '2011-06-15',
  xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: { GetCallerIdentity: getCallerIdentity },
  // It writes nothing that a read could show late.
  inputs: { model: inputs, code: 'ValidationError' },
  errorCodes: { internal: 'InternalFailure' },
};
