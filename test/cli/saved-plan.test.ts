// plan --out and recover --plan on the embedded AWS: what each says, byte for byte, and when a plan is refused.
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { savedPlanText, sealOf, type SavedPlan } from '../../src/plan/saved.ts';
import { jsonOf, makeFolder, transcript, type Outcome } from './harness.ts';
import { recoverJson, refusedJson, savedPlanJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const run = (...args: string[]): Promise<Outcome> => folder.relight(args);
const recover = (...args: string[]): Promise<Outcome> =>
  run('recover', playbook, '--sandbox', ...approval, '--plan', ...args);

async function golden(name: string, args: readonly string[], code: number): Promise<void> {
  const outcome = await folder.relight(args);
  await expect(transcript(folder, args, outcome)).toMatchFileSnapshot(`../golden/${name}.txt`);
  expect(outcome.code).toBe(code);
}

describe('a saved plan on the embedded AWS', () => {
  test('is written for its owner only, and says until when it may be run', async () => {
    await run('sandbox', 'seed', playbook);
    await run('recover', playbook, '--sandbox', '--quiet', ...approval);
    await run('sandbox', 'break', playbook, 'state-entry');
    const args = ['plan', playbook, '--sandbox', '--out', 'plan.json', '--plan-ttl', '1h30m'];
    await golden('saved-01-plan-out', args, 2);
    expect(statSync(folder.file('plan.json')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const outcome = await run('plan', playbook, '--sandbox', '--json', '--out', 'b.json');
    const { saved } = savedPlanJson.parse(jsonOf(outcome));
    const { id, expiresAt, seal } = JSON.parse(readFileSync(folder.file('b.json'), 'utf8')) as Record<string, unknown>;
    expect(saved).toEqual({ file: 'b.json', id, expiresAt, seal });
  });

  test('never overwrites anything else', async () => {
    const before = readFileSync(folder.file(playbook), 'utf8');
    await golden('saved-02-out-refused', ['plan', playbook, '--sandbox', '--out', playbook], 1);
    expect(readFileSync(folder.file(playbook), 'utf8')).toBe(before);
    expect((await run('plan', playbook, '--sandbox', '--plan-ttl', '5m')).code).toBe(1);
    const nowhere = await run('plan', playbook, '--sandbox', '--out', `${playbook}/x.json`);
    expect(nowhere).toMatchObject({ code: 1, stderr: `--out ${playbook}/x.json: ${playbook} is no folder\n` });
    expect((await run('plan', playbook, '--sandbox', '--out', 'x.json', '--plan-ttl', 'soon')).code).toBe(1);
    expect(existsSync(folder.file('x.json'))).toBe(false);
  });

  test('is refused when it was edited, cut off or is something else', async () => {
    const text = readFileSync(folder.file('plan.json'), 'utf8');
    writeFileSync(folder.file('edited.json'), text.replace('"destructive": false', '"destructive": true'));
    writeFileSync(folder.file('torn.json'), text.slice(0, 3000));
    writeFileSync(folder.file('binary.json'), Buffer.from([0x7b, 0xff, 0xfe]));
    await golden('saved-03-edited', ['recover', '--sandbox', '--plan', 'edited.json'], 3);
    await golden('saved-04-torn', ['recover', '--sandbox', '--plan', 'torn.json'], 3);
    expect((await recover('binary.json')).code).toBe(3);
    expect((await recover(playbook)).code).toBe(3);
    expect((await recover('nowhere.json')).code).toBe(1);
    expect((await run('recover', '--sandbox')).code).toBe(1);
    expect((await recover('plan.json', '--strategy', 'rebuild')).code).toBe(1);
  });

  test('is refused when the playbook or a parameter is another', async () => {
    const text = readFileSync(folder.file(playbook), 'utf8');
    writeFileSync(folder.file('other.yaml'), text.replace('onFailure: continue', 'onFailure: halt'));
    await golden('saved-05-playbook', ['recover', 'other.yaml', '--sandbox', '--plan', 'plan.json'], 3);
    const outcome = await recover('plan.json', '--param', 'replicas=3', '--json');
    expect(outcome.code).toBe(3);
    expect(refusedJson.parse(jsonOf(outcome)).reason).toContain('the parameters differ: replicas was 2, is 3');
    copyFileSync(folder.file(playbook), folder.file('moved-away.yaml'));
    rmSync(folder.file(playbook));
    const lost = await run('recover', '--sandbox', ...approval, '--plan', 'plan.json');
    expect(lost.code).toBe(1);
    expect(lost.stderr).toContain(`relight recover <playbook> --plan plan.json --sandbox ${approval.join(' ')}`);
    copyFileSync(folder.file('moved-away.yaml'), folder.file(playbook));
  });

  test('is not used up by a refusal, and runs once', async () => {
    expect((await run('recover', '--sandbox', '--plan', 'plan.json')).code).toBe(3);
    const outcome = await recover('plan.json', '--json');
    expect(outcome.code).toBe(0);
    const report = recoverJson.parse(jsonOf(outcome));
    const [first] = readFileSync(folder.file(`.relight/runs/${report.runId}/journal.jsonl`), 'utf8').split('\n');
    const { savedPlan } = JSON.parse(first ?? '') as { savedPlan: { id: string } };
    const [marker = ''] = readdirSync(folder.file('.relight/plans'));
    expect(marker).toBe(`${savedPlan.id}.used`);
    expect(statSync(folder.file(`.relight/plans/${marker}`)).mode & 0o777).toBe(0o600);
    await golden('saved-06-used', ['recover', '--sandbox', '--plan', 'plan.json', ...approval], 3);
    // The journal remembers what the marker no longer does, and the other way round.
    rmSync(folder.file('.relight/plans'), { recursive: true });
    expect((await recover('plan.json')).stderr).toContain(`used already, by run ${report.runId}`);
  });

  test('is refused when what it was made for has moved, field by field', async () => {
    await run('sandbox', 'break', playbook, 'service');
    await run('plan', playbook, '--sandbox', '--out', 'plan.json');
    await run('sandbox', 'break', playbook, 'state-entry');
    await golden('saved-07-moved', ['recover', '--sandbox', '--plan', 'plan.json', ...approval], 3);
    const outcome = await recover('plan.json', '--json');
    expect(outcome.code).toBe(3);
    const { moved, reason } = refusedJson.parse(jsonOf(outcome));
    expect(reason).toBe('refused: saved plan plan.json: what it was made for has moved');
    expect(moved).toEqual([{ component: 'state-entry', path: 'presence', then: 'present', now: 'absent' }]);
  });

  test('with the same marker taken by another process is refused right before the run', async () => {
    await run('plan', playbook, '--sandbox', '--out', 'plan.json');
    const saved = ['recover', playbook, '--sandbox', ...approval, '--plan', 'plan.json', '--json'];
    const both = await Promise.all([folder.spawned(saved), folder.spawned(saved)]);
    const codes = both.map((each) => each.code);
    expect(codes.filter((code) => code === 0).length).toBe(1);
    expect(codes.filter((code) => code === 3).length).toBe(1);
  });

  test('with nothing to do asks the service itself', async () => {
    const planned = await run('plan', playbook, '--sandbox', '--out', 'plan.json');
    expect(planned.code).toBe(0);
    expect(planned.stdout).toContain('; there is nothing in it to run\n');
    await golden('saved-08-nothing', ['recover', '--sandbox', '--plan', 'plan.json'], 0);
  });

  test('is refused when it has expired', async () => {
    await run('sandbox', 'break', playbook, 'state-entry');
    await run('plan', playbook, '--sandbox', '--out', 'brief.json', '--plan-ttl', '10s');
    // The sandbox's own time passes while it waits for the service to drain.
    await run('sandbox', 'break', playbook, 'service');
    const outcome = await recover('brief.json');
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(/it expired at \S+Z: it was valid for 10s/);
  });
});

function unsealed(saved: Omit<SavedPlan, 'seal'>): Omit<SavedPlan, 'seal'> {
  return Object.fromEntries(Object.entries(saved).filter(([name]) => name !== 'seal')) as Omit<SavedPlan, 'seal'>;
}

/** The file of a plan, edited, and sealed again just as relight seals. */
function forged(file: string, edit: (saved: SavedPlan) => Omit<SavedPlan, 'seal'>, key?: string): string {
  const edited = edit(JSON.parse(readFileSync(folder.file(file), 'utf8')) as SavedPlan);
  writeFileSync(folder.file(`forged-${file}`), savedPlanText({ ...edited, seal: sealOf(unsealed(edited), key) }));
  return `forged-${file}`;
}

describe('what a saved plan permits', () => {
  test('is nothing: a further delete, another environment, a teardown in it are refused, with what differs', async () => {
    await run('sandbox', 'reset');
    await run('sandbox', 'seed', playbook);
    await run('recover', playbook, '--sandbox', '--quiet', ...approval);
    await run('sandbox', 'break', playbook, 'state-entry');
    await run('plan', playbook, '--sandbox', '--out', 'p.json');
    const more = forged('p.json', (saved) => {
      const [first] = saved.plan.steps;
      if (first === undefined) throw new Error('no step');
      const step = { ...first, id: 'cname.delete', component: 'cname', action: 'delete', destructive: true } as const;
      return {
        ...saved,
        plan: { ...saved.plan, steps: [...saved.plan.steps, step], accepted: ['cname'], allowDowntime: true },
      };
    });
    const outcome = await recover(more, '--json');
    expect(outcome.code).toBe(3);
    const { apart, reason } = refusedJson.parse(jsonOf(outcome));
    expect(reason).toContain('planned anew, it is not the same');
    expect(apart).toContainEqual({ where: 'step cname.delete', path: '', then: 'delete', now: null });
    expect(outcome.stderr).toContain('step cname.delete: delete in the file, (none) as planned now');
    const staging = forged('p.json', (saved) => ({
      ...saved,
      environment: 'staging',
      plan: { ...saved.plan, environment: 'staging' },
    }));
    const elsewhere = await run('recover', playbook, '--sandbox', '--yes', '--plan', staging);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      3,
      expect.stringContaining('it says that the environment is staging, the playbook says production'),
    ]);
    const teardown = forged('p.json', (saved) => ({
      ...saved,
      strategy: 'teardown',
      plan: { ...saved.plan, strategy: 'teardown' },
    }));
    expect((await recover(teardown)).code).toBe(3);
    expect((await run('status', playbook, '--sandbox')).stdout).toMatch(/cname +route53\/record +healthy/);
  });

  test('has to be given again where it is run', async () => {
    const args = ['--strategy', 'rebuild', '--allow-downtime'];
    expect((await run('plan', playbook, '--sandbox', ...args, '--out', 'rebuild.json')).code).toBe(2);
    const without = await recover('rebuild.json');
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('add --allow-downtime');
    const outcome = await recover('rebuild.json', '--allow-downtime', '--json');
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(recoverJson.parse(jsonOf(outcome))).toMatchObject({ result: 'succeeded', strategy: 'rebuild' });
  });

  test('unasked: the playbook and its parameters are to be named, unless a key vouches for the file', async () => {
    await run('sandbox', 'break', playbook, 'state-entry');
    const params = ['--param', 'replicas=3'];
    await run('plan', playbook, '--sandbox', ...params, '--out', 'param.json');
    const unnamed = await run('recover', '--sandbox', ...approval, '--plan', 'param.json');
    expect(unnamed.code).toBe(3);
    expect(unnamed.stderr).toContain(`relight recover ${playbook} --plan param.json`);
    const notRepresented = await recover('param.json');
    expect(notRepresented.code).toBe(3);
    expect(notRepresented.stderr).toContain(
      `relight recover ${playbook} --plan param.json --param replicas=3 --sandbox ${approval.join(' ')};`,
    );
    const env = { RELIGHT_PLAN_KEY: 'k'.repeat(32) };
    await folder.relight(['plan', playbook, '--sandbox', ...params, '--out', 'keyed.json'], env);
    const keyless = (await recover('keyed.json', ...params)).stderr;
    expect(keyless).toContain('RELIGHT_PLAN_KEY is not set');
    expect(keyless).toContain('Set RELIGHT_PLAN_KEY to the key that it was sealed with; or plan again: relight plan ');
    const command = ['recover', '--sandbox', ...approval, '--plan', 'keyed.json', '--json'];
    const other = await folder.relight(command, { RELIGHT_PLAN_KEY: 'l'.repeat(32) });
    expect([other.code, other.stderr]).toEqual([3, expect.stringContaining('sealed with another key')]);
    expect(other.stderr).toContain('Check that RELIGHT_PLAN_KEY is the key it was sealed with; or plan again: ');
    const unkeyed = await folder.relight(['recover', playbook, '--sandbox', ...approval, '--plan', 'param.json'], env);
    expect([unkeyed.code, unkeyed.stderr]).toEqual([3, expect.stringContaining('it is not sealed with a key')]);
    const keyed = await folder.relight(command, env);
    expect(keyed.code, keyed.stderr).toBe(0);
    expect(keyed.stdout + keyed.stderr + readFileSync(folder.file('keyed.json'), 'utf8')).not.toContain('kkkkkkkk');
    // Whoever named all of it needs no key.
    await run('sandbox', 'break', playbook, 'state-entry');
    await run('plan', playbook, '--sandbox', ...params, '--out', 'param.json');
    expect((await recover('param.json', ...params)).code).toBe(0);
  });

  test('a key that can be guessed is refused before anything is asked', async () => {
    const outcome = await folder.relight(['plan', playbook, '--sandbox', '--out', 'short.json'], {
      RELIGHT_PLAN_KEY: 'secret',
    });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toContain('RELIGHT_PLAN_KEY has 6 characters: a key needs 32 or more');
    expect(existsSync(folder.file('short.json'))).toBe(false);
  });
});
