// Every state that ELB tells of a target has a meaning.
import { TargetHealthStateEnum } from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, test } from 'vitest';
import { isLeaving, mayAnswer } from '../../../src/components/kit/target-health.ts';

const meanings: Readonly<Record<TargetHealthStateEnum, 'answers' | 'leaves' | 'neither'>> = {
  draining: 'leaves',
  healthy: 'answers',
  initial: 'neither',
  unavailable: 'answers',
  unhealthy: 'neither',
  'unhealthy.draining': 'leaves',
  unused: 'neither',
};

test.each(Object.values(TargetHealthStateEnum))('%s', (state) => {
  expect([mayAnswer(state), isLeaving(state)]).toEqual([meanings[state] === 'answers', meanings[state] === 'leaves']);
});
