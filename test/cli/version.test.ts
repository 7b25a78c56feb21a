// relight version: which relight this is, and on what it runs.
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { root } from '../helpers/markdown.ts';
import { bin, makeFolder } from './harness.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };

test('prints what --version prints', async () => {
  const told = await folder.relight(['version']);
  expect(told).toEqual(await folder.relight(['--version']));
  expect(told).toMatchObject({ code: 0, stdout: `${version}\n` });
});

test('tells as JSON on what it runs, and nothing beside it', async () => {
  const { code, stderr, stdout } = await folder.spawned(['version', '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { arch, platform, versions } = process;
  const program = realpathSync(bin);
  expect(JSON.parse(stdout)).toEqual({ version: 1, relight: version, node: versions.node, platform, arch, program });
});

test.each([
  [['version', 'of', 'what'], "error: too many arguments for 'version'"],
  [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
  [['completion'], "missing required argument 'shell'"],
])('%j is refused as bad usage', async (words, complaint) => {
  const { code, stderr, stdout } = await folder.relight(words);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(complaint);
});
