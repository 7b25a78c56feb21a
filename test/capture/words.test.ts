// What a captured playbook says, and how: ids, references, order, protections, probes, parameters, and texts that look like something else.
import { TagResourceCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { parseDocument, visit } from 'yaml';
import { componentIdPattern } from '../../src/playbook/schema.ts';
import { slug } from '../../src/capture/ids.ts';
import { Hands } from '../shapes/hands.ts';
import { worldOf, type Scene } from './scene.ts';
import { scenes } from './scenes.ts';
import { take, type Taken } from './taking.ts';
import { failover } from './worlds/failover.ts';
import { odd, oddTexts } from './worlds/odd.ts';
import { twoDoors } from './worlds/two-doors.ts';

const named = (part: string): Scene => {
  const found = scenes.find(({ name }) => name.includes(part));
  if (found === undefined) throw new Error(`no scene ${part}`);
  return found;
};

const takenOf = async (scene: Scene): Promise<Taken> => take((await worldOf(scene)).rig, scene.start, scene.asked);

/** All texts of a file but its comments. */
function textsOf(text: string): readonly string[] {
  const all: string[] = [];
  visit(parseDocument(text), {
    Scalar: (_key, { value }) => {
      if (typeof value === 'string') all.push(value);
    },
  });
  return all;
}

test.each(scenes.map((scene) => ({ scene })))('$scene.name: no id of its pieces stands as it is', async ({ scene }) => {
  const { found, made, text } = await takenOf(scene);
  const ids = found.members.flatMap(({ found: { outputs } }) =>
    Object.entries(outputs).flatMap(([name, value = '']) => (/^(arn|id|dnsName)$/.test(name) ? [value] : [])),
  );
  expect(ids.length).toBeGreaterThan(2);
  const texts = textsOf(text).map((each) => each.toLowerCase());
  expect(ids.filter((id) => id !== '' && texts.some((each) => each.includes(id.toLowerCase())))).toEqual([]);
  for (const { id } of made.components) expect(id).toMatch(componentIdPattern);
});

test('pieces of a kind are told apart by what differs', async () => {
  const { made } = await takenOf(twoDoors);
  expect(made.components.map(({ id }) => id)).toEqual([
    ...['task-definition', 'target-group', 'cluster', 'load-balancer', 'listener-443', 'service', 'listener-80'],
    ...['record', 'record-aaaa', 'record-private', 'record-aaaa-private'],
  ]);
  const two = await takenOf(failover);
  expect(two.made.components.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['listener-one-443', 'listener-two-443']),
  );
});

test('what both load balancers have alike is referred to in the one that the record leads to', async () => {
  const { made } = await takenOf(failover);
  const aliases = made.components.flatMap(({ fields, id }) => {
    const { alias } = fields['spec'] as { readonly alias?: object };
    return alias === undefined ? [] : [[id, alias]];
  });
  const of = (id: string, evaluateTargetHealth: boolean): object => ({
    ...{ dnsName: `\${${id}.dnsName}`, hostedZoneId: `\${${id}.hostedZoneId}`, evaluateTargetHealth },
  });
  expect(Object.fromEntries(aliases)).toEqual({
    'record-first': of('load-balancer-one', false),
    'record-second': of('load-balancer-two', true),
  });
});

test('a service comes after what lets its load balancer know the target group, and a health check after the service', async () => {
  const { playbook } = await takenOf(failover);
  const dependsOn = (id: string): readonly string[] => playbook.components.get(id)?.dependsOn ?? [];
  expect(dependsOn('service')).toEqual(expect.arrayContaining(['listener-one-443', 'listener-two-443']));
  expect(dependsOn('health-check')).toContain('service');
  expect(playbook.root).toBe('service');
});

test('AWS’s protection is the playbook’s, and its reason is told', async () => {
  const { playbook, text } = await takenOf(named('Fargate behind'));
  expect(playbook.components.get('load-balancer')?.protect).toBe(true);
  expect(text).toContain('# protected: AWS has deletion_protection.enabled');
});

