// The state directory as mistakes, full disks and sudo leave it: what cannot be read or written is told by its path with a
// remedy, is never taken for empty, and keeps nobody from a recovery that could begin.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lockClocks, newStamp } from '../../src/cli/state/locking.ts';
import { lockPerson } from '../../src/cli/state/who-am-i.ts';
import { acquire } from '../../src/run/lock/acquire.ts';
import { fileLockStore } from '../../src/run/lock/file-store.ts';
import { bin, cleanEnv, jsonOf, makeFolder, outcomeOf, start, waitForText, type Outcome } from './harness.ts';
import { recoverJson, runsJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'deployer-api.yaml';
const confirmed = ['--sandbox', '--yes', '--confirm', 'deployer-api'];
const run = (...args: readonly string[]): Promise<Outcome> => folder.relight(args);
let id = '';

beforeAll(async () => {
  await run('sandbox', 'seed', playbook);
  id = recoverJson.parse(jsonOf(await run('recover', playbook, ...confirmed, '--json'))).runId;
});

/** A copy of the state directory after one recovery. */
function copied(name: string): { readonly name: string; readonly run: string; readonly journal: string } {
  cpSync(folder.file('.relight'), folder.file(name), { recursive: true });
  const place = folder.file(join(name, 'runs', id));
  return { name, run: place, journal: join(place, 'journal.jsonl') };
}

/** No stack trace, and what it should say. */
function expectTold(outcome: Outcome, code: number, ...says: readonly string[]): void {
  expect(outcome.stderr).not.toMatch(/this is a bug|\n +at /);
  for (const each of says) expect(outcome.stdout + outcome.stderr).toContain(each);
  expect(outcome.code, outcome.stderr).toBe(code);
}

// --- As a user whom modes keep out: root is not ----------------------------------------------------------------------

const root = process.geteuid?.() === 0;
const nobody = 65_534;

/** What this process may do to files, until the work is done, is what another user may. */
async function asNobody<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  if (!root) return work();
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}

// Where nobody may read the program, there is no other user to be.
const canBeNobody = await asNobody(() => {
  try {
    accessSync(bin);
    return true;
  } catch {
    return false;
  }
});

function runAsNobody(...args: readonly string[]): Promise<Outcome> {
  return asNobody(() => run(...args));
}

