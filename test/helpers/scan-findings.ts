// Findings and gaps of scans as values, for tests of what becomes of them.
import type { Unseen } from '../../src/scan/coverage.ts';
import { findingId, type Finding } from '../../src/scan/finding.ts';

const place = { account: '123456789012', region: 'eu-west-1' };
const file = { playbook: 'shop', file: 'shop.yaml', line: 1, column: 1 };

export function findingOf(given: Partial<Finding>): Finding {
  const { component = 'service', field = null, kind = 'missing' } = given;
  return {
    id: findingId({ playbook: file.playbook, ...place, component, kind, field }),
    ...file,
    ...place,
    environment: null,
    component,
    type: 'ecs/service',
    piece: null,
    kind,
    field,
    severity: 'critical',
    what: 'not there',
    evidence: [],
    desired: null,
    actual: null,
    why: 'root-cause',
    cause: component,
    observedAt: '2026-12-01T00:00:00.000Z',
    firstSeen: '2026-12-01T00:00:00.000Z',
    isNew: true,
    acknowledged: null,
    plan: 'relight plan shop.yaml',
    ...given,
  };
}

export function unseenOf(given: Partial<Unseen>): Unseen {
  return {
    ...file,
    ...place,
    component: 'service',
    type: 'ecs/service',
    list: false,
    reason: 'denied',
    api: 'ecs:DescribeServices',
    code: 'AccessDenied',
    principal: null,
    detail: 'AccessDenied: no',
    hiddenBy: null,
    permissions: null,
    ...given,
  };
}
