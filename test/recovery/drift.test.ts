// Pieces that are there and not as the playbook wants them: changed by others, or by a change of the playbook.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ModifyListenerCommand, ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { presume } from '../../src/sandbox/index.ts';
import { accepting } from '../helpers/accepting.ts';
import {
  deployedRig,
  identitiesOf,
  mutations,
  outputOf,
  playbookOf,
  readShipped,
  stepIds,
  stepLines,
  troubles,
  unfinished,
  type RecoverOptions,
  type Rig,
} from '../helpers/rig.ts';
import { overwriteCname } from './hands.ts';

const text = readShipped('deployer-api.yaml');

async function changedPlaybook(from: string, to: string): Promise<Rig> {
  expect(text).toContain(from);
  return (await deployedRig(text)).withPlaybook(playbookOf(text.replace(from, to)));
}

/** Recovers, and makes sure that all is well then. Gives the operations that changed something, in order. */
async function recovered(rig: Rig, verify = true, more: RecoverOptions = {}): Promise<readonly string[]> {
  const { report, wire } = await rig.recover('repair', { ...more, verify });
  expect(unfinished(report)).toEqual([]);
  const { plan, assessed } = await rig.plan('repair');
  expect(troubles(assessed.assessments)).toEqual({});
  expect(plan.steps).toEqual([]);
  return mutations(wire).map((call) => call.operation);
}

describe('a field that can be changed in place: an update of that piece alone', () => {
  test('health check path of the target group', async () => {
    const rig = await deployedRig(text);
    const arn = await outputOf(rig, 'target-group', 'arn');
    await rig.operator.client(elbv2).send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckPath: '/' }));
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual(['target-group.update', 'verify-1', 'verify-2']);
    expect(plan.steps[0]?.differences).toEqual([
      { path: 'healthCheck.path', desired: '/health', actual: '/', kind: 'changed', immutable: false },
    ]);
    expect(await recovered(rig)).toEqual(['ModifyTargetGroup']);
  });

  test('certificate of the listener', async () => {
    const rig = await deployedRig(text);
    const other = 'arn:aws:acm:eu-west-1:123456789012:certificate/99999999-2222-3333-4444-555555555555';
    presume(rig.world, [{ kind: 'certificate', arn: other }]);
    await rig.operator.client(elbv2).send(
      new ModifyListenerCommand({
        ListenerArn: await outputOf(rig, 'listener', 'arn'),
        Certificates: [{ CertificateArn: other }],
      }),
    );
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual(['listener.update', 'verify-1', 'verify-2']);
    expect(await recovered(rig)).toEqual(['ModifyListener']);
  });

  test('attributes of the state entry', async () => {
    const rig = await deployedRig(text);
    await rig.operator.client(dynamodb).send(
      new PutItemCommand({
        TableName: 'deployer-state',
        Item: {
          service: { S: 'deployer-api' },
          serviceArn: { S: 'arn:aws:ecs:eu-west-1:123456789012:service/wonderland/deployer-api' },
          status: { S: 'failed' },
        },
      }),
    );
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual(['state-entry.update', 'verify-1', 'verify-2']);
    expect((await recovered(rig)).length).toBe(1);
  });

  test('the record: it dangles, and is put right in one batch that names what was seen', async () => {
    const rig = await deployedRig(text);
    await overwriteCname(rig, 'elsewhere.example');
    const { plan, assessed } = await rig.plan('repair');
    expect(assessed.assessments.get('cname')?.differences).toEqual([
      expect.objectContaining({ path: 'values[0]', actual: 'elsewhere.example', kind: 'dangling', immutable: false }),
    ]);
    // Nobody here knows whose elsewhere.example is.
    expect(plan.steps).toEqual([]);
    expect(plan.components.find((each) => each.id === 'cname')?.because).toContain('--accept cname:ownership');
    const accepted = { accepted: accepting('cname:ownership') };
    expect(stepIds((await rig.plan('repair', accepted)).plan)).toEqual(['cname.update', 'verify-1', 'verify-2']);
    expect(await recovered(rig, true, accepted)).toEqual(['ChangeResourceRecordSets']);
  });

  test('a new image: a new revision and a rolling update, nothing else', async () => {
    const rig = (await deployedRig(text)).withPlaybook(
      playbookOf(text, { image: 'registry.example/deployer-api:1.43' }),
    );
    const before = identitiesOf(await rig.look());
    const { plan } = await rig.plan('repair');
    expect(stepIds(plan)).toEqual(['task-definition.update', 'service.update', 'verify-1', 'verify-2']);
    expect(await recovered(rig)).toEqual(['RegisterTaskDefinition', 'UpdateService']);
    const after = identitiesOf(await rig.look());
    for (const [id, identity] of before) {
      if (id === 'task-definition') expect(after.get(id)).not.toBe(identity);
      else expect(after.get(id)).toBe(identity);
    }
  });

  test('a desired count that autoscaling has moved is none of our business', async () => {
    const rig = await deployedRig(text);
    await rig.operator
      .client(ecs)
      .send(new UpdateServiceCommand({ cluster: 'wonderland', service: 'deployer-api', desiredCount: 5 }));
    await rig.clock.sleep(10 * 60_000);
    const { plan, assessed } = await rig.plan('repair');
    expect(assessed.assessments.get('service')).toMatchObject({ verdict: 'healthy', differences: [] });
    expect(plan.steps).toEqual([]);
  });
});

