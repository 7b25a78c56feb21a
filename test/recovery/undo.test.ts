// Taking runs back: whatever a run did, its inverse brings the world back as it was, but for what it says it cannot.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  DescribeTargetGroupAttributesCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { execute, look, openSession, planUndo, playbookBeforeRun } from '../../src/engine.ts';
import type { Strategy } from '../../src/plan/plan.ts';
import { plainPaint } from '../../src/report/paint.ts';
import { planText } from '../../src/report/plan-text.ts';
import { createMemoryJournal, type MemoryJournal } from '../../src/run/journal/journal.ts';
import { unfinishedRun } from '../../src/run/journal/unfinished.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  mutations,
  outputOf,
  ownedBy,
  playbookOf,
  readShipped,
  recallOf,
  seededRig,
  stepIds,
  unfinished,
  type Rig,
} from '../helpers/rig.ts';
import { overwriteCname } from './hands.ts';
import { configurationsIn, toldLost, undone } from './undo-hands.ts';

const shipped = ['deployer-api.yaml', 'storefront.yaml'].map((file) => readShipped(file));
const [text = '', storefront = ''] = shipped;

describe('a teardown taken back', () => {
  test.each(shipped)('makes every piece again as it was', async (playbookText) => {
    const rig = await deployedRig(playbookText);
    const before = configurationsIn(rig.playbook, await rig.look());
    const teardown = await rig.recover('teardown');
    expect(unfinished(teardown.report)).toEqual([]);

    const undo = await undone(rig, teardown);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    // All that AWS chooses anew is told.
    const anew = ownedBy(rig.playbook).filter((id) => toldLost(undo).some((each) => each.startsWith(`${id} `)));
    expect(anew.length).toBeGreaterThan(3);
    // The pieces belong together again.
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual([]);
  });
});

describe('a recovery taken back', () => {
  const strategies: readonly Strategy[] = ['repair', 'rebuild'];
  test.each(strategies)('%s of the Deployer API without its service', async (strategy) => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    const undo = await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    expect(stepIds(undo.plan)).toContain('service.delete');
  });

  test.each(strategies)('%s of the Deployer API without its load balancer', async (strategy) => {
    const rig = await deployedRig(text);
    await rig.break(['load-balancer']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });

  test.each(strategies)('%s of the storefront without its cart', async (strategy) => {
    const rig = await deployedRig(storefront);
    await rig.break(['cart-service', 'cart-rule', 'cart-record']);
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover(strategy);
    expect(unfinished(recovery.report)).toEqual([]);
    await undone(rig, recovery);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });
});

describe('pieces of every type', () => {
  // Nothing is shared, so that a teardown takes all of it.
  const owned = text
    .replaceAll('    shared: true\n', '')
    .replace('spec: { name: deployer-state }', 'spec: { name: deployer-state, hashKey: { name: service } }')
    .replace('maxDeletes: 8', 'maxDeletes: 20');

  test('cluster and table come back too, and what a spec cannot say is told', async () => {
    const rig = await deployedRig(owned);
    const before = configurationsIn(rig.playbook, await rig.look());
    const undo = await undone(rig, await rig.recover('teardown'));
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    expect(stepIds(undo.plan)).toEqual(expect.arrayContaining(['cluster.create', 'state-table.create']));
    expect(toldLost(undo)).toEqual(
      expect.arrayContaining([
        'state-table its items',
        'load-balancer arn',
        'load-balancer dnsName',
        'health-check id',
        'task-definition arn',
      ]),
    );
  });

  test('pieces that were otherwise than their playbook come back as they were, not as it says', async () => {
    const rig = await deployedRig(text);
    const arn = await outputOf(rig, 'target-group', 'arn');
    await rig.operator
      .client(elbv2)
      .send(
        new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckPath: '/up', HealthCheckIntervalSeconds: 10 }),
      );
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '17' }];
    await rig.operator.client(elbv2).send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
    await rig.operator.client(ecs).send(
      new UpdateServiceCommand({
        cluster: 'wonderland',
        service: 'deployer-api',
        desiredCount: 3,
        healthCheckGracePeriodSeconds: 90,
      }),
    );
    await rig.operator.client(dynamodb).send(
      new PutItemCommand({
        TableName: 'deployer-state',
        Item: {
          service: { S: 'deployer-api' },
          status: { S: 'paused' },
          note: { M: { by: { S: 'ann' }, at: { N: '17' } } },
        },
      }),
    );
    const before = configurationsIn(rig.playbook, await rig.look());
    await undone(rig, await rig.recover('teardown'));
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
    const attributes = await rig.operator.client(elbv2).send(
      new DescribeTargetGroupAttributesCommand({
        TargetGroupArn: await outputOf(rig, 'target-group', 'arn'),
      }),
    );
    expect(attributes.Attributes).toEqual(expect.arrayContaining(Attributes));
  });
});

