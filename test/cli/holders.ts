// A playbook whose recovery takes a while, and who holds its lock meanwhile: real processes over a served sandbox.
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { VirtualClock } from '../../src/util/clock.ts';
import {
  makeFolder,
  outcomeOf,
  start,
  waitForText,
  type Env,
  type Folder,
  type Outcome,
  type Server,
} from './harness.ts';
import type { Proxy } from './proxy.ts';

export const playbook = 'front.yaml';
export const approval = ['--yes', '--confirm', 'front'];
/** A load balancer takes its time to be made; a listener waits for it. */
const text = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', alias: wonderland-prod, region: eu-west-1, environment: production }
components:
  load-balancer:
    type: elbv2/load-balancer
    spec: { name: front, scheme: internet-facing, subnets: [subnet-a1, subnet-b1], securityGroups: [sg-web] }
  target-group:
    type: elbv2/target-group
    spec: { name: front, port: 8080, protocol: HTTP, targetType: ip, vpc: vpc-1, healthCheck: { path: /health } }
  listener:
    type: elbv2/listener
    spec: { loadBalancer: '\${load-balancer.arn}', port: 80, protocol: HTTP, forwardTo: '\${target-group.arn}' }
`;
export const leaseMs = 5_000;
export const short: Env = { RELIGHT_LOCK_LEASE: '5s' };
/** A recovery takes some seconds. */
export const brisk = ['--speed', '20'];
/** A recovery takes half a minute: it is still at work whatever else is looked at. */
export const slow = ['--speed', '2'];

export function newFolder(): Folder {
  const folder = makeFolder();
  writeFileSync(folder.file(playbook), text);
  return folder;
}

/** A client of its own: what a proxy tells it by. */
export function as(name: string, env: Env): Env {
  return { ...env, AWS_ACCESS_KEY_ID: name };
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
}

export function recovering(folder: Folder, env: Env, ...more: string[]): Running {
  const child = start(folder.path, ['recover', playbook, ...approval, ...more], { ...env, ...short });
  return { child, ended: outcomeOf(child) };
}

/** The same to its end, in this process. */
export function recovered(folder: Folder, env: Env, ...more: string[]): Promise<Outcome> {
  return folder.relight(['recover', playbook, ...approval, ...more], { ...env, ...short });
}

export async function pass(milliseconds: number): Promise<void> {
  await new VirtualClock(0, 1).sleep(milliseconds);
}

/** In the middle of its work: a load balancer is being made, and everything behind it waits. */
export async function midway({ child }: Running): Promise<void> {
  await waitForText(child.stderr, /create load-balancer waits: provisioning/);
}

/** All but reads; signs of life in the lock's table change nothing else. */
export function changesBy(name: string, proxy: Proxy): readonly string[] {
  return proxy.calls
    .filter((each) => each.signedBy === name && !/^(Describe|Get|List|UpdateItem)/.test(each.operation))
    .map((each) => each.operation);
}

export async function seeded(folder: Folder, server: Server): Promise<void> {
  const outcome = await folder.relight(['sandbox', 'seed', playbook], server.env);
  expect(outcome.stderr + String(outcome.code)).toMatch(/0$/);
}

/** A second machine: its own home, so that a file lock would not keep it out; the playbook names a table. */
export function withTable(...folders: readonly Folder[]): void {
  for (const folder of folders) appendFileSync(folder.file(playbook), 'lock: dynamodb://relight-locks\n');
}

export function journalOf(folder: Folder): readonly unknown[] {
  const runs = folder.file('.relight/runs');
  const [run = ''] = readdirSync(runs).sort();
  return readFileSync(join(runs, run, 'journal.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}
