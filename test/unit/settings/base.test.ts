// What a piece is made again from, where AWS or a known good tells only a part of it.
import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { service } from '../../../src/components/ecs-service/index.ts';
import { stateOf } from '../../../src/components/ecs-service/observe.ts';
import { besideKnownGood, baseOf, type Base, type Recalled } from '../../../src/settings/base.ts';
import { layered } from '../../../src/settings/layered.ts';

const spec = { cluster: 'shop', name: 'api', taskDefinition: 'api:1' };
const nobody = { exact: [], cleared: [] };
const none = { at: 0, tags: undefined, outputs: new Map() };

function described(more: Partial<Service>): ReturnType<typeof stateOf> {
  return stateOf({ status: 'ACTIVE', serviceName: 'api', taskDefinition: 'api:1', desiredCount: 3, ...more }, []);
}

/** As AWS tells it for a while after it is gone. */
const remains: Base = baseOf(service, {
  ...none,
  source: 'remains',
  spec,
  state: described({ status: 'INACTIVE', desiredCount: 0, launchType: 'FARGATE' }),
  captured: undefined,
});

const known: Recalled = { ...none, source: 'known-good', spec, state: described({}), captured: null };

/** A type that has no words for some of what its pieces have. */
function wordless(...notRepresented: readonly string[]): typeof service {
  const specOf: typeof service.undo.specOf = (...asked) => ({ ...service.undo.specOf(...asked), notRepresented });
  return { ...service, undo: { ...service.undo, specOf } };
}

describe('a service that is gone', () => {
  test('names what AWS does not tell any more, the count of its tasks too', () => {
    expect(layered(nobody, service, spec, remains).lost).toEqual([
      'serviceConnectConfiguration, if it had any',
      'volumeConfigurations, if it had any',
      'vpcLatticeConfigurations, if it had any',
      'desiredCount, as it was',
    ]);
    const said = { ...spec, desiredCount: 2 };
    expect(layered(nobody, service, said, remains).lost).not.toContain('desiredCount, as it was');
  });

  test('has that from what was known good', () => {
    const base = besideKnownGood(service, remains, known, false, () => undefined);
    const { lost, spec: whole } = layered(nobody, service, spec, base);
    expect(lost).toEqual([]);
    expect(whole).toMatchObject({ desiredCount: 3 });
  });

  test('names what no spec can say, whatever is known good', () => {
    const strange: Base = { ...remains, notRepresented: ['newMember'] };
    const base = besideKnownGood(service, strange, known, false, () => undefined);
    expect(layered(nobody, service, spec, base).lost).toEqual(['newMember']);
  });

  test('names what no spec can say of that which only its known good tells', () => {
    const type = wordless('vpcLatticeConfigurations[0].newer', 'placementStrategy');
    const base = besideKnownGood(type, remains, known, false, () => undefined);
    // What AWS still tells is as it tells it.
    expect(layered(nobody, type, spec, base).lost).toEqual(['vpcLatticeConfigurations[0].newer']);
  });
});

describe('a grace period', () => {
  const periodOf = (more: Partial<Service>): number | undefined =>
    service.undo.specOf(spec, described(more), undefined).spec.healthCheckGracePeriod;

  test('is told of a service that is gone, whose load balancers AWS tells no more, and of no other without any', () => {
    expect(periodOf({ status: 'INACTIVE', healthCheckGracePeriodSeconds: 43 })).toBe(43);
    expect(periodOf({ healthCheckGracePeriodSeconds: 43 })).toBeUndefined();
    expect(periodOf({ healthCheckGracePeriodSeconds: 0 })).toBeUndefined();
    const loadBalancers = [{ targetGroupArn: 'arn:aws:x', containerName: 'app', containerPort: 80 }];
    expect(periodOf({ healthCheckGracePeriodSeconds: 0, loadBalancers })).toBe(0);
  });
});
