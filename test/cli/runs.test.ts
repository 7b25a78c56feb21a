// Past runs: list, show, report. No credentials, no AWS; journals that are torn, damaged or missing are told as such.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, type Outcome } from './harness.ts';
import { callsJson, recoverJson, runJson, runsJson, verifyJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'deployer-api.yaml';
const runsFolder = folder.file('.relight/runs');
const run = (...args: string[]): Promise<Outcome> => folder.relight(args);
let id = '';

beforeAll(async () => {
  await run('sandbox', 'seed', playbook);
  const outcome = await run('recover', playbook, '--sandbox', '--yes', '--confirm', 'deployer-api', '--json');
  id = recoverJson.parse(jsonOf(outcome)).runId;
});

/** A state directory of its own with one copy of the run, changed. */
function withJournal(name: string, change: (text: string) => string, runId = id): string {
  const place = join(folder.path, name, 'runs', runId);
  mkdirSync(join(folder.path, name, 'runs'), { recursive: true });
  cpSync(join(runsFolder, id), place, { recursive: true });
  const file = join(place, 'journal.jsonl');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return name;
}

describe('a run', () => {
  test('is listed with its result, and as JSON with its objective', async () => {
    const outcome = await run('runs', 'list');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      new RegExp(`^${id}  succeeded  deployer-api  repair  .* sandbox, wonderland-prod, eu-west-1\\n$`),
    );
    expect(outcome.stderr).toBe('');
    const { runs } = runsJson.parse(jsonOf(await run('runs', 'list', '--json')));
    expect(runs).toMatchObject([
      { runId: id, journal: 'sound', result: 'succeeded', objective: { seconds: 900, met: true } },
    ]);
  });

  test.each([['last'], ['its id'], ['the beginning of its id']])('is shown by %s', async (by) => {
    const name = by === 'last' ? 'last' : by === 'its id' ? id : id.slice(0, 13);
    const outcome = await run('runs', 'show', name);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('Done: deployer-api, repair succeeded');
    expect(outcome.stdout).toMatch(/approved by .+@.+, in advance on the command line/);
    expect(outcome.stdout).toMatch(/plan +repair, SHA-256 [0-9a-f]{64}/);
    expect(outcome.stdout).toMatch(/The last probe was green .* after the start; the objective of 15m00s is met/);
  });

  test('as JSON is the very report that the run ended with, and where its journal lies', async () => {
    for (const args of [
      ['show', id, '--json'],
      ['report', id, '--format', 'json'],
    ]) {
      const { journal, ...report } = runJson.parse(jsonOf(await run('runs', ...args)));
      expect(journal).toMatchObject({ place: join(runsFolder, id), torn: false, integrity: { closed: true } });
      expect(report).toMatchObject({ runId: id, sandbox: true, approval: { how: 'flags' }, resumes: null });
      expect(report.components.find((each) => each.id === 'service')).toMatchObject({
        outcome: 'created',
        shared: false,
      });
      const calls = Object.values(report.calls?.byOperation ?? {}).reduce((sum, each) => sum + each, 0);
      expect(calls).toBe(report.awsCalls);
    }
  });

  test('is reported as Markdown on stdout, and as HTML into a file for its owner', async () => {
    const markdown = await run('runs', 'report', 'last');
    expect(markdown.code).toBe(0);
    expect(markdown.stdout).toMatch(/^# deployer-api is back \(succeeded\)\n/);
    const html = await run('runs', 'report', 'last', '--out', 'report.html');
    expect(html).toMatchObject({ code: 0, stdout: '' });
    expect(html.stderr).toContain('written to report.html');
    const page = readFileSync(folder.file('report.html'), 'utf8');
    expect(page).toMatch(/^<!DOCTYPE html>[^]*<\/html>\n$/);
    expect(page).toContain('sandbox, not AWS');
    expect(statSync(folder.file('report.html')).mode & 0o777).toBe(0o600);
    const same = await run('runs', 'report', 'last', '--format', 'html');
    expect(same.stdout).toBe(page);
  });

  test('explains every call: what it was for, and for which steps', async () => {
    const { awsCalls, explained, runId } = callsJson.parse(jsonOf(await run('runs', 'calls', 'last', '--json')));
    expect(runId).toBe(id);
    expect(explained.reduce((sum, each) => sum + each.count, 0)).toBe(awsCalls);
    expect(explained.filter(({ why }) => why === 'change')).toContainEqual(
      expect.objectContaining({ operation: 'ecs:CreateService', of: ['service.create'], count: 1 }),
    );
    // What is for a step names it; only who acts is asked for the run as a whole.
    expect(explained.filter(({ of }) => of.length === 0).map(({ why }) => why)).toEqual(['identity', 'identity']);
    const { code, stdout } = await run('runs', 'calls', 'last');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Run .+ of deployer-api: \d+ AWS calls in /);
    expect(stdout).toMatch(/\n {2}change +\S+ +1 {2,}\S+/);
  });

  test('that did not reach its end tells the calls that its steps made for themselves', async () => {
    const name = withJournal('cut-calls', (text) => text.slice(0, text.indexOf('"type":"run-finished"')));
    const { code, stdout } = await run('runs', 'calls', 'last', '--state-dir', name);
    expect(code).toBe(0);
    expect(stdout).toContain('did not reach its end');
    expect(stdout).toMatch(/service\.create +ecs:CreateService +1/);
    const { explained } = callsJson.parse(jsonOf(await run('runs', 'calls', 'last', '--state-dir', name, '--json')));
    expect(explained).toEqual([]);
  });

  test('may lie in another state directory', async () => {
    const name = withJournal('elsewhere', (text) => text);
    expect((await run('runs', 'show', 'last', '--state-dir', name)).code).toBe(0);
  });
});

