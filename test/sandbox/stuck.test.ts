// States that AWS gets stuck in: what the API shows, what a recovery makes of it, and that all is well once released.
import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeLoadBalancersCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, GetChangeCommand, ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { describe, expect, it } from 'vitest';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { route53 } from '../../src/aws/services/route53.ts';
import {
  clearFaults,
  failLoadBalancer,
  faultsOf,
  heldUp,
  releaseStuck,
  resolveDns,
  setFaults,
  setStuck,
  type Fault,
} from '../../src/sandbox/index.ts';
import { deployedRig, readShipped, seededRig, playbookOf, unfinished, type Rig } from '../helpers/rig.ts';

const text = readShipped('deployer-api.yaml');

async function failedSteps(rig: Rig): Promise<readonly string[]> {
  const { report } = await rig.recover('repair');
  expect(report.result).not.toBe('succeeded');
  return report.steps.filter((step) => step.error !== null).map((step) => `${step.id}: ${step.error?.class ?? ''}`);
}

async function recovers(rig: Rig): Promise<void> {
  const { report } = await rig.recover('repair');
  expect([report.result, ...unfinished(report)]).toEqual(['succeeded']);
}

describe('Stuck states', () => {
  it('load-balancer-fails: a new one becomes failed, and the recovery says so at once', async () => {
    const rig = await seededRig(playbookOf(text));
    setFaults(rig.world, rig.faults, [{ kind: 'load-balancer-fails', resource: 'deployer-api' }]);
    expect(await failedSteps(rig)).toContain('load-balancer.create: failed-state');
    const { LoadBalancers } = await rig.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}));
    expect(LoadBalancers?.[0]?.State?.Code).toBe('failed');
    clearFaults(rig.world, rig.faults);
    await recovers(rig);
  });

  it.each([
    { kind: 'service-never-steady', what: 'its tasks stop while they start' },
    { kind: 'targets-unhealthy', what: 'its tasks are replaced again and again' },
  ] as const)('$kind: $what', async ({ kind }) => {
    const rig = await deployedRig(text);
    await rig.break(['service']);
    setFaults(rig.world, rig.faults, [{ kind, resource: 'deployer-api' }]);
    expect((await failedSteps(rig)).join()).toMatch(/^service\.create: (deadline|failed-state)/);
    const { services } = await rig.operator
      .client(ecs)
      .send(new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] }));
    expect(services?.[0]?.deployments?.[0]?.failedTasks).toBeGreaterThan(2);
    clearFaults(rig.world, rig.faults);
    await recovers(rig);
  });

  it('service-drains-forever: a deleted service stays DRAINING until it is released', async () => {
    const rig = await deployedRig(text);
    setFaults(rig.world, rig.faults, [{ kind: 'service-drains-forever', resource: 'deployer-api' }]);
    await rig.break(['service'], false);
    const status = async () => {
      const asked = new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] });
      return (await rig.operator.client(ecs).send(asked)).services?.[0]?.status;
    };
    rig.clock.advance(24 * 3_600_000);
    expect(await status()).toBe('DRAINING');
    expect(await failedSteps(rig)).not.toEqual([]);
    clearFaults(rig.world, rig.faults);
    rig.clock.advance(60_000);
    expect(await status()).toBe('INACTIVE');
    await recovers(rig);
  });

  describe('change-never-in-sync', () => {
    const changing = async (rig: Rig): Promise<() => Promise<string | undefined>> => {
      const zones = (await rig.operator.client(route53).send(new ListHostedZonesCommand({}))).HostedZones ?? [];
      const zone = zones.find((each) => each.Name === 'wonderland.example.');
      const { ChangeInfo } = await rig.operator.client(route53).send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: zone?.Id ?? '',
          ChangeBatch: {
            Changes: [
              {
                Action: 'UPSERT',
                ResourceRecordSet: {
                  Name: 'other.wonderland.example',
                  Type: 'A',
                  TTL: 60,
                  ResourceRecords: [{ Value: '192.0.2.1' }],
                },
              },
            ],
          },
        }),
      );
      return async () =>
        (await rig.operator.client(route53).send(new GetChangeCommand({ Id: ChangeInfo?.Id ?? '' }))).ChangeInfo
          ?.Status;
    };

    it.each([
      ['of its zone', { kind: 'change-never-in-sync', resource: 'wonderland.example' }],
      ['of all zones', { kind: 'change-never-in-sync' }],
    ] as const satisfies readonly (readonly [string, Fault])[])('changes %s stay PENDING', async (_which, fault) => {
      const rig = await deployedRig(text);
      setFaults(rig.world, rig.faults, [fault]);
      const status = await changing(rig);
      rig.clock.advance(24 * 3_600_000);
      expect(await status()).toBe('PENDING');
      clearFaults(rig.world, rig.faults);
      expect(await status()).toBe('INSYNC');
    });

    it('those of another zone do not, nor those that were INSYNC before', async () => {
      const rig = await deployedRig(text);
      const before = await changing(rig);
      rig.clock.advance(60_000);
      setFaults(rig.world, rig.faults, [{ kind: 'change-never-in-sync' }]);
      expect(await before()).toBe('INSYNC');
      clearFaults(rig.world, rig.faults);
      setFaults(rig.world, rig.faults, [{ kind: 'change-never-in-sync', resource: 'other.example' }]);
      const status = await changing(rig);
      rig.clock.advance(60_000);
      expect(await status()).toBe('INSYNC');
    });

    it('holds up one that is under way, and DNS keeps its previous answer', async () => {
      const rig = await deployedRig(text);
      const status = await changing(rig);
      setFaults(rig.world, rig.faults, [{ kind: 'change-never-in-sync' }]);
      rig.clock.advance(60_000);
      expect(await status()).toBe('PENDING');
      expect(resolveDns(rig.world, 'other.wonderland.example', 'A').answers).toEqual([]);
    });

    it('ends a recovery at its deadline, not before', async () => {
      const rig = await deployedRig(text);
      await rig.break(['cname']);
      setFaults(rig.world, rig.faults, [{ kind: 'change-never-in-sync' }]);
      expect((await failedSteps(rig)).join()).toContain('cname.create: deadline');
    });
  });

  const serviceStatus = async (rig: Rig) => {
    const asked = new DescribeServicesCommand({ cluster: 'wonderland', services: ['deployer-api'] });
    return (await rig.operator.client(ecs).send(asked)).services?.[0]?.status;
  };

  it('several of one service hold beside each other, and end one by one', async () => {
    const rig = await deployedRig(text);
    const draining: Fault = { kind: 'service-drains-forever', resource: 'deployer-api', region: 'eu-west-1' };
    const unhealthy: Fault = { kind: 'targets-unhealthy', resource: 'deployer-api', region: 'eu-west-1' };
    setFaults(rig.world, rig.faults, [draining, unhealthy]);
    expect(faultsOf(rig.world, rig.faults)).toEqual([unhealthy, draining]);
    releaseStuck(rig.world, unhealthy);
    expect(faultsOf(rig.world, rig.faults)).toEqual([draining]);
    await rig.break(['service'], false);
    rig.clock.advance(24 * 3_600_000);
    expect(await serviceStatus(rig)).toBe('DRAINING');
  });

  it('begin after a time and end after one, to the second, also in a fork', async () => {
    const rig = await deployedRig(text);
    const stuck = { kind: 'service-drains-forever', resource: 'deployer-api', region: 'eu-west-1' } as const;
    setStuck(rig.world, { ...stuck, afterMs: 60_000, forMs: 3_600_000 });
    expect(faultsOf(rig.world, rig.faults)).toEqual([{ ...stuck, afterMs: 60_000, forMs: 3_600_000 }]);
    rig.clock.advance(61_000);
    expect(faultsOf(rig.world, rig.faults)).toEqual([{ ...stuck, forMs: 3_599_000 }]);
    await rig.break(['service'], false);
    rig.clock.advance(3_598_000);
    const copy = rig.fork();
    expect([await serviceStatus(rig), await serviceStatus(copy)]).toEqual(['DRAINING', 'DRAINING']);
    copy.clock.advance(61_000);
    expect(await serviceStatus(copy)).toBe('INACTIVE');
    expect(faultsOf(copy.world, copy.faults)).toEqual([]);
    expect(heldUp(copy.world, stuck)).toBe(1);
  });

  it('that are still to begin are taken away as well', async () => {
    const rig = await deployedRig(text);
    setFaults(rig.world, rig.faults, [{ kind: 'change-never-in-sync', afterMs: 1_000 }]);
    clearFaults(rig.world, rig.faults);
    rig.clock.advance(2_000);
    expect(faultsOf(rig.world, rig.faults)).toEqual([]);
  });

  it('a load balancer that failed for good is no fault: it stays failed when faults end', async () => {
    const rig = await deployedRig(text);
    const describe = async () =>
      (await rig.operator.client(elbv2).send(new DescribeLoadBalancersCommand({}))).LoadBalancers;
    const [balancer] = (await describe()) ?? [];
    failLoadBalancer(rig.world, 'eu-west-1', balancer?.LoadBalancerArn ?? '');
    clearFaults(rig.world, rig.faults);
    expect((await describe())?.[0]?.State?.Code).toBe('failed');
  });

  it('count what they have held up, and nothing of another name', async () => {
    const rig = await deployedRig(text);
    const named = (resource: string) => ({ kind: 'load-balancer-fails', resource, region: 'eu-west-1' }) as const;
    setFaults(rig.world, rig.faults, [named('deployer-api'), named('deployer-apii')]);
    expect([heldUp(rig.world, named('deployer-api')), heldUp(rig.world, named('deployer-apii'))]).toEqual([1, 0]);
    const unhealthy = { kind: 'targets-unhealthy', resource: 'deployer-api' } as const;
    expect(heldUp(rig.world, unhealthy)).toBe(0);
    setStuck(rig.world, unhealthy);
    releaseStuck(rig.world, unhealthy);
    expect(heldUp(rig.world, unhealthy)).toBe(1);
  });

  it('are part of the world: a fork has them too, and they are listed', async () => {
    const rig = await deployedRig(text);
    const states: Fault[] = [
      { kind: 'load-balancer-fails', resource: 'deployer-api', region: 'eu-west-1' },
      { kind: 'service-never-steady', resource: 'deployer-api', region: 'eu-west-1' },
      { kind: 'change-never-in-sync' },
    ];
    setFaults(rig.world, rig.faults, states);
    const copy = rig.fork();
    expect(faultsOf(copy.world, copy.faults)).toEqual(states);
    clearFaults(rig.world, rig.faults);
    expect(faultsOf(rig.world, rig.faults)).toEqual([]);
    expect(faultsOf(copy.world, copy.faults)).toEqual(states);
  });
});
