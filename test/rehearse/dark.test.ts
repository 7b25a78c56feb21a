// Names that do not answer while a recovery runs: what waits for them in the sandbox, and how a rehearsal tells of it.
import { readFileSync } from 'node:fs';
import { DescribeServicesCommand, DescribeTasksCommand, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { darkName } from '../../src/rehearse/disaster/darkness.ts';
import { simulate } from '../../src/rehearse/disaster/simulate.ts';
import { reportOf, type RehearsalReport } from '../../src/rehearse/report/report.ts';
import { loadScenario } from '../../src/rehearse/scenario/load.ts';
import { openEnvironment } from '../../src/rehearse/world/environment.ts';
import { faultSchema, heldUp, probeHttp, releaseStuck, setStuck, type StuckState } from '../../src/sandbox/index.ts';
import { deployedRig, playbookOf, type Rig } from '../helpers/rig.ts';
import { shop } from '../helpers/shop.ts';

const licence = readFileSync(new URL('../../examples/dependence/licence.yaml', import.meta.url), 'utf8');

const withContainer = (said: string): string =>
  shop
    .replace("image: '${params.image}'", said)
    .replace('family: shop,', 'family: shop, executionRole: arn:aws:iam::123456789012:role/tasks,')
    .replace('guards: { requireProof: 7d }\n', '');

/** A rehearsal of a playbook whose service is lost while a name is dark. */
async function rehearsed(text: string, dark: string, more = '', pieces = 'service: lost'): Promise<RehearsalReport> {
  const playbook = playbookOf(text);
  const bytes = `apiVersion: relight/v1\nkind: Rehearsal\nmetadata: { name: one }\ngiven: { playbook: p.yaml, pieces: { ${pieces} }, dark: ['${dark}'] }\n${more}then: { serving: true }\n`;
  const loaded = loadScenario({ file: 'one.yaml', bytes, readPlaybook: () => ({ ok: true, playbook }) });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  return reportOf(await simulate(await openEnvironment(playbook), loaded.scenario.script));
}

const waitsOf = ({ dark }: RehearsalReport): readonly string[] =>
  dark.flatMap(({ waits }) =>
    waits.flatMap(({ because, component }) => because.map((why) => `${component ?? '-'}: ${why}`)),
  );

const image = "image: 'registry.example/shop:1'";

describe('a rehearsal in the dark does not end', () => {
  it.each([
    ['an image', image, 'registry.example', 'service: image'],
    ['a secret', `${image}, secrets: { KEY: prod/orders/key }`, 'product:orders', 'service: secret KEY'],
    [
      'a worker’s variable',
      `${image}, environment: { AT: 'https://orders.example.org' }`,
      'orders.example.org',
      'service: environment AT',
    ],
    ['a command', `${image}, command: [run, 'https://orders.example.org']`, '*.example.org', 'service: command'],
    [
      'a destination of logs',
      `${image}, logConfiguration: { logDriver: splunk, options: { splunk-url: 'https://logs.example.org:8088', splunk-token: x } }`,
      'logs.example.org',
      'service: log destination splunk-url',
    ],
  ])('for want of %s', async (_what, container, dark, because) => {
    const report = await rehearsed(withContainer(container), dark);
    expect(report.result).toBe('not-healed');
    expect(waitsOf(report)).toEqual([because]);
    expect(report.end.verdicts).toContainEqual(expect.objectContaining({ component: 'service', verdict: 'unhealthy' }));
  });

  it('for want of what a probe asks', async () => {
    const report = await rehearsed(licence, 'licence.example.net');
    expect(report.result).toBe('healed');
    const own = await rehearsed(licence.replace('provides: [licence.example.org]\n', ''), 'licence.example.org');
    expect(own.result).toBe('not-healed');
    expect(waitsOf(own)).toEqual(['-: GET http://licence.example.org/health']);
  });

  it('and a name that the playbook provides lights up for clients when its service is back', async () => {
    const report = await rehearsed(licence, 'licence.example.org');
    expect([report.result, report.end.serving, waitsOf(report)]).toEqual(['healed', true, []]);
  });

  it('and calm does not light it up', async () => {
    const report = await rehearsed(licence, 'orders.example.org', 'when: [{ at: 1m, calm: true }]\n');
    expect(report.result).toBe('not-healed');
    expect(waitsOf(report)).toEqual(['service: environment LICENCE_BACKEND']);
  });

  it('and relight’s own look into a dark registry does not hang for ever', async () => {
    const ecr = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
    const text = withContainer(`image: '${ecr}/shop:1'`);
    // A revision that is made anew needs its image, and relight looks whether it is there.
    const report = await rehearsed(text, ecr, '', 'service: lost, tasks: lost');
    expect(report.calls.byOperation['ecr:DescribeImages']).toBeGreaterThan(1);
    expect(report.result).toBe('not-healed');
    expect(waitsOf(report)).toEqual(['service: image']);
    expect(report.seconds).toBeLessThan(1800 + 60);
  });

  it('and nothing is told where nothing leads to the name', async () => {
    const report = await rehearsed(
      withContainer(`${image}, environment: { AT: 'https://reorders.example.org' }`),
      'orders.example.org',
    );
    expect(report.result).toBe('healed');
    expect(report.dark).toEqual([{ name: 'orders.example.org', waits: [] }]);
  });

  it('and what is no name is a mistake of the file', () => {
    const bytes = `apiVersion: relight/v1\nkind: Rehearsal\nmetadata: { name: one }\ngiven: { playbook: p.yaml, dark: [orders] }\nthen: { exit: 0 }\n`;
    const loaded = loadScenario({ file: 'one.yaml', bytes, readPlaybook: () => ({ ok: false, why: 'none' }) });
    expect(loaded.ok ? [] : loaded.diagnostics).toMatchObject([
      { line: 4, expected: expect.stringContaining('product:orders') as string },
    ]);
    expect(darkName('Orders.Example.org.')).toBe('orders.example.org');
  });
});

describe('name-dark in the sandbox', () => {
  const dark: StuckState = { kind: 'name-dark', resource: 'orders.example.org' };

  async function newTasks(rig: Rig): Promise<void> {
    await rig.break(['service']);
    await rig.recover('repair');
  }

  async function running(rig: Rig): Promise<readonly (string | undefined)[]> {
    const asked = new DescribeServicesCommand({ cluster: 'standby', services: ['licence'] });
    const { services } = await rig.operator.client(ecs).send(asked);
    return [services?.[0]?.deployments?.[0]?.rolloutState, String(services?.[0]?.runningCount)];
  }

  it('lets what runs go on, and what starts wait until the name answers again', async () => {
    const rig = await deployedRig(licence);
    setStuck(rig.world, dark);
    rig.clock.advance(3_600_000);
    expect(rig.http('http://licence.example.org/health')).toBe(200);
    expect(heldUp(rig.world, dark)).toBe(0);
    await newTasks(rig);
    expect(rig.http('http://licence.example.org/health')).not.toBe(200);
    expect(heldUp(rig.world, dark)).toBe(1);
    releaseStuck(rig.world, dark);
    rig.clock.advance(1_800_000);
    expect(rig.http('http://licence.example.org/health')).toBe(200);
    expect(await running(rig)).toEqual(['COMPLETED', '2']);
  });

  it('is told by ECS as it tells of a registry that does not answer', async () => {
    const rig = await deployedRig(licence);
    setStuck(rig.world, { kind: 'name-dark', resource: 'registry.example' });
    await newTasks(rig);
    const client = rig.operator.client(ecs);
    const { taskArns = [] } = await client.send(new ListTasksCommand({ cluster: 'standby', desiredStatus: 'STOPPED' }));
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: 'standby', tasks: taskArns }));
    expect(tasks.map(({ stopCode }) => stopCode)).toContain('TaskFailedToStart');
    expect(tasks.map(({ stoppedReason }) => stoppedReason).join('\n')).toContain('CannotPullContainerError');
  });

  it('ends a task that no service started', async () => {
    const rig = await deployedRig(licence);
    setStuck(rig.world, dark);
    const client = rig.operator.client(ecs);
    const network = { awsvpcConfiguration: { subnets: ['subnet-a1'] } };
    const run = {
      cluster: 'standby',
      taskDefinition: 'licence',
      launchType: 'FARGATE',
      networkConfiguration: network,
    } as const;
    const { tasks: started = [] } = await client.send(new RunTaskCommand(run));
    rig.clock.advance(600_000);
    const arns = started.flatMap(({ taskArn }) => taskArn ?? []);
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: 'standby', tasks: arns }));
    expect(tasks).toMatchObject([{ lastStatus: 'STOPPED', stopCode: 'EssentialContainerExited' }]);
    expect(heldUp(rig.world, dark)).toBe(1);
  });

  it('hangs for clients, but for those names that are dark to tasks alone', async () => {
    const rig = await deployedRig(licence);
    const asked = (): unknown => {
      const answer = probeHttp(rig.world, 'http://licence.example.org/health');
      return 'error' in answer ? answer.error : answer.status;
    };
    const inside: StuckState = { kind: 'name-dark-to-tasks', resource: 'licence.example.org' };
    setStuck(rig.world, inside);
    expect(asked()).toBe(200);
    setStuck(rig.world, { kind: 'name-dark', resource: '*.example.org', forMs: 60_000 });
    expect(asked()).toBe('ETIMEDOUT');
    rig.clock.advance(60_000);
    expect(asked()).toBe(200);
  });

  it('wants a name, and no other word', () => {
    expect(faultSchema.safeParse({ kind: 'name-dark', resource: 'orders.example.org' }).success).toBe(true);
    expect(faultSchema.safeParse({ kind: 'name-dark', resource: 'orders' }).success).toBe(false);
    expect(faultSchema.safeParse({ kind: 'name-dark' }).success).toBe(false);
  });
});
