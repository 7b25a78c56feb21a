// Secret values and what AWS says: an error that echoes what it was sent, facts that moved, and specs with marks anywhere.
import { readdirSync, readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { execute, look, planFrom, savedPlanFrom } from '../../src/engine.ts';
import { otherPlaybook, readSavedPlan } from '../../src/plan/saved-check.ts';
import { savedPlanText } from '../../src/plan/saved.ts';
import { planText } from '../../src/report/plan-text.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { runText } from '../../src/report/run-text.ts';
import { statusText } from '../../src/report/status-text.ts';
import { openFileJournal } from '../../src/run/journal/journal.ts';
import { accepting } from '../helpers/accepting.ts';
import { canaries, canariesIn, canaryPlaybook } from '../helpers/canaries.ts';
import { playbookOf, seededRig } from '../helpers/rig.ts';

const all = Object.values(canaries).join(' ; ');

describe('what AWS says', () => {
  test('reaches the journal without the secrets that it echoes', async () => {
    const rig = await seededRig(playbookOf(canaryPlaybook));
    const echo = `bad request: ${all} / ${JSON.stringify(all)} / ${encodeURIComponent(canaries.attribute)} / ${Buffer.from(canaries.nested).toString('base64')}`;
    rig.faults.add({ service: 'ecs', operation: 'RegisterTaskDefinition', kind: 'access-denied', message: echo });
    rig.faults.add({ service: 'dynamodb', operation: 'CreateTable', kind: 'error-500', times: 8, message: echo });
    const { report, journal } = await rig.recover('repair', { verify: false });
    expect(report.result).not.toBe('succeeded');
    const failed = report.steps.find((step) => step.component === 'tasks');
    expect(failed?.error?.message).toContain('bad request: (hidden)');
    expect(canariesIn(JSON.stringify([report, journal.records]))).toEqual([]);
  });

  test('makes pieces with their true values all the same, and keeps them in before-images', async () => {
    const rig = await seededRig(playbookOf(canaryPlaybook));
    const { plan } = await rig.recover('repair', { verify: false });
    expect(canariesIn(JSON.stringify(plan))).toEqual([]);
    expect(canariesIn(JSON.stringify(rig.world.data))).toEqual(
      expect.arrayContaining(['environment', 'environmentUnicode', 'attribute', 'nested', 'named', 'param']),
    );
    const { journal, report } = await rig.recover('teardown', { accepted: accepting('entry:ownership') });
    expect(report.result).toBe('succeeded');
    expect(canariesIn(JSON.stringify(journal.records))).toEqual([]);
    expect(canariesIn(JSON.stringify([...journal.beforeImages.values()]))).toEqual(
      expect.arrayContaining(['environment', 'attribute', 'nested', 'named']),
    );
  });

  test('is refused by a saved plan when only a secret of the playbook changed', async () => {
    const rig = await seededRig(playbookOf(canaryPlaybook));
    const { plan, session, assessed } = await rig.plan('repair');
    const saved = savedPlanFrom(session, assessed, plan, { id: 'a1', ttl: 60_000, excluded: new Set(), sandbox: true });
    expect(readSavedPlan(savedPlanText(saved)).kind).toBe('sound');
    const other = playbookOf(canaryPlaybook, { licence: 'another one' });
    expect(other.digest).toBe(saved.playbook.digest);
    expect(otherPlaybook(saved, playbookOf(canaryPlaybook))).toBeUndefined();
    expect(otherPlaybook(saved, other)).toContain('--param licence=...');
    expect(otherPlaybook(saved, other)).not.toContain(canaries.param);
  });
});

// --- Marks anywhere --------------------------------------------------------------------------------------------------

/** Letters with a mark of their own, so that no secret is part of anything else. */
const secretText = fc
  .tuple(fc.string({ unit: 'grapheme', minLength: 4, maxLength: 20 }), fc.nat())
  .map(([text, number]) => `§${text.replaceAll('$', '')}§${number}`);

type Tree = string | Tree[] | { [key: string]: Tree };
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    secretText,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('tree'), { minKeys: 1, maxKeys: 3 }),
  ),
}));

function leavesOf(value: Tree, path: string): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (Array.isArray(value)) return value.flatMap((each, index) => leavesOf(each, `${path}[${index}]`));
  return Object.entries(value).flatMap(([name, each]) => leavesOf(each, `${path}.${name}`));
}

describe('values at marked paths, wherever they are', () => {
  test('never appear in plan, saved plan, status, journal or report', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), tree, { minKeys: 1, maxKeys: 4 }),
        fc.infiniteStream(fc.boolean()),
        async (attributes, marks) => {
          fc.pre(!('id' in attributes));
          const leaves = Object.entries(attributes).flatMap(([name, each]) => leavesOf(each, `attributes.${name}`));
          const marked = leaves.filter(() => marks.next().value === true);
          fc.pre(marked.length > 0);
          const rest = { apiVersion: 'relight/v1', kind: 'Playbook', metadata: { name: 'p' } };
          const text = JSON.stringify({
            ...rest,
            target: { account: '123456789012', region: 'eu-west-1' },
            components: {
              table: { type: 'dynamodb/table', spec: { name: 'things', hashKey: { name: 'id' } } },
              item: {
                type: 'dynamodb/item',
                sensitive: marked.map(([path]) => path),
                spec: { table: '${table.name}', key: { id: 'a' }, attributes },
              },
            },
          });
          const rig = await seededRig(playbookOf(text));
          rig.faults.add({ service: 'dynamodb', operation: 'PutItem', kind: 'error-500', nth: 1, message: text });
          rig.faults.add({ service: 'dynamodb', operation: 'UpdateItem', kind: 'error-500', nth: 1, message: text });
          const directory = mkdtempSync(join(tmpdir(), 'relight-secrets-'));
          try {
            const session = await rig.open('change');
            const assessed = await look(session);
            const plan = planFrom(session, assessed, { kind: 'repair' });
            const id = 'x1';
            const options = { id, ttl: 1, excluded: new Set<string>(), sandbox: true };
            const saved = savedPlanFrom(session, assessed, plan, options);
            const report = await execute(session, assessed, plan, {
              openJournal: (sink) => openFileJournal(directory, 'run', rig.clock, sink),
              prober: { http: never, dns: never, tcp: never },
              verify: false,
              stop: new AbortController().signal,
            });
            expect(report.result).toBe('succeeded');
            const after = await rig.look();
            const assessments = [...after.assessments.values()];
            const view = { playbook: 'p', file: 'p', where: '', assessments, awsCalls: 0, verbose: true };
            const told = [
              JSON.stringify([plan, report, assessments]),
              savedPlanText(saved),
              planText(plan, plainPaint),
              runText(report, null, plainPaint),
              statusText(view, plainPaint),
              ...readdirSync(join(directory, 'run'), { withFileTypes: true })
                .filter((each) => each.isFile())
                .map((each) => readFileSync(join(directory, 'run', each.name), 'utf8')),
            ].join('\n');
            for (const [, value] of marked) {
              for (const form of [value, JSON.stringify(value).slice(1, -1)]) expect(told).not.toContain(form);
            }
            expect(assessments.every((each) => each.verdict === 'healthy')).toBe(true);
          } finally {
            rmSync(directory, { recursive: true, force: true });
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

function never(): never {
  throw new Error('nobody is probed');
}
