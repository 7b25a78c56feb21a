// A shared piece of which the playbook gives the name alone: proofs play its loss too.
import { expect, test } from 'vitest';
import { prove } from '../../src/prove/prove.ts';
import { systemClock } from '../../src/util/clock.ts';
import { deployedRig, playbookOf } from '../helpers/rig.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: api }
target: { account: '123456789012', region: eu-west-1 }
root: service
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: shop } }
  tasks: { type: ecs/task-definition, shared: true, spec: { family: api } }
  service:
    type: ecs/service
    spec:
      cluster: '\${cluster.arn}'
      name: api
      taskDefinition: '\${tasks.arn}'
      capacityProviderStrategy: [{ capacityProvider: FARGATE_SPOT, weight: 1 }]
      network: { subnets: [subnet-a1] }
`;

test('a definition that was deregistered goes on in its service: nothing is torn down for it', async () => {
  const { outcomes } = await prove(playbookOf(text), {
    source: { file: 'api.yaml', text, params: {}, modules: [], exhaustive: false },
    workers: 1,
    counterExamples: 1,
    seed: 1,
    quick: true,
    clock: systemClock,
    cpuSeconds: () => 0,
  });
  expect(outcomes.flatMap((each) => each.broken)).toEqual([]);
  const lost = outcomes.filter((each) => each.tried.disaster['tasks'] === 'lost');
  expect(lost.map(({ changes, result, tried }) => [tried.strategy, result, changes])).toEqual([
    ['repair', 'healed', []],
    ['rebuild', 'healed', []],
  ]);
});

test('a piece that another playbook of the same world owns is left as it is when it is seeded', async () => {
  const owner = text
    .replace('name: api }\ntarget', 'name: owner }\ntarget')
    .replace('shared: true, spec: { name: shop }', 'spec: { name: shop, capacityProviders: [FARGATE_SPOT] }');
  const rig = await deployedRig(owner);
  const before = (await rig.look()).observations.byId.get('cluster');
  const other = rig.withPlaybook(
    playbookOf(text.replaceAll('name: api', 'name: other').replace('family: api', 'family: other')),
  );
  await other.sandbox.seed(other.playbook);
  expect((await rig.look()).observations.byId.get('cluster')).toEqual({ ...before, at: expect.anything() as number });
  expect((await other.look()).observations.byId.get('tasks')?.kind).toBe('present');
});
