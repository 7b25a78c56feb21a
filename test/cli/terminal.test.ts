// What a person sees: prompts, live progress that redraws in place, colours, interruptions. On a real pseudo-terminal,
// where there is a Python to open one; skipped, visibly, where there is none.
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeFolder, serveSandbox, type Folder, type Server } from './harness.ts';
import { hasTerminal, onTerminal, screenOf } from './terminal.ts';

const playbook = 'deployer-api.yaml';
const recover = ['recover', playbook, '--sandbox'];
const question = "Type the playbook's name to run the plan: ";

describe('the screen of these tests', () => {
  test('redraws as a terminal does', () => {
    expect(screenOf('one\r\ntwo\r\n\u001b[1A\u001b[Jthree', 80, 24)).toBe('one\nthree');
    expect(screenOf('one\r\n^C\r\u001b[1A\u001b[J\u001b[31mred\u001b[39m', 80, 24)).toBe('red');
    // A line that is wider than the window takes two rows, of which one is left behind.
    expect(screenOf('123456\r\n\u001b[1A\u001b[Jx', 4, 24)).toBe('1234\nx');
    // Nor can it reach what has been scrolled out.
    expect(screenOf('1\r\n2\r\n3\r\n\u001b[3A\u001b[Jx', 80, 3)).toBe('1\nx');
    expect(() => screenOf('\u001b[5S', 80, 24)).toThrow('unknown control sequence');
  });
});

