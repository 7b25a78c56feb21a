// What is special about clusters: 100 a call, status words, and services that hold on to them.
import { CreateServiceCommand, LaunchType, RegisterTaskDefinitionCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import type { Blocker, Target } from '../../src/components/contract.ts';
import { cluster } from '../../src/components/ecs-cluster/index.ts';
import type { ClusterSpec } from '../../src/components/ecs-cluster/schema.ts';
import { presume } from '../../src/sandbox/index.ts';
import { bench, changing, establish, look, reading, specOf, stateOf } from '../helpers/aws.ts';

function target(name = 'wonderland'): Target<ClusterSpec> {
  return { id: name, spec: specOf(cluster, { name }) };
}

describe('a cluster', () => {
  it('is asked for together with 99 others', async () => {
    const where = bench();
    const targets = Array.from({ length: 120 }, (_, index) => target(`cluster-${index}`));
    await cluster.create(target('cluster-7'), changing(where));
    where.wire.length = 0;
    const seen = await cluster.observe(targets, reading(where));
    expect([...seen].flatMap(([id, each]) => (each.kind === 'present' ? [id] : []))).toEqual(['cluster-7']);
    expect([...seen.values()].filter((each) => each.kind === 'absent')).toHaveLength(119);
    expect(where.wire).toHaveLength(2);
  });

  it('is absent once it is INACTIVE, though AWS still describes it', async () => {
    const where = bench();
    const state = await establish(cluster, target(), where);
    await cluster.delete(target(), state, changing(where));
    expect(await look(cluster, target(), where)).toMatchObject({
      kind: 'absent',
      detail: 'deleted, AWS still lists it as INACTIVE',
    });
  });

  it('cannot go while a service is in it: wait and look again', async () => {
    const where = bench();
    const state = await establish(cluster, target(), where);
    const containerDefinitions = [{ name: 'api', image: 'api:1', memory: 128 }];
    await where.aws.client(ecs).send(new RegisterTaskDefinitionCommand({ family: 'api', containerDefinitions }));
    await where.aws
      .client(ecs)
      .send(
        new CreateServiceCommand({ cluster: 'wonderland', serviceName: 'api', taskDefinition: 'api', desiredCount: 0 }),
      );
    const failure: unknown = await cluster.delete(target(), state, changing(where)).catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
  });

  it.each([
    ['ACTIVE', { kind: 'ready' }],
    ['PROVISIONING', { kind: 'settling', direction: 'coming' }],
    ['DEPROVISIONING', { kind: 'settling', direction: 'going' }],
    ['FAILED', { kind: 'unhealthy', terminal: true }],
  ])('in status %s', async (status, expected) => {
    const where = bench();
    const state = await establish(cluster, target(), where);
    expect(cluster.readiness({ ...state, status }, target().spec)).toMatchObject(expected);
  });

  it('tells what is in it before it is to go: services, and tasks of none', async () => {
    const where = bench();
    presume(where.world, [{ kind: 'subnet', id: 'subnet-a1' }]);
    const state = await establish(cluster, target(), where);
    const client = where.aws.client(ecs);
    const asked = async (action: 'delete' | 'update'): Promise<readonly Blocker[]> => {
      const now = await stateOf(cluster, target(), where);
      return (await cluster.safety.blockers?.(target(), now, action, reading(where))) ?? [];
    };
    expect(await asked('delete')).toEqual([]);
    const containerDefinitions = [{ name: 'api', image: 'api:1', memory: 128 }];
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        family: 'api',
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions,
      }),
    );
    const launched = {
      cluster: state.arn,
      taskDefinition: taskDefinition?.taskDefinitionArn,
      launchType: LaunchType.FARGATE,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a1'] } },
    };
    const { service } = await client.send(
      new CreateServiceCommand({ ...launched, serviceName: 'theirs', desiredCount: 1 }),
    );
    await where.clock.sleep(120_000);
    expect(await asked('update')).toEqual([]);
    expect((await asked('delete')).map(({ id, what }) => [id, what])).toEqual([
      [service?.serviceArn, 'service theirs is in it, and AWS deletes no cluster with services'],
    ]);
    await client.send(new RunTaskCommand(launched));
    await where.clock.sleep(120_000);
    expect((await asked('delete')).map(({ what }) => what)).toEqual([
      'service theirs is in it, and AWS deletes no cluster with services',
      expect.stringMatching(/^task .* of no service runs in it/),
    ]);
  });
});
