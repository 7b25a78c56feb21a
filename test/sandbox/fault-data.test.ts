import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  createWorld,
  Faults,
  faultsOf,
  faultsSchema,
  readFaults,
  route53Of,
  serve,
  setFaults,
  VirtualClock,
  writeFault,
  type Fault,
} from '../../src/sandbox/index.ts';
import { servicesWith } from '../../src/sandbox/service-set.ts';

const stuckKinds = [...servicesWith().stuckKinds.keys()];

function sound(value: unknown): readonly Fault[] {
  const read = readFaults(value);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.faults;
}

const everyKind = `
faults:
  - { kind: throttle, service: ecs, operation: Describe*, rate: 0.2, seed: 7, after: 10s, for: 1m }
  - { kind: access-denied, service: elbv2, operation: DeleteTargetGroup, message: no }
  - { kind: expired-token, nth: 12 }
  - { kind: error-500, calls: changes, times: 2 }
  - { kind: error-503, where: { clusters.0: wonderland } }
  - { kind: hang, resource: deployer-api }
  - { kind: reset-before, operation: CreateService }
  - { kind: reset-after, operation: CreateService }
  - { kind: latency, latency: 250ms }
  - { kind: latency, latency: { uniform: [10ms, 0.5s] } }
  - { kind: latency, latency: { lognormal: { median: 80, sigma: 0.6, most: 2s } } }
  - { kind: stale, service: dynamodb, within: 3s }
  - { kind: request-rates, share: 0.5 }
  - { kind: load-balancer-fails, resource: deployer-api }
  - { kind: service-never-steady, resource: deployer-api, region: eu-central-1 }
  - { kind: targets-unhealthy, resource: deployer-api }
  - { kind: service-drains-forever, resource: deployer-api }
  - { kind: change-never-in-sync, after: 10s, for: 3m }
  - { kind: change-never-in-sync, resource: wonderland.example }
`;

