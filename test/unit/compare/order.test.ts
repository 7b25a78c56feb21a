// Which of two values is ahead, and which have no order.
import { describe, expect, test } from 'vitest';
import { aheadIn } from '../../../src/compare/order.ts';

const image = 'containers[api].image';

const ahead: readonly (readonly [string, string, string | number, string | number])[] = [
  ['a minor version', image, 'r/api:1.43', 'r/api:1.42'],
  ['ten is more than nine', image, 'r/api:1.10.0', 'r/api:1.9.9'],
  ['a v before it', image, 'r/api:v2.0.0', 'r/api:v1.9.9'],
  ['a release and its candidate', image, 'r/api:1.43.0', 'r/api:1.43.0-rc.2'],
  ['the second candidate', image, 'r/api:1.43.0-rc.10', 'r/api:1.43.0-rc.9'],
  ['a word is after a number', image, 'r/api:1.0.0-rc.beta', 'r/api:1.0.0-rc.1'],
  ['more parts of a stage', image, 'r/api:1.0.0-alpha.1', 'r/api:1.0.0-alpha'],
  ['commits after a release', image, 'r/api:1.2.3-4-g1a2b3c4', 'r/api:1.2.3'],
  ['one variant', image, 'r/api:1.43-alpine', 'r/api:1.42-alpine'],
  ['a registry with a port', image, 'r.example:5000/api:2.0', 'r.example:5000/api:1.0'],
  ['a date', image, 'r/api:2026-02-01', 'r/api:2026-01-31'],
  ['a date without hyphens, and a commit', image, 'r/api:20260201-1a2b3c4', 'r/api:20260131-fffffff'],
  ['the second of a day', image, 'r/api:20260201.2', 'r/api:20260201.1'],
  ['a branch and a date', image, 'r/api:main-20260201-1a2b3c4', 'r/api:main-20260131-1a2b3c5'],
  ['a build', image, 'r/api:build-100', 'r/api:build-99'],
  ['a digest beside the tag', image, `r/api:2.0@sha256:${'a'.repeat(64)}`, `r/api:1.0@sha256:${'b'.repeat(64)}`],
  [
    'a revision',
    'taskDefinition',
    'arn:aws:ecs:(region):(account):task-definition/api:12',
    'arn:aws:ecs:(region):(account):task-definition/api:9',
  ],
  ['a count', 'desiredCount', 3, 1],
  ['a count as text', 'cpu', '1024', '512'],
  ['a time to live', 'ttl', 300, 60],
  ['a plain version', 'platformVersion', '1.4.0', '1.3.0'],
  ['a plain date', 'containers[api].environment.SINCE', '2026-02-01', '2026-01-31'],
];

describe('has an order', () => {
  test.each(ahead)('%s', (_name, field, more, less) => {
    expect(aheadIn(field, more, less)).toBe('left');
    expect(aheadIn(field, less, more)).toBe('right');
    expect(aheadIn(field, more, more)).toBeUndefined();
  });
});

const unordered: readonly (readonly [string, string, string | number | boolean, string | number | boolean])[] = [
  ['commits', image, 'r/api:1a2b3c4', 'r/api:5d6e7f8'],
  ['a commit and a number', image, 'r/api:1234567', 'r/api:5d6e7f8'],
  ['a version and a date', image, 'r/api:1.2.3', 'r/api:20260101'],
  ['two variants', image, 'r/api:1.43-alpine', 'r/api:1.42-slim'],
  ['two repositories', image, 'r/api:2.0', 'r/web:1.0'],
  ['two branches', image, 'r/api:main-20260201', 'r/api:feature-20260131'],
  ['latest', image, 'r/api:latest', 'r/api:1.0'],
  ['digests alone', image, `r/api@sha256:${'a'.repeat(64)}`, `r/api@sha256:${'b'.repeat(64)}`],
  ['ports', 'containers[api].ports[8080].hostPort', 8080, 80],
  ['ports of addresses', 'containers[api].environment.DB', 'db.example:5433', 'db.example:5432'],
  ['IP addresses', 'values[0]', '10.0.0.2', '10.0.0.1'],
  ['priorities', 'priority', 20, 10],
  ['words', 'containers[api].environment.LEVEL', 'info', 'debug'],
  ['yes and no', 'enableExecuteCommand', true, false],
  ['a number and a word', 'ttl', 60, 'sixty'],
];

describe('has none', () => {
  test.each(unordered)('%s', (_name, field, left, right) => {
    expect(aheadIn(field, left, right)).toBeUndefined();
    expect(aheadIn(field, right, left)).toBeUndefined();
  });
});
