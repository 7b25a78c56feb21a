// One run at a time, with real processes, real signals and real time: two that begin at once, one that is broken, a lock that
// cannot be used. What comes after a holder that is killed or frozen: holders.sized.test.ts.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { jsonOf, serveSandbox } from './harness.ts';
import {
  approval,
  brisk,
  midway,
  newFolder,
  playbook,
  recovered,
  recovering,
  seeded,
  short,
  slow,
  withTable,
} from './holders.ts';

describe('two at once', () => {
  test('on one machine, from two state directories: one works, the other is refused and told whose it is', async () => {
    using folder = newFolder();
    await using server = await serveSandbox(folder, slow);
    await seeded(folder, server);
    const first = recovering(folder, server.env, '--state-dir', 'one');
    await midway(first);
    const second = await recovered(folder, server.env, '--state-dir', 'two');
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(
      new RegExp(
        `refused: another run is at work: \\S+@${hostname()} \\(pid ${first.child.pid ?? ''}\\), recover, run \\d`,
      ),
    );
    expect(second.stderr).toContain('to make it stop: relight lock break front.yaml');

    const shown = await folder.relight(['lock', 'show', playbook, '--json'], server.env);
    expect(shown.code).toBe(0);
    expect(jsonOf(shown)).toMatchObject({ state: 'held', owner: { pid: first.child.pid, command: 'recover' } });
    const doctor = await folder.relight(['doctor', playbook], server.env);
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain(`FAIL lock: held by`);

    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(5);
    const [run = ''] = readdirSync(folder.file('one/runs'));
    const owner = (jsonOf(shown) as { owner: { run: string } }).owner;
    expect(run).toBe(owner.run);
    expect(jsonOf(await folder.relight(['lock', 'show', playbook, '--json'], server.env))).toMatchObject({
      state: 'free',
      owner: null,
    });
  });

  test('begun in the same instant, exactly one of four works', async () => {
    using folder = newFolder();
    await using server = await serveSandbox(folder, brisk);
    await seeded(folder, server);
    const all = await Promise.all(
      [1, 2, 3, 4].map((each) => recovering(folder, server.env, '--state-dir', `s${each}`).ended),
    );
    expect(all.map((each) => each.code).sort()).toEqual([0, 3, 3, 3]);
  });

  test('on two machines, by a DynamoDB table that the playbook names', async () => {
    using here = newFolder();
    using there = newFolder();
    withTable(here, there);
    await using server = await serveSandbox(here, slow);
    await seeded(here, server);
    const first = recovering(here, server.env);
    await midway(first);
    const second = await recovered(there, server.env, '--json');
    expect(second.code).toBe(3);
    expect(jsonOf(second)).toMatchObject({ result: 'refused', holder: { pid: first.child.pid, command: 'recover' } });
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(5);
    expect((await there.relight(['lock', 'show', playbook], server.env)).stdout).toContain('free; last held by');
  });

  test('in one embedded world: the other is refused, and so is a break by hand', async () => {
    using folder = newFolder();
    expect((await folder.relight(['sandbox', 'seed', playbook, '--sandbox'], short)).code).toBe(0);
    const first = recovering(folder, {}, '--sandbox', '--sandbox-speed', '2');
    await midway(first);
    const second = await recovered(folder, {}, '--sandbox');
    expect(second.code).toBe(3);
    expect(second.stderr).toContain(`(pid ${first.child.pid ?? ''}), recover`);
    const broken = await folder.relight(['sandbox', 'break', playbook, 'target-group', '--sandbox'], short);
    expect(broken.code).toBe(3);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(5);
    expect((await recovered(folder, {}, '--sandbox')).code).toBe(0);
    expect((await folder.relight(['plan', playbook, '--sandbox'])).code).toBe(0);
  });
});

