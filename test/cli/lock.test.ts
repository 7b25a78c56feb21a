// One run at a time, with real processes, real signals and real time: two that begin at once, a holder that is killed, one
// that is frozen, one that is broken; on one machine by the file lock, on two by a DynamoDB table.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/util/clock.ts';
import {
  jsonOf,
  makeFolder,
  outcomeOf,
  serveSandbox,
  start,
  waitForText,
  type Env,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';
import { startProxy, type Proxy } from './proxy.ts';

const playbook = 'front.yaml';
const approval = ['--yes', '--confirm', 'front'];
/** A load balancer takes its time to be made; a listener waits for it. */
const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1, environment: production }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  target-group:
    type: elbv2/target-group
    spec: { name: front, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: { path: /health } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${load-balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${target-group.arn}' }
`;
const leaseMs = 5_000;
const short: Env = { RELIGHT_LOCK_LEASE: '5s' };
/** A recovery takes some seconds. */
const brisk = ['--speed', '20'];
/** A recovery takes half a minute: it is still at work whatever else is looked at. */
const slow = ['--speed', '2'];

function newFolder(): Folder {
  const folder = makeFolder();
  writeFileSync(folder.file(playbook), text);
  return folder;
}

/** A client of its own: what a proxy tells it by. */
function as(name: string, env: Env): Env {
  return { ...env, AWS_ACCESS_KEY_ID: name };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

function recovering(folder: Folder, env: Env, ...more: string[]): Running {
  const child = start(folder.path, ['recover', playbook, ...approval, ...more], { ...env, ...short });
  return { child, ended: outcomeOf(child) };
}

/** The same to its end, in this process. */
function recovered(folder: Folder, env: Env, ...more: string[]): Promise<Outcome> {
  return folder.relight(['recover', playbook, ...approval, ...more], { ...env, ...short });
}

async function pass(milliseconds: number): Promise<void> {
  await new VirtualClock(0, 1).sleep(milliseconds);
}

/** In the middle of its work: a load balancer is being made, and everything behind it waits. */
async function midway({ child }: Running): Promise<void> {
  await waitForText(child.stderr, /create load-balancer waits: provisioning/);
}

/** All but reads; signs of life in the lock's table change nothing else. */
function changesBy(name: string, proxy: Proxy): readonly string[] {
  return proxy.calls
    .filter((each) => each.signedBy === name && !/^(Describe|Get|List|UpdateItem)/.test(each.operation))
    .map((each) => each.operation);
}

async function seeded(folder: Folder, server: Server): Promise<void> {
  const outcome = await folder.relight(['sandbox', 'seed', playbook], server.env);
  expect(outcome.stderr + String(outcome.code)).toMatch(/0$/);
}

/** A second machine: its own home, so that a file lock would not keep it out; the playbook names a table. */
function withTable(...folders: readonly Folder[]): void {
  for (const folder of folders) appendFileSync(folder.file(playbook), 'lock: dynamodb://relight-locks\n');
}

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

describe.each(['file', 'dynamodb'] as const)('by a %s lock', (kind) => {
  function machines(): { here: Folder; there: Folder; [Symbol.dispose]: () => void } {
    const here = newFolder();
    const there = kind === 'file' ? here : newFolder();
    if (kind === 'dynamodb') withTable(here, there);
    return {
      here,
      there,
      [Symbol.dispose]: () => {
        here[Symbol.dispose]();
        there[Symbol.dispose]();
      },
    };
  }

  test('a holder that is killed is followed after its lease, not before, and its work is finished', async () => {
    using both = machines();
    await using server = await serveSandbox(both.here, brisk);
    await seeded(both.here, server);
    await using proxy = await startProxy(server.url);
    const first = recovering(both.here, as('first', proxy.env));
    await midway(first);
    first.child.kill('SIGKILL');
    expect((await first.ended).signal).toBe('SIGKILL');
    const killed = performance.now();
    const second = recovering(both.there, as('second', proxy.env));
    await waitForText(second.child.stderr, /waiting up to 5 s for a sign of life/);
    expect(changesBy('second', proxy)).toEqual([]);
    await waitForText(second.child.stderr, /took the lock over: .* gave no sign of life for 5 s/);
    expect(performance.now() - killed).toBeGreaterThan(leaseMs);
    expect((await second.ended).code).toBe(0);
    expect(changesBy('second', proxy)).toEqual(['CreateListener']);
    expect((await both.here.relight(['plan', playbook], server.env)).code).toBe(0);
  });

  test('a holder that was frozen past its lease changes nothing once it goes on, and says why', async () => {
    using both = machines();
    await using server = await serveSandbox(both.here, brisk);
    await seeded(both.here, server);
    await using proxy = await startProxy(server.url);
    const first = recovering(both.here, as('first', proxy.env));
    await midway(first);
    first.child.kill('SIGSTOP');
    // The load balancer becomes ready in the meantime: the next thing to do would be to change something.
    await pass(2.5 * leaseMs);
    const before = changesBy('first', proxy);
    expect(before).toContain('CreateLoadBalancer');
    first.child.kill('SIGCONT');
    const outcome = await first.ended;
    expect(changesBy('first', proxy)).toEqual(before);
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toMatch(/the lock was lost: it could not be renewed for \d+\.\d s/);
    expect(outcome.stderr).toContain('run the same command again to go on from what is there');
    const records = journalOf(both.here);
    // Whether another step had come to its end before the freeze is chance.
    const result = expect.stringMatching(/^(partial|failed)$/) as unknown;
    expect(records.slice(-2)).toMatchObject([{ type: 'run-finished', result }, { type: 'journal-closed' }]);
    expect(records).toContainEqual(
      expect.objectContaining({
        type: 'run-interrupted',
        reason: expect.stringContaining('the lock was lost') as unknown,
      }),
    );
    expect((await recovered(both.there, proxy.env)).code).toBe(0);
  });

  test('a frozen holder is followed by another; when it goes on it leaves that one’s work and lock alone', async () => {
    using both = machines();
    await using server = await serveSandbox(both.here, brisk);
    await seeded(both.here, server);
    await using proxy = await startProxy(server.url);
    const first = recovering(both.here, as('first', proxy.env), '--state-dir', 'first');
    await midway(first);
    first.child.kill('SIGSTOP');
    const second = recovering(both.there, as('second', proxy.env), '--state-dir', 'second');
    await waitForText(second.child.stderr, /took the lock over/);
    const before = changesBy('first', proxy);
    first.child.kill('SIGCONT');
    expect((await first.ended).code).toBe(5);
    expect(changesBy('first', proxy)).toEqual(before);
    expect((await second.ended).code).toBe(0);
    expect((await both.here.relight(['plan', playbook], server.env)).code).toBe(0);
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

function journalOf(folder: Folder): readonly unknown[] {
  const runs = folder.file('.relight/runs');
  const [run = ''] = readdirSync(runs).sort();
  return readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