describe('an update taken back', () => {
  test('drift that a run put right is there again, by an update of that piece alone', async () => {
    const rig = await deployedRig(text);
    const arn = await outputOf(rig, 'target-group', 'arn');
    await rig.operator
      .client(elbv2)
      .send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckPath: '/up' }));
    const before = configurationsIn(rig.playbook, await rig.look());
    const recovery = await rig.recover('repair');
    const undo = await undone(rig, recovery);
    expect(stepIds(undo.plan)).toEqual(['target-group.update']);
    expect(mutations(undo.wire).map((call) => call.operation)).toEqual(['ModifyTargetGroup']);
    expect(toldLost(undo)).toEqual([]);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });

  test('a new image: the service goes back to the one of before, as a revision of its own', async () => {
    const rig = await deployedRig(text);
    const before = configurationsIn(rig.playbook, await rig.look());
    const newer = rig.withPlaybook(playbookOf(text.replace('deployer-api:1.42', 'deployer-api:1.43')));
    const recovery = await newer.recover('repair');
    expect(unfinished(recovery.report)).toEqual([]);
    const undo = await undone(newer, recovery);
    expect(stepIds(undo.plan)).toEqual(['task-definition.update', 'service.update']);
    expect(toldLost(undo)).toEqual(['task-definition arn']);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });

  test('a field that was not there before and stays is told', async () => {
    const rig = await deployedRig(text);
    const more = rig.withPlaybook(playbookOf(text.replace('status: deployed }', 'status: deployed, by: ann }')));
    const recovery = await more.recover('repair');
    const undo = await rig.planUndo(recallOf([recovery.journal]));
    expect(toldLost(undo)).toEqual(['state-entry attributes.by']);
    expect(undo.plan.undoes?.playbookChanged).toBe(true);
  });

  test('a record that pointed elsewhere points there again', async () => {
    const rig = await deployedRig(text);
    await overwriteCname(rig, 'elsewhere.example');
    const before = configurationsIn(rig.playbook, await rig.look());
    const undo = await undone(rig, await rig.recover('repair', { accepted: accepting('cname:ownership') }));
    expect(stepIds(undo.plan)).toEqual(['cname.update']);
    expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
  });
});

