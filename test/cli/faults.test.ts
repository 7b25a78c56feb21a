// What goes wrong in a sandbox, set from the command line: in the embedded one and in a served one.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, outcomeOf, serveSandbox, start, waitForText, type Env } from './harness.ts';

const folder = makeFolder();
const playbook = 'deployer-api.yaml';
const denied = '{ kind: access-denied, service: elbv2, operation: DescribeLoadBalancers }';

beforeAll(async () => {
  writeFileSync(folder.file('faults.yaml'), `faults:\n  - ${denied}\n  - { kind: change-never-in-sync }\n`);
  writeFileSync(folder.file('more.yaml'), '- { kind: latency, latency: 20ms }\n');
  writeFileSync(
    folder.file('wrong.yaml'),
    '- { kind: hang }\n- { kind: throttle, operation: DescribeServcies, nth: 0 }\n',
  );
  const { code, stderr } = await folder.relight(['sandbox', 'seed', playbook]);
  expect([code, stderr]).toEqual([0, expect.anything()]);
});
afterAll(() => {
  folder[Symbol.dispose]();
});

const faulting = async (args: readonly string[], env?: Env) => {
  const outcome = await folder.relight(['sandbox', 'fault', ...args], env);
  expect([outcome.code, outcome.stderr]).toEqual([0, '']);
  return outcome.stdout;
};

const set = [
  { kind: 'access-denied', service: 'elasticloadbalancing', operation: 'DescribeLoadBalancers' },
  { kind: 'change-never-in-sync' },
];

describe('relight sandbox fault', () => {
  test('embedded: the next commands meet the faults, until they are cleared', async () => {
    expect(await faulting([])).toBe('no faults are set\n');
    const answer = jsonOf(await folder.relight(['sandbox', 'fault', 'faults.yaml', '--json']));
    expect(answer).toEqual({ version: 1, faults: set });
    expect(statSync(folder.file('.relight/sandbox-faults.json')).mode & 0o777).toBe(0o600);
    const seen = await folder.relight(['status', playbook, '--sandbox']);
    expect([seen.code, seen.stdout]).toEqual([4, expect.stringContaining('AccessDenied')]);

    await faulting(['more.yaml', '--add']);
    const listed = (await faulting([])).trimEnd().split('\n');
    expect(listed.map((line): unknown => JSON.parse(line))).toEqual([set[0], { kind: 'latency', latency: 20 }, set[1]]);

    expect(await faulting(['--clear'])).toBe('no faults are set\n');
    expect(existsSync(folder.file('.relight/sandbox-faults.json'))).toBe(false);
    expect((await folder.relight(['status', playbook, '--sandbox'])).stdout).not.toContain('AccessDenied');
  });

  test('served: from the start, set and cleared while it runs', async () => {
    await using server = await serveSandbox(folder, ['--faults', 'faults.yaml', '--speed', '240']);
    expect(server.banner).toContain('kept in memory, with 2 faults\n');
    expect(jsonOf(await folder.relight(['sandbox', 'fault', '--json'], server.env))).toEqual({
      version: 1,
      faults: set,
    });
    expect(await faulting(['more.yaml'], server.env)).toBe('{"kind":"latency","latency":20}\n');
    expect(await faulting(['--clear'], server.env)).toBe('no faults are set\n');
  });

  test('mistakes are told all at once, with file and place, and nothing is set', async () => {
    const outcome = await folder.relight(['sandbox', 'fault', 'wrong.yaml']);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/wrong\.yaml:2:\d+: faults\[1\]\.nth: /);
    expect(outcome.stderr).toMatch(/wrong\.yaml:2:\d+: faults\[1\]\.operation: .*DescribeServcies/);
    expect(await faulting([])).toBe('no faults are set\n');
    for (const [args, says] of [
      [['nowhere.yaml'], 'nowhere.yaml: '],
      [['more.yaml', '--clear'], '--clear takes no file'],
      [['--add'], '--add needs the file'],
    ] as const) {
      const wrong = await folder.relight(['sandbox', 'fault', ...args]);
      expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining(says)]);
    }
    const serving = await folder.relight(['sandbox', 'serve', '--port', '0', '--faults', 'wrong.yaml']);
    expect([serving.code, serving.stderr]).toEqual([1, expect.stringContaining('wrong.yaml:2:')]);
  });
});

describe('recover while AWS cannot be asked', () => {
  const recover = ['recover', playbook, '--sandbox', '--yes', '--confirm', 'deployer-api'];
  const forGood = '- { kind: error-503, service: ecs, calls: reads }\n';

  test('looks again, says what it waits for, and succeeds; a plan has one look', async () => {
    writeFileSync(folder.file('short.yaml'), '- { kind: error-503, service: ecs, calls: reads, for: 15s }\n');
    await faulting(['short.yaml']);
    const plan = await folder.relight(['plan', playbook, '--sandbox']);
    expect([plan.code, plan.stderr]).toEqual([4, expect.not.stringContaining('looking again')]);
    await faulting(['short.yaml']);
    const { code, stderr } = await folder.relight(recover);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^[a-z, -]+ could not be seen: ServiceUnavailable/m)]);
    expect(stderr).toMatch(
      /^looking again for up to 2m00s; nothing has been changed, Ctrl-C ends it\nseen after \d+ s$/m,
    );
    await faulting(['--clear']);
  });

  test('gives up after two minutes: unknown, exit code 4, nothing done', async () => {
    writeFileSync(folder.file('for-good.yaml'), forGood);
    await faulting(['for-good.yaml']);
    const { code, stdout, stderr } = await folder.relight(recover);
    expect([code, stdout]).toEqual([4, expect.stringContaining('unknown')]);
    expect(stderr).toMatch(/ could not be seen for 2m\d\ds: going on without$/m);
  });

  test('Ctrl-C ends it at once and gives the lock back', async () => {
    writeFileSync(folder.file('for-good.yaml'), forGood);
    await faulting(['for-good.yaml']);
    const child = start(folder.path, [...recover, '--sandbox-speed', '1']);
    const ended = outcomeOf(child);
    await waitForText(child.stderr, /looking again/);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 3, stderr: expect.stringContaining('Nothing was changed.') as unknown });
    await faulting(['--clear']);
    const after = await folder.relight(recover);
    expect([after.code, after.stderr]).toEqual([0, expect.not.stringContaining('took the lock over')]);
  });
});