describe.skipIf(!hasTerminal)('on a terminal (skipped where python3 has no pty)', () => {
  let folder: Folder;
  beforeAll(async () => {
    folder = makeFolder();
    await folder.relight(['sandbox', 'seed', playbook]);
  });
  afterAll(() => {
    folder[Symbol.dispose]();
  });
  const runs = (): readonly string[] => {
    try {
      return readdirSync(folder.file('.relight/runs'));
    } catch {
      return [];
    }
  };

  test('production asks for the name; a wrong one, a bare Enter, an end of input are refused', async () => {
    const expectRefused = (screen: string, code: number | null): void => {
      expect(screen).toContain(
        `This is PRODUCTION, account 123456789012 (wonderland-prod), eu-west-1. ${question.trim()}`,
      );
      expect(screen).toContain('refused: not approved. Nothing was changed.');
      expect(code).toBe(3);
    };
    // Ctrl-D.
    const { code: ended, screen } = await onTerminal(folder, recover, { answers: [[question, '\\x04']] });
    expectRefused(screen, ended);
    for (const answer of ['', 'y', 'deployer-apj']) {
      const watcher = { columns: 200, answer: () => answer };
      const { code, stderr } = await folder.watched(watcher, recover, { NO_COLOR: '1' });
      expectRefused(stderr, code);
    }
    expect(runs()).toEqual([]);
  });

  test('Ctrl-C at the question changes nothing', async () => {
    const { code, screen } = await onTerminal(folder, recover, { answers: [[question, '\\x03']] });
    expect(screen).toContain('interrupted. Nothing was changed.');
    expect(code).toBe(3);
    expect(screen).not.toMatch(/^ {4}at /m);
    expect(runs()).toEqual([]);
  });

  test('nobody is asked about a plan that they do not see: with --json it is shown above the question', async () => {
    const somebody = { columns: 200, answer: () => 'no' };
    const { code, stderr, stdout } = await folder.watched(somebody, [...recover, '--json'], { NO_COLOR: '1' });
    const [above = '', ...asked] = stderr.split(question);
    expect(asked).toHaveLength(1);
    expect(above).toContain('Plan to repair deployer-api: 8 missing · 2 healthy');
    expect(stdout).toContain('"result": "refused"');
    expect(code).toBe(3);
  });

  test('--confirm with a wrong name is refused even where somebody could be asked', async () => {
    const somebody = { columns: 200, answer: () => 'deployer-api' };
    const wrong = [...recover, '--yes', '--confirm', 'other'];
    const { code, stderr } = await folder.watched(somebody, wrong, { NO_COLOR: '1' });
    expect(stderr).toContain('refused: --confirm says other, the playbook is deployer-api');
    expect(stderr).not.toContain(question);
    expect(code).toBe(3);
  });

  test('the right name runs it; the screen holds plan, progress and result, and no remains of the block', async () => {
    const { code, screen } = await onTerminal(folder, [...recover, '--sandbox-speed', '60'], {
      answers: [[question, 'deployer-api\\r']],
    });
    expect(code).toBe(0);
    expect(screen).toContain('Plan to repair deployer-api: 8 missing · 2 healthy');
    expect(screen).toContain(`${question}deployer-api\n`);
    expect(screen).toMatch(/2m0\ds {2}\+ create load-balancer done in 2m0\ds\n/);
    expect(screen).toContain('Done: deployer-api, repair succeeded in');
    // What the block said is gone from the screen, though it was there.
    expect(screen).not.toMatch(/steps done|ends after|of ~|provisioning/);
    const events = screen.split('\n').filter((line) => / done in | started: /.test(line));
    expect(events).toHaveLength(20);
  });

  test('while it runs, the block tells what is under way, for how long, and what it waits for', async () => {
    await folder.relight([...recover, '--quiet', '--yes', '--confirm', 'deployer-api']);
    await folder.relight(['sandbox', 'break', playbook, 'service']);
    const { code, data } = await onTerminal(
      folder,
      [...recover, '--yes', '--confirm', 'deployer-api', '--sandbox-speed', '60'],
      { columns: 100 },
    );
    expect(code).toBe(0);
    expect(data).toMatch(/ {2}\+ service create · \d+ s of ~1m30s · rollout in progress, 0 of 2 tasks running\r\n/);
    const time = String.raw`(?:\d+m\d\ds|\d+ s)`;
    expect(data).toMatch(
      new RegExp(
        ` {2}1 of 5 steps done · after \\d+ s, about ${time}, at worst ${time} to go\\r\\n {2}ends after about ${time}; objective 15m00s holds\\r\\n`,
      ),
    );
    // The block as it stood at that moment: drawn once, at the bottom.
    const [until = ''] = /^[^]*?rollout in progress[^]*?steps done[^\n]*\n[^\n]*\n/.exec(data) ?? [];
    const screen = screenOf(until, 100, 40).trimEnd().split('\n');
    expect(screen.filter((line) => line.includes('steps done'))).toHaveLength(1);
    expect(screen.at(-1)).toContain('  ends after about ');
    expect(screen.at(-2)).toContain('1 of 5 steps done');
    expect(screen.at(-3)).toContain('  + service create · ');
  });

  test.each([
    { what: 'a narrow and low window', rows: 8, columns: 40 },
    { what: 'a window that knows no size', rows: 0, columns: 0 },
  ])('$what leaves no remains either', async ({ rows, columns }) => {
    await folder.relight(['sandbox', 'break', playbook, 'service', 'cname']);
    const { code, data } = await onTerminal(
      folder,
      [...recover, '--yes', '--confirm', 'deployer-api', '--sandbox-speed', '120'],
      { rows, columns },
    );
    expect(code).toBe(0);
    const screen = screenOf(data, columns === 0 ? 80 : columns, rows === 0 ? 24 : rows);
    expect(screen).toContain('Done: deployer-api, repair succeeded in');
    expect(screen).not.toMatch(/steps done|of ~/);
  });

  test('--verbose calls and progress share the screen', async () => {
    await folder.relight(['sandbox', 'break', playbook, 'service']);
    const { code, screen } = await onTerminal(folder, [
      ...recover,
      '--yes',
      '--confirm',
      'deployer-api',
      '--sandbox-speed',
      '120',
      '--verbose',
    ]);
    expect(code).toBe(0);
    expect(screen).toMatch(/\n {2}call ecs:CreateService \d+ ms\n/);
    expect(screen).not.toMatch(/steps done|of ~/);
  });

  test('colours on a terminal; none with --no-color or NO_COLOR', async () => {
    const plan = ['plan', playbook, '--sandbox', '--strategy', 'rebuild', '--allow-downtime'];
    const coloured = await onTerminal(folder, plan);
    // Deletes are red, as in any diff.
    expect(coloured.data).toContain('\u001b[31m- delete\u001b[39m');
    expect(coloured.data).toContain('\u001b[32m+ create\u001b[39m');
    const watcher = { columns: 200, answer: () => undefined };
    const without = await folder.watched(watcher, [...plan, '--no-color']);
    expect(without.stdout + without.stderr).not.toContain('\u001b[');
    const asked = await folder.watched(watcher, plan, { NO_COLOR: '1' });
    expect([asked.stdout, asked.stderr]).toEqual([without.stdout, without.stderr]);
    // But for their colours, all lines are the same.
    const lines = coloured.screen.split('\n');
    for (const line of without.stdout.split('\n')) expect(lines).toContain(line.trimEnd());
  });

  test('Ctrl-C on the keyboard during a run: tidy, nothing left of the block, and how to go on', async () => {
    using own = makeFolder();
    await using server: Server = await serveSandbox(own, ['--speed', '20']);
    await own.relight(['sandbox', 'seed', playbook], server.env);
    const { code, screen } = await onTerminal(own, ['recover', playbook, '--yes', '--confirm', 'deployer-api'], {
      env: server.env,
      answers: [['provisioning', '\\x03']],
    });
    expect(code).toBe(5);
    expect(screen).toContain(
      'stopping: calls under way are finished, nothing new is begun; press again to stop at once',
    );
    expect(screen).toContain('Interrupted: deployer-api, repair, after');
    expect(screen.trimEnd()).toMatch(/interrupted: run the same command again to go on from what is there$/);
    expect(screen).not.toMatch(/steps done|of ~/);
  });
});

describe('without a terminal', () => {
  test('no colours unless FORCE_COLOR; NO_COLOR and --no-color win over it', async () => {
    using folder = makeFolder();
    await folder.relight(['sandbox', 'seed', playbook]);
    const status = ['status', playbook, '--sandbox'];
    expect((await folder.relight(status)).stdout).not.toContain('\u001b[');
    const forced = await folder.relight(status, { FORCE_COLOR: '1' });
    expect(forced.stdout).toContain('\u001b[31mmissing\u001b[39m');
    expect((await folder.relight(status, { FORCE_COLOR: '1', NO_COLOR: '1' })).stdout).not.toContain('\u001b[');
    expect((await folder.relight([...status, '--no-color'], { FORCE_COLOR: '1' })).stdout).not.toContain('\u001b[');
  });

  test('--quiet: no progress, but where and as whom is told all the same', async () => {
    using folder = makeFolder();
    await folder.relight(['sandbox', 'seed', playbook]);
    const outcome = await folder.relight([...recover, '--quiet', '--yes', '--confirm', 'deployer-api']);
    expect(outcome.code).toBe(0);
    expect(outcome.stderr).toBe(
      'SANDBOX account 123456789012 (wonderland-prod) · region eu-west-1 · production · as arn:aws:iam::123456789012:user/operator\n\n',
    );
    expect(outcome.stdout).toContain('Done: deployer-api');
  });
});
