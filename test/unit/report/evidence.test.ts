// What a journal proves: measured recovery time, phases, retries, what was removed, what was left undone.
import { describe, expect, test } from 'vitest';
import { foldReport, type RunReport } from '../../../src/report/report.ts';
import type { StepReport } from '../../../src/report/step-report.ts';
import type { RunEvent } from '../../../src/run/journal/events.ts';
import { httpCheck } from '../../helpers/playbook.ts';
import { awsError } from '../../helpers/scripted.ts';
import { contentProber, scriptedRig, startOfTime } from '../../helpers/scripted-rig.ts';

const checks = { rto: 600_000, verify: [httpCheck('https://shop.example/health')] };

function stepOf(report: RunReport, id: string): StepReport {
  const step = report.steps.find((each) => each.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

/** A journal of one step, `b.create`, told by hand: each event with the second at which it happens. */
async function told(events: readonly (readonly [second: number, event: RunEvent])[]): Promise<RunReport> {
  const rig = scriptedRig('a; b -> a');
  rig.world.remove('b');
  const { journal } = await rig.run();
  const first = journal.records[0];
  if (first === undefined) throw new Error('no records');
  const later = events.map(([second, event], index) => ({
    seq: index + 2,
    at: new Date(startOfTime + second * 1000).toISOString(),
    ...event,
  }));
  return foldReport([{ ...first, at: new Date(startOfTime).toISOString() }, ...later]);
}

const lost = { class: 'timeout', code: 'TimeoutError', message: 'no answer' } as const;
const step = 'b.create';

describe('the measured recovery time', () => {
  test('runs from the start of the run to the last green probe', async () => {
    const rig = scriptedRig('a; b -> a', checks);
    rig.world.remove('b');
    let asked = 0;
    const http = async (): Promise<{ status: number; body: string }> => ({
      status: (asked += 1) < 4 ? 503 : 200,
      body: '',
    });
    const { report } = await rig.run('repair', { prober: { ...contentProber, http } });
    const probe = stepOf(report, 'verify-1');
    const seconds = (Date.parse(probe.finishedAt ?? '') - Date.parse(report.startedAt)) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(6);
    expect(report.objective).toEqual({ seconds: 600, measuredSeconds: seconds, met: true });
  });

  test('is not known without probes, and then no objective is met', async () => {
    const rig = scriptedRig('a; b -> a', checks);
    rig.world.remove('b');
    const { report } = await rig.run('repair', { verify: false });
    expect(report.result).toBe('succeeded');
    expect(report.objective).toEqual({ seconds: 600, measuredSeconds: null, met: null });
  });

  test('is missed for certain when the run took longer, green or not', async () => {
    const rig = scriptedRig('a; b -> a', { ...checks, rto: 1_000 });
    rig.world.remove('b');
    const http = async (): Promise<{ error: string }> => ({ error: 'ECONNREFUSED' });
    const { report } = await rig.run('repair', { prober: { ...contentProber, http } });
    expect(report.objective).toEqual({ seconds: 1, measuredSeconds: null, met: false });
  });

  test('means nothing for a teardown', async () => {
    const { report } = await scriptedRig('a; b -> a', checks).run('teardown');
    expect(report.objective).toEqual({ seconds: null, measuredSeconds: null, met: null });
  });
});

describe('a step', () => {
  test('is told in phases without gaps, with what each waited for', async () => {
    const report = await told([
      [1, { type: 'step-started', step }],
      [2, { type: 'step-waiting', step, detail: 'the old one is on its way out' }],
      [5, { type: 'step-intended', step, action: 'create', attempt: 1, token: 't' }],
      [35, { type: 'step-retrying', step, error: lost, inSeconds: 1 }],
      [36, { type: 'step-intended', step, action: 'create', attempt: 2, token: 't' }],
      [37, { type: 'step-acted', step, receipt: {} }],
      [37, { type: 'step-waiting', step, detail: 'provisioning' }],
      [77, { type: 'step-settled', step }],
      [78, { type: 'step-waiting', step, detail: 'no checker has reported yet' }],
      [90, { type: 'step-succeeded', step }],
    ]);
    const { phases, retries, seconds } = stepOf(report, step);
    expect(
      phases.map(({ kind, seconds: length, detail }) => `${kind} ${length ?? '?'} ${detail ?? ''}`.trim()),
    ).toEqual([
      'looking 1',
      'waiting 3 the old one is on its way out',
      'acting 30',
      'pausing 1 TimeoutError: no answer',
      'acting 1',
      'settling 40 provisioning',
      'verifying 1',
      'verifying 12 no checker has reported yet',
    ]);
    expect(seconds).toBe(89);
    expect(phases.reduce((sum, each) => sum + (each.seconds ?? 0), 0)).toBe(seconds);
    expect(retries).toEqual([{ at: '2026-01-01T00:00:35.000Z', error: lost, pauseSeconds: 1 }]);
    expect(report.longestWaits.map((each) => `${each.seconds} ${each.for}`)).toEqual([
      '40 provisioning',
      '12 no checker has reported yet',
      '3 the old one is on its way out',
      '1 TimeoutError: no answer',
    ]);
  });

  test('of a run that died is cut off, and its last phase has no known length', async () => {
    const report = await told([
      [1, { type: 'step-started', step }],
      [2, { type: 'step-intended', step, action: 'create', attempt: 1, token: 't' }],
    ]);
    expect(stepOf(report, step)).toMatchObject({ status: 'running', finishedAt: null });
    expect(stepOf(report, step).phases.at(-1)).toMatchObject({ kind: 'acting', seconds: null });
    expect(report.leftUndone).toMatchObject([{ kind: 'cut-off', step, component: 'b' }]);
    expect(report.components.find((each) => each.id === 'b')?.outcome).toBe('cut-off');
  });
});

describe('what was done and what was not', () => {
  test('a failure: its cause first, what it held up, what became of each component', async () => {
    const rig = scriptedRig('a; b -> a; c -> b; d', checks);
    for (const id of ['b', 'c', 'd']) rig.world.remove(id);
    rig.world.on('create b', () => {
      throw awsError('AccessDenied', 'not allowed', 403);
    });
    const { report } = await rig.run();
    expect(report.leftUndone.map((each) => [each.kind, each.step, each.rootCauses])).toEqual([
      ['failed', 'b.create', []],
      ['skipped', 'c.create', ['b.create']],
      ['skipped', 'verify-1', ['b.create']],
    ]);
    expect(Object.fromEntries(report.components.map((each) => [each.id, each.outcome]))).toEqual({
      a: 'kept',
      b: 'failed',
      c: 'skipped',
      d: 'created',
    });
    expect(report.components.find((each) => each.id === 'c')?.needs).toEqual(['b']);
  });

  test('what was taken away names its before-image', async () => {
    const { report, journal } = await scriptedRig('a; b -> a').run('rebuild');
    expect(report.removed.map((each) => [each.component, each.step])).toEqual([
      ['b', 'b.delete'],
      ['a', 'a.delete'],
    ]);
    for (const { at, beforeImage } of report.removed) {
      expect(at).not.toBeNull();
      expect(journal.beforeImages.has((beforeImage ?? '').replace(/^before\//, ''))).toBe(true);
    }
  });

  test('the chain that took the time leads from a first step to the last', async () => {
    const { report } = await scriptedRig('a; b -> a', checks).run('rebuild');
    expect(report.longestChain).toEqual(['b.delete', 'a.delete', 'a.create', 'b.create', 'verify-1']);
  });

  test('the hash is the plan’s: the same plan gives the same, another one another', async () => {
    const rig = scriptedRig('a; b -> a');
    rig.world.remove('b');
    const seen = await rig.look();
    const plan = rig.planFrom(seen, 'repair');
    const { report } = await rig.execute(seen, plan);
    expect(report.planHash).toMatch(/^[0-9a-f]{64}$/);
    const { journal } = await rig.execute(seen, plan, { runId: 'run-2' });
    expect(foldReport(journal.records).planHash).toBe(report.planHash);
    const other = await rig.execute(seen, rig.planFrom(seen, 'rebuild'));
    expect(other.report.planHash).not.toBe(report.planHash);
  });
});
