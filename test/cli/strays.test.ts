// relight strays against a served sandbox: what stands in the account and is in no playbook, and its removal like any deletion.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { CreateClusterCommand, DescribeClustersCommand, ECSClient } from '@aws-sdk/client-ecs';
import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/scan/finding.ts';
import { eventually, jsonOf, makeFolder, serveSandbox, type Outcome, type Server } from './harness.ts';

const folder = makeFolder();
const account = '123456789012';
let server: Server;
let ssm: SSMClient;
let ecs: ECSClient;

const playbook = `apiVersion: relight/v1
kind: Playbook
metadata: { name: shop }
target: { account: '${account}', region: eu-west-1 }
components:
  url:
    type: ssm/parameter
    spec: { name: /shop/url, type: String, value: 'https://shop.example' }
`;
const fleet = `apiVersion: relight/v1
kind: Fleet
metadata: { name: all }
regions: [eu-west-1]
accounts:
  - { id: '${account}', inventory: complete }
playbooks: [shop.yaml]
`;

beforeAll(async () => {
  writeFileSync(folder.file('shop.yaml'), playbook);
  writeFileSync(folder.file('fleet.yaml'), fleet);
  server = await serveSandbox(folder);
  const config = {
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  };
  ssm = new SSMClient(config);
  ecs = new ECSClient(config);
  expect((await relight('recover', 'shop.yaml', '--yes', '--quiet')).code).toBe(0);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const relight = (...args: readonly string[]): Promise<Outcome> => folder.relight(args, server.env);

interface Listed {
  readonly findings: readonly Finding[];
  readonly removable: readonly string[];
}

const listed = async (...more: readonly string[]): Promise<Listed> =>
  jsonOf(await relight('strays', 'shop.yaml', '--json', ...more)) as Listed;

/** The index of tags is behind. */
const strayNames = async (): Promise<readonly string[]> =>
  (await listed()).findings.filter(({ kind }) => kind === 'stray').map(({ component }) => component);

const put = (Name: string, Tags: Readonly<Record<string, string>>, Value = 'was'): Promise<unknown> =>
  ssm.send(
    new PutParameterCommand({
      ...{ Name, Value, Type: 'String' },
      Tags: Object.entries(Tags).map(([key, value]) => ({ Key: key, Value: value })),
    }),
  );
const isThere = async (Name: string): Promise<boolean> =>
  ssm.send(new GetParameterCommand({ Name })).then(
    () => true,
    () => false,
  );
const ours = { 'relight:playbook': 'shop', 'relight:component': 'old' };

describe('strays', () => {
  test('an account where all is in a playbook has none, and that is code 0', async () => {
    const { code, stdout } = await relight('strays', 'shop.yaml', '--fleet', 'fleet.yaml');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^beyond the playbooks \(listed .*\): nothing found\n/)]);
    expect((await relight('scan', 'shop.yaml', '--beyond')).code).toBe(0);
  });

  test('are told with their evidence, and removed with plan, consent, before-image and journal', async () => {
    await put('/shop/old', ours, 'what ${it} was');
    await ecs.send(
      new CreateClusterCommand({
        clusterName: 'left',
        tags: Object.entries(ours).map(([key, value]) => ({ key, value })),
      }),
    );
    await eventually(async () => (await strayNames()).length === 2, 'both strays are told');
    const text = await relight('strays', 'shop.yaml');
    expect([text.code, text.stdout]).toEqual([2, expect.stringContaining('relight:playbook=shop')]);
    expect(text.stdout).toContain('shop.yaml has no component old');
    const scan = await relight('scan', 'shop.yaml', '--fleet', 'fleet.yaml');
    expect([scan.code, scan.stdout]).toEqual([
      2,
      expect.stringContaining('next: relight strays shop.yaml --fleet fleet'),
    ]);

    const { findings, removable } = await listed();
    expect(findings.map(({ id }) => id).toSorted()).toEqual([...removable].sort());
    const ids = removable.flatMap((id) => ['--remove', id]);
    // Nobody says yes.
    const asked = await relight('strays', 'shop.yaml', ...ids);
    expect([asked.code === 0, await isThere('/shop/old')]).toEqual([false, true]);

    const removed = await relight('strays', 'shop.yaml', ...ids, '--yes');
    expect([removed.code, removed.stderr]).toEqual([0, expect.stringContaining('written to')]);
    expect(await isThere('/shop/old')).toBe(false);
    const { clusters } = await ecs.send(new DescribeClustersCommand({ clusters: ['left'] }));
    expect(clusters?.map(({ status }) => status)).toEqual(['INACTIVE']);
    expect(await isThere('/shop/url')).toBe(true);
    const runs = folder.file('.relight/runs');
    const last = readdirSync(runs).toSorted().at(-1) ?? '';
    const kept = readdirSync(`${runs}/${last}`, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.jsonl?$/.test(name),
    );
    expect(kept.map((name) => readFileSync(`${runs}/${last}/${name}`, 'utf8')).join('')).toContain('what ${it} was');
    // The index goes on telling of both; nobody who is asked does.
    expect(await strayNames()).toEqual([]);
    expect((await relight('status', 'shop.yaml')).code).toBe(0);

    // And back.
    const undone = await relight('undo', last, '--yes');
    expect([undone.code, await isThere('/shop/old')]).toEqual([0, true]);
    await ssm.send(new DeleteParameterCommand({ Name: '/shop/old' }));
  });

  test('one that is protected stays', async () => {
    await put('/shop/kept', { ...ours, 'relight:protect': 'true' });
    await eventually(async () => (await strayNames()).includes('shop/kept'), 'it is told');
    const { findings } = await listed();
    const one = findings.find(({ component }) => component === 'shop/kept');
    expect(one?.evidence).toContainEqual('it is protected by the tag relight:protect');
    const { code } = await relight('strays', 'shop.yaml', '--remove', one?.id ?? '', '--yes');
    expect([code, await isThere('/shop/kept')]).toEqual([expect.any(Number), true]);
    await ssm.send(new DeleteParameterCommand({ Name: '/shop/kept' }));
  });

  test('an id that is none is said to be none', async () => {
    const { code, stderr } = await relight('strays', 'shop.yaml', '--remove', '0123456789abcdef', '--yes');
    expect([code, stderr]).toEqual([1, expect.stringContaining('--remove 0123456789abcdef: no such finding')]);
  });
});
