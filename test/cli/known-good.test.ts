// What a service was when all of it was healthy, kept in the state directory: written by a look, used when a piece is lost,
// and never in the way of a recovery.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { jsonOf, makeFolder, serveSandbox, type Folder, type Outcome, type Server } from './harness.ts';

const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1, environment: staging }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internal, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
`;
const idle = 'idle_timeout.timeout_seconds';

let folder: Folder;
let server: Server;
let client: ElasticLoadBalancingV2Client;

/** A load balancer whose time-out was set by hand, lost after it was seen healthy. */
beforeEach(async () => {
  folder = makeFolder();
  writeFileSync(folder.file('front.yaml'), text);
  server = await serveSandbox(folder);
  client = new ElasticLoadBalancingV2Client({
    endpoint: server.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  await relight('sandbox', 'seed', 'front.yaml');
  fine(await relight('recover', 'front.yaml', '--yes'));
  fine(await relight('known-good', 'forget', 'front.yaml', '--all'));
  const LoadBalancerArn = await arnOf('front');
  await client.send(
    new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn, Attributes: [{ Key: idle, Value: '123' }] }),
  );
  fine(await relight('status', 'front.yaml'));
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
}, 60_000);
afterEach(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

const relight = (...args: string[]): Promise<Outcome> => folder.relight(args, server.env);

function fine(outcome: Outcome): void {
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0);
}

async function arnOf(name: string): Promise<string> {
  const { LoadBalancers } = await client.send(new DescribeLoadBalancersCommand({ Names: [name] }));
  return LoadBalancers?.[0]?.LoadBalancerArn ?? '';
}

async function timeoutOf(name: string): Promise<string | undefined> {
  const { Attributes } = await client.send(
    new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: await arnOf(name) }),
  );
  return Attributes?.find((each) => each.Key === idle)?.Value;
}

/** The one version that is kept. */
function kept(): string {
  const root = folder.file('.relight/known-good');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((each) => each.endsWith('.json'));
  expect(files).toHaveLength(1);
  return join(root, files[0] ?? '');
}

interface Edited {
  pieces: { 'load-balancer': { spec: Record<string, unknown>; state: unknown } };
}

function edit(change: (known: Edited) => void): void {
  const known = JSON.parse(readFileSync(kept(), 'utf8')) as Edited;
  change(known);
  writeFileSync(kept(), JSON.stringify(known));
}

describe('known good', () => {
  test('a piece that is lost has again what was set by hand', async () => {
    const outcome = await relight('recover', 'front.yaml', '--yes');
    fine(outcome);
    expect(outcome.stderr).not.toContain('warning: known good');
    expect(await timeoutOf('front')).toBe('123');
  });

  test('what others may write is not used, and is no hindrance', async () => {
    chmodSync(kept(), 0o666);
    const outcome = await relight('recover', 'front.yaml', '--yes');
    fine(outcome);
    expect(outcome.stderr).toContain('others may write it (mode 0666). Look through it, then: chmod 600 ');
    expect(await timeoutOf('front')).toBe('60');
  });

  test('what others may only read is used, and told', async () => {
    chmodSync(kept(), 0o644);
    const outcome = await relight('recover', 'front.yaml', '--yes');
    fine(outcome);
    expect(outcome.stderr).toMatch(/others may read .* \(mode 0644\), which may hold secrets: chmod 600 /);
    expect(await timeoutOf('front')).toBe('123');
  });

  test.each([
    [
      'cut off',
      (file: string) => {
        writeFileSync(file, readFileSync(file, 'utf8').slice(0, 100));
      },
      /is not used: it is damaged/,
    ],
    [
      'of a shape that this version does not know',
      () => {
        edit(({ pieces }) => {
          pieces['load-balancer'].state = { arn: 7 };
        });
      },
      /says of load-balancer is not used: another version of relight wrote it/,
    ],
  ])('what is %s is not used, told, and no hindrance', async (_what, damage, told) => {
    damage(kept());
    const listed = await relight('known-good', 'list', 'front.yaml');
    const outcome = await relight('recover', 'front.yaml', '--yes');
    fine(outcome);
    fine(listed);
    expect(outcome.stderr).toMatch(told);
    expect(await timeoutOf('front')).toBe('60');
  });

  test('of another piece, by a playbook of the same name, nothing is taken', async () => {
    writeFileSync(folder.file('front.yaml'), text.replace('name: front, scheme', 'name: side, scheme'));
    const planned = await relight('plan', 'front.yaml', '--json');
    expect(jsonOf(planned)).toMatchObject({ components: [{ settings: { from: 'defaults' } }] });
    fine(await relight('recover', 'front.yaml', '--yes'));
    expect(await timeoutOf('side')).toBe('60');
  });
});
