// Component types from outside: known to the loader only where they are handed in.
import { expect, test } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { loadPlaybook } from '../../src/engine.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: outside }
target: { account: '123456789012', region: eu-west-1 }
components:
  fleet: { type: acme/fleet, spec: { name: wonderland } }
`;
const bytes = new TextEncoder().encode(text);

test('a type that is handed in is read by its own schema; without it, its name is a mistake', () => {
  const cluster = componentTypes.get('ecs/cluster');
  if (cluster === undefined) throw new Error('the shipped types have changed');
  const fleet = { ...cluster, traits: { ...cluster.traits, type: 'acme/fleet' } };
  const types = new Map([['acme/fleet', fleet]]);
  const read = loadPlaybook({ bytes, file: 'outside.yaml', types });
  expect(read.ok && [...read.playbook.components.values()].map((each) => each.type)).toEqual(['acme/fleet']);
  const refused = loadPlaybook({ bytes, file: 'outside.yaml' });
  expect(refused.ok).toBe(false);
  expect(refused.diagnostics[0]?.message).toContain('acme/fleet');
});
