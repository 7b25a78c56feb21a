// relight capture against a served sandbox: what it begins with, what it writes, what it refuses, and what it never writes.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Faults, serve, type ObservedCall, type ServedSandbox } from '../../src/sandbox/index.ts';
import { envOf, jsonOf, makeFolder, type Outcome } from '../cli/harness.ts';
import { bareRig, playbookOf } from '../helpers/rig.ts';
import { Hands } from '../shapes/hands.ts';
import { quiet } from '../shapes/suite.ts';
import { place } from './scene.ts';
import { alias, closed, front, https, targets, tasks } from './worlds/simple.ts';

const folder = makeFolder();
const wire: ObservedCall[] = [];
const faults = new Faults();
const file = folder.file('taken.yaml');
const secrets = {
  DB_PASSWORD: 'correct-horse',
  API_TOKEN: 'battery-staple',
  // By its shape: an access key of AWS.
  UPSTREAM: 'AKIAIOSFODNN7EXAMPLE',
  URL: 'https://shop:s3cr3t-in-url@db.example/orders',
} as const;

let served: ServedSandbox;

beforeAll(async () => {
  const rig = bareRig(playbookOf(place));
  const hands = new Hands(rig);
  const door = await front(hands, 'portal');
  const group = await targets(hands, 'portal');
  await https(hands, door, group);
  await hands.cluster({ clusterName: 'shop' });
  await tasks(hands, {
    cluster: 'shop',
    name: 'portal',
    groups: [group],
    container: {
      environment: Object.entries({ ...secrets, LEVEL: 'debug-canary' }).map(([name, value]) => ({ name, value })),
      command: ['serve', '--token', 'ghp_0123456789abcdefghijABCDEFGHIJ456789'],
    },
    more: { tags: [{ key: 'app', value: 'portal' }] },
  });
  await hands.records(
    'shop.example',
    { Name: 'portal.shop.example', Type: 'A', ...alias(door) },
    { Name: 'www.shop.example', Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'portal.shop.example' }] },
    { Name: 'old.shop.example', Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'www.shop.example' }] },
    { Name: 'elsewhere.shop.example', Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'host.example' }] },
  );
  const shared = await front(hands, 'shared');
  const listener = await closed(hands, shared);
  for (const [index, name] of ['cart', 'search'].entries()) {
    const own = await targets(hands, name);
    await hands.rule({
      ListenerArn: listener,
      Priority: index + 1,
      Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`${name}.shop.example`] } }],
      Actions: [{ Type: 'forward', TargetGroupArn: own }],
    });
    await tasks(hands, { cluster: 'shop', name, groups: [own] });
    await hands.records('shop.example', { Name: `${name}.shop.example`, Type: 'A', ...alias(shared) });
  }
  await quiet(rig);
  served = await serve(rig.world, { port: 0, faults, onCall: (call) => wire.push(call) });
});

afterEach(() => {
  faults.clear();
  rmSync(file, { force: true });
  expect(wire.filter((each) => each.mutating)).toEqual([]);
  wire.length = 0;
});

afterAll(async () => {
  await served.close();
  folder[Symbol.dispose]();
});

function capture(...words: readonly string[]): Promise<Outcome> {
  return folder.relight(['capture', ...words, '--out', 'taken.yaml', '--no-prove'], envOf(served.url));
}

const written = (): string => readFileSync(file, 'utf8');
const portal = ['--service', 'shop/portal'] as const;

test('writes a playbook, holds it against what it came from, and says what to type next', async () => {
  const { code, stderr, stdout } = await capture(...portal);
  expect([code, stderr]).toEqual([0, expect.stringContaining('123456789012') as string]);
  expect(stdout).toMatch(/^taken\.yaml: service shop\/portal, \d+ pieces of its own and 1 shared \(\d+ calls\)\n/);
  expect(stdout).toContain('planned against what it came from: nothing to do');
  expect(stdout).toContain('relight status taken.yaml');
  expect(written()).toContain('# Captured from service shop/portal in 123456789012');
  const checked = await folder.relight(['validate', 'taken.yaml']);
  expect(checked.code).toBe(0);
});

test.each([
  ['an ARN', ['--service', 'arn:aws:ecs:eu-west-1:123456789012:service/shop/portal']],
  ['a name', ['--name', 'portal.shop.example']],
  ['a name that leads to another one, and that to a third', ['--name', 'old.shop.example.']],
  ['a load balancer', ['--load-balancer', 'portal']],
  ['a tag', ['--tag', 'app=portal']],
])('begins with %s, and finds the same', async (_what, words) => {
  expect((await capture(...portal)).code).toBe(0);
  const whole = written();
  rmSync(file);
  expect((await capture(...words)).code).toBe(0);
  expect(written()).toBe(whole);
});

test('a name in a shared load balancer leads to the service of its rule', async () => {
  expect((await capture('--name', 'search.shop.example')).code).toBe(0);
  expect(written()).toContain('root: service');
  expect(written()).toContain('family: search');
  expect(written()).not.toContain('name: cart');
});

