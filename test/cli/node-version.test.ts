// The bin on a Node that is too old, by a Node that says so of itself: one line, no stack trace, and nothing of the program
// is loaded.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bin, cleanEnv, makeFolder } from './harness.ts';

/** A version of its own choice, and a complaint when anything else than the bin is loaded. */
function runAs(version: string): { readonly code: number | null; readonly stdout: string; readonly stderr: string } {
  using folder = makeFolder();
  const disguise = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(disguise)}`, bin, 'validate', 'deployer-api.yaml'],
    { cwd: folder.path, env: cleanEnv(folder.path), encoding: 'utf8' },
  );
  return { code: status, stdout, stderr };
}

describe('the bin', () => {
  test.each(['18.20.8', '20.18.3', '20.9.0', '16.20.2', '0.12.18', '19.9.0'])(
    'Node %s: names what is needed',
    (version) => {
      const { code, stdout, stderr } = runAs(version);
      expect(stderr).toBe(`relight needs Node 20.19.0 or newer; this is Node ${version} (${process.execPath})\n`);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    },
  );

  test.each(['20.19.0', '20.20.2', '22.0.0', '24.1.0', '100.0.0-nightly'])('Node %s: goes on', (version) => {
    const { code, stdout, stderr } = runAs(version);
    expect(stderr).not.toContain('needs Node');
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('deployer-api') as string });
  });

  test('holds nothing that an old Node could not read', () => {
    const text = readFileSync(fileURLToPath(new URL('../../dist/main.js', import.meta.url)), 'utf8');
    expect(text).not.toMatch(/^\s*(import|export)\b(?!\()/m);
    expect(text.replaceAll(/\/\*.*\*\/|\/\/.*/g, '')).not.toMatch(/\?\.|\?\?|\bawait\b|\*\*|#\w+\s*[=(]/);
    const { engines } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
    ) as { engines: { node: string } };
    expect(text).toContain(`'${engines.node.replace('>=', '')}'`);
  });
});
