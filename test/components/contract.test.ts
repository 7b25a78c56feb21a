// The laws of component types, for each that ships; they are in src/laws/, since types from outside obey them too.
import { describe, expect, it } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { laws } from '../../src/laws/laws.ts';
import { fixtureOf } from '../helpers/fixtures.ts';

it('there are component types to judge, each under its own name', () => {
  expect(componentTypes.size).toBeGreaterThan(0);
  for (const [name, type] of componentTypes) expect(type.traits.type).toBe(name);
});

describe.each([...componentTypes.values()].map((type) => [type.traits.type, type] as const))('%s', (name, type) => {
  const all = laws(type, fixtureOf(name), componentTypes);

  it('has laws to obey, each called otherwise', () => {
    expect(all.length).toBeGreaterThan(30);
    expect(new Set(all.map((each) => each.name)).size).toBe(all.length);
  });

  it.each(all)('$name', ({ check }) => check());
});
