// `approval: required` with real processes: one that waits, another one that says yes or no.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, outcomeOf, start, waitForText, type Folder, type Outcome } from './harness.ts';
import { approveJson, planJson, recoverJson } from './schemas.ts';
import { hasTerminal, onTerminal } from './terminal.ts';

const playbook = 'guarded.yaml';
const approval = ['--yes', '--confirm', 'deployer-api'];
const recover = ['recover', playbook, '--sandbox', ...approval];

let folder: Folder;
beforeAll(async () => {
  folder = makeFolder();
  const text = readFileSync(folder.file('deployer-api.yaml'), 'utf8');
  writeFileSync(
    folder.file(playbook),
    text
      .replace('  task-definition:\n', '  task-definition:\n    approval: required\n')
      .replace('  deadline: 30m\n', '  deadline: 30m\n  approvalTimeout: 60s\n'),
  );
  writeFileSync(
    folder.file('hasty.yaml'),
    readFileSync(folder.file(playbook), 'utf8').replace('approvalTimeout: 60s', 'approvalTimeout: 1s'),
  );
  await folder.relight(['sandbox', 'seed', playbook]);
});
afterAll(() => {
  folder[Symbol.dispose]();
});

/** A recovery that has come to wait for its approval. */
async function waiting(more: readonly string[] = []): Promise<{
  readonly run: string;
  readonly ended: Promise<Outcome>;
  readonly kill: (signal: NodeJS.Signals) => void;
}> {
  const child = start(folder.path, [...recover, '--anew', ...more]);
  const ended = outcomeOf(child);
  const text = await waitForText(child.stderr, /relight approve \S+ task-definition\n/);
  const run = /relight approve (\S+) /.exec(text)?.[1] ?? '';
  return { run, ended, kill: (signal) => child.kill(signal) };
}

async function undo(): Promise<void> {
  await folder.relight(['sandbox', 'reset']);
  await folder.relight(['sandbox', 'seed', playbook]);
}

function modeOf(file: string): number {
  return statSync(folder.file(file)).mode & 0o777;
}

describe('from another process', () => {
  test('yes: the run goes on; the file says who and when, and is the owner’s only', async () => {
    const { run, ended } = await waiting(['--json']);
    const said = await folder.relight(['approve', run, 'task-definition', '--json']);
    expect(said.code).toBe(0);
    const { by, decision } = approveJson.parse(jsonOf(said));
    expect(decision).toBe('granted');
    const outcome = await ended;
    expect(outcome.code).toBe(0);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report.result).toBe('succeeded');
    expect(report.approvals).toMatchObject([{ component: 'task-definition', status: 'granted', by, detail: 'file' }]);
    expect(modeOf(`.relight/runs/${run}/approvals/task-definition.json`)).toBe(0o600);
    expect(modeOf(`.relight/runs/${run}/approvals`)).toBe(0o700);

    const late = await folder.relight(['approve', run, 'task-definition']);
    expect(late.code).toBe(3);
    expect(late.stderr).toContain('has granted it already');
    await undo();
  });

  test('no: its steps and what needs them are not begun, the rest is; exit code 3', async () => {
    const { run, ended } = await waiting(['--json']);
    expect((await folder.relight(['approve', run, 'task-definition', '--deny'])).code).toBe(0);
    const outcome = await ended;
    expect(outcome.code).toBe(3);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report.result).toBe('partial');
    const status = new Map(report.steps.map((step) => [step.id, step.status]));
    expect(status.get('task-definition.create')).toBe('skipped');
    expect(status.get('service.create')).toBe('skipped');
    expect(status.get('load-balancer.create')).toBe('succeeded');
    await undo();
  });

  test('an unknown run, a component that asks for nothing, a wrong flag', async () => {
    expect((await folder.relight(['approve', 'nowhere', 'task-definition'])).code).toBe(1);
    const run = readdirSync(folder.file('.relight/runs')).at(-1) ?? '';
    const other = await folder.relight(['approve', run, 'service']);
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('it asks for task-definition');
    const unknown = await folder.relight([...recover, '--approve', 'nothing']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('--approve nothing: no such component');
  });
});

