// The laws find what breaks them: a type that obeys is spoilt in one thing, and the law about it fails.
import { CreateClusterCommand, ECSClient } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import type { ComponentType } from '../../src/components/contract.ts';
import { componentTypes } from '../../src/components/index.ts';
import { absent } from '../../src/components/kit/observing.ts';
import { laws } from '../../src/laws/laws.ts';
import { fixtureOf } from '../helpers/fixtures.ts';

const name = 'ecs/cluster';
const sound = componentTypes.get(name);
if (sound === undefined) throw new Error(`no component type ${name}`);
const cluster: ComponentType = sound;

async function check(type: ComponentType, law: RegExp): Promise<void> {
  const found = laws(type, fixtureOf(name), new Map([...componentTypes, [name, type]])).filter((each) =>
    law.test(each.name),
  );
  expect(found.length).toBeGreaterThan(0);
  for (const each of found) await each.check();
}

const spoilt: readonly (readonly [string, RegExp, Partial<ComponentType>])[] = [
  [
    'takes what it may not see for gone',
    /fails by access-denied/,
    {
      observe: async (targets, context) => {
        const seen = await cluster.observe(targets, context);
        return new Map([...seen].map(([id, each]) => [id, each.kind === 'unknown' ? absent(context) : each]));
      },
    },
  ],
  ['finds no difference', /tells a changed field apart/, { diff: () => [] }],
  ['hides a permission', /declares the permissions/, withPermissions([])],
  ['knows every status word', /unlisted status word/, { readiness: () => ({ kind: 'ready' }) }],
  [
    'has no words for its calls',
    /has every change that it makes named/,
    { rehearsal: { ...cluster.rehearsal, subjects: {} } },
  ],
  [
    'sends a call by a client of its own',
    /sends all its calls by aws\.client/,
    {
      create: async (target, context) => {
        const client = new ECSClient({
          region: 'eu-west-1',
          endpoint: 'http://127.0.0.1:9',
          credentials: { accessKeyId: 'own', secretAccessKey: 'own' },
          maxAttempts: 1,
        });
        await client.send(new CreateClusterCommand({})).catch(() => undefined);
        return cluster.create(target, context);
      },
    },
  ],
];

function withPermissions(write: readonly string[]): Partial<ComponentType> {
  return { traits: { ...cluster.traits, permissions: { ...cluster.traits.permissions, write } } };
}

describe('a law', () => {
  it.each(spoilt)('fails for a type that %s, and for no other', async (_what, law, part) => {
    await check(cluster, law);
    await expect(check({ ...cluster, ...part }, law)).rejects.toThrow();
  });
});
