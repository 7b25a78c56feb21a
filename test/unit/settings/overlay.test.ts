import { describe, expect, test } from 'vitest';
import { layOver, settingsIn, type OverlayRules } from '../../../src/settings/overlay.ts';

const none: OverlayRules = { keys: {}, alternatives: [], isOne: () => false, cleared: [], exact: [] };

describe('what is not said stays', () => {
  test('maps merge by key, at any depth', () => {
    const base = { cpu: '512', runtime: { os: 'LINUX', cpu: 'ARM64' }, role: 'app' };
    expect(layOver(base, { cpu: '1024', runtime: { os: 'WINDOWS' } }, none)).toEqual({
      value: { cpu: '1024', runtime: { os: 'WINDOWS', cpu: 'ARM64' }, role: 'app' },
      kept: ['runtime.cpu', 'role'],
      displaced: [],
      removed: [],
    });
  });

  test('a list without a natural key is as it is said', () => {
    const { value, kept } = layOver({ command: ['a', 'b'], subnets: ['s-1'] }, { command: ['c'] }, none);
    expect(value).toEqual({ command: ['c'], subnets: ['s-1'] });
    expect(kept).toEqual(['subnets']);
  });

  test('items of a list with a natural key merge one by one, and further ones stay', () => {
    const keys = { containers: ['name'], 'containers[*].ports': ['port', 'protocol'] };
    const base = {
      containers: [
        { name: 'router', image: 'r:1' },
        { name: 'api', image: 'a:1', ports: [{ port: 80, protocol: 'tcp', label: 'web' }], user: 'app' },
      ],
    };
    const said = { containers: [{ name: 'api', image: 'a:2', ports: [{ port: 80, protocol: 'tcp' }] }] };
    expect(layOver(base, said, { ...none, keys })).toMatchObject({
      value: {
        containers: [
          { name: 'api', image: 'a:2', ports: [{ port: 80, protocol: 'tcp', label: 'web' }], user: 'app' },
          { name: 'router', image: 'r:1' },
        ],
      },
      kept: [
        'containers[api].ports[80/tcp].label',
        'containers[api].user',
        'containers[router].name',
        'containers[router].image',
      ],
    });
  });

  test('where several items have one key, what is there just as it is said is that', () => {
    const keys = { groups: ['container'] };
    const base = {
      groups: [
        { container: 'api', arn: 'A' },
        { container: 'api', arn: 'B' },
      ],
    };
    const { value } = layOver(base, { groups: [{ container: 'api', arn: 'B' }] }, { ...none, keys });
    expect(value).toEqual({
      groups: [
        { container: 'api', arn: 'B' },
        { container: 'api', arn: 'A' },
      ],
    });
  });

  test('a value of another kind takes the place of what was there', () => {
    expect(layOver({ a: { b: 1 } }, { a: 'text' }, none).value).toEqual({ a: 'text' });
    expect(layOver({ a: [1] }, { a: { b: 1 } }, none).value).toEqual({ a: { b: 1 } });
  });
});

describe('names that AWS allows and that objects have of themselves', () => {
  test('are settings as any other', () => {
    const base: unknown = JSON.parse('{ "environment": { "__proto__": "a", "constructor": "b", "toString": "c" } }');
    const { value, kept } = layOver(base, { environment: { toString: 'd', hasOwnProperty: 'e' } }, none);
    expect(JSON.stringify(value)).toBe(
      '{"environment":{"toString":"d","hasOwnProperty":"e","__proto__":"a","constructor":"b"}}',
    );
    expect(kept).toEqual(['environment.__proto__', 'environment.constructor']);
  });

  test('a value of several members is one setting where the type says so', () => {
    const isOne = (value: unknown): boolean => typeof value === 'object' && value !== null && 'SS' in value;
    const base = { tags: { SS: ['a'] }, owner: { SS: ['x'] } };
    const { value, kept } = layOver(base, { tags: { N: '1' } }, { ...none, isOne });
    expect(value).toEqual({ tags: { N: '1' }, owner: { SS: ['x'] } });
    expect(kept).toEqual(['owner']);
    expect([...settingsIn(value, { ...none, isOne }).keys()]).toEqual(['tags.N', 'owner']);
  });
});

describe('what stands in the place of another', () => {
  const rules = { ...none, alternatives: [['forward', 'redirect']] };

  test('is told as displaced, with all that it had', () => {
    expect(layOver({ redirect: { host: 'h', path: '/p' } }, { forward: 'tg' }, rules)).toEqual({
      value: { forward: 'tg' },
      kept: [],
      displaced: ['redirect.host', 'redirect.path'],
      removed: [],
    });
  });

  test('only where one of them is said', () => {
    expect(layOver({ redirect: { host: 'h' } }, { port: 80 }, rules)).toMatchObject({
      value: { port: 80, redirect: { host: 'h' } },
      displaced: [],
    });
  });
});

describe('what the playbook takes away', () => {
  test('null: just that, told with its value', () => {
    const rules = { ...none, cleared: ['role', 'containers[0].user'], keys: { containers: ['name'] } };
    const base = { role: 'app', cpu: 1, containers: [{ name: 'api', user: 'u', image: 'a' }] };
    expect(layOver(base, { containers: [{ name: 'api' }] }, rules)).toEqual({
      value: { cpu: 1, containers: [{ name: 'api', image: 'a' }] },
      kept: ['containers[api].image', 'cpu'],
      displaced: [],
      removed: [
        { path: 'containers[api].user', actual: 'u' },
        { path: 'role', actual: 'app' },
      ],
    });
  });

  test('a key that holds dots, as attributes of load balancers have', () => {
    const base = { attributes: { 'idle_timeout.timeout_seconds': '77', 'deletion_protection.enabled': 'true' } };
    const rules = { ...none, cleared: ['attributes.idle_timeout.timeout_seconds'] };
    expect(layOver(base, { attributes: {} }, rules)).toMatchObject({
      value: { attributes: { 'deletion_protection.enabled': 'true' } },
      removed: [{ path: 'attributes.idle_timeout.timeout_seconds', actual: '77' }],
    });
  });

  test('exact: all that is not said', () => {
    const { value, kept, removed } = layOver({ a: 1, b: { c: 2, d: 3 } }, { b: { c: 2 } }, { ...none, exact: [''] });
    expect(value).toEqual({ b: { c: 2 } });
    expect(kept).toEqual([]);
    expect(removed.map((each) => each.path)).toEqual(['b.d', 'a']);
  });

  test('exact for a part: the rest stays', () => {
    const rules = { ...none, exact: ['containers[*].environment'], keys: { containers: ['name'] } };
    const base = { containers: [{ name: 'api', environment: { A: '1', B: '2' }, user: 'u' }] };
    const { value, removed } = layOver(base, { containers: [{ name: 'api', environment: { A: '1' } }] }, rules);
    expect(value).toEqual({ containers: [{ name: 'api', environment: { A: '1' }, user: 'u' }] });
    expect(removed).toEqual([{ path: 'containers[api].environment.B', actual: '2' }]);
  });
});
