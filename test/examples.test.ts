// The examples run as a user of the package would run them: against what is built, through the package's own name.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './helpers/markdown.ts';

const examples = readdirSync(new URL('../examples', import.meta.url))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replace(/\.ts$/, ''));

it('there are examples', () => {
  expect(examples).toContain('recover-in-a-sandbox');
});

it.each(examples)('%s runs', (name) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run-example.mjs', name], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('succeeded');
  expect(stdout).not.toMatch(/failed|skipped/);
});
