// A world richer than its playbook comes to rest, whatever the playbook protects.
import { expect, test } from 'vitest';
import { openBenchFor } from '../../src/prove/pool.ts';
import { playbookOf } from '../helpers/rig.ts';

const service = (name: string, more: string): string => `
  ${name}-tasks:
    type: ecs/task-definition
    spec: { family: ${name}, cpu: '256', memory: '512', executionRole: 'arn:aws:iam::123456789012:role/ecs-task-execution', containers: [{ name: main, image: 'registry.example/a:1' }] }
  ${name}:
    type: ecs/service${more}
    spec: { cluster: '\${cluster.arn}', name: ${name}, taskDefinition: '\${${name}-tasks.arn}', desiredCount: 1, network: { subnets: [subnet-a1], securityGroups: [sg-web] } }
`;

test.each([
  ['a service', '\n    protect: true'],
  ['nothing', ''],
])('%s is protected', async (_what, more) => {
  const playbook = playbookOf(`apiVersion: relight/v1
kind: Playbook
metadata: { name: rich }
target: { account: '123456789012', region: eu-west-1 }
components:
  cluster: { type: ecs/cluster, shared: true, spec: { name: rich } }
${service('kept', more)}${service('other', '')}`);
  await expect(openBenchFor(playbook)).resolves.toBeDefined();
});
