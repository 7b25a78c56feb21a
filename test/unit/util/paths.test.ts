import { describe, expect, test } from 'vitest';
import { overlaid } from '../../../src/util/paths.ts';

describe('a value with those of another one at some paths, such as a spec with what is there of ignored fields', () => {
  test.each<[string, unknown, unknown, string[], unknown]>([
    ['the present value', { weight: 100, ttl: 60 }, { weight: 0, ttl: 300 }, ['weight'], { weight: 0, ttl: 60 }],
    ['nothing, where nothing is there', { weight: 100, ttl: 60 }, { ttl: 300 }, ['weight'], { ttl: 60 }],
    [
      'what is there, where the spec says nothing',
      { ttl: 60 },
      { weight: 5, ttl: 60 },
      ['weight'],
      { weight: 5, ttl: 60 },
    ],
    [
      'a field of a part',
      { healthCheck: { path: '/health', interval: 30 } },
      { healthCheck: { path: '/', interval: 10 } },
      ['healthCheck.interval'],
      { healthCheck: { path: '/health', interval: 10 } },
    ],
    [
      'nothing of a part that the spec has not',
      { port: 80 },
      { healthCheck: { interval: 10 } },
      ['healthCheck.interval'],
      { port: 80 },
    ],
    [
      'a name with dots',
      { attributes: { 'idle_timeout.timeout_seconds': '60', 'routing.http2.enabled': 'true' } },
      { attributes: { 'idle_timeout.timeout_seconds': '120', 'routing.http2.enabled': 'false' } },
      ['attributes.idle_timeout.timeout_seconds'],
      { attributes: { 'idle_timeout.timeout_seconds': '120', 'routing.http2.enabled': 'true' } },
    ],
    ['one of a list', { values: ['a', 'b'] }, { values: ['c', 'd'] }, ['values[1]'], { values: ['a', 'd'] }],
    [
      'a field of one of a list',
      { containers: [{ image: 'v1', cpu: 1 }] },
      { containers: [{ image: 'v2', cpu: 2 }] },
      ['containers[0].image'],
      { containers: [{ image: 'v2', cpu: 1 }] },
    ],
    ['all as it is, for a path that leads nowhere', { ttl: 60 }, { ttl: 300 }, ['colour.shade'], { ttl: 60 }],
  ])('%s', (_what, spec, present, ignored, sent) => {
    const before = structuredClone(spec);
    expect(overlaid(spec, present, ignored)).toEqual(sent);
    expect(spec).toEqual(before);
  });
});
