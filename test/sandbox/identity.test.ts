import { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { createWorld, sandboxClientConfig, VirtualClock } from '../../src/sandbox/index.ts';
import type { World } from '../../src/sandbox/index.ts';

const clock = new VirtualClock(0);
const identity = (world: World, region?: string) =>
  new STSClient(sandboxClientConfig(world, 'sts', region)).send(new GetCallerIdentityCommand({}));
const aliases = async (world: World) =>
  (await new IAMClient(sandboxClientConfig(world, 'iam')).send(new ListAccountAliasesCommand({}))).AccountAliases;

describe('Identity', () => {
  it('is that of the account, in every region', async () => {
    const world = createWorld({ clock, account: '210987654321' });
    const expected = { Account: '210987654321', Arn: 'arn:aws:iam::210987654321:user/operator' };
    expect(await identity(world)).toMatchObject(expected);
    expect(await identity(world, 'ap-south-1')).toMatchObject(expected);
  });

  it('has a user id that depends on the caller alone', async () => {
    const first = await identity(createWorld({ clock }));
    expect(first.UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
    expect((await identity(createWorld({ clock, seed: 7, alias: 'prod' }))).UserId).toBe(first.UserId);
    expect((await identity(createWorld({ clock, account: '210987654321' }))).UserId).not.toBe(first.UserId);
  });
});

describe('Account alias', () => {
  it('is one or none', async () => {
    expect(await aliases(createWorld({ clock, alias: 'wonderland-prod' }))).toEqual(['wonderland-prod']);
    expect(await aliases(createWorld({ clock }))).toEqual([]);
  });
});
