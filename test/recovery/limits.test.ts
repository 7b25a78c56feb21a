// What recover leaves alone, and what it refuses: pieces of others, protected pieces, what was left out, too many deletes.
import { describe, expect, test } from 'vitest';
import { execute, look, planFrom } from '../../src/engine.ts';
import type { RunReport } from '../../src/report/report.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { readJournal } from '../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  identitiesOf,
  mutations,
  outputOf,
  playbookOf,
  readShipped,
  seededRig,
  stepIds,
  troubles,
  unfinished,
  type Rig,
} from '../helpers/rig.ts';
import { touchedOnWire } from '../helpers/touched.ts';
import { overwriteCname, tag } from './hands.ts';

const text = readShipped('deployer-api.yaml');

async function changedPlaybook(from: string, to: string): Promise<Rig> {
  expect(text).toContain(from);
  return (await deployedRig(text)).withPlaybook(playbookOf(text.replace(from, to)));
}

/** Adds a line to a component of the Deployer API's playbook. */
function withLine(component: string, line: string): string {
  const start = `  ${component}:\n`;
  expect(text).toContain(start);
  return text.replace(start, `${start}    ${line}\n`);
}

/** Plans a rebuild, lets something happen, and runs the plan. */
async function rebuildAfter(rig: Rig, happen: () => Promise<void>): Promise<RunReport> {
  const session = await rig.open('change');
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind: 'rebuild', allowDowntime: true });
  await happen();
  return execute(session, assessed, plan, {
    openJournal: (sink) => createMemoryJournal('late-tag', rig.clock, sink),
    prober: rig.sandbox.prober,
    verify: false,
    stop: new AbortController().signal,
  });
}

describe('a load balancer that carries the tag of another playbook', () => {
  async function foreignLoadBalancer(): Promise<Rig> {
    const rig = await deployedRig(text);
    await tag(rig, 'load-balancer', 'relight:playbook', 'someone-else');
    return rig;
  }

  test('is foreign, and neither strategy touches it or what needs a change of it', async () => {
    const rig = await foreignLoadBalancer();
    const { session, assessed, plan } = await rig.plan('repair');
    expect(troubles(assessed.assessments)).toEqual({ 'load-balancer': 'foreign' });
    expect(plan.steps).toEqual([]);
    const rebuild = planFrom(session, assessed, { kind: 'rebuild' });
    for (const [id, becomes] of [
      ['load-balancer', 'blocked'],
      ['listener', 'blocked'],
      // In sync, and what it leads to stays.
      ['cname', 'keep'],
    ]) {
      expect(rebuild.components.find((each) => each.id === id)?.disposition).toBe(becomes);
      expect(rebuild.steps.filter((step) => step.component === id)).toEqual([]);
    }
  });

  test('blocks dependents that need a change; the rest is recovered and the result is partial', async () => {
    const rig = await foreignLoadBalancer();
    await overwriteCname(rig, 'elsewhere.example');
    await rig.break(['task-definition', 'state-entry']);
    const before = await rig.look();
    const { plan, report, wire } = await rig.recover('repair', {
      verify: false,
      accepted: accepting('cname:ownership'),
    });
    expect(plan.components.find((each) => each.id === 'cname')).toMatchObject({
      disposition: 'blocked',
      blockedBy: 'load-balancer',
    });
    expect(report.result).toBe('partial');
    // The service wants the new revision, and the state entry is made after it: both come after the load balancer.
    expect(report.blocked.map((each) => each.component).toSorted()).toEqual([
      'cname',
      'load-balancer',
      'service',
      'state-entry',
    ]);
    expect([...touchedOnWire(wire, rig.playbook, [before])]).toEqual(['task-definition']);
  });

  test('the tag comes between plan and run: the step finds it and gives up', async () => {
    const rig = await deployedRig(text);
    const report = await rebuildAfter(rig, () => tag(rig, 'load-balancer', 'relight:playbook', 'someone-else'));
    expect(report.steps.find((step) => step.id === 'load-balancer.delete')?.error?.class).toBe('foreign');
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
  });
});

