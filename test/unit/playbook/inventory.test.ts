// `inventory`: a table whose entries speak of services, and every mistake in it with its place.
import { expect, test } from 'vitest';
import { partsOf } from '../../../src/prove/certificate/parts.ts';
import { codes, head, sound } from './load.ts';

const components = 'components:\n  web: { type: test/node, spec: {} }\n';
const playbook = (said: string): string => `${head}${components}inventory: ${said}\n`;

test('is read as it is said, and is none where nothing is', () => {
  const { inventory } = sound(playbook("{ table: deployer-state, attribute: service, keyPrefix: 'service#' }"));
  expect(inventory).toMatchObject({ table: 'deployer-state', attribute: 'service', keyPrefix: 'service#' });
  expect(sound(playbook('{ table: deployer-state, attribute: service }')).inventory?.keyPrefix).toBeUndefined();
  expect(sound(head + components).inventory).toBeUndefined();
});

test.each([
  ['{ table: deployer-state }'],
  ['{ attribute: service }'],
  ["{ table: 'a b c', attribute: service }"],
  ['{ table: deployer-state, attribute: service, prefix: a }'],
  ['[deployer-state]'],
])('%s is a mistake', (said) => {
  expect(codes(playbook(said))).toHaveLength(1);
});

test('is no part of what a proof is about', () => {
  expect(partsOf(sound(playbook('{ table: deployer-state, attribute: service }')))).toEqual(
    partsOf(sound(head + components)),
  );
});