describe('Faults as data', () => {
  it('every kind can be written; times are read as milliseconds, elbv2 as its name in signatures', () => {
    const faults = sound(parse(everyKind));
    expect(faults).toHaveLength(19);
    expect(faults[0]).toEqual({
      kind: 'throttle',
      service: 'ecs',
      operation: 'Describe*',
      rate: 0.2,
      seed: 7,
      afterMs: 10_000,
      forMs: 60_000,
    });
    expect(faults[1]).toMatchObject({ service: 'elasticloadbalancing' });
    expect(faults[9]).toEqual({ kind: 'latency', latency: { kind: 'uniform', from: 10, to: 500 } });
    expect(faults[11]).toMatchObject({ staleMs: 3_000 });
    expect(faults[17]).toEqual({ kind: 'change-never-in-sync', afterMs: 10_000, forMs: 180_000 });
  });

  it('what was read can be written and read again', () => {
    const faults = sound(parse(everyKind));
    const again: unknown = JSON.parse(JSON.stringify(faults.map(writeFault)));
    expect(sound(again)).toEqual(faults);
    expect(sound([writeFault({ kind: 'latency', latencyMs: 5 })])).toEqual([
      { kind: 'latency', latency: { kind: 'fixed', ms: 5 } },
    ]);
  });

  it('a list alone, and nothing at all, are lists too', () => {
    expect(sound([{ kind: 'hang' }])).toEqual([{ kind: 'hang' }]);
    expect(sound(null)).toEqual([]);
  });

  it.each([
    [{ kind: 'thorttle' }, new RegExp(`^faults\\[0\\]\\.kind: one of throttle, .*${stuckKinds.join(', ')}$`)],
    ['throttle', /^faults\[0\]: /],
    [{ kind: 'throttle', operaton: 'X' }, /operaton/],
    [{ kind: 'throttle', operation: 'DescribeServcies' }, /operation: the sandbox has no operation DescribeServcies/],
    [
      { kind: 'throttle', service: 'route53', operation: 'DescribeServices' },
      /operation: route53 in the sandbox has no operation DescribeServices/,
    ],
    [{ kind: 'throttle', service: 's3' }, /^faults\[0\]\.service: /],
    [{ kind: 'throttle', rate: 1.5 }, /^faults\[0\]\.rate: /],
    [{ kind: 'throttle', nth: 0 }, /^faults\[0\]\.nth: /],
    [{ kind: 'throttle', for: '40 seconds' }, /^faults\[0\]\.for: /],
    [{ kind: 'throttle', for: '90d' }, /^faults\[0\]\.for: /],
    [{ kind: 'latency' }, /^faults\[0\]\.latency: /],
    [{ kind: 'latency', latency: { uniform: ['2s', '1s'] } }, /the shorter latency first/],
    [{ kind: 'stale', service: 'route53' }, /reads of route53 show every write at once/],
    [{ kind: 'stale', calls: 'changes' }, /only reads can be stale/],
    [{ kind: 'hang', message: 'x' }, /message/],
    [{ kind: 'service-never-steady' }, /^faults\[0\]\.resource: /],
    [{ kind: 'service-never-steady', resource: 'a', nth: 2 }, /nth/],
    [{ kind: 'load-balancer-fails', resource: 'a', region: 'Ireland' }, /a region such as eu-west-1/],
  ])('a mistake is told with its place: %j', (fault, message) => {
    const read = readFaults([fault]);
    expect(read.ok ? [] : read.problems.join('\n')).toMatch(message);
  });

  it('all mistakes of a list at once', () => {
    const read = readFaults([{ kind: 'x' }, { kind: 'hang' }, { kind: 'throttle', nth: -1, rate: 2 }]);
    expect(read.ok ? [] : read.problems.map((problem) => problem.split(':')[0])).toEqual([
      'faults[0].kind',
      'faults[2].nth',
      'faults[2].rate',
    ]);
  });

  it('the schema can be part of another one, and tells places within that', () => {
    const scenario = z.strictObject({ given: z.strictObject({ faults: faultsSchema }) });
    expect(scenario.parse({ given: { faults: [{ kind: 'stale', within: '2s' }] } }).given.faults).toEqual([
      { kind: 'stale', staleMs: 2_000 },
    ]);
    const wrong = scenario.safeParse({ given: { faults: [{ kind: 'hang', nth: 'one' }] } });
    expect(wrong.error?.issues[0]?.path).toEqual(['given', 'faults', 0, 'nth']);
  });

  it('rules go to the door with the present, states to the world', () => {
    const clock = new VirtualClock(5_000);
    const world = createWorld({ clock });
    const faults = new Faults();
    setFaults(world, faults, sound([{ kind: 'throttle', for: '1s' }, { kind: 'change-never-in-sync' }]));
    expect(faults.rules).toEqual([{ kind: 'throttle', forMs: 1_000 }]);
    expect(route53Of(world.data).stuckZones).toEqual(['*']);
    expect(faultsOf(world, faults)).toHaveLength(2);
    const call = { service: 'sts', operation: 'GetCallerIdentity', input: {} } as const;
    expect(faults.inject({ ...call, at: 5_999 })).toHaveLength(1);
    expect(faults.inject({ ...call, at: 6_000 })).toHaveLength(0);
  });
});

describe('its own endpoints', () => {
  it('faults: set in place of those that are set, in addition to them, listed, taken away; a mistake changes nothing', async () => {
    const world = createWorld({ clock: new VirtualClock(0) });
    const served = await serve(world, { port: 0 });
    const asked = async (body?: object): Promise<{ status: number; value: unknown }> => {
      const answer = await fetch(
        `${served.url}/_relight/faults`,
        body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
      );
      return { status: answer.status, value: await answer.json() };
    };
    try {
      const throttle = { kind: 'throttle', service: 'ecs', for: 40_000 };
      const stuck = { kind: 'change-never-in-sync' };
      expect(await asked()).toEqual({ status: 200, value: { faults: [] } });
      expect(await asked({ faults: [{ ...throttle, for: '40s' }] })).toEqual({
        status: 200,
        value: { faults: [throttle] },
      });
      expect(await asked({ faults: [stuck], add: true })).toEqual({
        status: 200,
        value: { faults: [throttle, stuck] },
      });
      expect(await asked({ faults: [{ kind: 'hang', nth: 'x' }] })).toMatchObject({
        status: 400,
        value: { error: expect.stringContaining('faults[0].nth') as unknown },
      });
      expect((await asked()).value).toEqual({ faults: [throttle, stuck] });
      expect((await asked({ faults: [] })).value).toEqual({ faults: [] });
      expect(route53Of(world.data).stuckZones).toEqual([]);
    } finally {
      await served.close();
    }
  });
});