describe('a protected load balancer', () => {
  const injections: readonly { readonly way: string; readonly make: () => Promise<Rig> }[] = [
    {
      way: 'by its tag in AWS',
      make: async () => {
        const rig = await deployedRig(text);
        await tag(rig, 'load-balancer', 'relight:protect', 'true');
        return rig;
      },
    },
    {
      way: 'by the playbook',
      make: async () => (await deployedRig(text)).withPlaybook(playbookOf(withLine('load-balancer', 'protect: true'))),
    },
  ];

  test.each(injections)('$way: survives a rebuild and a teardown', async ({ make }) => {
    for (const kind of ['rebuild', 'teardown'] as const) {
      const rig = await make();
      const arn = await outputOf(rig, 'load-balancer', 'arn');
      const { report, wire } = await rig.recover(kind);
      expect(unfinished(report)).toEqual([]);
      expect(mutations(wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
      expect(await outputOf(rig, 'load-balancer', 'arn')).toBe(arn);
    }
  });

  test.each(injections)('$way: a change that would replace it is blocked', async ({ make }) => {
    const rig = await make();
    const internal = rig.withPlaybook(
      playbookOf(withLine('load-balancer', 'protect: true').replace('scheme: internet-facing', 'scheme: internal')),
    );
    const { plan } = await internal.plan('repair');
    expect(plan.components.find((each) => each.id === 'load-balancer')).toMatchObject({ disposition: 'blocked' });
    expect(plan.steps).toEqual([]);
  });

  test('the tag comes between plan and run: the step finds it and gives up', async () => {
    const rig = await deployedRig(text);
    const report = await rebuildAfter(rig, () => tag(rig, 'load-balancer', 'relight:protect', 'true'));
    expect(report.steps.find((step) => step.id === 'load-balancer.delete')?.error?.class).toBe('protected');
    expect(mutations(rig.wire).map((call) => call.operation)).not.toContain('DeleteLoadBalancer');
  });
});

describe('a protected load balancer that takes two calls to make', () => {
  const alone = `${text.slice(0, text.indexOf('root: service'))}components:
  load-balancer:
    type: elbv2/load-balancer
    protect: true
    spec:
      name: deployer-api
      subnets: [subnet-a1, subnet-b1]
      securityGroups: [sg-web]
      attributes: { idle_timeout.timeout_seconds: '120' }
`;

  test('is finished by the run that goes on where the first one was stopped between the two', async () => {
    const rig = await seededRig(playbookOf(alone));
    rig.faults.add({ kind: 'error-503', operation: 'ModifyLoadBalancerAttributes', times: 1, nth: 1 });
    const stop = new AbortController();
    const first = await rig.recover('repair', {
      verify: false,
      stop: stop.signal,
      onRecord: ({ type }) => {
        if (type === 'step-retrying') stop.abort();
      },
    });
    expect(first.report.result).toBe('failed');
    const read = readJournal(first.journal.records.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const left = read.kind === 'sound' ? unfinishedRun(read.records) : undefined;
    await rig.clock.sleep(10 * 60_000);
    expect(troubles(await rig.status())).toEqual({ 'load-balancer': 'drifted' });
    const whole = await rig.plan('repair');
    expect(whole.plan.steps).toEqual([]);

    const resumes = left?.resumption;
    const second = await rig.recover('repair', { verify: false, ...(resumes === undefined ? {} : { resumes }) });
    expect(stepIds(second.plan)).toEqual(['load-balancer.update']);
    expect(unfinished(second.report)).toEqual([]);
    expect(troubles(await rig.status())).toEqual({});
  });
});

describe('what is left over may be told to go or to stay', () => {
  test('onOrphan: replace', async () => {
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(withLine('health-check', 'onOrphan: replace')));
    await rig.break(['service']);
    const before = identitiesOf(await rig.look());
    const { plan, report } = await rig.recover('repair');
    expect(stepIds(plan).filter((id) => id.startsWith('health-check'))).toEqual([
      'health-check.delete',
      'health-check.create',
    ]);
    expect(report.result).toBe('succeeded');
    expect(identitiesOf(await rig.look()).get('health-check')).not.toBe(before.get('health-check'));
  });

  test('onOrphan: keep', async () => {
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(withLine('state-entry', 'onOrphan: keep')));
    await rig.break(['service']);
    const { plan, report, wire } = await rig.recover('repair');
    expect(stepIds(plan)).toEqual(['service.create', 'verify-1', 'verify-2']);
    expect(report.result).toBe('succeeded');
    expect(mutations(wire).map((call) => call.operation)).toEqual(['CreateService']);
  });

  test('ownedBy: null: nobody leaves it over', async () => {
    const rig = (await deployedRig(text)).withPlaybook(playbookOf(withLine('health-check', 'ownedBy: null')));
    await rig.break(['service']);
    const assessments = await rig.status();
    expect(assessments.get('health-check')).toMatchObject({ verdict: 'healthy', leftover: null });
    expect(assessments.get('target-group')?.verdict).toBe('orphaned');
  });
});

describe('what was left out', () => {
  test('has no step and is not touched; the others are recovered', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service', 'health-check']);
    const before = await rig.look();
    const { plan, report, wire } = await rig.recover('repair', { excluded: new Set(['health-check']) });
    expect(plan.components.find((each) => each.id === 'health-check')?.disposition).toBe('excluded');
    expect(report.result).toBe('succeeded');
    expect([...touchedOnWire(wire, rig.playbook, [before])].toSorted()).toEqual(['service', 'state-entry']);
    expect(troubles(await rig.status())).toEqual({ 'health-check': 'missing' });
  });

  test('holds what it needs: nothing under it is deleted', async () => {
    const rig = await deployedRig(text);
    const { plan } = await rig.plan('rebuild', { excluded: new Set(['listener']) });
    for (const id of ['load-balancer', 'target-group']) {
      expect(plan.components.find((each) => each.id === id)).toMatchObject({
        disposition: 'blocked',
        blockedBy: 'listener',
      });
    }
    expect(stepIds(plan)).not.toContain('load-balancer.delete');
    expect(stepIds(plan)).not.toContain('target-group.delete');
  });
});

describe('more deletes than the playbook allows', () => {
  test('are planned, refused, and never run', async () => {
    const rig = await changedPlaybook('maxDeletes: 8', 'maxDeletes: 3');
    const { plan } = await rig.plan('rebuild');
    expect(plan.refusals[0]).toMatchObject({
      rule: 'maxDeletes',
      text: expect.stringContaining('allows 3') as string,
    });
    await expect(rig.recover('rebuild')).rejects.toThrow('refused plan');
    expect(mutations(rig.wire)).toEqual([]);
    expect((await rig.plan('repair')).plan.refusals).toEqual([]);
  });
});
