// Time is bounded: a call that nobody answers holds up nobody else, and the run's own deadline ends everything tidily.
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../src/run/journal/events.ts';
import { deployedRig, ownedBy, playbookOf, readShipped, troubles, type Recovery, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

async function broken(lost: readonly string[], playbook = text): Promise<Rig> {
  const rig = (await deployedRig(text)).withPlaybook(playbookOf(playbook));
  await rig.break(lost);
  return rig;
}

/** Seconds from the run's start until a step succeeded. */
function doneAfter({ journal }: Recovery, step: string): number {
  const [first] = journal.records;
  const done = journal.records.find((record) => record.type === 'step-succeeded' && record.step === step);
  return (Date.parse(done?.at ?? '') - Date.parse(first?.at ?? '')) / 1000;
}

describe('a call that nobody ever answers', () => {
  const narrow = text.replace(/concurrency: \d+/, 'concurrency: 2');

  test('a change: independent branches come as far, as if it were answered', async () => {
    expect(narrow).not.toBe(text);
    const lost = ['service', 'cname'];
    const calm = await (await broken(lost, narrow)).recover('repair');
    const rig = await broken(lost, narrow);
    rig.faults.add({ operation: 'CreateService', kind: 'hang' });
    const recovery = await rig.recover('repair');
    expect(recovery.report.result).toBe('partial');
    expect(recovery.report.steps.find((step) => step.id === 'service.create')?.error).toMatchObject({
      class: 'timeout',
    });
    expect(doneAfter(recovery, 'cname.create')).toBeLessThanOrEqual(doneAfter(calm, 'cname.create') + 1);
  });

  test('a read: pieces of other types, and of the same, are seen meanwhile', async () => {
    const rig = await broken(['service', 'cname', 'state-entry'], narrow);
    rig.faults.add({ operation: 'DescribeServices', kind: 'hang', nth: 3, times: 1_000 });
    const recovery = await rig.recover('repair');
    expect(recovery.report.steps.find((step) => step.id === 'cname.create')?.status).toBe('succeeded');
    expect(recovery.report.durationSeconds).toBeLessThanOrEqual(rig.playbook.recovery.deadline / 1000 + 60);
    rig.faults.clear();
    expect((await rig.recover('repair')).report.result).toBe('succeeded');
    expect(troubles(await rig.status())).toEqual({});
  });
});

describe("the run's own deadline", () => {
  /** A load balancer alone takes two minutes. */
  const hurried = text.replace(/deadline: \w+/, 'deadline: 1m');

  const after = (records: readonly JournalRecord[], type: JournalRecord['type']): readonly JournalRecord[] =>
    records.slice(records.findIndex((record) => record.type === type) + 1);

  test('waits end at it, nothing begins after it, and the next run goes on', async () => {
    const rig = await broken(ownedBy(playbookOf(text)), hurried);
    const { journal, report } = await rig.recover('repair');
    expect(report.result).toBe('partial');
    expect(report.durationSeconds).toBeLessThanOrEqual(60);
    const errors = report.steps.flatMap((step) => (step.error === null ? [] : [step.error.class]));
    expect(errors).toContain('deadline');
    expect(report.steps.find((step) => step.id === 'listener.create')?.status).toBe('skipped');
    expect(journal.records.at(-1)?.type).toBe('run-finished');
    expect((await rig.withPlaybook(playbookOf(text)).recover('repair')).report.result).toBe('succeeded');
  });

  test('a call in flight is finished within its own time, and the journal says deadline', async () => {
    const rig = await broken(ownedBy(playbookOf(text)), hurried);
    rig.faults.add({ operation: 'CreateLoadBalancer', kind: 'hang' });
    rig.faults.add({ operation: 'CreateTargetGroup', kind: 'latency', latencyMs: 25_000 });
    const { journal, report } = await rig.recover('repair');
    expect(report.interruption).toContain("deadline: the run's 1 min are over");
    expect(report.durationSeconds).toBeLessThanOrEqual(60 + 30 + 1);
    expect(after(journal.records, 'run-interrupted').filter(({ type }) => type === 'step-started')).toEqual([]);
    expect(report.steps.find((step) => step.id === 'load-balancer.create')?.error?.class).toMatch(/deadline|timeout/);
  });

  test('ends the queue for an API bucket and the pauses between tries', async () => {
    const rig = await broken(['service', 'cname', 'health-check'], hurried);
    rig.faults.add({ service: 'route53', kind: 'throttle' });
    const { plan, report } = await rig.recover('repair');
    // Route 53 was throttled in the look already: what hangs on it is unknown, and nothing is done to it.
    expect(plan.summary.unknown).toBeGreaterThan(0);
    expect(report.durationSeconds).toBeLessThanOrEqual(60 + 30);
  });
});
