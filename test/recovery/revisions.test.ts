// Which revision of a task definition counts: that which its service runs or completed last, never simply the newest.
import { DeregisterTaskDefinitionCommand, DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { accepting } from '../helpers/accepting.ts';
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

describe('a revision that a playbook names and that has failed to start', () => {
  const naming = playbookOf(
    playbook('{ type: ecs/task-definition, shared: true, spec: { family: api } }').replace('${tasks.arn}', 'api:2'),
  );

  test('is deployed beside what answers only when that was accepted', async () => {
    const rig = await deployedRig(shared);
    await deployInVain(rig, named, await registerImage(rig, 'api', 'registry.example/api:crashes'));
    const other = rig.withPlaybook(naming);
    const { plan } = await other.plan('repair', { allowDowntime: false });
    const step = plan.steps.find((each) => each.id === 'service.update');
    expect(step).toMatchObject({ effect: 'interrupts' });
    expect(plan.refusals.map((each) => each.text).join('\n')).toMatch(
      /api:2 has failed to start here before, and its .* run another/,
    );
    const accepted = accepting('service:effect');
    expect((await other.plan('repair', { allowDowntime: false, accepted })).plan.refusals).toEqual([]);
  });

  test('is nothing to ask about where no deployment of it has failed', async () => {
    const rig = await deployedRig(shared);
    await registerImage(rig, 'api', 'registry.example/api:2');
    const { plan } = await rig.withPlaybook(naming).plan('repair', { allowDowntime: false });
    expect(plan.steps.find((each) => each.id === 'service.update')).toMatchObject({ effect: 'none' });
    expect(plan.refusals).toEqual([]);
  });
});

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

  test('deregistered while it runs: its service is not torn down, since none can be started from it', async () => {
    const rig = await deployedRig(shared);
    await rig.break(['tasks'], false);
    const { plan } = await rig.plan('rebuild');
    expect(plan.steps).toEqual([]);
    expect(plan.components.find((each) => each.id === 'service')).toMatchObject({
      disposition: 'blocked',
      because: expect.stringMatching(
        /^api:1 is INACTIVE, and AWS starts no new service from it; .*\. Register api again first$/,
      ) as string,
    });
    expect(await runs(rig)).toBe('api:1');
  });

  test('deregistered, and its service is gone: it is missing, unless there is a newer one', async () => {
    const rig = await deployedRig(shared);
    await rig.break(['service', 'tasks']);
    expect((await verdicts(rig))['tasks']).toBe('missing');
    expect(await reasons(rig, 'tasks')).toEqual(['api:1, which its services ran last, is INACTIVE']);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
    const client = rig.operator.client(ecs);
    const { taskDefinition } = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'api:1' }));
    await register(rig, {
      family: 'api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: taskDefinition?.containerDefinitions,
    });
    expect(unfinished((await rig.recover('repair')).report)).toEqual([]);
    expect(await runs(rig)).toBe('api:2');
  });

  test('deregistered, and its service cannot be seen: nobody says that it is gone', async () => {
    const rig = await deployedRig(shared);
    await rig.break(['tasks'], false);
    rig.faults.add({ operation: 'DescribeServices', kind: 'access-denied' });
    expect((await verdicts(rig))['tasks']).toBe('unknown');
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

  test.each([
    ['said as a list', 'ports: [{ containerPort: 8080 }]'],
    ['said as the one port', 'port: 8080'],
    ['that is new', 'port: 9090'],
  ])('keeps what a port is called, and further ports, beside one %s', async (_what, said) => {
    const rig = await deployedRig(image('1'));
    const named8080 = {
      containerPort: 8080,
      hostPort: 8080,
      protocol: 'tcp',
      name: 'http',
      appProtocol: 'http',
    } as const;
    const further = { containerPort: 9125, hostPort: 9125, protocol: 'udp' } as const;
    const taskDefinition = await register(rig, {
      family: 'api',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image: 'registry.example/api:1', portMappings: [named8080, further] }],
    });
    await updateService(rig, named, { taskDefinition });
    const wanted = image('2').replace("api:2'", `api:2', ${said}`);
    const other = rig.withPlaybook(playbookOf(wanted));
    expect(unfinished((await other.recover('repair')).report)).toEqual([]);
    expect(await runs(other)).toBe('api:3');
    const client = rig.operator.client(ecs);
    const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'api:3' }));
    const { image: runsNow, portMappings } = answer.taskDefinition?.containerDefinitions?.[0] ?? {};
    expect(runsNow).toBe('registry.example/api:2');
    const added = said.includes('9090') ? [{ containerPort: 9090, hostPort: 9090, protocol: 'tcp' }] : [];
    expect(new Set(portMappings)).toEqual(new Set([...added, named8080, further]));
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });

  test('is what a pipeline deploys meanwhile', async () => {
    const rig = await deployedRig(image('1'));
    const taskDefinition = await registerImage(rig, 'api', 'registry.example/api:1');
    await updateService(rig, named, { taskDefinition });
    expect(await verdicts(rig)).toEqual(allHealthy);
    expect((await rig.plan('repair')).plan.steps).toEqual([]);
  });
});
