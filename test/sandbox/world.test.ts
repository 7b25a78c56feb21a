import { describe, expect, it } from 'vitest';
import {
  copyData,
  createWorld,
  elbv2Of,
  fork,
  instantTimings,
  losableKinds,
  lose,
  networkOf,
  presume,
  reset,
  route53Of,
  snapshot,
  VirtualClock,
  type PresumedItem,
} from '../../src/sandbox/index.ts';

const t0 = Date.UTC(2026, 8, 5, 10);

function newWorld(seed?: number) {
  return createWorld({ clock: new VirtualClock(t0), ...(seed === undefined ? {} : { seed }) });
}

describe('Ids and chance', () => {
  it('have the length asked for and do not repeat', () => {
    const world = newWorld();
    const ids = new Set<string>();
    for (let count = 0; count < 2_000; count += 1) ids.add(world.hex(16));
    expect(ids.size).toBe(2_000);
    for (const length of [1, 8, 17, 32]) expect(world.hex(length)).toMatch(new RegExp(`^[0-9a-f]{${String(length)}}$`));
    for (let count = 0; count < 200; count += 1) {
      expect(world.digits(10)).toMatch(/^[1-9]\d{9}$/);
      const number = world.random();
      expect(number).toBeGreaterThanOrEqual(0);
      expect(number).toBeLessThan(1);
    }
  });

  it('are the same for the same history, and others for another seed', () => {
    const draw = (seed?: number): string[] => {
      const world = newWorld(seed);
      return [world.hex(17), world.digits(9), String(world.random())];
    };
    expect(draw()).toEqual(draw());
    expect(draw(1)).toEqual(draw());
    expect(draw(2)).not.toEqual(draw(1));
  });

  it('go on in a fork where the original stands', () => {
    const world = newWorld();
    world.hex(8);
    const copy = fork(world, new VirtualClock(t0));
    expect(copy.hex(16)).toBe(world.hex(16));
  });
});

describe('Snapshots and forks', () => {
  it('a copy is equal, shares nothing, and keeps keys that every object has', () => {
    const world = newWorld();
    presume(world, [{ kind: 'vpc', id: 'vpc-1' }]);
    const { behaviours } = elbv2Of(world.region('eu-west-1'));
    for (const name of ['__proto__', 'constructor']) {
      Object.defineProperty(behaviours, name, { value: 'fails', configurable: true, enumerable: true, writable: true });
    }
    const copy = copyData(world.data);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(world.data));
    const copied = copy.regions['eu-west-1'] ?? {};
    expect(Object.keys(elbv2Of(copied).behaviours)).toEqual(['__proto__', 'constructor']);
    delete networkOf(copied).vpcs['vpc-1'];
    expect(Object.keys(networkOf(world.region('eu-west-1')).vpcs)).toEqual(['vpc-1']);
  });

  it('share nothing with the original', () => {
    const world = newWorld();
    presume(world, [{ kind: 'vpc', id: 'vpc-1' }]);
    const saved = snapshot(world);
    const copy = fork(world, new VirtualClock(t0));
    presume(world, [
      { kind: 'alias', alias: 'prod' },
      { kind: 'vpc', id: 'vpc-2' },
    ]);
    expect(saved.alias).toBeNull();
    expect(Object.keys(networkOf(copy.region('eu-west-1')).vpcs)).toEqual(['vpc-1']);
    presume(copy, [{ kind: 'vpc', id: 'vpc-3' }]);
    expect(Object.keys(networkOf(world.region('eu-west-1')).vpcs)).toEqual(['vpc-1', 'vpc-2']);
  });

  it('a snapshot carries the present and is plain JSON', () => {
    const clock = new VirtualClock(t0);
    const world = createWorld({ clock, alias: 'prod' });
    clock.advance(5_000);
    const saved = snapshot(world);
    expect(saved.now).toBe(t0 + 5_000);
    expect(JSON.parse(JSON.stringify(saved))).toEqual(saved);
  });

  it('a world goes on from saved data; timings are those of the source unless told', () => {
    const world = createWorld({ clock: new VirtualClock(t0), timings: instantTimings, alias: 'prod' });
    const again = fork(snapshot(world), new VirtualClock(t0));
    expect(again.data.alias).toBe('prod');
    expect(again.timings['taskStart']).toBeGreaterThan(0);
    expect(fork(world, new VirtualClock(t0)).timings).toBe(instantTimings);
  });

  it('emptying keeps the account, its alias and the caller, and no id comes twice', () => {
    const world = createWorld({ clock: new VirtualClock(t0), account: '210987654321', alias: 'prod' });
    presume(world, [{ kind: 'vpc', id: 'vpc-1' }]);
    const id = world.hex(16);
    reset(world);
    expect(world.data).toMatchObject({
      account: '210987654321',
      alias: 'prod',
      callerArn: 'arn:aws:iam::210987654321:user/operator',
      regions: {},
    });
    expect(world.hex(16)).not.toBe(id);
  });

  it('refuses an account id that is none', () => {
    expect(() => createWorld({ clock: new VirtualClock(t0), account: '42' })).toThrow('12 digits');
  });
});

