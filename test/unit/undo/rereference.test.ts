// A spec of another time gets back the references that the playbook has in its place.
import { describe, expect, test } from 'vitest';
import { rereferenced, type Bygone } from '../../../src/undo/rereference.ts';

const values: Readonly<Record<string, readonly string[]>> = {
  'lb.arn': ['arn:aws:lb/1', 'arn:aws:lb/0'],
  'lb.dns': ['Shop-1.elb.example'],
  'svc.name': ['api'],
};

function again(spec: unknown, template: unknown): unknown {
  return told(spec, template).value;
}

function told(
  spec: unknown,
  template: unknown,
  instead?: string,
): { readonly value: unknown; readonly elsewhere: readonly string[] } {
  const elsewhere: string[] = [];
  const bygone: Bygone = {
    valuesOf: (component, output) => values[`${component}.${output}`] ?? [],
    isUnique: (_component, output) => output !== 'name',
    elsewhere: (...all) => {
      elsewhere.push(all.join(' '));
      return instead;
    },
  };
  return { value: rereferenced(spec, template, bygone), elsewhere };
}

describe('a text', () => {
  test('that was an output is that output, as it was first or last', () => {
    expect(again({ to: 'arn:aws:lb/1' }, { to: '${lb.arn}' })).toEqual({ to: '${lb.arn}' });
    expect(again({ to: 'arn:aws:lb/0' }, { to: '${lb.arn}' })).toEqual({ to: '${lb.arn}' });
    expect(again({ to: 'api.shop' }, { to: '${svc.name}.shop' })).toEqual({ to: '${svc.name}.shop' });
  });

  test('in which an output stands follows it, without regard to case, where each generation has its own', () => {
    expect(again('dualstack.shop-1.ELB.example.', '${lb.dns}')).toBe('dualstack.${lb.dns}.');
    expect(again('Shop-1.elb.example,Shop-1.elb.example', '${lb.dns}')).toBe('${lb.dns},${lb.dns}');
    expect(again('an api of ours', 'an ${svc.name}')).toBe('an api of ours');
    // `$` and a reference would read as an escape.
    expect(again('cost$Shop-1.elb.example', '${lb.dns}')).toBe('cost$Shop-1.elb.example');
  });

  test('that was something else is told with its place, and may become another text', () => {
    expect(told({ a: ['arn:aws:lb/9'] }, { a: ['${lb.arn}'] })).toEqual({
      value: { a: ['arn:aws:lb/9'] },
      elsewhere: ['a[0] arn:aws:lb/9 ${lb.arn}'],
    });
    expect(told('arn:aws:lb/9', '${lb.arn}', '${lb.arn}').value).toBe('${lb.arn}');
  });

  test('where the playbook has no reference stays, and is none', () => {
    expect(told({ a: 'arn:aws:lb/1', b: '${HOME}' }, { a: 'said' }, 'never')).toEqual({
      value: { a: 'arn:aws:lb/1', b: '$${HOME}' },
      elsewhere: [],
    });
  });
});

describe('a list', () => {
  test('may have been told in another order', () => {
    expect(again(['b', 'arn:aws:lb/1'], ['${lb.arn}', 'b'])).toEqual(['b', '${lb.arn}']);
  });

  test('of things with names goes by these', () => {
    const template = [
      { name: 'x', to: 'plain' },
      { name: 'y', to: '${lb.arn}' },
    ];
    expect(again([{ name: 'y', to: 'arn:aws:lb/1' }], template)).toEqual([{ name: 'y', to: '${lb.arn}' }]);
    expect(again([{ to: 'arn:aws:lb/1' }], [{ to: '${lb.arn}' }])).toEqual([{ to: '${lb.arn}' }]);
  });
});

test('what is no text is as it was', () => {
  expect(again({ a: 1, b: null, c: true, d: { e: [] } }, { a: '${lb.arn}' })).toEqual({
    a: 1,
    b: null,
    c: true,
    d: { e: [] },
  });
});