describe('what others did since is not undone', () => {
  test('a piece that the run made and that was changed since is left alone, with what is below it', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const recovery = await rig.recover('repair');
    await rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', enableExecuteCommand: true }));
    const { plan } = await rig.planUndo(recallOf([recovery.journal]));
    expect(stepIds(plan)).toEqual([]);
    expect(plan.components.find((each) => each.id === 'service')).toMatchObject({
      disposition: 'blocked',
      because: 'is not deleted: it has been changed since: enableExecuteCommand',
    });
  });

  test('a count that the playbook leaves to others does not matter', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const recovery = await rig.recover('repair');
    await rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', desiredCount: 3 }));
    const { plan } = await rig.planUndo(recallOf([recovery.journal]));
    expect(stepIds(plan)).toEqual(['service.delete']);
  });

  test('a piece of the same name that was made since is another one', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    const recovery = await rig.recover('repair');
    await rig.break(['service']);
    await rig.recover('repair');
    const { plan } = await rig.planUndo(recallOf([recovery.journal]));
    expect(stepIds(plan)).toEqual([]);
    expect(plan.components.find((each) => each.id === 'service')?.because).toBe(
      'is not deleted: it is another one than the run left',
    );
  });

  test('a piece that was updated by the run and changed since is not brought back', async () => {
    const rig = await deployedRig(text);
    const TargetGroupArn = await outputOf(rig, 'target-group', 'arn');
    await rig.operator.client(elbv2).send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/up' }));
    const recovery = await rig.recover('repair');
    await rig.operator.client(elbv2).send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthyThresholdCount: 9 }));
    const { plan } = await rig.planUndo(recallOf([recovery.journal]));
    expect(stepIds(plan)).toEqual([]);
    expect(plan.components.find((each) => each.id === 'target-group')?.because).toBe(
      'is not brought back: it has been changed since: healthCheck.healthyThreshold',
    );
  });

  test('what AWS would not let go is known before, not found out half way', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service', 'cname', 'state-entry', 'listener', 'load-balancer']);
    const recovery = await rig.recover('repair');
    const LoadBalancerArn = await outputOf(rig, 'load-balancer', 'arn');
    await rig.operator.client(elbv2).send(
      new ModifyLoadBalancerAttributesCommand({
        LoadBalancerArn,
        Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }],
      }),
    );
    const { plan } = await rig.planUndo(recallOf([recovery.journal]));
    expect(stepIds(plan)).not.toContain('load-balancer.delete');
    expect(plan.components.find((each) => each.id === 'load-balancer')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringMatching(/^AWS would refuse: its attribute deletion_protection.enabled is true/) as string,
    });
  });

  test('what is protected stays, and maxDeletes holds', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service', 'load-balancer']);
    const recovery = await rig.recover('repair');
    const past = recallOf([recovery.journal]);
    const guarded = playbookOf(
      text.replace('type: elbv2/load-balancer', 'type: elbv2/load-balancer\n    protect: true'),
    );
    const { plan } = await rig.withPlaybook(guarded).planUndo(past);
    expect(plan.components.find((each) => each.id === 'load-balancer')).toMatchObject({ disposition: 'blocked' });
    expect(stepIds(plan)).not.toContain('load-balancer.delete');
    const thrifty = playbookOf(text.replace('maxDeletes: 8', 'maxDeletes: 1'));
    expect((await rig.withPlaybook(thrifty).planUndo(past)).plan.refusals).toMatchObject([{ rule: 'maxDeletes' }]);
  });
});

describe('a change that AWS refused', () => {
  test.each([
    ['record', 'ChangeResourceRecordSets', 'cname'],
    ['item', 'PutItem', 'state-entry'],
  ])('is not taken back: the %s that somebody made by hand afterwards stays', async (_kind, operation, component) => {
    const origin = await deployedRig(text);
    await origin.break([component]);
    const rig = origin.fork();
    rig.faults.add({ kind: 'access-denied', operation });
    const { journal, report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)[0]).toMatch(/AccessDenied/);
    rig.faults.clear();
    // By the hand of another run, with the same content.
    expect((await rig.recover('repair', { verify: false })).report.result).toBe('succeeded');

    const { plan } = await rig.undo(recallOf([journal]));
    expect(stepIds(plan).filter((id) => id.startsWith(`${component}.`))).toEqual([]);
    expect((await rig.status()).get(component)?.verdict).toBe('healthy');
  });

  test('after one that it made is no reason to leave that standing', async () => {
    const rig = await seededRig(
      playbookOf(
        text.replace(
          'scheme: internet-facing',
          "scheme: internet-facing\n      attributes: { idle_timeout.timeout_seconds: '120' }",
        ),
      ),
    );
    rig.faults.add({ kind: 'access-denied', operation: 'ModifyLoadBalancerAttributes' });
    const { journal, report } = await rig.recover('repair', { verify: false });
    expect(unfinished(report).join()).toMatch(/load-balancer.create failed: AccessDenied/);
    rig.faults.clear();
    const { plan } = await rig.undo(recallOf([journal]));
    expect(stepIds(plan)).toContain('load-balancer.delete');
  });
});

test('no piece is deleted without a before-image, and an undo can be undone', async () => {
  const rig = await deployedRig(text);
  await rig.break(['load-balancer', 'service']);
  const broken = configurationsIn(rig.playbook, await rig.look());
  const recovery = await rig.recover('repair');
  const whole = configurationsIn(rig.playbook, await rig.look());
  const undo = await undone(rig, recovery);
  const deletes = undo.plan.steps.filter((step) => step.action === 'delete').map((step) => step.id);
  expect(deletes.length).toBeGreaterThan(0);
  expect([...undo.journal.beforeImages.keys()]).toEqual(expect.arrayContaining(deletes));
  expect(configurationsIn(rig.playbook, await rig.look())).toEqual(broken);

  const redo = await undone(rig, undo);
  expect(redo.plan.undoes?.run).toBe(undo.report.runId);
  expect(configurationsIn(rig.playbook, await rig.look())).toEqual(whole);
  expect(stepIds((await rig.plan('repair')).plan)).toEqual([]);
});

