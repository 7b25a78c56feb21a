// Playbooks of one place that are looked at together: of each the same is seen and judged as by a look at it alone, with the calls
// that were foreseen, and fewer than alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { AccessOptions } from '../../src/aws/access.ts';
import { componentTypes } from '../../src/components/index.ts';
import {
  execute,
  look,
  lookTogether,
  openSession,
  planFrom,
  type Assessed,
  type Session,
  type SharedEntry,
} from '../../src/engine.ts';
import { foreseenCalls } from '../../src/observe/look-calls.ts';
import type { Patience } from '../../src/observe/patient.ts';
import type { Playbook } from '../../src/playbook/model.ts';
import { loadPlaybook } from '../../src/playbook/playbook.ts';
import { breakComponents } from '../../src/rehearse/disaster/break.ts';
import { openSandbox, type OpenSandbox } from '../../src/rehearse/world/sandbox.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { Faults } from '../../src/sandbox/index.ts';
import { root } from '../helpers/markdown.ts';

const region = 'eu-west-1';
const file = (name: string): string => readFileSync(join(root, 'playbooks', name), 'utf8');

function playbookOf(text: string): Playbook {
  const result = loadPlaybook({ text, file: 'together.yaml', params: {}, types: componentTypes });
  if (!result.ok) throw new Error(result.diagnostics.map((each) => `${each.line}: ${each.message}`).join('\n'));
  return result.playbook;
}

const deployer = (name: string): string => file('deployer-api.yaml').replaceAll('deployer-api', name);

const parameters = (name: string): string => `apiVersion: relight/v1
kind: Playbook
metadata: { name: ${name} }
target: { account: '123456789012', region: ${region} }
components:
  level: { type: ssm/parameter, spec: { name: /${name}/level, type: String, value: info } }
  hosts: { type: ssm/parameter, spec: { name: /${name}/hosts, type: StringList, value: 'a,b' } }
  table: { type: dynamodb/table, spec: { name: ${name}, hashKey: { name: id, type: S } } }
`;

const texts = [
  file('storefront.yaml'),
  ...['api-one', 'api-two', 'api-three'].map(deployer),
  ...['settings-one', 'settings-two'].map(parameters),
];
const playbooks = texts.map((text) => playbookOf(text.replace(/\n {2}alias: [^\n]*/, '')));

let sandbox: OpenSandbox;
const faults = new Faults();

beforeAll(async () => {
  sandbox = openSandbox({ startAt: Date.UTC(2016, 8, 5, 9), transportOptions: { faults } });
  for (const playbook of playbooks) {
    await sandbox.seed(playbook);
    await recover(playbook);
  }
}, 120_000);

async function open(playbook: Playbook, mode: AccessOptions['mode'], entry?: SharedEntry): Promise<Session> {
  const result = await openSession(playbook, sandbox.access(region, mode), undefined, entry);
  if (result.kind !== 'open') throw new Error(`no session: ${JSON.stringify(result)}`);
  return result.session;
}

async function recover(playbook: Playbook): Promise<void> {
  const session = await open(playbook, 'change');
  const assessed = await look(session);
  const plan = planFrom(session, assessed, { kind: 'repair', allowDowntime: true });
  const { result } = await execute(session, assessed, plan, {
    openJournal: (sink) => createMemoryJournal('run', sandbox.clock, sink),
    prober: sandbox.prober,
    verify: true,
    stop: new AbortController().signal,
  });
  expect(result).toBe('succeeded');
}

async function lose(name: string, ids: readonly string[]): Promise<void> {
  const playbook = playbooks.find(({ metadata }) => metadata.name === name);
  if (playbook === undefined) throw new Error(`no playbook ${name}`);
  const session = await open(playbook, 'change');
  const { observations } = await look(session);
  session.observeContext.aws.gate.openForChanges();
  const { graph, observeContext } = session;
  await breakComponents(ids, { playbook, graph, observations, observeContext, wait: true });
}

/** What a scan goes by; when it was seen is not. */
function told({ assessments, observations: { byId, outputs } }: Assessed): unknown {
  const seen = [...byId].map(([id, { at, ...observation }]) => [id, typeof at, observation]);
  return { seen: seen.toSorted(), outputs: [...outputs].toSorted(), assessments: [...assessments] };
}

interface Both {
  readonly together: readonly unknown[];
  readonly alone: readonly unknown[];
  readonly calls: ReadonlyMap<string, number>;
  readonly callsAlone: number;
}

