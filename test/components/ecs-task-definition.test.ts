// What is special about task definitions: revisions of a family, of which the latest active one counts.
import { DescribeTaskDefinitionCommand, ListTaskDefinitionsCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import type { Target } from '../../src/components/contract.ts';
import { taskDefinition } from '../../src/components/ecs-task-definition/index.ts';
import type { TaskDefinitionSpec } from '../../src/components/ecs-task-definition/schema.ts';
import { bench, changing, establish, look, specOf, stateOf, type Bench } from '../helpers/aws.ts';

const api = { name: 'api', image: 'registry.example/api:1', port: 8080 };

function target(more: object = {}, container: object = {}, family = 'deployer-api'): Target<TaskDefinitionSpec> {
  return { id: family, spec: specOf(taskDefinition, { family, containers: [{ ...api, ...container }], ...more }) };
}

async function activeRevisions(where: Bench, family = 'deployer-api'): Promise<number> {
  const answer = await where.aws
    .client(ecs)
    .send(new ListTaskDefinitionsCommand({ familyPrefix: family, status: 'ACTIVE' }));
  return answer.taskDefinitionArns?.length ?? 0;
}

async function differences(wanted: Target<TaskDefinitionSpec>, where: Bench): Promise<readonly string[]> {
  const state = await stateOf(taskDefinition, wanted, where);
  return taskDefinition.diff(wanted.spec, state).map((each) => each.path);
}

describe('a task definition', () => {
  it('is registered for Fargate unless told otherwise', async () => {
    const where = bench();
    const { arn } = await establish(taskDefinition, target(), where);
    const answer = await where.aws.client(ecs).send(new DescribeTaskDefinitionCommand({ taskDefinition: arn }));
    expect(answer.taskDefinition).toMatchObject({
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
    });
  });

  it('gets one more revision by an update, and no further one when the update is repeated', async () => {
    const where = bench();
    const state = await establish(taskDefinition, target(), where);
    const next = target({}, { image: 'registry.example/api:2' });
    const first = await taskDefinition.update(next, state, [], changing(where, { id: next.id }));
    const second = await taskDefinition.update(next, state, [], changing(where, { id: next.id }));
    expect(first['arn']).toMatch(/:2$/);
    expect(second).toEqual(first);
    expect(await activeRevisions(where)).toBe(2);
  });

  it('is not taken over from another playbook as own work', async () => {
    const where = bench();
    await taskDefinition.create(target(), changing(where, { tags: { 'relight:playbook': 'another' } }));
    await taskDefinition.create(target(), changing(where));
    expect(await activeRevisions(where)).toBe(2);
  });

  it('is gone when all its revisions are, and takes no other family along', async () => {
    const where = bench();
    const neighbour = target({}, {}, 'deployer-api-worker');
    await establish(taskDefinition, neighbour, where);
    let state = await establish(taskDefinition, target(), where);
    for (let version = 2; version <= 120; version += 1) {
      const next = target({}, { image: `registry.example/api:${version}` });
      await taskDefinition.update(next, state, [], changing(where));
      state = await stateOf(taskDefinition, next, where);
    }
    await taskDefinition.delete(target(), state, changing(where));
    expect((await look(taskDefinition, target(), where)).kind).toBe('absent');
    expect((await look(taskDefinition, neighbour, where)).kind).toBe('present');
  });

  it('tells each difference by its place in the spec', async () => {
    const where = bench();
    await establish(
      taskDefinition,
      target(
        {
          cpu: '1 vCPU',
          memory: '2 GB',
          taskRole: 'arn:aws:iam::123456789012:role/api',
          executionRole: 'arn:aws:iam::123456789012:role/execution',
        },
        {
          environment: { PORT: 8080, MODE: 'full', LEGACY: true },
          secrets: { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' },
          healthCheck: { command: ['CMD', 'true'] },
          logConfiguration: {
            logDriver: 'awslogs',
            options: { 'awslogs-group': 'api', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'api' },
          },
        },
      ),
      where,
    );
    const environment = { PORT: '8080', MODE: 'full', LEGACY: 'true' };
    expect(await differences(target({ cpu: 1024, memory: '2048', taskRole: 'api' }, { environment }), where)).toEqual(
      [],
    );
    expect(await differences(target({ cpu: 512 }), where)).toEqual(['cpu']);
    expect(await differences(target({}, { port: 9090 }), where)).toEqual(['containers[0].port']);
    expect(await differences(target({}, { environment: { PORT: '8080', MODE: 'lean' } }), where)).toEqual([
      'containers[0].environment.MODE',
    ]);
    expect(await differences(target({}, { healthCheck: { command: ['CMD', 'false'] } }), where)).toEqual([
      'containers[0].healthCheck.command',
    ]);
    expect(await differences(target({ containers: [api, { name: 'sidecar', image: 'x' }] }), where)).toEqual([
      'containers',
    ]);
    expect(await differences(target({ networkMode: 'bridge', taskRole: 'other' }), where)).toEqual([
      'networkMode',
      'taskRole',
    ]);
  });

  it('keeps what the playbook does not name: containers, variables, secrets, volumes, items of lists', async () => {
    const where = bench();
    const secrets = { KEY: 'arn:aws:ssm:eu-west-1:123456789012:parameter/key' };
    const ulimits = [
      { name: 'nofile', softLimit: 1024, hardLimit: 4096 },
      { name: 'nproc', softLimit: 64, hardLimit: 128 },
    ];
    const there = { ...api, environment: { PORT: '8080', LEGACY: 'true' }, secrets, ulimits };
    await establish(
      taskDefinition,
      target({
        executionRole: 'arn:aws:iam::123456789012:role/execution',
        containers: [{ name: 'sidecar', image: 'x' }, there],
        volumes: [{ name: 'cache' }, { name: 'logs' }],
      }),
      where,
    );
    const named = { environment: { PORT: '8080' }, secrets: {}, ulimits: ulimits.slice(1) };
    expect(await differences(target({ volumes: [{ name: 'logs' }] }, named), where)).toEqual([]);
    expect(await differences(target({ volumes: [{ name: 'data' }] }, { environment: { HOST: 'x' } }), where)).toEqual([
      'containers[0].environment.HOST',
      'volumes[0]',
    ]);
  });

  it('is another to a saved plan when a setting is, whichever', async () => {
    const where = bench();
    const factsWith = async (more: object): Promise<unknown> => {
      const state = await establish(taskDefinition, target(more), where);
      return taskDefinition.judging.facts({ ...state, arn: '', revision: 0 });
    };
    const before = await factsWith({ pidMode: 'task', ephemeralStorage: { sizeInGiB: 40 } });
    expect(before).toMatchObject({ pidMode: 'task', ephemeralStorage: { sizeInGiB: 40 } });
    expect(await factsWith({ pidMode: 'task', ephemeralStorage: { sizeInGiB: 41 } })).not.toEqual(before);
    expect(taskDefinition.judging.factsPath?.('ephemeralStorage.sizeInGiB')).toBe('ephemeralStorage');
    expect(taskDefinition.judging.factsPath?.('containers[0].linuxParameters.maxSwap')).toBe(
      'containers[*].linuxParameters',
    );
    expect(taskDefinition.judging.factsPath?.('executionRole')).toBeUndefined();
  });

  it('tells a port from its neighbour by what Service Connect calls it', async () => {
    const where = bench();
    const ports = [
      { containerPort: 8080, name: 'http', appProtocol: 'http' },
      { containerPortRange: '9000-9005', name: 'range' },
    ];
    await establish(taskDefinition, target({ containers: [{ name: 'api', image: 'x', ports }] }), where);
    const withPorts = (first: object): Target<TaskDefinitionSpec> =>
      target({ containers: [{ name: 'api', image: 'x', ports: [ports[1], first] }] });
    expect(await differences(withPorts({ containerPort: 8080, appProtocol: 'http' }), where)).toEqual([]);
    expect(await differences(withPorts({ containerPort: 8080, appProtocol: 'grpc' }), where)).toEqual([
      'containers[0].ports[1].appProtocol',
    ]);
    expect(await differences(withPorts({ containerPort: 8081 }), where)).toEqual(['containers[0].ports']);
  });

  it('shows no environment value whose name promises a secret', async () => {
    const where = bench();
    await establish(taskDefinition, target({}, { environment: { DB_PASSWORD: 'hunter2' } }), where);
    const wanted = target({}, { environment: { DB_PASSWORD: 'hunter3' } });
    const found = taskDefinition.diff(wanted.spec, await stateOf(taskDefinition, wanted, where));
    expect(found).toEqual([{ path: 'containers[0].environment.DB_PASSWORD', desired: '(hidden)', actual: '(hidden)' }]);
  });
});
