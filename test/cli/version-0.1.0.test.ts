// What 0.1.0 left on disk stays readable: its journals, images, world, locks and playbooks. Its journals have no chain, so
// nobody can tell whether they were changed: they read as not verified.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { chmodSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readSavedPlan } from '../../src/plan/saved-check.ts';
import { readApproval } from '../../src/run/approval/approval-files.ts';
import { fileLockStore } from '../../src/run/lock/file-store.ts';
import { parseRecord } from '../../src/run/lock/record.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { jsonOf, makeFolder, type Outcome } from './harness.ts';
import { runJson, runsJson, verifyJson } from './schemas.ts';

const fixtures = fileURLToPath(new URL('../fixtures/0.1.0/', import.meta.url));
const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});
const run = (...args: readonly string[]): Promise<Outcome> => folder.relight(args);
const approval = ['--sandbox', '--yes', '--confirm', 'deployer-api'];

/** Git keeps no modes: as a run leaves them. */
function owned(path: string): void {
  for (const each of readdirSync(path, { withFileTypes: true })) {
    const inner = join(path, each.name);
    if (each.isDirectory()) owned(inner);
    chmodSync(inner, each.isDirectory() ? 0o700 : 0o600);
  }
}

beforeAll(() => {
  for (const state of ['state', 'cut-off', 'approved'])
    cpSync(join(fixtures, state), folder.file(state), { recursive: true });
  for (const file of ['deployer-api.yaml', 'storefront.yaml']) {
    cpSync(join(fixtures, 'playbooks', file), folder.file(file));
  }
  cpSync(join(fixtures, 'playbooks/rehearsals'), folder.file('rehearsals'), { recursive: true });
  for (const state of ['state', 'cut-off', 'approved']) owned(folder.file(state));
});

test('journals: listed, shown and reported; not verified', async () => {
  const { runs } = runsJson.parse(jsonOf(await run('runs', 'list', '--json', '--state-dir', 'state')));
  expect(runs.map((each) => ('result' in each ? `${each.strategy} ${String(each.result)}` : each.journal))).toEqual([
    'undo succeeded',
    'teardown succeeded',
    'repair succeeded',
    'rebuild succeeded',
    'rebuild failed',
    'repair partial',
    'repair succeeded',
  ]);
  for (const { runId } of runs) {
    const shown = await run('runs', 'show', runId, '--json', '--state-dir', 'state');
    expect(runJson.parse(jsonOf(shown)).journal).toMatchObject({ torn: false, integrity: { kind: 'unchained' } });
  }
  expect((await run('runs', 'report', 'last', '--state-dir', 'state')).stdout).toContain(
    'not verified: written by a relight',
  );
  const verify = await run('runs', 'verify', '--json', '--state-dir', 'state');
  expect(verify.code).toBe(4);
  const verified = verifyJson.parse(jsonOf(verify)).runs;
  expect(new Set(verified.map((each) => each.verdict))).toEqual(new Set(['not-verified']));
  expect(verified.flatMap((each) => each.images.troubles)).toEqual([]);
  expect(verified.reduce((sum, each) => sum + each.images.checked, 0)).toBeGreaterThan(20);
});

test('a run that was cut off: read as such, with what a later one goes on with', () => {
  const [id = ''] = readdirSync(folder.file('cut-off/runs'));
  const read = readJournal(readFileSync(folder.file(`cut-off/runs/${id}/journal.jsonl`)));
  if (read.kind !== 'sound') throw new Error(JSON.stringify(read));
  expect(read.integrity).toEqual({ kind: 'unchained' });
  expect(unfinishedRun(read.records)).toMatchObject({ runId: id, end: 'cut-off', strategy: 'repair' });
});

test('the world opens, what it misses is brought back, and an undo of 0.1.0 can be undone', async () => {
  const status = await run('status', 'deployer-api.yaml', '--sandbox', '--state-dir', 'state');
  expect(status.stdout).toMatch(/service +missing/);
  const undone = await run('undo', 'last', ...approval, '--dry-run', '--allow-downtime', '--state-dir', 'state');
  expect([0, 2], undone.stderr).toContain(undone.code);
  // Worlds of 0.1.0 held no roles, which a new piece is known to need by now.
  const without = await run('recover', 'deployer-api.yaml', ...approval, '--state-dir', 'state');
  expect(without.code).toBe(5);
  expect(without.stderr).toContain('role arn:aws:iam::123456789012:role/ecs-task-execution does not exist');
  await run('sandbox', 'seed', 'deployer-api.yaml', '--sandbox', '--state-dir', 'state');
  const recovered = await run('recover', 'deployer-api.yaml', ...approval, '--state-dir', 'state');
  expect(recovered.code, recovered.stderr).toBe(0);
  const verify = verifyJson.parse(jsonOf(await run('runs', 'verify', 'last', '--json', '--state-dir', 'state')));
  expect(verify.runs).toMatchObject([{ verdict: 'verified' }]);
});

test('playbooks and rehearsals are as sound as they were', async () => {
  for (const file of ['deployer-api.yaml', 'storefront.yaml']) expect((await run('validate', file)).code).toBe(0);
  const rehearsals = readdirSync(folder.file('rehearsals')).filter((name) => name.endsWith('.yaml'));
  expect(rehearsals.length).toBeGreaterThan(0);
  const outcome = await run('rehearse', `rehearsals/${rehearsals[0] ?? ''}`);
  expect(outcome.code, outcome.stderr).toBe(0);
});

test('approvals, saved plans and locks are read', async () => {
  const [id = ''] = readdirSync(folder.file('approved/runs'));
  expect(readApproval(folder.file(`approved/runs/${id}`), id, 'task-definition')).toMatchObject({
    decision: 'granted',
  });
  expect(readSavedPlan(readFileSync(join(fixtures, 'plan.json'), 'utf8'))).toMatchObject({ kind: 'sound' });
  expect(await fileLockStore(join(fixtures, 'locks/file'), '--x').read()).toMatchObject({
    state: 'held',
    owner: { command: 'recover' },
  });
  const [item] = JSON.parse(readFileSync(join(fixtures, 'locks/table-items.json'), 'utf8')) as readonly [
    Record<string, AttributeValue>,
  ];
  const { LockID, ...record } = unmarshall(item);
  expect(LockID).toBe('relight/deployer-api@123456789012.eu-west-1');
  expect(parseRecord(record)).toMatchObject({ state: 'free', fence: 1 });
});