test('what scales a service moves its count; without, the count is a parameter like the image', async () => {
  const scaled = await takenOf(named('Fargate behind'));
  expect(scaled.playbook.components.get('service')?.ignore).toEqual(['desiredCount']);
  expect(scaled.made.params.map((each) => each.name)).toEqual(['replicas', 'web-image', 'otel-image']);
  const plain = await takenOf(twoDoors);
  expect(plain.playbook.components.get('service')?.ignore).toEqual([]);
  expect(plain.made.params.map((each) => [each.name, each.fields['default']])).toEqual([
    ['replicas', 2],
    ['image', 'registry.example/portal:1'],
  ]);
  const daemon = await takenOf(named('daemon'));
  expect(daemon.made.params.map((each) => each.name)).toEqual(['image']);
});

test.each([
  [
    'Fargate behind',
    [{ url: 'https://web.shop.example/health', status: expect.arrayContaining([200, 204]) as unknown }],
  ],
  // Who has not signed in is sent to do so.
  ['OpenID', [{ url: 'https://backoffice.shop.example/healthz', status: 302 }]],
  ['two zones', [{ url: 'https://portal.shop.example/health', status: [200, 204] }]],
  ['host rule', [{ url: 'https://orders.shop.example/health', status: 200 }]],
  // Inside alone, or of no HTTP.
  ['network load balancer', []],
  ['without a load balancer', []],
  ['targets by hand', []],
] as const)('%s: probes ask by name for the health check’s path', async (part, wanted) => {
  const { made } = await takenOf(named(part));
  expect(made.verify).toEqual(wanted.map((http) => ({ http: { ...http, within: '5m' } })));
});

test('texts that look like templates, YAML or line ends come back as they are', async () => {
  const { made, playbook, rig, text } = await takenOf(odd);
  const definition = playbook.components.get('task-definition')?.spec as {
    readonly containers: readonly {
      readonly command: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    }[];
  };
  const [container] = definition.containers;
  // A literal `${` stays escaped until outputs are known.
  expect(made.components.some(({ fields }) => JSON.stringify(fields).includes('$${service.arn}'))).toBe(true);
  expect(container?.command.length).toBe(oddTexts.length);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/);
  expect(textsOf(text)).toEqual(expect.arrayContaining(oddTexts.filter((each) => !each.includes('${'))));
  expect((await rig.plan('repair')).plan.steps).toEqual([]);
});

test('an id is short, and plain whatever it is made of', () => {
  expect(slug('Grüße_${x} — *.shop.example')).toBe('gr-e-x-any-shop-example');
  expect(slug('x'.repeat(300)).length).toBeLessThanOrEqual(40);
  expect(slug('***')).toBe('anyanyany');
  expect(slug('—')).toBe('');
});

test('a piece that is tagged as a component of this playbook keeps its id', async () => {
  const { rig } = await worldOf(twoDoors);
  const first = await take(rig, twoDoors.start);
  const { report } = await first.rig.recover('repair');
  expect(report.result).toBe('succeeded');
  const hands = new Hands(rig);
  await hands.ecs.send(
    new TagResourceCommand({
      resourceArn: 'arn:aws:ecs:eu-west-1:123456789012:service/shop/portal',
      tags: [
        { key: 'relight:playbook', value: 'front-door' },
        { key: 'relight:component', value: 'web' },
      ],
    }),
  );
  const again = await take(rig, twoDoors.start);
  expect(again.made.name).toBe('front-door');
  expect(again.playbook.root).toBe('web');
});

test('a service that is being deployed is captured as it is told', async () => {
  const { rig } = await worldOf(twoDoors);
  const hands = new Hands(rig);
  await hands.ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'portal', forceNewDeployment: true }));
  const taken = await take(rig, twoDoors.start);
  expect(taken.playbook.components.has('service')).toBe(true);
});
