// Secrets that a world is told to hold.
import { z } from 'zod';
import { fixedLetters, fixedUuid } from '../../fixed-id.ts';
import type { World } from '../../model.ts';
import { loseFrom, presumable, presumedArn, presumedHome, presumedRegion, presumedTags } from '../../presumable.ts';
import { secretNamed, secretsOf } from './store.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** By name, by ARN, or by what a task definition names: `arn:..:secret:name-AbCdEf:key:AWSCURRENT:`. */
export const presumedSecret = presumable(
  'secret',
  {
    secret: presumedArn,
    value: z.string().max(65_536).optional(),
    /** Scheduled for deletion: told by DescribeSecret alone. */
    deleted: z.boolean().optional(),
    ...{ tags: presumedTags, region: presumedRegion },
  },
  (world, item) => {
    const { arn, region = item.region ?? presumedHome } = plainSecret(item.secret);
    const local = world.region(region);
    const known = secretNamed(local, arn);
    const name = known?.name ?? nameOf(arn);
    const now = world.clock.now();
    const value = item.value ?? known?.version?.value ?? 'presumed';
    const deleted = item.deleted ?? (known?.deletedAt ?? null) !== null;
    secretsOf(local).secrets[name] = {
      arn: known?.arn ?? fullArn(arn, region, world),
      name,
      version: { id: fixedUuid(`${name} ${value}`), value, createdAt: known?.version?.createdAt ?? now },
      description: known?.description ?? null,
      createdAt: known?.createdAt ?? now,
      deletedAt: deleted ? (known?.deletedAt ?? now) : null,
      tags: item.tags ?? known?.tags ?? {},
    };
  },
  (world, id, region) => {
    const plain = plainSecret(id);
    const local = world.region(plain.region ?? region);
    const found = secretNamed(local, plain.arn);
    return found !== undefined && loseFrom(secretsOf(local).secrets, found.name);
  },
);

/** An ARN without key, stage and version, and its region. */
function plainSecret(secret: string): { readonly arn: string; readonly region?: string } {
  if (!secret.startsWith('arn:')) return { arn: secret };
  const parts = secret.split(':');
  const [, , , region] = parts;
  return { arn: parts.slice(0, 7).join(':'), ...(region === undefined ? {} : { region }) };
}

/** AWS puts a hyphen and six characters behind a secret's name to make its ARN. */
function nameOf(arn: string): string {
  const own = arn.startsWith('arn:') ? (arn.split(':')[6] ?? '') : arn;
  return arn.startsWith('arn:') ? own.replace(/-[A-Za-z0-9]{6}$/, '') : own;
}

function fullArn(arn: string, region: string, { data }: World): string {
  if (/^arn:.*-[A-Za-z0-9]{6}$/.test(arn)) return arn;
  const suffix = fixedLetters(arn, 6, letters);
  const plain = arn.startsWith('arn:') ? arn : `arn:aws:secretsmanager:${region}:${data.account}:secret:${arn}`;
  return `${plain}-${suffix}`;
}
