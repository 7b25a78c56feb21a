// What no answer of Application Auto Scaling says: targets that nobody asked for, and bounds that are none.
import { expect, test } from 'vitest';
import { applicationAutoScaling } from '../../../src/aws/services/application-autoscaling.ts';

const api = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/shop/api',
  ScalableDimension: 'ecs:service:DesiredCount',
  MinCapacity: 0,
  MaxCapacity: 4,
};
const { ServiceNamespace, ScalableDimension } = api;

function wrong(targets: unknown, ResourceIds?: readonly string[]): string | undefined {
  const { rules } = applicationAutoScaling.proofs['DescribeScalableTargets'] ?? { rules: [] };
  const answer = {
    input: { ServiceNamespace, ScalableDimension, ResourceIds },
    output: { ScalableTargets: targets },
    body: new Uint8Array(),
  };
  return rules.map((rule) => rule(answer)).find((each) => each !== undefined);
}

test('targets of some of what was asked for, or of none, are an answer', () => {
  expect(wrong([api], ['service/shop/api', 'service/shop/web'])).toBeUndefined();
  expect(wrong([], ['service/shop/api'])).toBeUndefined();
  expect(wrong([api])).toBeUndefined();
});

test.each([
  ['of what was not asked for', [api], 'service/shop/api, which was not asked for'],
  [
    'twice',
    [
      { ...api, ResourceId: 'service/shop/web' },
      { ...api, ResourceId: 'service/shop/web' },
    ],
    'twice',
  ],
  [
    'without bounds',
    [{ ...api, ResourceId: 'service/shop/web', MinCapacity: undefined }],
    'bounds of service/shop/web',
  ],
  ['with bounds crossed', [{ ...api, ResourceId: 'service/shop/web', MinCapacity: 5 }], 'bounds of service/shop/web'],
  ['of another namespace', [{ ...api, ResourceId: 'service/shop/web', ServiceNamespace: 'rds' }], 'not of ecs'],
  ['that are no list', undefined, 'no ScalableTargets'],
])('targets %s are none', (_what, targets, why) => {
  expect(wrong(targets, ['service/shop/web'])).toContain(why);
});
