import { describe, expect, test } from 'vitest';
import { targetGroup } from '../../../src/components/elbv2-target-group/index.ts';
import type { TargetGroupState } from '../../../src/components/elbv2-target-group/schema.ts';

describe('what AWS takes where nobody says anything', () => {
  test('is nothing that a playbook could take away', () => {
    const state = { protocol: 'HTTP', targetType: 'ip' } as TargetGroupState;
    const isUsual = (path: string, actual: unknown) => targetGroup.settings.isUsual(path, actual, state);
    expect(isUsual('attributes.stickiness.enabled', 'false')).toBe(true);
    expect(isUsual('attributes.stickiness.enabled', 'true')).toBe(false);
    expect(isUsual('healthCheck.interval', 30)).toBe(true);
    expect(isUsual('healthCheck.path', '/health')).toBe(false);
  });
});