/** For what asks the system whether it may: it answers for who started the process. */
function spawnAsNobody(...args: readonly string[]): Promise<Outcome> {
  const user = root ? { uid: nobody, gid: nobody } : {};
  const env = cleanEnv(folder.path);
  return outcomeOf(
    spawn(process.execPath, [bin, ...args], { ...user, cwd: folder.path, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

/** Lets anybody in. */
function open(path: string): void {
  chmodSync(path, 0o777);
  for (const each of readdirSync(path, { withFileTypes: true })) {
    if (each.isDirectory()) open(join(path, each.name));
    else chmodSync(join(path, each.name), 0o666);
  }
}

// --- Runs ------------------------------------------------------------------------------------------------------------

describe('a journal that was emptied or removed beside images', () => {
  test.each([
    [
      'emptied',
      (journal: string) => {
        writeFileSync(journal, '');
      },
    ],
    [
      'removed',
      (journal: string) => {
        rmSync(journal);
      },
    ],
  ])('%s: is damaged, and nobody says that the run changed nothing', async (how, harm) => {
    const { journal, name } = copied(how);
    harm(journal);
    const says = `${journal}:1: nothing is there, but images of what the run changed are beside it`;
    expectTold(await run('runs', 'show', 'last', '--state-dir', name), 1, says);
    expectTold(await run('undo', 'last', '--sandbox', '--state-dir', name), 1, says);
    expectTold(await run('runs', 'list', '--state-dir', name), 0, 'damaged');
    expectTold(await run('plan', playbook, '--sandbox', '--state-dir', name), 0, `warning: ${says}`);
    expectTold(await run('recover', playbook, ...confirmed, '--state-dir', name), 0, `warning: ${says}`);
  });

  test('without images it is empty: the run ended before it did anything', async () => {
    const { journal, name, run: place } = copied('before');
    for (const each of ['before', 'after']) {
      rmSync(join(place, each), { recursive: true });
      mkdirSync(join(place, each));
    }
    writeFileSync(journal, '');
    expectTold(await run('runs', 'show', 'last', '--state-dir', name), 1, 'it changed nothing');
    expectTold(await run('doctor', playbook, '--sandbox', '--state-dir', name), 0, 'none left over');
  });
});

test('a folder in place of a journal: told by its path with the remedy, and a new recovery begins', async () => {
  const { journal, name } = copied('folder');
  renameSync(journal, `${journal}.aside`);
  mkdirSync(journal);
  const says = `${journal} cannot be read (EISDIR). A folder stands where a file is needed: move it away`;
  const state = ['--state-dir', name];
  expectTold(await run('runs', 'list', ...state), 0, `${id}  unreadable  it cannot be read (EISDIR)`);
  const { runs } = runsJson.parse(jsonOf(await run('runs', 'list', '--json', ...state)));
  expect(runs).toMatchObject([{ runId: id, journal: 'unreadable' }]);
  for (const args of [
    ['runs', 'show', 'last'],
    ['runs', 'resume', 'last'],
    ['undo', 'last', '--sandbox'],
    ['approve', 'last', 'service'],
  ]) {
    expectTold(await run(...args, ...state), 1, says, `What run ${id} did is not known until then`);
  }
  expectTold(await run('doctor', playbook, '--sandbox', ...state), 1, says);
  expectTold(await run('plan', playbook, '--sandbox', ...state), 0, `warning: ${says}`);
  await run('sandbox', 'break', playbook, 'service', ...state);
  expectTold(await run('recover', playbook, ...confirmed, ...state), 0, `warning: ${says}`);
});

test('a file in place of the state directory is no state directory without runs', async () => {
  writeFileSync(folder.file('file'), '');
  const says = `${folder.file('file/runs')} cannot be read (ENOTDIR). A file stands where a folder is needed`;
  for (const args of [
    ['runs', 'list'],
    ['runs', 'show', 'last'],
    ['undo', 'last'],
  ]) {
    expectTold(await run(...args, '--state-dir', 'file'), 1, says);
  }
});

describe.runIf(canBeNobody)('what belongs to another user', () => {
  test('a run: it cannot be read, is not empty, and a new recovery begins', async () => {
    const { journal, name, run: place } = copied('anothers');
    open(folder.path);
    chmodSync(place, 0);
    const state = ['--state-dir', name];
    const says = [
      `${journal} cannot be read (EACCES). It belongs to another user`,
      `sudo chown -R "$(id -un)" '${place}'`,
    ];
    expectTold(await runAsNobody('runs', 'list', ...state), 0, 'unreadable  it cannot be read (EACCES)');
    expectTold(await runAsNobody('runs', 'show', 'last', ...state), 1, ...says);
    expectTold(await runAsNobody('undo', 'last', '--sandbox', ...state), 1, ...says);
    expectTold(await runAsNobody('plan', playbook, '--sandbox', ...state), 0, ...says);
    await runAsNobody('sandbox', 'break', playbook, 'service', ...state);
    expectTold(await runAsNobody('recover', playbook, ...confirmed, ...state), 0, ...says);
    chmodSync(place, 0o777);
  });

  test('all runs: one line with the remedy, whatever the command', async () => {
    const { name } = copied('all');
    open(folder.path);
    const place = folder.file(join(name, 'runs'));
    chmodSync(place, 0);
    const says = [`${place} cannot be read (EACCES)`, `sudo chown -R "$(id -un)" '${folder.file(name)}'`];
    for (const [code, ...args] of [
      [1, 'runs', 'list'],
      [1, 'undo', 'last', '--sandbox'],
      [1, 'approve', 'last', 'service'],
      [1, 'plan', playbook, '--sandbox'],
      [1, 'recover', playbook, ...confirmed],
      [4, 'doctor', playbook, '--sandbox'],
    ] as const) {
      expectTold(await runAsNobody(...args, '--state-dir', name), code, ...says);
    }
    chmodSync(place, 0o777);
  });

  test('its proofs: the playbook counts as one without a proof that can be used', async () => {
    const { name } = copied('proofs');
    open(folder.path);
    const place = folder.file(join(name, 'proofs/deployer-api'));
    mkdirSync(place, { recursive: true });
    chmodSync(place, 0);
    const says = `proof: ${place} cannot be used, it cannot be read (EACCES)`;
    expectTold(await runAsNobody('plan', playbook, '--sandbox', '--state-dir', name), 0, says);
    chmodSync(place, 0o777);
  });
});

// --- Writing ---------------------------------------------------------------------------------------------------------

describe('where nothing can be written', () => {
  test('a file in place of the runs: doctor tells', async () => {
    const { name } = copied('no-runs');
    const place = folder.file(join(name, 'runs'));
    await run('sandbox', 'break', playbook, 'service', '--state-dir', name);
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    const doctor = await run('doctor', playbook, '--sandbox', '--state-dir', name);
    expectTold(doctor, 4, `FAIL state: ${place} is no folder. A file stands where a folder is needed`);
  });

  test.runIf(canBeNobody)('runs of another user: doctor tells, and recover changes nothing', async () => {
    const { name } = copied('read-only');
    const state = ['--state-dir', name];
    await run('sandbox', 'break', playbook, 'service', ...state);
    open(folder.path);
    const place = folder.file(join(name, 'runs'));
    chmodSync(place, 0o555);
    const says = `${place} cannot be written to (EACCES). It belongs to another user`;
    expectTold(await spawnAsNobody('doctor', playbook, '--sandbox', ...state), 1, `FAIL state: ${says}`);
    expectTold(await runAsNobody('plan', playbook, '--sandbox', '--out', 'read-only.json', ...state), 2);
    for (const what of [[playbook], [playbook, '--plan', 'read-only.json']]) {
      const outcome = await spawnAsNobody('recover', ...what, ...confirmed, ...state);
      expectTold(outcome, 1, `the run cannot be written down: ${says}`, 'Nothing was changed.');
    }
    expect(readdirSync(place)).toEqual([id]);
    chmodSync(place, 0o777);
    // The plan was not used up.
    expectTold(await runAsNobody('recover', playbook, '--plan', 'read-only.json', ...confirmed, ...state), 0);
  });

  test('a lock that could not be taken: doctor tells, and leaves nothing behind', async () => {
    const { name } = copied('no-lock');
    const place = folder.file(join(name, 'locks'));
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    const outcome = await run('doctor', playbook, '--sandbox', '--state-dir', name);
    expect(outcome.stdout).toMatch(/FAIL lock: .*ENOTDIR/);
    expect(outcome.code).not.toBe(0);
  });

  test.runIf(canBeNobody)('a folder for locks of another user: doctor tells', async () => {
    const { name } = copied('lock-folder');
    open(folder.path);
    const place = folder.file(join(name, 'locks'));
    rmSync(place, { recursive: true });
    mkdirSync(place);
    chmodSync(place, 0o555);
    const outcome = await spawnAsNobody('doctor', playbook, '--sandbox', '--state-dir', name);
    expectTold(outcome, 1, `FAIL lock: it could not be taken: ${place} cannot be written to (EACCES)`);
    expect(readdirSync(place)).toEqual([]);
  });
});

// --- Resuming --------------------------------------------------------------------------------------------------------

test('a run that ends while its resumption waits for the lock: that is what is said', async () => {
  const { journal, name } = copied('ending');
  const whole = readFileSync(journal, 'utf8');
  writeFileSync(journal, whole.split('\n').slice(0, -5).join('\n') + '\n');
  const store = fileLockStore(folder.file(join(name, 'locks/sandbox')), '--state-dir');
  const owner = { ...lockPerson(), run: id, command: 'recover', since: new Date(0).toISOString() };
  // A lease so long that no sign of life comes meanwhile.
  const held = { store, clocks: lockClocks(), stamp: newStamp, onWait: () => undefined, owner, leaseMs: 60_000 };
  const acquired = await acquire(held);
  if (acquired.kind === 'refused') throw new Error('the lock is held already');
  const child = start(folder.path, ['runs', 'resume', id, ...confirmed, '--state-dir', name]);
  const ended = outcomeOf(child);
  await waitForText(child.stderr, /the lock is held by/);
  writeFileSync(journal, whole);
  await acquired.lease.release();
  const says = `refused: run ${id} reached its end while its lock was waited for: there is nothing to go on with`;
  expectTold(await ended, 3, says, 'Nothing was changed here.');
});

// --- Something else where a file is needed ---------------------------------------------------------------------------

const wrongThings: readonly (readonly [string, (path: string) => void])[] = [
  [
    'a pipe',
    (path) => {
      expect(spawnSync('mkfifo', [path]).status).toBe(0);
    },
  ],
  [
    'a device',
    (path) => {
      symlinkSync('/dev/zero', path);
    },
  ],
];

/**
 * Whoever waits at a pipe for its other end would hang this process with it: after two minutes somebody opens both ends, and
 * what is said then is not what is expected.
 */
const releasing: ChildProcess[] = [];
function release(pipe: string): void {
  releasing.push(spawn('sh', ['-c', 'sleep 120; exec 3<>"$0"', pipe], { stdio: 'ignore', detached: true }));
}
afterEach(() => {
  for (const { exitCode, pid } of releasing.splice(0)) {
    if (pid !== undefined && exitCode === null) process.kill(-pid, 'SIGKILL');
  }
});

describe.skipIf(process.platform === 'win32').each(wrongThings)(
  '%s among the files of the state directory',
  (what, put) => {
    const instead = (path: string): void => {
      rmSync(path, { force: true });
      mkdirSync(dirname(path), { recursive: true });
      put(path);
      if (what === 'a pipe') release(path);
    };
    const copy = (name: string) => copied(`${name}-${what.replace(' ', '-')}`);
    const remedy = 'It stands where a file is needed: move it away, or name another place';

    test('a journal', async () => {
      const state = copy('journal');
      instead(state.journal);
      const where = ['--state-dir', state.name];
      expectTold(
        await run('runs', 'show', 'last', ...where),
        1,
        `${state.journal} cannot be read (${what}). ${remedy}`,
      );
      expectTold(await run('runs', 'list', ...where), 0, `it cannot be read (${what})`);
      expectTold(await run('runs', 'verify', ...where), 4, `cannot be read (${what})`);
      const recovered = await run('recover', playbook, ...confirmed, ...where);
      expectTold(recovered, recovered.code ?? -1, `cannot be read (${what})`);
    });

    test('an image', async () => {
      const state = copy('image');
      instead(join(state.run, 'after', readdirSync(join(state.run, 'after'))[0] ?? ''));
      expectTold(await run('runs', 'verify', '--state-dir', state.name), 1, 'is no regular file');
    });

    test('the newest file of a lock', async () => {
      const state = copy('lock');
      const lock = folder.file(join(state.name, 'locks', 'sandbox'));
      const newest =
        readdirSync(lock)
          .filter((each) => each.endsWith('.json'))
          .toSorted()
          .at(-1) ?? '';
      instead(join(lock, newest));
      const outcome = await run('sandbox', 'break', playbook, 'cname', '--sandbox', '--state-dir', state.name);
      expectTold(outcome, outcome.code ?? -1, `it is ${what}`, `rm -r '${lock}'`);
      expect(outcome.code).not.toBe(0);
    });

    test('what was adopted, a certificate, and the kept faults', async () => {
      const state = copy('kept');
      const where = ['--sandbox', '--state-dir', state.name];
      instead(folder.file(join(state.name, 'adopted.json')));
      expectTold(
        await run('adopt', playbook, '--list', ...where),
        1,
        `adopted.json cannot be read (${what}). ${remedy}`,
      );
      rmSync(folder.file(join(state.name, 'adopted.json')));
      instead(folder.file(join(state.name, 'proofs', 'deployer-api', '0123456789ab.json')));
      expectTold(await run('plan', playbook, ...where), 0, `it cannot be read (${what})`);
      instead(folder.file(join(state.name, 'sandbox-faults.json')));
      expectTold(await run('status', playbook, ...where), 1, `sandbox-faults.json cannot be read (${what}). ${remedy}`);
      // It is put in its place, and never written into it.
      expectTold(await run('sandbox', 'fault', '--clear', ...where), 1);
    });

    test('the sandbox’s world', async () => {
      const state = copy('world');
      const world = folder.file(join(state.name, 'sandbox.json'));
      instead(world);
      const says = `state file ${world} is damaged: it is ${what}; remove the file`;
      expectTold(await run('status', playbook, '--sandbox', '--state-dir', state.name), 1, says);
      expectTold(await run('sandbox', 'serve', '--port', '0', '--state', world), 1, says);
    });

    test('a saved plan', async () => {
      const state = copy('plan');
      instead(folder.file(`${state.name}.json`));
      expectTold(await run('recover', '--plan', `${state.name}.json`, ...confirmed), 1, 'is not a file');
    });
  },
);

test('a playbook may come out of a pipe, and is not read beyond what a playbook has', () => {
  const shell = (line: string) =>
    spawnSync('sh', ['-c', line, process.execPath, bin], {
      cwd: folder.path,
      env: cleanEnv(folder.path),
      encoding: 'utf8',
      timeout: 60_000,
    });
  expect(shell(`cat ${playbook} | "$0" "$1" validate /dev/stdin`).status).toBe(0);
  const endless = shell('"$0" "$1" validate /dev/zero');
  expect(endless.stderr).toContain('/dev/zero: more than 67108864 bytes is too large for a playbook');
  expect(endless.status).toBe(1);
});