describe('nobody', () => {
  test('--yes is no approval: when the time is over the run is refused, in real time also in the sandbox', async () => {
    const outcome = await folder.relight(['recover', 'hasty.yaml', '--sandbox', '--json', '--anew', ...approval]);
    expect(outcome.code).toBe(3);
    const report = recoverJson.parse(jsonOf(outcome));
    expect(report.approvals).toMatchObject([{ status: 'refused', by: null }]);
    expect(outcome.stderr).toContain('not approved task-definition: nobody approved it within 1 s');
    await undo();
  });

  test('Ctrl-C while it waits ends tidily, and the same command takes it up again', async () => {
    const { ended, kill } = await waiting();
    kill('SIGINT');
    const outcome = await ended;
    expect(outcome.code).toBe(5);
    expect(outcome.stderr).toContain('interrupted: run the same command again');
    const again = await folder.relight([...recover, '--approve', 'task-definition']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('succeeded');
    await undo();
  });

  test('killed while it waits: the next run asks again, and ends what the first one began', async () => {
    const { ended, kill } = await waiting();
    kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const again = await folder.relight([...recover, '--json', '--approve', 'task-definition']);
    expect(again.code).toBe(0);
    expect(recoverJson.parse(jsonOf(again)).approvals).toMatchObject([{ status: 'granted', detail: 'flag' }]);
    await undo();
  });
});

describe.skipIf(!hasTerminal)('on the terminal (skipped where python3 has no pty)', () => {
  const asks = 'Approve task-definition (create)? [y/n] ';

  test('y', async () => {
    const outcome = await onTerminal(folder, [...recover, '--anew'], { answers: [[asks, 'y\\r']] });
    expect(outcome.screen).toContain('approved task-definition by ');
    expect(outcome.code).toBe(0);
    await undo();
  });

  test('n', async () => {
    const somebody = { columns: 200, answer: (question: string) => (question.endsWith(asks) ? 'n' : undefined) };
    const outcome = await folder.watched(somebody, [...recover, '--anew'], { NO_COLOR: '1' });
    expect(outcome.stderr).toContain('not approved task-definition: ');
    expect(outcome.code).toBe(3);
    await undo();
  });
});

describe('allowances', () => {
  test('a rebuild of what serves is refused with 3, names what serves, and is run with --allow-downtime', async () => {
    await folder.relight([...recover, '--anew', '--approve', 'task-definition']);
    const plan = ['plan', playbook, '--sandbox', '--strategy', 'rebuild', '--json'];
    const planned = planJson.parse(jsonOf(await folder.relight(plan)));
    expect(planned.refusals.map((each) => each.rule)).toEqual(['allowDowntime']);
    const refused = await folder.relight([...recover, '--strategy', 'rebuild']);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('service (2 healthy targets)');
    const kept = ['--out', 'plan.json', '--allow-downtime', '--accept', 'cname:ownership'];
    const allowed = await folder.relight([...plan.slice(0, -1), ...kept]);
    expect(allowed.code).toBe(2);
    // The file permits nothing: what the plan was made with is given again where it is run.
    const saved = ['recover', playbook, '--plan', 'plan.json', '--sandbox', ...approval];
    const without = await folder.relight([...saved, '--accept', 'cname:ownership']);
    expect([without.code, without.stderr]).toEqual([3, expect.stringContaining('add --allow-downtime')]);
    const ran = await folder.relight([...saved, '--allow-downtime', '--accept', 'cname:ownership']);
    expect(ran.code, ran.stderr).toBe(0);
    const unknown = await folder.relight(['plan', playbook, '--sandbox', '--accept', 'nothing']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('--accept nothing: no such component');
  });
});