describe('a field that cannot be changed in place: replaced, together with what holds it', () => {
  test('port of the target group', async () => {
    const rig = await changedPlaybook('port: 8080\n      protocol: HTTP', 'port: 9090\n      protocol: HTTP');
    const before = identitiesOf(await rig.look());
    const { plan } = await rig.plan('repair');
    expect(`\n${stepLines(plan)}\n`).toMatchInlineSnapshot(`
      "
      listener.delete: after [] because target-group is replaced under it
      target-group.delete: after [listener.delete] because port differs; port cannot be changed in place
      target-group.create: after [target-group.delete] because port differs; port cannot be changed in place
      listener.create: after [target-group.create, listener.delete] because target-group is replaced under it
      service.update: after [listener.create, target-group.create] because loadBalancer.targetGroup follows target-group's new arn
      verify-1: after [service.update] because proves that the service answers
      verify-2: after [service.update] because proves that the service answers
      "
    `);
    await recovered(rig);
    const after = identitiesOf(await rig.look());
    for (const id of ['load-balancer', 'task-definition', 'service', 'cname', 'health-check', 'state-entry']) {
      expect(after.get(id)).toBe(before.get(id));
    }
  });

  test('scheme of the load balancer: nobody is sent to the old one when it goes', async () => {
    const rig = await changedPlaybook('scheme: internet-facing', 'scheme: internal');
    const { plan } = await rig.plan('repair');
    expect(`\n${stepLines(plan)}\n`).toMatchInlineSnapshot(`
      "
      listener.delete: after [] because load-balancer is replaced under it
      cname.delete: after [] because load-balancer is replaced under it
      load-balancer.delete: after [listener.delete, cname.delete] because scheme differs; scheme cannot be changed in place
      load-balancer.create: after [load-balancer.delete] because scheme differs; scheme cannot be changed in place
      cname.create: after [load-balancer.create, cname.delete] because load-balancer is replaced under it
      listener.create: after [load-balancer.create, listener.delete] because load-balancer is replaced under it
      verify-1: after [cname.create, listener.create] because proves that the service answers
      verify-2: after [cname.create, listener.create] because proves that the service answers
      "
    `);
    // An internal load balancer does not answer the internet, where the probes are.
    const { report, wire } = await rig.recover('repair', { verify: false });
    expect(unfinished(report)).toEqual([]);
    const changes = mutations(wire);
    const at = (operation: string): number => changes.find((call) => call.operation === operation)?.at ?? Number.NaN;
    expect(at('DeleteLoadBalancer') - at('ChangeResourceRecordSets')).toBeGreaterThanOrEqual(60_000);
    expect(at('DeleteListener')).toBeLessThan(at('DeleteLoadBalancer'));
    expect(at('CreateLoadBalancer')).toBeGreaterThan(at('DeleteLoadBalancer'));
  });
});

describe('a record whose load balancer is gone', () => {
  test('is told as dangling, and follows the new one', async () => {
    const rig = await deployedRig(text);
    await rig.break(['load-balancer']);
    const cname = (await rig.status()).get('cname');
    expect(cname?.reasons.map((each) => each.kind)).toContain('dangling');
    expect(cname?.reasons.find((each) => each.kind === 'dangling')?.text).toBe(
      'values[0] refers to load-balancer, which is gone',
    );
    const { plan } = await rig.plan('repair');
    expect(plan.steps.find((step) => step.id === 'cname.update')?.after).toContain('load-balancer.create');
    await recovered(rig);
  });
});

describe('a service that is still draining', () => {
  test('the plan waits for its end, then makes it anew', async () => {
    const rig = await deployedRig(text);
    await rig.break(['service'], false);
    const { plan, assessed } = await rig.plan('repair');
    expect(assessed.assessments.get('service')).toMatchObject({ verdict: 'settling', settling: 'going' });
    expect(`\n${stepLines(plan)}\n`).toMatchInlineSnapshot(`
      "
      state-entry.delete: after [] because left over by service, which is on its way out; speaks of what is gone and cannot stay
      service.wait: after [state-entry.delete] because on its way out (DRAINING: no task runs any more, its targets finish their connections): made again after
      service.create: after [service.wait] because on its way out (DRAINING: no task runs any more, its targets finish their connections): made again after
      state-entry.create: after [service.create, state-entry.delete] because left over by service, which is on its way out; speaks of what is gone and cannot stay
      verify-1: after [state-entry.create] because proves that the service answers
      verify-2: after [state-entry.create] because proves that the service answers
      "
    `);
    const operations = await recovered(rig);
    expect(operations.filter((each) => each === 'CreateService')).toHaveLength(1);
    expect(operations).not.toContain('DeleteService');
  });
});
