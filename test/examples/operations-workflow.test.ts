// The GitHub workflow's own steps, run by the shell that runners run them by: what becomes of each exit code, and of the issue.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDocument } from '../helpers/markdown.ts';
import { operations } from '../helpers/operations.ts';

interface Step {
  readonly name?: string;
  readonly run?: string;
}

const { jobs } = parse(readDocument(`${operations}/github-actions/drift-scan.yml`)) as {
  readonly jobs: { readonly scan: { readonly steps: readonly Step[] } };
};

function scriptOf(name: string): string {
  const script = jobs.scan.steps.find((each) => each.name === name)?.run;
  if (script === undefined) throw new Error(`the workflow has no step ${name}`);
  return script;
}

/** relight in place of npx: it ends as it is told, and writes what it was asked to. */
const npx = `#!/bin/sh
echo "$*" >npx.words
[ "$STUB_CODE" = 1 ] || echo "report of $STUB_CODE" >drift.md
exit "$STUB_CODE"
`;
const curl = `#!/bin/sh
echo "$*" >>curl.calls
exit "$STUB_CURL"
`;
/** GitHub's issues, of which there is one or none. */
const gh = `#!/bin/sh
echo "$1 $2" >>gh.calls
case "$1 $2" in
  'issue list') [ ! -f issue.open ] || cat issue.open ;;
  'issue create') echo 7 >issue.open; cp issue.md issue.shown ;;
  'issue edit') [ "$3" = "$(cat issue.open)" ] && cp issue.md issue.shown ;;
  'issue close') rm issue.open ;;
esac
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'relight-workflow-'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, text] of Object.entries({ curl, gh, npx })) {
    writeFileSync(join(folder, 'bin', name), text);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const fileIn = (name: string): string =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';

/** As a runner does it [GitHub Docs, workflow syntax, `shell: bash`]. */
function step(
  name: string,
  env: Readonly<Record<string, string>>,
): { readonly code: number | null; readonly out: string } {
  const { status, stderr, stdout } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', scriptOf(name)],
    {
      cwd: folder,
      encoding: 'utf8',
      env: {
        PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter),
        GITHUB_OUTPUT: join(folder, 'output'),
        GITHUB_STEP_SUMMARY: join(folder, 'summary'),
        RUN: 'https://github.example/run/1',
        ...env,
      },
    },
  );
  return { code: status, out: stdout + stderr };
}

interface Told {
  readonly outcome: number | null;
  /** What was done to issues, but for asking for them. */
  readonly issues: readonly string[];
  readonly open: boolean;
}

/** One run of the workflow, in which the scan ends like that. */
function workflow(code: number): Told {
  for (const name of ['drift.md', 'output', 'gh.calls', 'summary']) rmSync(join(folder, name), { force: true });
  const scanned = step('Scan', { STUB_CODE: String(code) });
  expect(scanned, scanned.out).toMatchObject({ code: 0 });
  const told = /^code=(\d+)$/m.exec(fileIn('output'))?.[1] ?? '';
  const issue = step('Issue', { CODE: told });
  expect(issue, issue.out).toMatchObject({ code: 0 });
  return {
    outcome: step('Outcome', { CODE: told }).code,
    issues: fileIn('gh.calls')
      .split('\n')
      .filter((each) => each !== '' && each !== 'issue list'),
    open: existsSync(join(folder, 'issue.open')),
  };
}

describe('the GitHub workflow', () => {
  it('keeps one issue from the first finding to the last, and fails for what could not be seen', () => {
    expect(workflow(0)).toEqual({ outcome: 0, issues: [], open: false });
    expect(workflow(2)).toEqual({ outcome: 0, issues: ['label create', 'issue create'], open: true });
    expect(workflow(2)).toEqual({ outcome: 0, issues: ['issue edit'], open: true });
    expect(workflow(4)).toEqual({ outcome: 4, issues: ['issue edit'], open: true });
    expect(workflow(1)).toEqual({ outcome: 1, issues: [], open: true });
    expect(workflow(0)).toEqual({ outcome: 0, issues: ['issue close'], open: false });
    expect(workflow(4)).toEqual({ outcome: 4, issues: [], open: false });
    expect(workflow(3)).toEqual({ outcome: 3, issues: [], open: false });
  });

  it('shows the report as summary and issue, with a link to the run', () => {
    workflow(2);
    expect(fileIn('summary')).toBe('report of 2\n');
    expect(fileIn('issue.shown')).toBe('report of 2\n\n\nhttps://github.example/run/1\n');
    expect(fileIn('npx.words')).toContain('relight scan relight-fleet.yaml');
  });

  it("tells the dead man's switch, where there is one, and does not fail for it", () => {
    const ping = 'https://ping.example/1';
    expect(step('Ping', { PING: '', STUB_CURL: '0' })).toEqual({ code: 0, out: '' });
    expect(fileIn('curl.calls')).toBe('');
    expect(step('Ping', { PING: ping, STUB_CURL: '0' })).toEqual({ code: 0, out: '' });
    expect(fileIn('curl.calls')).toMatch(/--request POST .* https:\/\/ping\.example\/1\n$/);
    expect(step('Ping', { PING: ping, STUB_CURL: '22' })).toEqual({
      code: 0,
      out: '::warning::The ping was not taken.\n',
    });
  });

  it('fails where the scan left no exit code', () => {
    expect(step('Outcome', { CODE: '' }).code).toBe(1);
  });

  it('cuts what is longer than an issue may be', () => {
    writeFileSync(join(folder, 'drift.md'), 'x'.repeat(100_000));
    expect(step('Issue', { CODE: '2' }).code).toBe(0);
    expect(fileIn('issue.shown').length).toBeLessThan(65_536);
  });
});
