// Who made a call: the world's caller, a key that the door was told of, or somebody to whom a service gave credentials.
import type { AccessKeys } from './keys.ts';
import { AwsError } from './model.ts';
import type { Denial } from './authorization.ts';
import type { Caller, SandboxService, World } from './model.ts';
import type { SandboxRequest } from './protocol/wire.ts';

/** What signed a request, as far as it says. */
export interface Signature {
  readonly accessKeyId: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

/** Of the header, or of a presigned address; undefined for a request that is not signed. */
export function signatureOf({ headers, query }: SandboxRequest): Signature | undefined {
  const header = /Credential=([^/,\s]+)\//.exec(headers['authorization'] ?? '')?.[1];
  if (header !== undefined) return { accessKeyId: header, sessionToken: headers['x-amz-security-token'] };
  const presigned = query['X-Amz-Credential'];
  const [accessKeyId = ''] = typeof presigned === 'string' ? presigned.split('/') : [];
  if (accessKeyId === '') return undefined;
  const token = query['X-Amz-Security-Token'];
  return { accessKeyId, sessionToken: typeof token === 'string' ? token : undefined };
}

/** Any key that nothing is known of is good, and the world's own caller's. */
export function callerOf(world: World, signature: Signature | undefined, keys: AccessKeys | undefined): Caller {
  const own: Caller = { account: world.data.account, arn: world.data.callerArn };
  if (signature === undefined) return own;
  const told = keys?.of(signature.accessKeyId);
  if (told !== undefined) {
    const arn = told.callerArn ?? own.arn;
    const account = /^arn:[^:]*:[^:]*::(\d{12}):/.exec(arn)?.[1] ?? own.account;
    return { account, arn, ...(told.expired ? { refusal: 'expired' } : {}) };
  }
  for (const { identify } of world.services.all) {
    const found = identify?.(world, signature.accessKeyId, signature.sessionToken);
    if (found !== undefined) return found;
  }
  return own;
}

/** Texts: [aws-facts 9]. */
export function invalidToken(service: SandboxService): AwsError {
  const text = 'The security token included in the request is invalid';
  return service.protocol.startsWith('json')
    ? new AwsError('UnrecognizedClientException', `${text}.`)
    : new AwsError('InvalidClientTokenId', text, 403);
}

/** The refusal of a call that policies are against; the sentence is AWS's. */
export function notAuthorized(service: SandboxService, arn: string, { action, resource, why }: Denial): AwsError {
  const json = service.protocol.startsWith('json');
  const text = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}${why}`;
  const code = service.errorCodes.denied ?? (json ? 'AccessDeniedException' : 'AccessDenied');
  return new AwsError(code, text, json ? 400 : 403);
}
