// Which revision of a task definition counts: that which its service runs or completed last, never simply the newest.
import { DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { deployInVain, describeService, register, registerImage, updateService } from '../helpers/ecs-hands.ts';
import { deployedRig, playbookOf, unfinished, type Rig } from '../helpers/rig.ts';

const named = { cluster: 'shop', service: 'api' };

/** @param tasks of the component, as YAML in one line */
function playbook(tasks: string): string {
  return `apiVersion: relight/v1
kind: Playbook
metadata: { name: api }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  tasks: ${tasks}
  service:
    type: ecs/service
    spec: { cluster: '\${cluster.arn}', name: api, taskDefinition: '\${tasks.arn}', network: { subnets: [subnet-a1] } }
`;
}

const shared = playbook('{ type: ecs/task-definition, shared: true, spec: { family: api } }');
const image = (tag: string): string =>
  playbook(
    `{ type: ecs/task-definition, spec: { family: api, containers: [{ name: app, image: 'registry.example/api:${tag}' }] } }`,
  );

function verdicts(rig: Rig): Promise<Readonly<Record<string, string>>> {
  return rig.status().then((all) => Object.fromEntries([...all].map(([id, each]) => [id, each.verdict])));
}

async function reasons(rig: Rig, id: string): Promise<readonly string[]> {
  return (await rig.status()).get(id)?.reasons.map((each) => each.text) ?? [];
}

async function runs(rig: Rig): Promise<string> {
  return (await describeService(rig, named)).taskDefinition?.split('/').at(-1) ?? '';
}

const allHealthy = { cluster: 'healthy', tasks: 'healthy', service: 'healthy' };

describe('a shared definition of which the playbook gives the family', () => {
  test('is seeded as its service needs it, and rehearsed with it', async () => {
    const rig = await deployedRig(shared);
    expect(await verdicts(rig)).toEqual(allHealthy);
    await rig.break(['service']);
    expect(unfinished((await rig.recover('repair')).report)).toEqual([]);
    expect(await runs(rig)).toBe('api:1');
  });

  test('is what runs: a newer revision that nobody deployed is told, and not deployed', async () => {
    const rig = await deployedRig(shared);
    await registerImage(rig, 'api', 'registry.example/api:crashes');
    expect(await verdicts(rig)).toEqual(allHealthy);
    expect(await reasons(rig, 'tasks')).toEqual([
      'api:2 is newer and is not deployed: no service of this playbook runs it',
    ]);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });

  test('is what runs after a rollback, and the failure is told', async () => {
    const rig = await deployedRig(shared);
    await deployInVain(rig, named, await registerImage(rig, 'api', 'registry.example/api:crashes'));
    expect(await runs(rig)).toBe('api:1');
    expect(await verdicts(rig)).toEqual(allHealthy);
    expect(await reasons(rig, 'tasks')).toEqual([
      expect.stringMatching(/^api:2 is newer and is not deployed: its deployment by service api was rolled back/),
    ]);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });

  test('is what ran last when the service is made again', async () => {
    const rig = await deployedRig(shared);
    await deployInVain(rig, named, await registerImage(rig, 'api', 'registry.example/api:crashes'));
    expect(unfinished((await rig.recover('rebuild')).report)).toEqual([]);
    expect(await runs(rig)).toBe('api:1');
    await rig.break(['service']);
    expect(unfinished((await rig.recover('repair')).report)).toEqual([]);
    expect(await runs(rig)).toBe('api:1');
  });

  test('goes on where it was deregistered while it runs', async () => {
    const rig = await deployedRig(shared);
    await registerImage(rig, 'api', 'registry.example/api:crashes');
    await rig.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'api:1' }));
    expect(await verdicts(rig)).toEqual(allHealthy);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });
});

describe('a definition of the playbook’s own', () => {
  test('is laid over what runs, not over what was rolled back', async () => {
    const rig = await deployedRig(image('1'));
    const bad = await register(rig, {
      family: 'api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '512',
      memory: '2048',
      containerDefinitions: [{ name: 'app', image: 'registry.example/api:crashes', user: 'nobody' }],
    });
    await deployInVain(rig, named, bad);
    const other = rig.withPlaybook(playbookOf(image('3')));
    expect(unfinished((await other.recover('repair')).report)).toEqual([]);
    expect(await runs(other)).toBe('api:3');
    const state = (await other.look()).observations.byId.get('tasks');
    expect(state).toMatchObject({ kind: 'present', state: { revision: 3, cpu: '256', memory: '512' } });
    expect(JSON.stringify(state)).not.toContain('nobody');
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });

  test('is not deployed again, as it is wanted, after its deployment has failed', async () => {
    const rig = await deployedRig(image('1'));
    await deployInVain(rig, named, await registerImage(rig, 'api', 'registry.example/api:2'));
    const other = rig.withPlaybook(playbookOf(image('2')));
    const { plan } = await other.plan('repair');
    const tasks = plan.components.find((each) => each.id === 'tasks');
    expect(tasks?.disposition).toBe('blocked');
    expect(tasks?.because).toContain('what is in api:2 would be deployed again');
    expect(plan.steps).toEqual([]);
  });

  test('is deployed by the next run where an earlier one was interrupted', async () => {
    const rig = await deployedRig(image('1'));
    const other = rig.withPlaybook(playbookOf(image('2')));
    const planned = await other.plan('repair', {}, 'change');
    const alone = { ...planned, plan: { ...planned.plan, steps: planned.plan.steps.slice(0, 1) } };
    await other.run(alone, { verify: false });
    expect(await runs(other)).toBe('api:1');
    const { plan, report } = await other.recover('repair');
    expect(plan.steps.map((each) => each.id)).toEqual(['service.update']);
    expect(unfinished(report)).toEqual([]);
    expect(await runs(other)).toBe('api:2');
  });

  test('is registered again as it was where it was deregistered while it runs', async () => {
    const rig = await deployedRig(image('1'));
    await registerImage(rig, 'api', 'registry.example/api:other');
    await rig.operator.client(ecs).send(new DeregisterTaskDefinitionCommand({ taskDefinition: 'api:1' }));
    expect((await verdicts(rig))['tasks']).toBe('missing');
    expect(unfinished((await rig.recover('repair')).report)).toEqual([]);
    expect(await runs(rig)).toBe('api:3');
    expect(await verdicts(rig)).toEqual(allHealthy);
  });

  test('is what a pipeline deploys meanwhile', async () => {
    const rig = await deployedRig(image('1'));
    const taskDefinition = await registerImage(rig, 'api', 'registry.example/api:1');
    await updateService(rig, named, { taskDefinition });
    expect(await verdicts(rig)).toEqual(allHealthy);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });
});