async function lookBothWays(patience?: Patience): Promise<Both> {
  const entry: SharedEntry = {};
  const sessions: Session[] = [];
  for (const playbook of playbooks) sessions.push(await open(playbook, 'read', entry));
  const together = await lookTogether(sessions, patience);
  const { meter } = sessions[0]?.observeContext.aws ?? {};
  const alone: Assessed[] = [];
  for (const playbook of playbooks) alone.push(await look(await open(playbook, 'read'), patience));
  return {
    together: together.map(told),
    alone: alone.map(told),
    calls: new Map(meter?.byOperation),
    callsAlone: alone.reduce((sum, { awsCalls }) => sum + awsCalls, 0),
  };
}

function overstepped(calls: ReadonlyMap<string, number>): readonly string[] {
  const { calls: foreseen } = foreseenCalls(playbooks);
  const identity = new Set(['sts:GetCallerIdentity', 'iam:ListAccountAliases']);
  return [...calls].flatMap(([operation, number]) =>
    identity.has(operation) || number <= (foreseen.get(operation) ?? 0) ? [] : [`${operation} ${String(number)}`],
  );
}

describe('playbooks of one place, looked at together', () => {
  test('are of all types that there are', () => {
    const types = new Set(playbooks.flatMap(({ components }) => [...components.values()].map(({ type }) => type)));
    expect([...types].toSorted()).toEqual([...componentTypes.keys()].toSorted());
  });

  test('where all is well', async () => {
    const { alone, calls, callsAlone, together } = await lookBothWays();
    expect(together).toEqual(alone);
    expect(overstepped(calls)).toEqual([]);
    const sum = [...calls.values()].reduce((all, each) => all + each, 0);
    expect(sum).toBeLessThan(callsAlone * 0.6);
    // The place is entered once.
    expect([calls.get('sts:GetCallerIdentity'), calls.get('iam:ListAccountAliases')]).toEqual([1, 1]);
  });

  test('where an API is denied, for the pieces that need it', async () => {
    const denied = [
      ...['DescribeTags', 'DescribeTargetGroups', 'DescribeServices', 'DescribeTaskDefinition'],
      ...['ListHealthChecks', 'ListResourceRecordSets', 'BatchGetItem', 'GetParameters'],
    ];
    for (const operation of denied) {
      faults.add({ operation, kind: 'access-denied' });
      const { alone, together } = await lookBothWays();
      faults.clear();
      expect(JSON.stringify(alone).includes('"denied"'), operation).toBe(true);
      expect(together, operation).toEqual(alone);
    }
  });

  test('where what may not be asked for is of one playbook: of the others all is seen', async () => {
    for (const [operation, resource] of [
      ['GetParameters', '/settings-one/'],
      ['DescribeServices', 'api-two'],
      ['DescribeTargetGroups', 'api-two'],
      ['BatchGetItem', 'api-two'],
    ] as const) {
      faults.add({ operation, resource, kind: 'access-denied' });
      const { alone, together } = await lookBothWays();
      faults.clear();
      const denied = alone.map((each) => JSON.stringify(each).includes('"denied"'));
      expect([denied.filter(Boolean).length, operation]).toEqual([1, operation]);
      expect(together, operation).toEqual(alone);
    }
  });

  test('where AWS fails at a piece of one playbook for good: of the others all is seen', async () => {
    for (const [operation, resource] of [
      ['DescribeServices', 'api-two'],
      ['DescribeLoadBalancers', 'api-one'],
      ['BatchGetItem', 'api-three'],
    ] as const) {
      faults.add({ operation, resource, kind: 'error-500' });
      const { alone, together } = await lookBothWays({});
      faults.clear();
      const unseen = alone.map((each) => JSON.stringify(each).includes('"unavailable"'));
      expect([unseen.filter(Boolean).length, operation]).toEqual([1, operation]);
      expect(together, operation).toEqual(alone);
    }
  });

  test('where AWS fails at all of them: a few are asked about by themselves, and no more', async () => {
    faults.add({ operation: 'DescribeTargetGroups', kind: 'error-503' });
    const { calls: once } = await lookBothWays();
    const { alone, calls, together } = await lookBothWays({});
    faults.clear();
    expect(together).toEqual(alone);
    const looks = 7;
    const most = (once.get('elbv2:DescribeTargetGroups') ?? 0) * (looks + (looks - 1) * 4);
    expect(calls.get('elbv2:DescribeTargetGroups')).toBeLessThanOrEqual(most);
  });

  test('where pieces are missing', async () => {
    await lose('api-two', ['service', 'cname']);
    await lose('api-three', ['load-balancer', 'state-entry']);
    await lose('settings-one', ['level']);
    await lose('storefront', ['cart-rule', 'shop-health-check']);
    const { alone, calls, together } = await lookBothWays();
    expect(together).toEqual(alone);
    expect(JSON.stringify(alone).includes('"missing"')).toBe(true);
    expect(overstepped(calls)).toEqual([]);
  });
});