describe('a journal', () => {
  test('that is torn in its last line: what is whole is told, and that a line is left out', async () => {
    // The line that tells the end of the run is the last but one: the closing line follows it.
    const name = withJournal('torn', (text) => text.slice(0, text.indexOf('"type":"run-finished"')));
    const outcome = await run('runs', 'show', 'last', '--state-dir', name);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('No end yet: deployer-api');
    expect(outcome.stderr).toContain('was cut off while it was written; it is left out');
    const { runs } = runsJson.parse(jsonOf(await run('runs', 'list', '--json', '--state-dir', name)));
    expect(runs).toMatchObject([{ journal: 'torn', result: null, finishedAt: null }]);
  });

  test('without an end is listed with the run that went on with it', async () => {
    const name = withJournal('onward', (text) => text.slice(0, text.indexOf('"type":"run-finished"')));
    copyFileSync(folder.file('.relight/sandbox.json'), folder.file('onward/sandbox.json'));
    const state = ['--state-dir', name];
    expect((await run('runs', 'list', ...state)).stdout).toContain('under way');
    const shown = await run('runs', 'show', 'last', ...state);
    expect(shown.stdout).toContain(`next: relight lock show ${playbook} --sandbox --state-dir onward`);
    await run('sandbox', 'break', playbook, 'state-entry', '--sandbox', ...state);
    const more = await run('recover', playbook, '--sandbox', '--yes', '--confirm', 'deployer-api', '--json', ...state);
    const { runId } = recoverJson.parse(jsonOf(more));
    const { stdout } = await run('runs', 'list', ...state);
    expect(stdout).toContain(`${id}  gone on with by ${runId}`);
    expect(stdout).not.toContain('under way');
  });

  test('that is damaged is listed as such with line and reason, and neither shown nor reported', async () => {
    const name = withJournal('damaged', (text) => text.replace('"type":"step-started"', '"type":"step-st'));
    const list = await run('runs', 'list', '--state-dir', name);
    expect(list.code).toBe(0);
    expect(list.stdout).toMatch(/damaged  journal\.jsonl:\d+: the line is not JSON: it was damaged or edited/);
    const { runs } = runsJson.parse(jsonOf(await run('runs', 'list', '--json', '--state-dir', name)));
    expect(runs).toMatchObject([{ runId: id, journal: 'damaged' }]);
    for (const args of [
      ['show', 'last'],
      ['show', 'last', '--json'],
      ['report', 'last', '--out', 'never.html'],
    ]) {
      const outcome = await run('runs', ...args, '--state-dir', name);
      expect(outcome.code).toBe(1);
      if (args.includes('--json')) expect(JSON.parse(outcome.stdout)).toMatchObject({ version: 1, result: 'error' });
      else expect(outcome.stdout).toBe('');
      expect(outcome.stderr).toMatch(/journal\.jsonl:\d+: the line is not JSON/);
      expect(outcome.stderr).toContain(`The journal of run ${id} is not used`);
    }
    expect(existsSync(folder.file('never.html'))).toBe(false);
  });

  test('in which a field that reports rely on was edited is damaged', async () => {
    const name = withJournal('edited', (text) => text.replace('"result":"succeeded"', '"result":"splendid"'));
    const outcome = await run('runs', 'show', 'last', '--state-dir', name);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('run-finished: result');
  });

  test('is verified, which is said once', async () => {
    const { stdout } = await run('runs', 'verify', 'last');
    expect(stdout).toContain(`${id}  verified  every line as it was written; head `);
  });

  test('is verified; with one bit flipped it is damaged, and no evidence', async () => {
    const whole = await run('runs', 'verify', '--json');
    expect(whole.code, whole.stdout).toBe(0);
    const [sound] = verifyJson.parse(jsonOf(whole)).runs;
    expect(sound).toMatchObject({ runId: id, verdict: 'verified', line: null, images: { troubles: [] } });
    expect((await run('runs', 'show', id)).stdout).toContain(`head ${sound?.head ?? ''}`);
    expect((await run('runs', 'report', id)).stdout).toContain(`head ${sound?.head ?? ''}`);
    // Within a text that nothing but the chain looks at.
    const name = withJournal('flipped', (text) => text.replace('"awsCalls":', '"awsCallt":'));
    const name2 = withJournal('flipped-2', (text) => text.replace('"because":"missing"', '"because":"missinf"'));
    for (const state of [name, name2]) {
      const outcome = await run('runs', 'verify', 'last', '--state-dir', state);
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toMatch(/damaged +journal\.jsonl:\d+ \(byte \d+\): /);
      for (const args of [
        ['runs', 'show', 'last'],
        ['undo', 'last', '--sandbox', '--dry-run'],
      ]) {
        const refused = await run(...args, '--state-dir', state);
        expect(refused.code).toBe(1);
        expect(refused.stderr).toContain(`The journal of run ${id} is not used`);
      }
    }
  });

  test('without its closing line is open; an image that was changed is damage too', async () => {
    const open = withJournal('open', (text) => `${text.trimEnd().split('\n').slice(0, -1).join('\n')}\n`);
    const outcome = await run('runs', 'verify', '--state-dir', open);
    expect(outcome.code).toBe(4);
    expect(outcome.stdout).toMatch(/open +verified up to its last whole line, and not closed/);
    const name = withJournal('image', (text) => text);
    const after = folder.file(join(name, 'runs', id, 'after'));
    const [first = ''] = readdirSync(after);
    writeFileSync(
      join(after, first),
      readFileSync(join(after, first), 'utf8').replace('"version": 1', '"version": 1 '),
    );
    const changed = await run('runs', 'verify', '--state-dir', name);
    expect(changed.code).toBe(1);
    expect(changed.stdout).toContain('was changed since the run wrote it');
  });

  test('in the folder of another run is damaged', async () => {
    const name = withJournal('moved', (text) => text);
    renameSync(folder.file(join(name, 'runs', id)), folder.file(join(name, 'runs', `${id.slice(0, -1)}x`)));
    const outcome = await run('runs', 'verify', '--state-dir', name);
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toContain(`it is the journal of run ${id}: it was moved here`);
  });

  test('that was never begun: the run is listed as empty and cannot be shown', async () => {
    mkdirSync(folder.file('empty/runs/20260101-000000-abcdef'), { recursive: true });
    const list = await run('runs', 'list', '--state-dir', 'empty');
    expect(list.stdout).toContain('20260101-000000-abcdef  empty  it ended before it wrote anything');
    const outcome = await run('runs', 'show', 'last', '--state-dir', 'empty');
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('ended before it wrote anything');
  });

  test('is only read: nothing in the state directory changes', async () => {
    const journal = join(runsFolder, id, 'journal.jsonl');
    const before = [readFileSync(journal, 'utf8'), readdirSync(folder.file('.relight')).sort()];
    await run('runs', 'report', 'last', '--format', 'html');
    expect([readFileSync(journal, 'utf8'), readdirSync(folder.file('.relight')).sort()]).toEqual(before);
  });
});