describe('Presumed things', () => {
  it('subnets of one list lie in different zones and in the VPC at hand', () => {
    const world = newWorld();
    presume(world, [
      { kind: 'subnet', id: 'subnet-a' },
      { kind: 'subnet', id: 'subnet-b' },
      { kind: 'subnet', id: 'subnet-z', vpc: 'vpc-9', availabilityZone: 'eu-west-1c' },
      { kind: 'security-group', id: 'sg-1' },
      { kind: 'vpc', id: 'vpc-1' },
    ]);
    const network = networkOf(world.region('eu-west-1'));
    expect(network.subnets).toEqual({
      'subnet-a': { availabilityZone: 'eu-west-1a', vpc: 'vpc-1' },
      'subnet-b': { availabilityZone: 'eu-west-1b', vpc: 'vpc-1' },
      'subnet-z': { availabilityZone: 'eu-west-1c', vpc: 'vpc-9' },
    });
    expect(network.securityGroups).toEqual({ 'sg-1': { vpc: 'vpc-1' } });
    expect(Object.keys(network.vpcs)).toEqual(['vpc-1', 'vpc-9']);
  });

  it('may be presumed again without a change', () => {
    const world = newWorld();
    const items = [
      { kind: 'subnet', id: 'subnet-a', region: 'us-east-1' },
      { kind: 'subnet', id: 'subnet-b', region: 'us-east-1' },
      { kind: 'security-group', id: 'sg-1', vpc: 'vpc-1' },
      { kind: 'hosted-zone', name: 'Wonderland.example' },
      { kind: 'alias', alias: 'prod' },
    ] as const;
    presume(world, items);
    const before = snapshot(world);
    presume(world, items);
    expect(snapshot(world)).toEqual(before);
    expect(Object.values(route53Of(before).zones).map(({ name }) => name)).toEqual(['wonderland.example.']);
  });

  it('a certificate belongs to the region in its ARN', () => {
    const world = newWorld();
    const arn = 'arn:aws:acm:eu-central-1:123456789012:certificate/1';
    presume(world, [{ kind: 'certificate', arn }]);
    expect(Object.keys(networkOf(world.region('eu-central-1')).certificates)).toEqual([arn]);
  });

  it('may be lost again by what names them, and what refers to them stays', () => {
    const world = newWorld();
    const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/api:1';
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop-AbCdEf';
    const role = 'arn:aws:iam::123456789012:role/task';
    const policy = 'arn:aws:iam::aws:policy/AmazonECS_FullAccess';
    const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/1';
    const kinds: readonly (readonly [PresumedItem, string])[] = [
      [{ kind: 'vpc', id: 'vpc-1' }, 'vpc-1'],
      [{ kind: 'subnet', id: 'subnet-1' }, 'subnet-1'],
      [{ kind: 'security-group', id: 'sg-1' }, 'sg-1'],
      [{ kind: 'network-interface', id: 'eni-1', subnet: 'subnet-1', address: '10.0.0.4' }, 'eni-1'],
      [{ kind: 'certificate', arn: certificate }, certificate],
      [{ kind: 'key', key: 'alias/shop' }, 'alias/shop'],
      [{ kind: 'image', image }, image],
      [{ kind: 'secret', secret: `${secret}:password::` }, secret],
      [{ kind: 'parameter', parameter: '/shop/token' }, '/shop/token'],
      [{ kind: 'log-group', name: '/shop' }, '/shop'],
      [{ kind: 'role', role }, role],
      [{ kind: 'policy', policy, document: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } } }, policy],
      [{ kind: 'container-instance', instance: 'one', cluster: 'c' }, 'one'],
      [{ kind: 'capacity-provider', name: 'own' }, 'own'],
    ];
    expect(kinds.map(([{ kind }]) => kind).sort()).toEqual([...losableKinds(world.services)].sort());
    presume(
      world,
      kinds.map(([item]) => item),
    );
    for (const [{ kind }, id] of kinds) {
      lose(world, { kind, id });
      expect(() => {
        lose(world, { kind, id });
      }).toThrow(`there is no ${kind} ${id} in eu-west-1`);
    }
    expect(networkOf(world.region('eu-west-1'))).toMatchObject({ subnets: {}, certificates: {}, interfaces: {} });
    expect(() => {
      lose(world, { kind: 'alias', id: 'prod' });
    }).toThrow(
      'nothing of the kind alias can be lost; there are container-instance, capacity-provider, parameter, vpc, subnet,',
    );
  });

  it('an alias has to be one that IAM takes', () => {
    expect(() => {
      presume(newWorld(), [{ kind: 'alias', alias: 'a--b' }]);
    }).toThrow('no account alias');
  });

  it('the account may change as long as nothing bears its id', () => {
    const world = newWorld();
    presume(world, [{ kind: 'account', account: '210987654321' }]);
    expect(world.data.callerArn).toBe('arn:aws:iam::210987654321:user/operator');
    presume(world, [{ kind: 'certificate', arn: 'arn:aws:acm:eu-west-1:210987654321:certificate/1' }]);
    expect(() => {
      presume(world, [{ kind: 'account', account: '123456789012' }]);
    }).toThrow('already holds resources of account 210987654321');
  });
});
