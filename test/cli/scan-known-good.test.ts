// What a scan sees healthy becomes known good, for this machine and for a team; it is never in the way of the answer, and a scan that
// enters an account by a role writes into no table.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import { policyFor } from '../../src/permissions/policy.ts';
import { playbookOf } from '../helpers/rig.ts';
import { jsonOf, makeFolder, serveSandbox, type Env, type Folder, type Outcome, type Server } from './harness.ts';
import { startProxy } from './proxy.ts';

const account = '123456789012';
const text = (name: string, more = ''): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '${account}', region: eu-west-1 }
${more}components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: ${name}, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
const team = `recovery: { knownGood: 'dynamodb://team' }\n`;
const idle = 'idle_timeout.timeout_seconds';
const settings = {
  region: 'eu-west-1',
  credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
} as const;

let alice: Folder;
let bob: Folder;
let server: Server;
let client: ElasticLoadBalancingV2Client;

const by = (folder: Folder, ...args: string[]): Promise<Outcome> => folder.relight(args, server.env);
function fine(outcome: Outcome): Outcome {
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
  return outcome;
}
async function arnOf(): Promise<string> {
  const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: ['front'] }));
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}
async function setTimeoutByHand(Value: string): Promise<void> {
  await client.send(
    new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: await arnOf(), Attributes: [{ Key: idle, Value }] }),
  );
}
async function timeout(): Promise<string | undefined> {
  const { Attributes } = await client.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: await arnOf() }),
  );
  return Attributes?.find((each) => each.Key === idle)?.Value;
}
async function admin(path: string, body: object): Promise<void> {
  const answer = await fetch(new URL(`/_relight/${path}`, server.url), {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}
function kept(folder: Folder): readonly string[] {
  try {
    return readdirSync(folder.file('.relight/known-good'), { recursive: true, encoding: 'utf8' }).filter((each) =>
      each.endsWith('.json'),
    );
  } catch {
    return [];
  }
}
async function items(): Promise<readonly object[]> {
  const dynamodb = new DynamoDBClient({ ...settings, endpoint: server.url });
  try {
    return (await dynamodb.send(new ScanCommand({ TableName: 'team' }))).Items ?? [];
  } finally {
    dynamodb.destroy();
  }
}

beforeAll(async () => {
  alice = makeFolder();
  bob = makeFolder();
  writeFileSync(alice.file('front.yaml'), text('front', team));
  server = await serveSandbox(alice);
  client = new ElasticLoadBalancingV2Client({ ...settings, endpoint: server.url });
  fine(await by(alice, 'sandbox', 'seed', 'front.yaml'));
  writeFileSync(alice.file('back.yaml'), text('back', team));
  for (const name of ['front', 'back']) fine(await by(alice, 'recover', `${name}.yaml`, '--yes'));
}, 60_000);
beforeEach(async () => {
  for (const folder of [alice, bob]) {
    writeFileSync(folder.file('front.yaml'), text('front'));
    writeFileSync(folder.file('back.yaml'), text('back', team));
    rmSync(folder.file('.relight/known-good'), { recursive: true, force: true });
  }
  await setTimeoutByHand('123');
});
afterEach(async () => {
  for (const name of ['front', 'back']) {
    writeFileSync(alice.file(`${name}.yaml`), text(name, team));
    await by(alice, 'known-good', 'forget', `${name}.yaml`, '--all');
  }
  for (const folder of [alice, bob]) rmSync(folder.file('.relight/scans'), { recursive: true, force: true });
});
afterAll(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
  bob[Symbol.dispose]();
});

describe('a scan', () => {
  test('notes what is healthy, and a lost piece comes back as it was then', async () => {
    fine(await by(bob, 'scan', 'front.yaml'));
    expect(kept(bob)).toHaveLength(1);
    // What is written down already is not written again.
    fine(await by(bob, 'scan', 'front.yaml'));
    expect(kept(bob)).toHaveLength(1);
    await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: await arnOf() }));
    fine(await by(bob, 'recover', 'front.yaml', '--yes'));
    expect(await timeout()).toBe('123');
  });

  test('notes nothing of a playbook that is not whole, beside one that is', async () => {
    writeFileSync(bob.file('front.yaml'), text('front').replace('scheme: internal', 'scheme: internet-facing'));
    writeFileSync(bob.file('back.yaml'), text('back'));
    const { code } = await by(bob, 'scan', 'front.yaml', 'back.yaml');
    expect(code).toBe(2);
    expect(kept(bob)).toEqual([expect.stringMatching(/^back\//)]);
  });

  test.each([['--no-known-good'], ['--no-memory']])('with %s notes nothing', async (word) => {
    fine(await by(bob, 'scan', 'front.yaml', word));
    expect(kept(bob)).toEqual([]);
  });

  test('that cannot write it answers as ever, and says so', async () => {
    const before = fine(await by(bob, 'scan', 'front.yaml', '--json', '--no-memory'));
    writeFileSync(bob.file('.relight/known-good'), 'no folder');
    const after = fine(await by(bob, 'scan', 'front.yaml', '--json'));
    expect(after.stderr).toMatch(/front: warning: known good is not kept: .*known-good/);
    const told = ({ findings, result }: { findings?: unknown; result?: unknown }) => ({ findings, result });
    expect(told(jsonOf(after) as object)).toEqual(told(jsonOf(before) as object));
    rmSync(bob.file('.relight/known-good'));
  });

  test('that could not look closer at a piece keeps none of it', async () => {
    await admin('faults', {
      faults: [{ service: 'elbv2', operation: 'DescribeCapacityReservation', kind: 'access-denied' }],
    });
    try {
      const { code, stderr } = await by(bob, 'scan', 'front.yaml');
      expect([code, kept(bob)]).toEqual([0, []]);
      expect(stderr).toMatch(
        /front: warning: known good is not kept: not all could be read of load-balancer \(AccessDenied/,
      );
    } finally {
      await admin('faults', { faults: [] });
    }
  });
});

describe('for a team', () => {
  test('goes into the table that the playbook names, by a scan with credentials of the account', async () => {
    writeFileSync(alice.file('front.yaml'), text('front', team));
    writeFileSync(bob.file('front.yaml'), text('front', team));
    await using proxy = await startProxy(server.url);
    fine(await alice.relight(['scan', 'front.yaml'], proxy.env));
    const changes = proxy.seen.filter((each) => !/^(Describe|Get|List|Batch|\/)/.test(each));
    expect(changes).toEqual(['PutItem']);
    const { versions } = jsonOf(fine(await by(bob, 'known-good', 'list', 'front.yaml', '--json'))) as {
      versions: readonly object[];
    };
    expect(versions).toMatchObject([{ table: 'dynamodb://team', file: null }]);
  });

  test('a table that is denied costs a line, once for all playbooks, and no answer', async () => {
    for (const name of ['front', 'back']) writeFileSync(bob.file(`${name}.yaml`), text(name, team));
    await using proxy = await startProxy(server.url, {
      ...{ operation: 'BatchGetItem', code: 'AccessDeniedException', message: 'No.', status: 400 },
    });
    const { code, stderr } = await bob.relight(['scan', 'front.yaml', 'back.yaml'], proxy.env);
    expect([code, kept(bob).length]).toEqual([0, 2]);
    expect(stderr.match(/warning: known good is not kept for the team: /g)).toHaveLength(1);
  });

  test('a scan by a role keeps it in the state directory, and its session could not write a table', async () => {
    writeFileSync(bob.file('front.yaml'), text('front', team));
    await admin('presume', { account, items: [{ kind: 'role', role: 'scan' }] });
    writeFileSync(
      bob.file('fleet.yaml'),
      `apiVersion: relight/v1
kind: Fleet
metadata: { name: one }
regions: [eu-west-1]
accounts: [{ id: '${account}', role: scan }]
playbooks: [front.yaml]
`,
    );
    const before = JSON.stringify(await items());
    await using proxy = await startProxy(server.url);
    const env: Env = proxy.env;
    fine(await bob.relight(['scan', 'fleet.yaml'], env));
    expect(proxy.seen).toContain('AssumeRole');
    expect(proxy.seen.filter((each) => /Item$/.test(each))).toEqual([]);
    expect([kept(bob).length, JSON.stringify(await items())]).toEqual([1, before]);
  });

  test('what a session may do at most has no write in it, whatever a playbook keeps', () => {
    const playbook = playbookOf(text('front', team));
    const actions = (knownGood?: boolean): readonly string[] =>
      policyFor(playbook, componentTypes, 'scan', knownGood === undefined ? {} : { knownGood }).flatMap(
        (each) => each.actions,
      );
    expect(actions()).toContain('dynamodb:PutItem');
    expect(actions(false).filter((each) => !/:(Describe|Get|List)/.test(each))).toEqual([]);
  });
});
