// A state directory whose storage fails under a run: full, gone, read-only. The run ends before the next change, says what to
// do, and the next one goes on from what is there. A file that `--out` names is replaced only where relight wrote it.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampled } from '../helpers/sized.ts';
import {
  bin,
  cleanEnv,
  makeFolder,
  outcomeOf,
  serveSandbox,
  start,
  waitForText,
  type Outcome,
  type Server,
} from './harness.ts';

const folder = makeFolder();
const playbook = 'deployer-api.yaml';
const confirmed = ['--yes', '--confirm', 'deployer-api'];
let server: Server;

beforeAll(async () => {
  server = await serveSandbox(folder);
});
afterAll(async () => {
  await server.stop();
  folder[Symbol.dispose]();
});

const run = (...args: readonly string[]): Promise<Outcome> => folder.relight(args, server.env);

/** An empty world that holds what the playbook presumes. */
async function anew(): Promise<void> {
  await run('sandbox', 'reset');
  expect((await run('sandbox', 'seed', playbook)).code).toBe(0);
}

function expectNoBug({ stdout, stderr }: Outcome): void {
  expect(stdout + stderr).not.toMatch(/this is a bug|Internal error|\n {4,}at /);
}

// --- Full ------------------------------------------------------------------------------------------------------------

const mounted: string[] = [];
afterAll(() => {
  for (const each of mounted) spawnSync('umount', ['-l', each]);
});