describe('mistakes', () => {
  test('no run, an unknown one, one that may be several', async () => {
    const none = await run('runs', 'list', '--state-dir', 'nowhere');
    expect(none).toMatchObject({ code: 0, stdout: `no runs in ${folder.file('nowhere/runs')}\n` });
    const last = await run('runs', 'show', 'last', '--state-dir', 'nowhere');
    expect(last.code).toBe(1);
    expect(last.stderr).toContain('no run last in');
    const unknown = await run('runs', 'report', '19990101');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('list them: relight runs list');
    const name = withJournal('two', (text) => text);
    copyInto(name, `${id.slice(0, -1)}x`);
    const ambiguous = await run('runs', 'show', id.slice(0, 8), '--state-dir', name);
    expect(ambiguous.code).toBe(1);
    expect(ambiguous.stderr).toMatch(/may be any of .+, .+: give more of it/);
  });

  test('a format that there is not, a file that cannot be written', async () => {
    const format = await run('runs', 'report', 'last', '--format', 'pdf');
    expect(format.code).toBe(1);
    expect(format.stderr).toContain('--format pdf: expected md, json, html');
    const file = await run('runs', 'report', 'last', '--out', 'no/such/folder/report.md');
    expect(file.code).toBe(1);
    expect(file.stderr).toContain('--out no/such/folder/report.md: there is no folder no/such/folder');
    const taken = await run('runs', 'report', 'last', '--out', '.relight');
    expect(taken.code).toBe(1);
    expect(taken.stderr).toBe('--out .relight: is a folder; name a file in it\n');
  });
});

function copyInto(state: string, runId: string): void {
  const place = join(folder.path, state, 'runs', runId);
  mkdirSync(place);
  copyFileSync(join(runsFolder, id, 'journal.jsonl'), join(place, 'journal.jsonl'));
}
