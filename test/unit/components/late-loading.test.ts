// A type whose acting parts are loaded when first used says so: where time is virtual they are loaded when a session opens.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { componentTypes } from '../../../src/components/index.ts';

test.each([...componentTypes])('%s has a load for what it loads late', (name, type) => {
  const folder = name.replace('/', '-');
  const text = readFileSync(new URL(`../../../src/components/${folder}/index.ts`, import.meta.url), 'utf8');
  const late = [...text.matchAll(/^const (\w+) = whenUsed\(/gm)].map(([, part]) => part);
  expect(late.length).toBeGreaterThan(0);
  const told = /\n {2}load: loading\(([^)]*)\)/.exec(text)?.[1]?.split(', ') ?? [];
  expect(told.toSorted()).toEqual(late.toSorted());
  expect(typeof type.load).toBe('function');
});
