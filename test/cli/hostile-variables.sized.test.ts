// Nobody forges the screen by a variable of the environment: in this process where only relight reads it, and by the built
// program on a pseudo-terminal where libraries do, and may have something to say. The quick run tries some of each.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampled } from '../helpers/sized.ts';
import { expectClean, wellFormed } from './forging.ts';
import { makeFolder, serveSandbox, type Env, type Folder, type Server } from './harness.ts';
import { hasTerminal, onTerminal } from './terminal.ts';

const file = 'deployer-api.yaml';
let folder: Folder;
let server: Server;
let env: Env;

beforeAll(async () => {
  folder = makeFolder();
  server = await serveSandbox(folder);
  ({ env } = server);
  const seeded = await folder.relight(['sandbox', 'seed', file], env);
  expect(seeded.code, seeded.stderr).toBe(0);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('what a terminal is sent for hostile variables', { timeout: 120_000 }, () => {
  const variables = [
    'AWS_PROFILE',
    'AWS_ENDPOINT_URL',
    'AWS_ENDPOINT_URL_ECS',
    'AWS_CONFIG_FILE',
    'RELIGHT_LOCK_DIR',
    'RELIGHT_LOCK_LEASE',
    'RELIGHT_PLAN_KEY',
    'HTTPS_PROXY',
  ];
  /** Of relight's own no library knows. */
  const ownerOf = (variable: string): string => (variable.startsWith('RELIGHT_') ? 'relight' : 'libraries');
  test.each(sampled(variables, 4, ownerOf))('%s', async (variable) => {
    const set = { [variable]: variable.includes('URL') ? `http://127.0.0.1:1/${wellFormed}` : wellFormed };
    if (ownerOf(variable) === 'relight') {
      const watcher = { columns: 400, answer: () => undefined };
      const { stderr, stdout } = await folder.watched(watcher, ['plan', file], { ...env, ...set });
      expect(stdout + stderr).not.toBe('');
      expectClean(stdout + stderr, `${variable}, watched`);
    } else if (hasTerminal) {
      const { data } = await onTerminal(folder, ['plan', file], { columns: 400, env: { ...env, ...set } });
      expect(data).not.toBe('');
      expectClean(data, `${variable}, terminal`);
    }
    const plain = await folder.relight(['doctor', file], { ...env, ...set });
    expectClean(plain.stdout + plain.stderr, variable);
  });
});