/** Takes a run back until the process is gone at one record of its journal: nothing is written from there on. */
async function dyingUndo(rig: Rig, recovery: MemoryJournal, dieAt: number): Promise<MemoryJournal | undefined> {
  const past = recallOf([recovery]);
  const session = await openSession(playbookBeforeRun(rig.playbook, past), rig.sandbox.access('eu-west-1', 'change'));
  if (session.kind !== 'open') throw new Error('no session');
  const planned = planUndo(session.session, await look(session.session), rig.playbook, past, { allowDowntime: true });
  let journal: MemoryJournal | undefined;
  const dead = new Error('Internal error: the process is gone');
  const run = execute(planned.session, planned.assessed, planned.plan, {
    openJournal: (sink) => {
      const whole = createMemoryJournal(`undo-${dieAt}`, rig.clock, sink);
      journal = whole;
      return {
        ...whole,
        record: (event) => {
          if (whole.records.length >= dieAt) throw dead;
          whole.record(event);
        },
      };
    },
    prober: rig.sandbox.prober,
    verify: false,
    stop: new AbortController().signal,
  });
  const report = await run.catch((error: unknown) => {
    if (error !== dead) throw error;
    return undefined;
  });
  return report === undefined ? journal : undefined;
}

test('a run is taken back with the one that it went on with, and each deed is told to be of the run that did it', async () => {
  const rig = await deployedRig(text);
  await rig.break(['service', 'cname']);
  const before = configurationsIn(rig.playbook, await rig.look());
  rig.faults.add({ operation: 'PutItem', kind: 'access-denied' });
  rig.faults.add({ operation: 'ChangeResourceRecordSets', kind: 'access-denied' });
  const first = await rig.recover('repair');
  expect(first.report.result).not.toBe('succeeded');
  rig.faults.clear();
  const [started, ...others] = first.journal.records;
  if (started?.type !== 'run-started') throw new Error('the journal does not begin with the start of the run');
  const left = unfinishedRun([started, ...others]);
  if (left === undefined) throw new Error('the run is not unfinished');
  const second = await rig.recover('repair', { resumes: left.resumption });
  expect(unfinished(second.report)).toEqual([]);

  const [a, b] = [first.journal.runId, second.journal.runId];
  const past = recallOf([first.journal, second.journal]);
  const { plan } = await rig.planUndo(past);
  const becauseOf = (id: string): string | undefined => plan.components.find((each) => each.id === id)?.because;
  expect(becauseOf('service')).toContain(`run ${a} made it`);
  expect(becauseOf('cname')).toContain(`run ${b} made it`);
  expect(plan.undoes).toMatchObject({ run: b, earlier: [a] });
  expect(planText(plan, plainPaint)).toContain(`run ${b}, and with it the run that it went on with: ${a}\n`);

  const undo = await rig.undo(past);
  expect(unfinished(undo.report)).toEqual([]);
  expect(configurationsIn(rig.playbook, await rig.look())).toEqual(before);
});

test('an undo that is cut off at any of its records converges when it is given again', async () => {
  const origin = await deployedRig(text);
  await origin.break(['listener', 'cname']);
  const before = configurationsIn(origin.playbook, await origin.look());
  const recovery = await origin.recover('repair');
  expect(unfinished(recovery.report)).toEqual([]);
  let points = 0;
  for (let dieAt = 1; ; dieAt += 1) {
    const rig = origin.fork();
    const begun = await dyingUndo(rig, recovery.journal, dieAt);
    if (begun === undefined) break;
    points += 1;
    const again = await rig.undo(recallOf([recovery.journal], [begun]));
    expect(unfinished(again.report), `cut off at ${dieAt}`).toEqual([]);
    expect(again.report.blocked, `cut off at ${dieAt}`).toEqual([]);
    expect(configurationsIn(rig.playbook, await rig.look()), `cut off at ${dieAt}`).toEqual(before);
  }
  expect(points).toBeGreaterThan(10);
});
