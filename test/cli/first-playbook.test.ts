// docs/first-playbook.md, command by command, from a clean folder: without an account, of a service that runs, and when it changes.
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import {
  ElasticLoadBalancingV2Client,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { makeFolder, serveSandbox, type Outcome, type Server } from './harness.ts';

const document = readFileSync('docs/first-playbook.md', 'utf8');

/** The commands of the section with this heading, without their comments. */
function commandsOf(heading: string): readonly string[] {
  const [, section = ''] = document.split(`## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^relight (.*?)(?:\s+#.*)?$/gm)].map(([, words = '']) => words);
}

const folder = makeFolder();
const captured = makeFolder();
let server: Server;
const run = (line: string, where = captured): Promise<Outcome> =>
  where.relight(line.split(/\s+/), { ...server.env, AWS_REGION: 'eu-west-1' });

beforeAll(async () => {
  server = await serveSandbox(folder);
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  captured[Symbol.dispose]();
  folder[Symbol.dispose]();
});

it('begins without an account', async () => {
  const lines = commandsOf('No account at hand');
  expect(lines).toHaveLength(3);
  for (const line of lines) {
    const { code, stderr, stdout } = await run(line, folder);
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0);
  }
}, 60_000);

it('captures, judges, plans and adopts a service that runs, and nothing is to be done', async () => {
  // The service as somebody made it: with more than any playbook says.
  for (const line of ['sandbox seed orders.yaml', 'recover orders.yaml --no-verify --yes --confirm orders']) {
    const { code, stderr, stdout } = await run(line, folder);
    expect(code, `${line}\n${stdout}${stderr}`).toBe(0);
  }
  const lines = commandsOf('Of a service that runs');
  expect(lines).toHaveLength(5);
  // The proofs are tried elsewhere: they take their minute.
  for (const line of lines.filter((each) => !each.startsWith('prove'))) {
    const asked = line.startsWith('capture')
      ? ' --no-prove'
      : line.startsWith('adopt')
        ? ' --yes --confirm orders'
        : '';
    const { code, stderr, stdout } = await run(line + asked);
    // A rebuild is something to be done.
    expect(code, `${line}\n${stdout}${stderr}`).toBe(line.startsWith('plan') ? 2 : 0);
    if (line.startsWith('capture')) expect(stdout).toContain('planned against what it came from: nothing to do');
  }
  const text = readFileSync(captured.file('orders.yaml'), 'utf8');
  expect(text).not.toMatch(/arn:aws:(?:elasticloadbalancing|ecs):|\.elb\.amazonaws\.com/);
  expect(text).toContain("values: ['${load-balancer.dnsName}']");
}, 120_000);

it('tells what has changed since, takes it over, and leaves comments and order alone', async () => {
  const file = captured.file('orders.yaml');
  const before = readFileSync(file, 'utf8').replace(
    'root: service',
    '# whose night it is: the orders team\nroot: service',
  );
  writeFileSync(file, before);
  expect((await run('capture --refresh orders.yaml')).stdout).toContain('nothing has changed');
  const config = {
    endpoint: server.env['AWS_ENDPOINT_URL'] ?? '',
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  };
  const elb = new ElasticLoadBalancingV2Client(config);
  const { TargetGroups: [group] = [] } = await elb.send(new DescribeTargetGroupsCommand({}));
  await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: group?.TargetGroupArn, HealthCheckPath: '/healthz' }));
  const [look, take] = commandsOf('When the service changes');
  await new ECSClient(config).send(
    new UpdateServiceCommand({ cluster: 'production', service: 'orders', desiredCount: 3 }),
  );
  const shown = await run(look ?? '');
  expect(shown.code, shown.stderr).toBe(2);
  expect(shown.stdout).toContain('+      healthCheck: { path: /healthz }');
  expect(shown.stdout).toContain('-      healthCheck: { path: /health }');
  expect(readFileSync(file, 'utf8')).toBe(before);
  chmodSync(file, 0o640);
  const taken = await run(take ?? '');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(taken.code, taken.stdout + taken.stderr).toBe(0);
  // What was not changed is as it was, to the byte.
  expect(readFileSync(file, 'utf8')).toBe(
    before
      .replace('path: /health }', 'path: /healthz }')
      .replace('type: integer, default: 2', 'type: integer, default: 3'),
  );
  expect((await run('plan orders.yaml')).code).toBe(0);
  expect((await run('capture --refresh orders.yaml')).code).toBe(0);
}, 120_000);

it('never writes over a file, and says what is meant by what', async () => {
  for (const [line, message] of [
    ['init orders', 'orders.yaml: it is there already'],
    ['init Orders', 'lower-case letters'],
    ['capture --service production/orders', 'capture --refresh orders.yaml'],
    ['capture --service nowhere/orders --out other.yaml', 'service nowhere/orders is not there'],
    ['capture --out other.yaml', 'name what to capture: --service <cluster>/<name>'],
    ['capture --service production/orders --tag a=b', 'name one thing to begin with'],
    ['capture --service orders --out other.yaml', 'name it as <cluster>/<name>'],
    ['capture --refresh orders.yaml --service production/orders', 'leave out where else to begin'],
    ['capture --service production/orders --json --out -', 'leave one out'],
    ['capture --write --service production/orders', '--write and --unsaid go with --refresh'],
  ] as const) {
    const { code, stderr } = await run(line);
    expect(code, line).toBe(1);
    expect(stderr, line).toContain(message);
  }
  const refused = await run('capture --service production/orders --account 999999999999 --out other.yaml');
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('999999999999');
}, 60_000);