describe('relight lock break', () => {
  test('is refused in production without the name; with it the holder stops and says by whom it was broken', async () => {
    using folder = newFolder();
    await using server = await serveSandbox(folder, slow);
    await seeded(folder, server);
    const first = recovering(folder, server.env);
    await midway(first);
    const unnamed = await folder.relight(['lock', 'break', playbook, '--yes'], server.env);
    expect(unnamed.code).toBe(3);
    expect(unnamed.stderr).toContain('give --yes --confirm front');
    const broken = await folder.relight(['lock', 'break', playbook, ...approval], server.env);
    expect(broken.code).toBe(0);
    expect(broken.stdout).toContain(`(pid ${first.child.pid ?? ''}), recover, run`);
    expect(broken.stdout).toContain('has stopped and given the lock back: it is free');
    const outcome = await first.ended;
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toMatch(/the lock was lost: it was broken by \S+@/);
    const again = await folder.relight(['lock', 'break', playbook, ...approval, '--json'], server.env);
    expect(jsonOf(again)).toMatchObject({ version: 1, outcome: 'free', holder: null });
  });
});

test('a damaged lock file stops recover with 3, names the file and the remedy, and is left as it is', async () => {
  using folder = newFolder();
  await using server = await serveSandbox(folder);
  await seeded(folder, server);
  expect((await recovered(folder, server.env)).code).toBe(0);
  const locks = folder.file('.relight/locks');
  const [name = ''] = readdirSync(locks);
  expect(name).toBe('front@123456789012.eu-west-1');
  const last = join(locks, name, readdirSync(join(locks, name)).sort().at(-1) ?? '');
  const text = readFileSync(last, 'utf8').slice(0, 100);
  writeFileSync(last, text);
  const outcome = await recovered(folder, server.env);
  expect(outcome.code).toBe(3);
  expect(outcome.stderr).toContain(`refused: the lock file ${last} cannot be read: it is not JSON`);
  expect(outcome.stderr).toContain(`rm -r '${join(locks, name)}'`);
  for (const args of [
    ['show', playbook],
    ['break', playbook, ...approval],
  ]) {
    const told = await folder.relight(['lock', ...args], server.env);
    expect(told.code).toBe(3);
    expect(told.stderr).toContain(`the lock file ${last} cannot be read: it is not JSON`);
  }
  expect((await folder.relight(['doctor', playbook], server.env)).stdout).toContain('FAIL lock: the lock file');
  expect(readFileSync(last, 'utf8')).toBe(text);
});

test('a lock of the embedded world that cannot be used: the remedy names --state-dir, by which it is found', async () => {
  using folder = newFolder();
  mkdirSync(folder.file('state'));
  writeFileSync(folder.file('state/locks'), '');
  for (const args of [
    ['lock', 'show', playbook],
    ['lock', 'break', playbook, ...approval],
    ['recover', playbook, ...approval],
  ]) {
    const { code, stderr } = await folder.relight([...args, '--sandbox', '--state-dir', 'state']);
    expect(code).toBe(3);
    expect(stderr).toContain(`refused: the lock in ${folder.file('state/locks/sandbox')} cannot be used: ENOTDIR`);
    expect(stderr).toContain('name another one with --state-dir, the same for all runs');
    expect(stderr).not.toContain('RELIGHT_LOCK_DIR');
  }
});

test('a table that is missing is told with the command that makes it, and --lock file sets it aside loudly', async () => {
  using folder = newFolder();
  await using server = await serveSandbox(folder);
  await seeded(folder, server);
  withTable(folder);
  const outcome = await recovered(folder, server.env);
  expect(outcome.code).toBe(3);
  expect(outcome.stderr).toContain('aws dynamodb create-table --region eu-west-1 --table-name relight-locks');
  const doctor = await folder.relight(['doctor', playbook], server.env);
  expect(doctor.stdout).toContain('FAIL lock: the lock (DynamoDB table');
  // What is to be pasted ends with its line.
  expect(doctor.stdout).toMatch(/Make the table: aws dynamodb create-table .*KeyType=HASH\n +Without it: --lock file/);
  const without = await recovered(folder, server.env, '--lock', 'file');
  expect(without.code).toBe(0);
  expect(without.stderr).toContain(
    "WARNING: the playbook's lock is dynamodb://relight-locks, and --lock file sets it aside",
  );
  expect((await folder.relight(['recover', playbook, '--lock', 'redis://x'], server.env)).stderr).toContain(
    '--lock redis://x: expected file, or dynamodb://<table>',
  );
});
