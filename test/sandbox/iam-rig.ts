// A world with roles in it, and clients that act in their sessions.
import { ECSClient } from '@aws-sdk/client-ecs';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import { createWorld, sandboxClientConfig, VirtualClock, type World } from '../../src/sandbox/index.ts';

export const account = '123456789012';
export const region = 'eu-west-1';

export interface Signature {
  readonly accessKeyId: string;
  readonly sessionToken?: string;
}

export function rig() {
  const clock = new VirtualClock(Date.UTC(2026, 8, 5, 10));
  const world = createWorld({ clock });
  const config = (service: string, signature?: Signature) =>
    sandboxClientConfig(world, service, region, signature === undefined ? {} : { signature });
  const iam = new IAMClient(config('iam'));
  const assume = (role: string, more: Partial<AssumeRoleCommandInput> = {}, as?: Signature) =>
    assumed(world, role, more, as);
  const ecs = (as: Signature) => new ECSClient(config('ecs', as));
  return { assume, clock, config, ecs, iam, world };
}

export async function assumed(
  world: World,
  role: string,
  more: Partial<AssumeRoleCommandInput> = {},
  as?: Signature,
): Promise<Signature> {
  const sts = new STSClient(sandboxClientConfig(world, 'sts', region, as === undefined ? {} : { signature: as }));
  const RoleArn = role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role}`;
  const { Credentials: given } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'run', ...more }));
  return { accessKeyId: given?.AccessKeyId ?? '', sessionToken: given?.SessionToken ?? '' };
}

export const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
export const trust = (statement: object = {}): string =>
  policy({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole', ...statement });
export const allow = (Action: string | string[], Condition?: object, Resource: string | string[] = '*'): string =>
  policy({ Effect: 'Allow', Action, Resource, ...(Condition === undefined ? {} : { Condition }) });
export const ofAws = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

export async function role(iam: IAMClient, RoleName = 'ops', document = trust()): Promise<string> {
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document }));
  return Role?.Arn ?? '';
}