/** A file system of so many KiB; undefined where this user may not mount one. */
function smallDisk(name: string, kib: number): string | undefined {
  const place = folder.file(name);
  mkdirSync(place);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k,mode=0700`, 'tmpfs', place]);
  if (status !== 0) return undefined;
  mounted.push(place);
  return place;
}

const canMount = ((): boolean => {
  const place = smallDisk('probe-disk', 64);
  return place !== undefined;
})();

describe.skipIf(!canMount)('a state directory on a small file system (needs root, for mount)', () => {
  test.each(sampled([4, 8, 16, 32, 64], 2))('%d KiB: ends with the right code, and heals with room', async (kib) => {
    await anew();
    const place = smallDisk(`disk-${kib}`, kib) ?? '';
    const state = ['--state-dir', place];
    const first = await run('recover', playbook, ...confirmed, ...state);
    expectNoBug(first);
    if (first.code !== 0) {
      expect(first.stdout + first.stderr).toMatch(/ENOSPC/);
      expect(first.stdout + first.stderr).toMatch(/make room/);
      const status = await run('status', playbook, '--json', ...state);
      const changed = /"verdict": "(healthy|settling|orphaned|unhealthy|drifted)"/.test(
        status.stdout.replaceAll(/\{[^{}]*"(cluster|state-table)"[^{}]*\}/g, ''),
      );
      expect(first.code, first.stderr).toBe(first.stderr.includes('Nothing was changed') || !changed ? 1 : 5);
      expect(spawnSync('mount', ['-o', 'remount,size=16m', place]).status).toBe(0);
    }
    const second = await run('recover', playbook, ...confirmed, ...state);
    expectNoBug(second);
    expect(second.code, second.stderr).toBe(0);
    expect((await run('status', playbook, ...state)).code).toBe(0);
    for (const each of [
      ['runs', 'list'],
      ['runs', 'show', 'last'],
    ])
      expectNoBug(await run(...each, ...state));
  });
});

test('removed while a run is under way: ends with 5 before the next change, and the next run heals', async () => {
  await anew();
  const slow = await serveSandbox(folder, ['--speed', '60']);
  try {
    await folder.relight(['sandbox', 'seed', playbook], slow.env);
    const state = ['--state-dir', 'removed'];
    const child = start(folder.path, ['recover', playbook, ...confirmed, ...state], slow.env);
    const ended = outcomeOf(child);
    await waitForText(child.stderr, /accepted by AWS|create/);
    rmSync(folder.file('removed'), { recursive: true, force: true });
    const outcome = await ended;
    expectNoBug(outcome);
    expect(outcome.stderr).toMatch(/cannot be written down any more|the lock was lost/);
    expect([1, 5]).toContain(outcome.code);
    const again = await folder.relight(['recover', playbook, ...confirmed, ...state], slow.env);
    expectNoBug(again);
    expect(again.code, again.stderr).toBe(0);
  } finally {
    await slow.stop();
  }
});

// --- --out -----------------------------------------------------------------------------------------------------------

describe('runs report --out', () => {
  beforeAll(async () => {
    await anew();
    expect((await run('recover', playbook, ...confirmed)).code).toBe(0);
  });
  const report = (out: string): Promise<Outcome> => run('runs', 'report', 'last', '--out', out);

  test.each([
    ['the playbook', () => playbook],
    [
      'a shell script',
      () => {
        writeFileSync(folder.file('deploy.sh'), '#!/bin/sh\n');
        return 'deploy.sh';
      },
    ],
    [
      'a text of somebody',
      () => {
        writeFileSync(folder.file('notes.md'), '# Post mortem\n\n- **Run**: `1`\n');
        return 'notes.md';
      },
    ],
    [
      'a page of somebody',
      () => {
        writeFileSync(folder.file('index.html'), '<!DOCTYPE html><p>relight run report</p>');
        return 'index.html';
      },
    ],
    [
      'a link to what is not relight’s',
      () => {
        symlinkSync(folder.file(playbook), folder.file('link.md'));
        return 'link.md';
      },
    ],
    [
      'a link to nowhere',
      () => {
        symlinkSync(folder.file('planted'), folder.file('nowhere.md'));
        return 'nowhere.md';
      },
    ],
  ])('%s: refused, and left as it was', async (_what, make) => {
    const name = make();
    const before = readFileSyncOrNone(name);
    const outcome = await report(name);
    expectNoBug(outcome);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain(`--out ${name}: `);
    expect(outcome.stderr).toContain('choose another name');
    expect(readFileSyncOrNone(name)).toBe(before);
  });

  test.each(['again.md', 'again.html', 'again.json'])(
    '%s: an older report is replaced, for its owner only',
    async (name) => {
      expect((await report(name)).code).toBe(0);
      chmodSync(folder.file(name), 0o644);
      const first = statSync(folder.file(name)).ino;
      expect((await report(name)).code).toBe(0);
      expect(statSync(folder.file(name)).mode & 0o777).toBe(0o600);
      expect(statSync(folder.file(name)).ino).not.toBe(first);
    },
  );

  test('a full device, a null device, and the standard output', async () => {
    const full = await report('/dev/full');
    expectNoBug(full);
    expect(full.stderr).toContain('/dev/full cannot be written to (ENOSPC)');
    expect(full.code).toBe(1);
    expect((await report('/dev/null')).code).toBe(0);
    // A pipe of the shell's: what Node gives a child is a socket, which cannot be opened by its name.
    const line = `"$0" "$1" runs report last --out /dev/stdout | cat`;
    const shown = spawnSync('sh', ['-c', line, process.execPath, bin], {
      cwd: folder.path,
      env: cleanEnv(folder.path),
      encoding: 'utf8',
    });
    expect(shown.stdout).toContain('## Who, where, and by which plan');
  });

  function readFileSyncOrNone(name: string): string | undefined {
    try {
      return readFileSync(folder.file(name), 'utf8');
    } catch {
      return undefined;
    }
  }
});

test('a state directory that others may write to is told, with what to do', async () => {
  await anew();
  mkdirSync(folder.file('open'));
  chmodSync(folder.file('open'), 0o777);
  const outcome = await run('recover', playbook, ...confirmed, '--state-dir', 'open');
  const place = folder.file('open');
  expect(outcome.stderr.split('warning: others may write').length).toBe(2);
  expect(outcome.stderr).toContain(
    `(mode 0777), and so change what is kept there. Look through it, then: chmod go-w '${place}'`,
  );
  expect(outcome.code).toBe(0);
});
