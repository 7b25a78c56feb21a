// relight sandbox lose: what a playbook presumes goes, in the embedded world and in a served one.
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, serveSandbox } from './harness.ts';

const folder = makeFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});

const playbook = 'lost.yaml';
writeFileSync(
  folder.file(playbook),
  `
apiVersion: relight/v1
kind: Playbook
metadata: { name: lost }
target: { account: '123456789012', region: eu-west-1 }
components:
  tasks:
    type: ecs/task-definition
    spec:
      family: api
      executionRole: arn:aws:iam::123456789012:role/execution
      containers:
        - name: api
          image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1
          secrets: { PASSWORD: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::' }
          logConfiguration:
            logDriver: awslogs
            options: { awslogs-group: /api, awslogs-region: eu-west-1, awslogs-stream-prefix: api }
`,
);
const presumed = [
  { kind: 'account', account: '123456789012' },
  { kind: 'role', role: 'arn:aws:iam::123456789012:role/execution' },
  { kind: 'image', image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1' },
  { kind: 'secret', secret: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::' },
  { kind: 'log-group', name: '/api', region: 'eu-west-1' },
];

describe('relight sandbox lose', () => {
  test('embedded: what a seed put in goes once', async () => {
    const seeded = await folder.relight(['sandbox', 'seed', playbook, '--json']);
    expect(jsonOf(seeded)).toMatchObject({ presumed });
    for (const [kind, id] of [
      ['role', 'execution'],
      ['image', '123456789012.dkr.ecr.eu-west-1.amazonaws.com/api:1'],
      ['secret', 'db'],
      ['log-group', '/api'],
    ] as const) {
      const lost = await folder.relight(['sandbox', 'lose', kind, id]);
      expect([lost.code, lost.stdout]).toEqual([0, `lost: ${kind} ${id}\n`]);
      const again = await folder.relight(['sandbox', 'lose', kind, id]);
      expect([again.code, again.stderr]).toEqual([
        1,
        expect.stringContaining(`there is no ${kind} ${id} in eu-west-1`),
      ]);
    }
    const unknown = await folder.relight(['sandbox', 'lose', 'moon', 'm']);
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining('nothing of the kind moon can be lost'),
    ]);
  });

  test('served: in the region that is named', async () => {
    await using server = await serveSandbox(folder, []);
    expect((await folder.relight(['sandbox', 'seed', playbook], server.env)).code).toBe(0);
    const elsewhere = await folder.relight(
      ['sandbox', 'lose', 'log-group', '/api', '--region', 'eu-west-2'],
      server.env,
    );
    expect([elsewhere.code, elsewhere.stderr]).toEqual([1, expect.stringContaining('there is no log-group /api')]);
    const lost = await folder.relight(['sandbox', 'lose', 'log-group', '/api', '--json'], server.env);
    expect(jsonOf(lost)).toMatchObject({ version: 1, lost: { kind: 'log-group', id: '/api' } });
  });
});
