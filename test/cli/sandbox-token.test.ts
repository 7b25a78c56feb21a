// A sandbox that was started with a token, and one that was killed with its state file in use.
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { ECSClient, CreateClusterCommand, ListClustersCommand } from '@aws-sdk/client-ecs';
import { afterAll, describe, expect, test } from 'vitest';
import { makeFolder, serveAsProcess, serveSandbox } from './harness.ts';

const folder = makeFolder();
const playbook = 'deployer-api.yaml';
afterAll(() => {
  folder[Symbol.dispose]();
});

describe('a sandbox with a token', () => {
  test('is filled, broken and probed by who names the file, by option or environment; by nobody else', async () => {
    await using server = await serveSandbox(folder, ['--speed', '240', '--token-file', 'token']);
    const file = folder.file('token');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(server.banner).toContain(`export RELIGHT_SANDBOX_TOKEN_FILE=${file}\n`);
    expect(server.banner).not.toContain(readFileSync(file, 'utf8').trim());

    for (const args of [['seed', playbook], ['reset'], ['fault'], ['break', playbook, 'service']]) {
      const refused = await folder.relight(['sandbox', ...args], server.env);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('started with a token')]);
    }
    const env = { ...server.env, RELIGHT_SANDBOX_TOKEN_FILE: file };
    expect((await folder.relight(['sandbox', 'seed', playbook], env)).stdout).toContain('seeded for deployer-api');
    const faults = await folder.relight(['sandbox', 'fault', '--sandbox-token-file', 'token'], server.env);
    expect([faults.code, faults.stdout]).toEqual([0, 'no faults are set\n']);
    const recover = await folder.relight(['recover', playbook, '--yes', '--confirm', 'deployer-api'], env);
    expect([recover.code, recover.stderr]).toEqual([0, expect.anything()]);
  });

  test('a file that others can read, that holds no token or that is missing is refused', async () => {
    await using server = await serveSandbox(folder, ['--token-file', 'own']);
    const ask = (file: string) =>
      folder.relight(['sandbox', 'fault'], { ...server.env, RELIGHT_SANDBOX_TOKEN_FILE: folder.file(file) });
    expect((await ask('own')).code).toBe(0);
    chmodSync(folder.file('own'), 0o640);
    const open = await ask('own');
    expect([open.code, open.stderr]).toEqual([3, expect.stringContaining('chmod 600')]);
    const serving = await folder.relight(['sandbox', 'serve', '--port', '0', '--token-file', 'own']);
    expect([serving.code, serving.stderr]).toEqual([3, expect.stringContaining('chmod 600')]);
    writeFileSync(folder.file('short'), 'abc\n', { mode: 0o600 });
    expect((await ask('short')).stderr).toContain('holds no token');
    expect((await ask('none')).stderr).toContain('no such file');
  });
});

test('a killed server leaves its state file free, with every change that it answered', async () => {
  const client = (endpoint: string) =>
    new ECSClient({
      endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
      maxAttempts: 1,
    });
  const first = await serveAsProcess(folder, ['--state', 'killed.json']);
  const second = await folder.relight(['sandbox', 'serve', '--port', '0', '--state', 'killed.json']);
  expect([second.code, second.stderr]).toEqual([1, expect.stringContaining('is served by process')]);
  const names = Array.from({ length: 20 }, (_each, index) => `cluster-${String(index)}`);
  await Promise.all(names.map((clusterName) => client(first.url).send(new CreateClusterCommand({ clusterName }))));
  await first.stop('SIGKILL');
  await using next = await serveSandbox(folder, ['--state', 'killed.json']);
  const { clusterArns = [] } = await client(next.url).send(new ListClustersCommand({}));
  expect(clusterArns.map((arn) => arn.split('/')[1]).toSorted()).toEqual(names.toSorted());
});
