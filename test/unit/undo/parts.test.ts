// The references within specs whose texts are templates.
import { expect, test } from 'vitest';
import type { Component } from '../../../src/playbook/model.ts';
import { partsOf, referencesIn, topOf } from '../../../src/undo/parts.ts';

const component = { id: 'svc', position: { line: 1, column: 1 } } as unknown as Component;

test('all references of a spec are told with their paths, in lists and maps, several in one text', () => {
  const spec = { a: ['plain', '${lb.arn}'], b: { c: '${lb.dns}:${svc.port}' }, n: 1, x: null };
  expect(
    referencesIn(component, spec).map(({ component: to, from, output, path }) => [from, path, to, output]),
  ).toEqual([
    ['svc', 'a[1]', 'lb', 'arn'],
    ['svc', 'b.c', 'lb', 'dns'],
    ['svc', 'b.c', 'svc', 'port'],
  ]);
});

test('an escaped reference is none', () => {
  expect(partsOf('$${lb.arn}')).toEqual([]);
  expect(partsOf('cost: $5')).toEqual([]);
});

test('the field that a path begins with', () => {
  expect(['values[0]', 'a.b', 'a', ''].map(topOf)).toEqual(['values', 'a', 'a', '']);
});
