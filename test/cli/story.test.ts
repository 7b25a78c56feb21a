// The Wonderland outage on the embedded AWS, told command by command: what each says, byte for byte, its exit code, and
// its JSON against the published shape. The commands build on each other, so they run in order, once.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, transcript, type Outcome } from './harness.ts';
import { emptyRunJson, planJson, recoverJson, refusedJson, statusJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const run = (...args: string[]): Promise<Outcome> => folder.relight(args);
const ask = (verb: string, ...args: string[]): Promise<Outcome> => run(verb, playbook, '--sandbox', ...args);

async function golden(name: string, args: readonly string[], code: number): Promise<void> {
  const outcome = await folder.relight(args);
  await expect(transcript(folder, args, outcome)).toMatchFileSnapshot(`../golden/${name}.txt`);
  expect(outcome.code).toBe(code);
}

describe('the Wonderland outage on the embedded AWS', () => {
  test('before the seed: the sandbox is another place, and says how to make it the right one', () =>
    golden('story-01-status-unseeded', ['status', playbook, '--sandbox'], 3));

  test('seed', () => golden('story-02-seed', ['sandbox', 'seed', playbook], 0));

  test('nothing is deployed: all missing', () => golden('story-03-status-empty', ['status', playbook, '--sandbox'], 2));

  test('production, nobody to ask, no approval: refused', async () => {
    await golden('story-04-recover-refused', ['recover', playbook, '--sandbox'], 3);
    const outcome = await ask('recover', '--json');
    expect(outcome.code).toBe(3);
    expect(refusedJson.parse(jsonOf(outcome)).reason).toContain('--yes --confirm deployer-api');
    expect(existsSync(folder.file('.relight/runs'))).toBe(false);
  });

  test('deploy', () => golden('story-05-deploy', ['recover', playbook, '--sandbox', ...approval], 0));

  test('nothing to do: plan exits 0, status exits 0, recover asks the service itself', async () => {
    await golden('story-06-plan-nothing', ['plan', playbook, '--sandbox'], 0);
    await golden('story-06-status-healthy', ['status', playbook, '--sandbox'], 0);
    await golden('story-06-recover-nothing', ['recover', playbook, '--sandbox'], 0);
    const outcome = await ask('recover', '--json');
    expect(outcome.code).toBe(0);
    const { probes, result } = emptyRunJson.parse(jsonOf(outcome));
    expect(result).toBe('succeeded');
    expect(probes.map((each) => each.ok)).toEqual([true, true]);
  });

  test('the operator deletes the service by hand', () =>
    golden('story-07-break', ['sandbox', 'break', playbook, 'service'], 0));

  test('status: service missing, the rest orphaned with whether it can stay', async () => {
    await golden('story-08-status-broken', ['status', playbook, '--sandbox'], 2);
    const outcome = await ask('status', '--json');
    expect(outcome.code).toBe(2);
    const { awsCalls, components, identity } = statusJson.parse(jsonOf(outcome));
    expect(identity).toEqual({
      account: '123456789012',
      alias: 'wonderland-prod',
      region: 'eu-west-1',
      arn: 'arn:aws:iam::123456789012:user/operator',
    });
    expect(awsCalls).toBeGreaterThan(5);
    const service = components.find((each) => each.id === 'service');
    expect(service).toMatchObject({ verdict: 'missing', cause: 'service', leftover: null });
    const leftovers = components.filter((each) => each.verdict === 'orphaned');
    expect(leftovers.map((each) => [each.id, each.leftover?.disposition]).toSorted()).toEqual([
      ['cname', 'keep'],
      ['health-check', 'keep'],
      ['listener', 'keep'],
      ['load-balancer', 'keep'],
      ['state-entry', 'replace'],
      ['target-group', 'keep'],
      ['task-definition', 'keep'],
    ]);
  });

  test('plan: repair replaces the state entry and the service, nothing else', async () => {
    await golden('story-09-plan-repair', ['plan', playbook, '--sandbox'], 2);
    const outcome = await ask('plan', '--json');
    expect(outcome.code).toBe(2);
    const plan = planJson.parse(jsonOf(outcome));
    expect(plan.steps.map((each) => each.id)).toEqual([
      'state-entry.delete',
      'service.create',
      'state-entry.create',
      'verify-1',
      'verify-2',
    ]);
    expect(plan.steps.filter((each) => each.destructive).map((each) => each.id)).toEqual(['state-entry.delete']);
    expect(plan.summary).toMatchObject({ create: 1, replace: 1, keep: 8, unknown: 0 });
    // Every `after` names a step that comes earlier.
    plan.steps.forEach((step, index) => {
      const earlier = plan.steps.slice(0, index).map((each) => each.id);
      expect(earlier).toEqual(expect.arrayContaining(step.after));
    });
    expect(plan.totals.repair.seconds).toBeLessThan(plan.totals.rebuild.seconds);
  });

  test('plan --json is the same bytes twice, its instant aside', async () => {
    const [first, second] = [await ask('plan', '--json'), await ask('plan', '--json')];
    const timeless = (outcome: Outcome): string => outcome.stdout.replace(/"observedAt": "[^"]*"/, '');
    expect(timeless(first)).toBe(timeless(second));
  });

  test('plan --strategy rebuild: what the team did in 2016', async () => {
    await golden('story-10-plan-rebuild', ['plan', playbook, '--sandbox', '--strategy', 'rebuild'], 2);
    const plan = planJson.parse(jsonOf(await ask('plan', '--json', '--strategy', 'rebuild')));
    expect(plan.strategy).toBe('rebuild');
    expect(plan.totals.rebuild.steps).toBe(plan.steps.length);
  });

  test('--only and --exclude leave the rest alone', async () => {
    const only = planJson.parse(jsonOf(await ask('plan', '--json', '--only', 'service')));
    expect(only.steps.filter((each) => each.action !== 'verify').map((each) => each.component)).toEqual(['service']);
    const without = planJson.parse(jsonOf(await ask('plan', '--json', '--exclude', 'service')));
    expect(without.steps.map((each) => each.component)).not.toContain('service');
    expect(without.components.find((each) => each.id === 'service')?.disposition).toBe('excluded');
  });

  test('recover: journal and before-images are on disk', async () => {
    await golden('story-11-recover', ['recover', playbook, '--sandbox', ...approval], 0);
    const runs = readdirSync(folder.file('.relight/runs')).toSorted();
    const last = folder.file(join('.relight/runs', runs.at(-1) ?? ''));
    const journal = readFileSync(join(last, 'journal.jsonl'), 'utf8').trimEnd().split('\n');
    const types = journal.map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe('run-started');
    expect(types.slice(-2)).toEqual(['run-finished', 'journal-closed']);
    expect(types.indexOf('before-image')).toBeLessThan(types.indexOf('step-acted'));
    expect(readdirSync(join(last, 'before'))).toEqual(['state-entry.delete.json']);
    const image = readFileSync(join(last, 'before/state-entry.delete.json'), 'utf8');
    expect(JSON.parse(image)).toMatchObject({ component: 'state-entry', type: 'dynamodb/item' });
    expect(image).toContain('deployed');
  });

  test('a second plan is empty', () => golden('story-12-plan-again', ['plan', playbook, '--sandbox'], 0));

  test('recover --json after a second break, without the playbook’s probes', async () => {
    await run('sandbox', 'break', playbook, 'service', 'cname');
    const outcome = await ask('recover', '--json', '--no-verify', ...approval);
    expect(outcome.code).toBe(0);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report).toMatchObject({ result: 'succeeded', probed: false, strategy: 'repair', blocked: [] });
    expect(report.steps.every((each) => each.status === 'succeeded')).toBe(true);
    expect(report.steps.some((each) => each.action === 'verify')).toBe(false);
    expect(report.durationSeconds).toBeGreaterThan(30);
    expect(report.awsCalls).toBeGreaterThan(5);
    expect(readdirSync(folder.file('.relight/runs'))).toContain(report.runId);
  });

  test('--no-verify says in its report that nobody has asked the service', async () => {
    await run('sandbox', 'break', playbook, 'state-entry');
    await golden(
      'story-13-recover-no-verify',
      ['recover', playbook, '--sandbox', '--no-verify', '--quiet', ...approval],
      0,
    );
  });

  test('--verbose tells each AWS call', async () => {
    const outcome = await ask('status', '--verbose');
    expect(outcome.stderr).toMatch(/call sts:GetCallerIdentity \d+ ms\n {2}call iam:ListAccountAliases \d+ ms\n/);
    const calls = outcome.stderr.match(/^ {2}call /gm)?.length ?? 0;
    expect(outcome.stdout).toContain(`\n${calls} AWS calls\n`);
  });

  // The service is there and serves: it is taken down because that is asked for.
  const down = ['teardown', playbook, '--sandbox', '--allow-downtime'];

  test('teardown: everything of its own goes, the shared pieces stay', async () => {
    await golden('story-14-teardown-refused', [...down], 3);
    await golden('story-15-teardown', [...down, ...approval], 0);
    const { components } = statusJson.parse(jsonOf(await ask('status', '--json')));
    expect(components.filter((each) => each.verdict === 'healthy').map((each) => each.id)).toEqual([
      'cluster',
      'state-table',
    ]);
    expect(components.filter((each) => each.verdict === 'missing')).toHaveLength(8);
  });

  test('teardown with nothing left', () => golden('story-16-teardown-nothing', [...down, ...approval], 0));

  test('reset empties it', async () => {
    await golden('story-17-reset', ['sandbox', 'reset'], 0);
    const { components } = statusJson.parse(jsonOf(await ask('status', '--json')));
    expect(components.every((each) => each.verdict === 'missing')).toBe(true);
  });
});