test.each([
  [
    'no such service',
    ['--service', 'shop/nobody'],
    /service shop\/nobody is not there: is it another account or region\?/,
  ],
  [
    'no such name',
    ['--name', 'nobody.shop.example'],
    /leads to no load balancer .*: no record of this account has that name/,
  ],
  ['a name that leads away', ['--name', 'elsewhere.shop.example'], /it leads to host\.example/],
  ['no such load balancer', ['--load-balancer', 'nobody'], /load balancer nobody is not there/],
  ['no such tag', ['--tag', 'app=nobody'], /no service and no load balancer .* has the tag app=nobody/],
  ['words that name no service', ['--service', 'portal'], /"portal" names no service: name it as <cluster>\/<name>/],
  ['nothing', [], /name what to capture: --service/],
  ['two beginnings', ['--service', 'shop/portal', '--tag', 'app=portal'], /name one thing to begin with/],
  [
    'several services',
    ['--load-balancer', 'shared'],
    /2 services are meant by this: .*cart, .*search\. Name one: --service/,
  ],
])('%s: nothing is written, and it says why', async (_what, words, message) => {
  const { code, stderr } = await capture(...words);
  expect([code, stderr]).toEqual([1, expect.stringMatching(message) as string]);
  expect(existsSync(file)).toBe(false);
});

test('what is there already is left as it is', async () => {
  expect((await capture(...portal)).code).toBe(0);
  const before = written();
  const { code, stderr } = await capture('--service', 'shop/cart');
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining('taken.yaml is there already, and is left as it is') as string,
  ]);
  expect(written()).toBe(before);
});

test('in another account than the one that is named, nothing is asked but who one is', async () => {
  const { code } = await capture(...portal, '--account', '210987654321');
  expect(code).toBe(3);
  const asked = new Set(wire.map((each) => each.operation));
  asked.delete('GetCallerIdentity');
  asked.delete('ListAccountAliases');
  expect([...asked]).toEqual([]);
  expect(existsSync(file)).toBe(false);
});

test('a read that is denied is told with its action, and the exit code says that not all was seen', async () => {
  faults.add({ kind: 'access-denied', operation: 'DescribeScalableTargets' });
  const { code, stdout } = await capture(...portal);
  expect([code, stdout]).toEqual([
    4,
    expect.stringMatching(
      /could not be seen:\n {2}its auto scaling .*application-autoscaling:DescribeScalableTargets/,
    ) as string,
  ]);
  expect(written()).toContain('# Could not be seen, and may be missing here:');
});

test('where the service itself cannot be seen, nothing is written', async () => {
  faults.add({ kind: 'access-denied', operation: 'DescribeServices' });
  const { code, stderr } = await capture(...portal);
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining('Allow ecs:DescribeServices, and capture once more.') as string,
  ]);
  expect(existsSync(file)).toBe(false);
});

test.each([
  ['ListServices', 'ecs:ListServices', ['--load-balancer', 'portal']],
  ['ListHostedZones', 'route53:ListHostedZones', ['--name', 'portal.shop.example']],
  ['GetResources', 'tag:GetResources', ['--tag', 'team=portal']],
] as const)('%s denied is no word that nothing is there: nothing is written', async (operation, api, start) => {
  faults.add({ kind: 'access-denied', operation });
  const { code, stderr } = await capture(...start);
  expect([code, stderr]).toEqual([4, expect.stringContaining(`Allow ${api}, and capture once more.`) as string]);
  expect(existsSync(file)).toBe(false);
});

test('no value of an environment is written unless it is asked for, and a secret never', async () => {
  const shown = async (...words: readonly string[]): Promise<string> => {
    const { stderr, stdout } = await capture(...portal, ...words);
    const all = `${stdout}\n${stderr}\n${written()}`;
    rmSync(file);
    return all;
  };
  const hidden = [...Object.values(secrets), 'ghp_0123456789abcdefghijABCDEFGHIJ456789'];
  const quietly = await shown();
  expect([...hidden, 'debug-canary'].filter((each) => quietly.includes(each))).toEqual([]);
  expect(quietly).toContain('containers[0].environment (');
  const openly = await shown('--env-values');
  expect(hidden.filter((each) => openly.includes(each))).toEqual([]);
  expect(openly).toContain('debug-canary');
  const asJson = await shown('--env-values', '--json');
  expect(hidden.filter((each) => asJson.includes(each))).toEqual([]);
});

test('prints the playbook alone where it is asked for', async () => {
  const line = ['capture', ...portal, '--out', '-'];
  const { code, stderr, stdout } = await folder.relight(line, envOf(served.url));
  expect(code).toBe(0);
  expect(playbookOf(stdout).metadata.name).toBe('portal');
  expect(stderr).toContain('left unsaid, so that it stays as it is');
});

test('tells as data what it wrote, and what it did not', async () => {
  const outcome = await capture(...portal, '--json');
  expect(outcome.code).toBe(0);
  expect(jsonOf(outcome)).toMatchObject({
    ...{ version: 1, file: 'taken.yaml', playbook: 'portal', root: 'service' },
    plan: { empty: true, unknown: [] },
    components: expect.arrayContaining([
      {
        id: 'cluster',
        type: 'ecs/cluster',
        shared: true,
        because: [expect.stringContaining('service cart') as string],
      },
    ]) as unknown,
  });
});
