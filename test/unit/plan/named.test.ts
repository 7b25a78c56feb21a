// What settings name of other pieces is in the order, unless that would make a circle.
import { describe, expect, test } from 'vitest';
import { withNamed } from '../../../src/plan/named.ts';
import type { Base } from '../../../src/settings/base.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

const rig = scriptedRig('a; b; c -> in=a.arn');
const arnOf = (id: string): string => `arn:test:piece/${id}/1234`;
const outputs = new Map(['a', 'b', 'c'].map((id) => [id, { name: id, arn: arnOf(id) }]));

/** @param named what the settings of each piece name, in whatever text */
function orderWith(named: Readonly<Record<string, unknown>>): readonly string[] {
  const bases = new Map(
    Object.entries(named).map(([id, spec]): [string, Base] => [
      id,
      { source: 'piece', at: 0, spec, notRepresented: [], tags: undefined, outputs },
    ]),
  );
  const { edges } = withNamed(rig.graph, rig.playbook, rig.types, { bases, outputs });
  return edges.map(({ from, to }) => `${to} after ${from}`).toSorted();
}

describe('the order of a plan', () => {
  test('is that of the playbook where no settings are known', () => {
    expect(orderWith({})).toEqual(['c after a']);
  });

  test('has what settings name, however deep, within other text, and in whatever case', () => {
    expect(orderWith({ a: { deep: [{ text: `to "${arnOf('b').toUpperCase()}"` }] } })).toEqual([
      'a after b',
      'c after a',
    ]);
  });

  test('has nothing of what only begins alike, of names, and of itself', () => {
    expect(orderWith({ a: [`${arnOf('b')}5`, 'b', arnOf('a')] })).toEqual(['c after a']);
  });

  test('leaves out what would make a circle, and keeps the rest', () => {
    expect(orderWith({ a: arnOf('c'), b: arnOf('c') })).toEqual(['b after c', 'c after a']);
    expect(orderWith({ a: arnOf('b'), b: arnOf('a') })).toEqual(['a after b', 'c after a']);
  });
});
