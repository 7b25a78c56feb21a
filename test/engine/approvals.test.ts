// `approval: required`: who is asked when, what goes on meanwhile, and what a no or no answer means.
import { describe, expect, test } from 'vitest';
import type { ApprovalRequest, Approver, Decisions } from '../../src/run/approval/approvals.ts';
import type { Clock } from '../../src/util/clock.ts';
import { scriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

const yes: Decisions = { kind: 'granted', by: 'ann@laptop', how: 'file' };
const no: Decisions = { kind: 'denied', by: 'bob@desk', how: 'file' };

/** Answers as told, and notes what was asked. */
function approver(
  clock: Clock,
  answer: (request: ApprovalRequest) => Promise<Decisions | undefined>,
): Approver & {
  readonly asked: ApprovalRequest[];
} {
  const asked: ApprovalRequest[] = [];
  return {
    clock,
    asked,
    decide: (request, signal) => {
      asked.push(request);
      const stopped = new Promise<undefined>((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(undefined);
        });
      });
      return Promise.race([answer(request), stopped]);
    },
  };
}

function never(): Promise<undefined> {
  return new Promise(() => undefined);
}

function approvalEvents(run: ScriptedRun): readonly object[] {
  return run.events.filter((each) => each.type.startsWith('approval-'));
}

function statuses(run: ScriptedRun): Readonly<Record<string, string>> {
  return Object.fromEntries(run.report.steps.map((step) => [step.id, step.status]));
}

describe('an approval', () => {
  test('is asked for once for all steps of the component, before the first one; the journal says who gave it', async () => {
    const rig = scriptedRig('a approval; b -> a', {});
    const from = approver(rig.clock, async () => yes);
    const run = await rig.run('rebuild', { approver: from });
    expect(run.report.result).toBe('succeeded');
    expect(from.asked.map(({ component, runId, steps }) => [component, runId, steps])).toEqual([
      ['a', 'run-1', 'delete, create'],
    ]);
    expect(approvalEvents(run)).toEqual([
      { type: 'approval-requested', component: 'a', until: expect.stringContaining('T00:1') as string },
      { type: 'approval-granted', component: 'a', by: 'ann@laptop', how: 'file' },
    ]);
    expect(run.report.approvals).toMatchObject([{ component: 'a', status: 'granted', by: 'ann@laptop' }]);
    const types = run.events.map((each) => ('step' in each ? `${each.type} ${each.step}` : each.type));
    expect(types.indexOf('approval-granted')).toBeLessThan(types.indexOf('step-started a.delete'));
  });

  test('is planned: the plan names who waits for one, and nobody else', async () => {
    const rig = scriptedRig('a approval; b approval; c');
    rig.world.drift('a', 'size', 7);
    expect((await rig.plan()).approvals).toEqual(['a']);
  });

  test('that is not needed is not asked for', async () => {
    const rig = scriptedRig('a approval; b');
    rig.world.remove('b');
    const from = approver(rig.clock, never);
    expect((await rig.run('repair', { approver: from })).report.result).toBe('succeeded');
    expect(from.asked).toEqual([]);
  });

  test('does not hold up an independent branch', async () => {
    const rig = scriptedRig('a approval; b', { deployed: false });
    let answer: (decision: Decisions) => void = () => undefined;
    const from = approver(rig.clock, () => new Promise((resolve) => (answer = resolve)));
    const seen = await rig.look();
    const held = rig.world.hold('create b');
    const running = rig.execute(seen, rig.planFrom(seen, 'repair'), { approver: from });
    await held.arrived;
    expect(rig.world.changes).toEqual(['create b']);
    held.release();
    answer(yes);
    expect((await running).report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['create b', 'create a']);
  });
});

describe('no approval', () => {
  test('denied: its steps and their dependents are skipped, others are done', async () => {
    const rig = scriptedRig('a approval; b -> a; c', { deployed: false });
    const run = await rig.run('repair', { approver: approver(rig.clock, async () => no) });
    expect(run.report.result).toBe('partial');
    expect(statuses(run)).toEqual({ 'a.create': 'skipped', 'b.create': 'skipped', 'c.create': 'succeeded' });
    const details = run.report.steps.map((step) => step.detail);
    expect(details).toContain('not approved: bob@desk denied it');
    expect(details).toContain('waited for a.create, which was not approved');
    expect(approvalEvents(run).at(-1)).toEqual({
      type: 'approval-refused',
      component: 'a',
      by: 'bob@desk',
      because: 'bob@desk denied it',
    });
    expect(rig.world.changes).toEqual(['create c']);
  });

  test('nobody answers in time: refused, by nobody, when the time of the playbook is over', async () => {
    const rig = scriptedRig('a approval', { deployed: false, recovery: { approvalTimeout: 90_000 } });
    const run = await rig.run('repair', { approver: approver(rig.clock, never) });
    expect(run.report).toMatchObject({ result: 'refused', durationSeconds: 90 });
    expect(run.report.approvals).toMatchObject([
      { status: 'refused', by: null, detail: 'nobody approved it within 1m30s (recovery.approvalTimeout)' },
    ]);
    expect(rig.world.changes).toEqual([]);
  });

  test('nobody can be asked: refused at once', async () => {
    const rig = scriptedRig('a approval', { deployed: false });
    const run = await rig.run();
    expect(run.report.result).toBe('refused');
    expect(rig.world.changes).toEqual([]);
  });

  test('stopped while it waits: nothing was refused, and nothing was begun', async () => {
    const rig = scriptedRig('a approval', { deployed: false });
    const stop = new AbortController();
    void rig.clock.sleep(5_000).then(() => {
      stop.abort(new Error('interrupted'));
    });
    const run = await rig.run('repair', { approver: approver(rig.clock, never), stop: stop.signal });
    expect(run.report.steps).toMatchObject([{ status: 'skipped', detail: 'the run was stopped' }]);
    expect(run.report.approvals).toMatchObject([{ status: 'requested', by: null }]);
    expect(run.report.durationSeconds).toBe(5);
    expect(rig.world.changes).toEqual([]);
  });
});
