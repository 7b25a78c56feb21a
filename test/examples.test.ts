// The examples run as a user of the package would run them: against what is built, through the package's own name.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { foundIn } from './cli/schemas.ts';
import { relightIn, type Said } from './helpers/command.ts';
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

describe('type-from-outside', () => {
  const at = 'examples/type-from-outside';
  const types = ['--types', `./${at}/log-group.mjs`];
  const state = mkdtempSync(join(tmpdir(), 'relight-outside-'));
  afterAll(() => {
    rmSync(state, { recursive: true, force: true });
  });

  function run(...words: readonly string[]): { code: number | null; out: string; err: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    return { code: status, out: stdout, err: stderr };
  }
  /** In this process: that the bin takes types from outside too, the proof shows. */
  const relight = (...words: readonly string[]): Promise<Said> => relightIn(root, words.join(' '));
  const inSandbox = ['--sandbox', '--state-dir', state];

  it('obeys the laws', () => {
    const { code, err, out } = run('scripts/run-example.mjs', 'type-from-outside');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [, held, all] = /^logs\/log-group: (\d+) of (\d+) laws hold$/m.exec(out) ?? [];
    expect(Number(held)).toBeGreaterThan(30);
    expect(held).toBe(all);
  });

  it('is planned, recovered, undone and told of by the command line', async () => {
    const playbook = `${at}/playbook.yaml`;
    const plan = join(state, 'plan.json');
    expect((await relight('sandbox', 'seed', playbook, ...types, ...inSandbox)).code).toBe(0);
    const planned = await relight('plan', playbook, ...types, ...inSandbox, '--out', plan);
    expect(planned.code).toBe(2);
    expect(planned.out + planned.err).toContain(` ${types.join(' ')}`);
    const saved = JSON.parse(readFileSync(plan, 'utf8')) as { readonly tool: string };
    expect(saved.tool).toMatch(/^relight \S+ with log-group\.mjs [0-9a-f]{16}$/);

    // Without the types there is no such playbook; with others it is another plan.
    expect((await relight('recover', playbook, '--plan', plan, ...inSandbox, '--yes')).err).toContain(
      '--types <module>',
    );
    const other = join(root, at, 'other.mjs');
    writeFileSync(other, "export { types } from './log-group.mjs';\n");
    try {
      const refused = await relight('recover', playbook, '--plan', plan, '--types', other, ...inSandbox, '--yes');
      expect(refused).toMatchObject({ code: 3, err: expect.stringContaining('with log-group.mjs') as string });
    } finally {
      rmSync(other);
    }
    const recovered = await relight('recover', playbook, '--plan', plan, ...types, ...inSandbox, '--yes');
    expect(recovered).toMatchObject({ code: 0, out: expect.stringContaining('succeeded') as string });
    const status = await relight('status', playbook, ...types, ...inSandbox);
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining('kept for 30 days') as string });
    expect((await relight('undo', 'last', ...inSandbox, '--yes')).err).toContain('--types <module>');
    const undone = await relight('undo', 'last', ...types, ...inSandbox, '--yes');
    expect(undone).toMatchObject({ code: 0, out: expect.stringContaining('succeeded') as string });
  });

  it('is rehearsed, and proved by workers', async () => {
    const playbook = `${at}/playbook.yaml`;
    const rehearsed = await relight('rehearse', playbook, ...types, '--lose', 'logs', '--drift', 'tasks');
    expect(rehearsed).toMatchObject({ code: 0, out: expect.stringContaining('healed') as string });
    const prove = ['prove', playbook, ...types, '--quick', '--state-dir', state, '--json', '--workers'];
    const proof = run('dist/main.js', ...prove, '2');
    const told = JSON.parse(proof.out) as { readonly result: string };
    expect(told.result, proof.err).toBe('proved');
    expect(proof.code).toBe(0);
    // Two workers find what one finds: nothing. That they find the same where there is something: test/prove/command.test.ts.
    const alone = await relight(...prove, '1');
    expect(alone.code).toBe(0);
    expect([foundIn(alone.out).workers, foundIn(proof.out)]).toEqual([1, { ...foundIn(alone.out), workers: 2 }]);
  });
});
