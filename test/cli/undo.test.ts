// relight undo on the embedded AWS: what it says, when it refuses, and what is there afterwards.
// The commands build on each other, so they run in order, once.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { chainedAgain } from '../helpers/chained.ts';
import { jsonOf, makeFolder, type Outcome } from './harness.ts';
import { recoverJson, refusedJson } from './schemas.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'deployer-api.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const run = (...args: string[]): Promise<Outcome> => folder.relight(args);
const undo = (...args: string[]): Promise<Outcome> =>
  run('undo', ...args, '--sandbox', '--quiet', '--allow-downtime', ...approval);
const runs = (): readonly string[] => readdirSync(folder.file('.relight/runs')).sort();
const last = (): string => runs().at(-1) ?? '';

async function verdicts(): Promise<Readonly<Record<string, string>>> {
  const status = jsonOf(await run('status', playbook, '--sandbox', '--json')) as {
    readonly components: readonly { readonly id: string; readonly verdict: string }[];
  };
  return Object.fromEntries(status.components.map((each) => [each.id, each.verdict]));
}

describe('a run taken back on the embedded AWS', () => {
  let recovery = '';
  let broken: Readonly<Record<string, string>> = {};

  test('a dry run shows the plan, exits 2 and changes nothing', async () => {
    await run('sandbox', 'seed', playbook);
    await run('recover', playbook, '--sandbox', '--quiet', ...approval);
    await run('sandbox', 'break', playbook, 'load-balancer', 'service');
    broken = await verdicts();
    expect((await run('recover', playbook, '--sandbox', '--quiet', ...approval)).code).toBe(0);
    recovery = last();
    const dry = await run('undo', recovery, '--sandbox', '--dry-run');
    expect(dry.code).toBe(2);
    expect(dry.stdout).toContain(`Plan to undo a run of deployer-api: run ${recovery}`);
    expect(dry.stdout).toMatch(/delete {2}load-balancer/);
    expect(dry.stdout).toMatch(/cname {2}values\[0\] {2}names again what it named before/);
    expect(last()).toBe(recovery);
  });

  test('every image of the run is for its owner only', () => {
    for (const kind of ['before', 'after']) {
      const place = folder.file(join('.relight/runs', recovery, kind));
      expect(readdirSync(place).length).toBeGreaterThan(0);
      for (const file of readdirSync(place)) expect(statSync(join(place, file)).mode & 0o777).toBe(0o600);
    }
  });

  test('a run of the sandbox without --sandbox: said so before credentials are looked for', async () => {
    for (const command of [
      ['undo', recovery],
      ['undo', 'last', '--dry-run'],
    ]) {
      const outcome = await run(...command);
      expect(outcome.code).toBe(3);
      expect(outcome.stderr).toBe(
        `refused: run ${recovery} was made in the sandbox: add --sandbox, or the endpoint of a served one. Nothing was changed.\n`,
      );
    }
  });

  test('production, nobody to ask, no approval: refused', async () => {
    const outcome = await run('undo', recovery, '--sandbox', '--json', '--allow-downtime');
    expect(outcome.code).toBe(3);
    expect(refusedJson.parse(jsonOf(outcome)).reason).toContain('--yes --confirm deployer-api');
  });

  test('an image that was damaged or opened to others: said, with the file and the remedy', async () => {
    const file = folder.file(join('.relight/runs', recovery, 'before/cname.update.json'));
    const whole = readFileSync(file);
    writeFileSync(file, whole.subarray(0, 100));
    const torn = await undo(recovery);
    expect(torn.code).toBe(1);
    expect(torn.stderr).toContain('cname.update.json: is not whole JSON');
    expect(torn.stderr).toContain(`relight undo ${recovery} --sandbox --allow-downtime --exclude cname`);
    const dry = await run('undo', recovery, '--sandbox', '--dry-run', '--cut-off');
    expect(dry.stderr).toContain(`relight undo ${recovery} --sandbox --cut-off --dry-run --exclude cname`);
    writeFileSync(file, whole);
    chmodSync(file, 0o640);
    const open = await undo(recovery);
    expect(open.code).toBe(1);
    expect(open.stderr).toContain('chmod 600');
    chmodSync(file, 0o600);
    expect(last()).toBe(recovery);
  });

  test('another playbook, another place, no such run: refused', async () => {
    expect((await undo(recovery, '--playbook', 'storefront.yaml')).stderr).toContain('is one of playbook deployer-api');
    expect((await undo('20010101-000000-nobody')).code).toBe(1);
    const journal = folder.file(join('.relight/runs', recovery, 'journal.jsonl'));
    const text = readFileSync(journal, 'utf8');
    writeFileSync(
      journal,
      chainedAgain(text, (line) => line.replace('"sandbox":true', '"sandbox":false')),
    );
    const elsewhere = await undo(recovery);
    expect(elsewhere.code).toBe(3);
    expect(elsewhere.stderr).toContain('was one in AWS itself, and this is a sandbox');
    // Without its closing line and the one that tells its end.
    writeFileSync(journal, text.split('\n').slice(0, -3).join('\n') + '\n');
    const going = await undo(recovery);
    expect(going.code).toBe(3);
    expect(going.stderr).toContain('has not come to its end');
    expect(going.stderr).toContain(`relight runs resume ${recovery} --sandbox. `);
    expect(going.stderr).toContain(`any more: relight undo ${recovery} --sandbox --allow-downtime --cut-off\n`);
    writeFileSync(journal, text);
  });

  test('taken back, the world is as broken as it was, and the report says what it undoes', async () => {
    const outcome = await undo(recovery, '--json');
    expect(outcome.code).toBe(0);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report).toMatchObject({ strategy: 'undo', result: 'succeeded', undoes: { run: recovery } });
    expect(await verdicts()).toEqual(broken);
  });

  test('once only; and the undo can be undone', async () => {
    const second = last();
    const again = await undo(recovery);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain(`has been undone already, by run ${second}`);
    const command = `undo ${second} --sandbox --allow-downtime --dry-run`;
    expect(again.stderr).toContain(`What that comes to is shown, and nothing changed, by: relight ${command}\n`);
    // What it is said to delete is what it would delete.
    const [, losses = ''] = /once more, and delete (.*), which it made again/.exec(again.stderr) ?? [];
    const shown = await run(...command.split(' '), '--json');
    const { steps } = jsonOf(shown) as { readonly steps: readonly { component: string; action: string }[] };
    const deletes = steps.filter((each) => each.action === 'delete').map((each) => each.component);
    expect(losses === '' ? [] : losses.split(', ').sort()).toEqual(deletes.sort());
    expect((await undo('last')).code).toBe(0);
    expect(new Set(Object.values(await verdicts()))).toEqual(new Set(['healthy']));
  });

  test('an undo that made pieces: to undo that one would delete them, and it says so', async () => {
    await run('teardown', playbook, '--sandbox', '--quiet', '--allow-downtime', ...approval);
    const down = last();
    const back = await undo(down);
    expect(back.code).toBe(0);
    // There were none: nothing to speak of.
    expect(back.stdout).toContain('What does not come back as it was');
    expect(back.stdout).not.toMatch(/that are no components|that no ECS service registers/);
    expect(back.stdout).not.toContain('shorten it by');
    const outcome = await undo(down);
    expect(outcome.code).toBe(3);
    expect(outcome.stderr).toMatch(
      /would do what \S+ did once more, and delete .*service.*, which it made again\. What/,
    );
  });

  test('a run that changed nothing: nothing to undo', async () => {
    const file = folder.file(join('.relight/runs', recovery, 'journal.jsonl'));
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${lines[0] ?? ''}\n`);
    const outcome = await undo(recovery);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain('changed nothing: there is nothing to undo');
  });
});
