// What a forecast makes of the thresholds of a target group: of nothing for new targets, of a recovery for unhealthy ones.
import { describe, expect, test } from 'vitest';
import { service as ecsService } from '../../../src/components/ecs-service/index.ts';
import { targetGroup } from '../../../src/components/elbv2-target-group/index.ts';

const group = (healthyThreshold?: number, interval = 20) => ({
  type: 'elbv2/target-group',
  spec: { name: 'api', healthCheck: { interval, ...(healthyThreshold === undefined ? {} : { healthyThreshold }) } },
  state: undefined,
});
const service = {
  name: 'api',
  cluster: 'c',
  desiredCount: 2,
  loadBalancers: [{ targetGroup: 'g', container: 'a', port: 80 }],
};
const running = (state: string) => ({
  status: 'ACTIVE',
  desiredCount: 2,
  runningCount: 2,
  loadBalancers: [{}],
  targets: [{ targets: [{ state }, { state: 'healthy' }] }],
});

describe('the threshold of passed checks', () => {
  const seconds = (state: string, threshold?: number): number => {
    const { time } = ecsService;
    return time.estimate('create', service, running(state) as never, () => [group(threshold)]);
  };

  test('counts where a service waits for targets that were unhealthy; AWS asks for five unless told', () => {
    expect(seconds('unhealthy', 10) - seconds('unhealthy', 2)).toBe(8 * 20);
    expect(seconds('unhealthy') - seconds('unhealthy', 2)).toBe(3 * 20);
    const { time } = ecsService;
    expect(time.settingSeconds('create', service as never, running('unhealthy') as never, () => [group(4)])).toBe(80);
  });

  test('does not where its targets are new: they have to pass one check', () => {
    expect(seconds('initial', 10)).toBe(seconds('initial', 2));
  });

  test('is worth trying down to two', () => {
    const tunable = targetGroup.time.tunables.find(({ path }) => path === 'healthCheck.healthyThreshold');
    expect(tunable?.suggest(group(5).spec as never, undefined)).toEqual({ from: 5, to: 2 });
    expect(tunable?.suggest(group().spec as never, undefined)).toEqual({ from: 5, to: 2 });
    expect(tunable?.suggest(group(2).spec as never, undefined)).toBeUndefined();
    expect(tunable?.set(2, group(5).spec as never, undefined).spec).toMatchObject({
      healthCheck: { interval: 20, healthyThreshold: 2 },
    });
  });
});
