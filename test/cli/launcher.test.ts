// The launcher of a checkout, `./relight`: tried in a checkout of two files, where a build takes no time and disturbs nobody.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { root } from '../helpers/markdown.ts';
import { waitForText } from './harness.ts';

const workspace = mkdtempSync(join(tmpdir(), 'relight-launcher-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

const checkout = join(workspace, 'a checkout');
const launcher = join(checkout, 'relight');
const parts = ['scripts/bundle.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Tells its arguments, its standard input and what it was built from; ends as it is told to. */
const program = `
import { readFileSync } from 'node:fs';
const [word, ...rest] = process.argv.slice(2);
if (word === 'wait') {
  process.on('SIGTERM', () => process.exit(5));
  setInterval(() => undefined, 1000);
  console.log('pid ' + process.pid);
} else {
  console.log(JSON.stringify({ words: [word, ...rest], cwd: process.cwd(), input: readFileSync(0, 'utf8') }));
  process.exitCode = Number(rest[0] ?? 0);
}
`;
const build = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
console.log('building');
const source = readFileSync('src/main.js', 'utf8');
if (source.includes('mistake')) process.exit(2);
mkdirSync('dist', { recursive: true });
writeFileSync('dist/main.js', source);
writeFileSync('dist/third-party-licenses.txt', '');
appendFileSync('builds', 'x');
`;

beforeEach(() => {
  rmSync(checkout, { recursive: true, force: true });
  for (const folder of ['src', 'scripts', 'node_modules']) mkdirSync(join(checkout, folder), { recursive: true });
  for (const name of ['relight', 'scripts/build-if-stale.mjs', 'scripts/stale.mjs'])
    cpSync(join(root, name), join(checkout, name));
  for (const name of parts) writeFileSync(join(checkout, name), '{}');
  writeFileSync(join(checkout, 'scripts/build.mjs'), build);
  const scripts = { build: 'node scripts/build.mjs' };
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ type: 'module', scripts }));
  writeFileSync(join(checkout, 'src/main.js'), program);
  age();
  builtBefore();
});

/** As after `npm ci`. */
function builtBefore(): void {
  mkdirSync(join(checkout, 'dist'), { recursive: true });
  writeFileSync(join(checkout, 'dist/main.js'), program);
  writeFileSync(join(checkout, 'dist/third-party-licenses.txt'), '');
  writeFileSync(join(checkout, 'builds'), '');
}

/** A moment passes: all that is there is older than what will be written now. */
function age(): void {
  const before = Date.now() / 1000 - 60;
  for (const name of [
    'src',
    'scripts',
    'package.json',
    'src/main.js',
    'scripts/build.mjs',
    'scripts/stale.mjs',
    'scripts/build-if-stale.mjs',
    ...parts,
  ])
    utimesSync(join(checkout, name), before, before);
}

interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function launch(words: readonly string[], path = launcher, input = ''): Said {
  return spawnSync(path, words, { cwd: workspace, encoding: 'utf8', input });
}

function builds(): number {
  return readFileSync(join(checkout, 'builds'), 'utf8').length;
}

describe('the launcher of a checkout', () => {
  test('can be executed, and is of the real one', () => {
    expect(statSync(join(root, 'relight')).mode & 0o111).toBe(0o111);
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: readonly string[] };
    // A package has its bin; what would build has no place there.
    expect(files).not.toContain('relight');
  });

  test('builds what is missing, once, and says so on stderr alone', () => {
    rmSync(join(checkout, 'dist'), { recursive: true });
    const first = launch(['one', '0', 'two words', '*', '']);
    expect(first.stderr).toBe('building\n');
    expect(JSON.parse(first.stdout)).toEqual({ words: ['one', '0', 'two words', '*', ''], cwd: workspace, input: '' });
    expect(launch(['again'])).toMatchObject({ status: 0, stderr: '' });
    expect(builds()).toBe(1);
  });

  test.each(['src/main.js', 'src', 'package.json', ...parts])('builds again when %s has changed', (name) => {
    const later = Date.now() / 1000 + 60;
    utimesSync(join(checkout, name), later, later);
    launch([]);
    expect(builds()).toBe(1);
  });

  test('builds again when the program itself is gone', () => {
    rmSync(join(checkout, 'dist/main.js'));
    expect(launch(['back'])).toMatchObject({ status: 0 });
  });

  test('builds nothing for a script that no build reads', () => {
    const later = Date.now() / 1000 + 60;
    utimesSync(join(checkout, 'scripts/build.mjs'), later, later);
    expect(launch(['same'])).toMatchObject({ status: 0, stderr: '' });
    expect(builds()).toBe(0);
  });

  test('passes on standard input, also to the first command after a change', () => {
    rmSync(join(checkout, 'dist'), { recursive: true });
    expect(JSON.parse(launch(['first'], launcher, 'kind: Playbook').stdout)).toMatchObject({ input: 'kind: Playbook' });
    expect(JSON.parse(launch(['next'], launcher, 'kind: Playbook').stdout)).toMatchObject({ input: 'kind: Playbook' });
  });

  test.each([0, 2, 4])('ends with the exit code %i of the command', (code) => {
    expect(launch(['end', String(code)]).status).toBe(code);
  });

  test('follows links to where the checkout is', () => {
    mkdirSync(join(workspace, 'bin'), { recursive: true });
    const link = join(workspace, 'bin/relight');
    rmSync(link, { force: true });
    symlinkSync('../bin/second', link);
    rmSync(join(workspace, 'bin/second'), { force: true });
    symlinkSync(launcher, join(workspace, 'bin/second'));
    expect(launch(['linked'], link)).toMatchObject({ status: 0 });
  });

  test('builds nothing while a line is completed', () => {
    const later = Date.now() / 1000 + 60;
    utimesSync(join(checkout, 'src/main.js'), later, later);
    expect(JSON.parse(launch(['__complete', '0', 'st']).stdout)).toMatchObject({ words: ['__complete', '0', 'st'] });
    rmSync(join(checkout, 'dist'), { recursive: true });
    expect(launch(['__complete', '--', 'st'])).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(builds()).toBe(0);
  });

  test('becomes the command: a signal to it is a signal to relight', async () => {
    const child = spawn(launcher, ['wait'], { cwd: workspace, stdio: ['ignore', 'pipe', 'inherit'] });
    const told = await waitForText(child.stdout, /pid \d+/);
    expect(told).toContain(`pid ${String(child.pid)}\n`);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([5, null]);
  });

  test('runs nothing old where a build fails, and ends with 1', () => {
    writeFileSync(join(checkout, 'src/main.js'), 'mistake');
    const later = Date.now() / 1000 + 60;
    utimesSync(join(checkout, 'src/main.js'), later, later);
    const { status, stderr, stdout } = launch(['never']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('relight could not be built');
  });

  test('says what to do in a checkout in which nothing was installed', () => {
    for (const name of ['dist', 'node_modules']) rmSync(join(checkout, name), { recursive: true });
    const { status, stderr } = launch(['never']);
    expect(status).toBe(1);
    expect(stderr).toBe(`relight is not built here yet: run npm ci in ${checkout} first\n`);
  });
});
