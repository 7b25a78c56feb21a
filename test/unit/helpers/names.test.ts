// The name of a test file says how it is run; what is in it must fit.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../helpers/markdown.ts';

const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(root, 'test', name), 'utf8') }));

test('what mocks a module has a process of its own: name it *.alone.test.ts', () => {
  const mocking = files.filter(({ text }) => /^\s*vi\.(do)?mock\(/im.test(text)).map(({ name }) => name);
  expect(mocking.length).toBeGreaterThan(0);
  expect(mocking.filter((name) => !name.endsWith('.alone.test.ts'))).toEqual([]);
});

test('what has a size is found by the long run: name it *.sized.test.ts', () => {
  const asking = files.filter(({ text }) => /^import .* from '.*\/helpers\/sized\.ts'/m.test(text));
  const wrong = asking.map(({ name }) => name).filter((name) => !/\.sized(\.alone)?\.test\.ts$/.test(name));
  expect(asking.length).toBeGreaterThan(10);
  expect(wrong.filter((name) => name !== 'unit/helpers/sized.test.ts')).toEqual([]);
});

test('nothing hides in a folder that no lane looks into', () => {
  expect(files.filter(({ name }) => /^(golden|helpers)\//.test(name))).toEqual([]);
});
