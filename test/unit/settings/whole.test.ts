// The whole of what a piece is to be: what its playbook says over what it is or was.
import { describe, expect, test } from 'vitest';
import type { ComponentType } from '../../../src/components/contract.ts';
import { z } from 'zod';
import {
  besideKnownGood,
  baseOf,
  preferring,
  recalledBase,
  repointed,
  type Base,
  type Recalled,
} from '../../../src/settings/base.ts';
import { differencesIn, layered, tagsKept } from '../../../src/settings/layered.ts';
import { settingsIn } from '../../../src/settings/overlay.ts';
import { isAt, isWithin } from '../../../src/settings/paths.ts';

/** A type whose pieces say of themselves what they are. */
const type = {
  traits: { schema: z.looseObject({ port: z.number().optional() }) },
  settings: {
    keys: { rules: ['id'] },
    alternatives: [['forward', 'redirect']],
    isOne: () => false,
    plainly: (spec: unknown) => spec,
    takenAway: (spec: { readonly without?: readonly string[] }) => spec.without ?? [],
    isUsual: (path: string, actual: unknown) => path === 'level' && actual === 'usual',
    passing: (state: { readonly going?: boolean }) => (state.going === true ? ['count', 'rules[*].hits'] : []),
  },
  undo: {
    specOf: (_spec: unknown, state: Readonly<Record<string, unknown>>) => ({
      spec: Object.fromEntries(Object.entries(state).filter(([name]) => name !== 'going')),
      notRepresented: [],
    }),
  },
  diff: (spec: Readonly<Record<string, unknown>>, state: Readonly<Record<string, unknown>>) =>
    Object.keys(spec)
      .filter((path) => path !== 'without' && spec[path] !== state[path])
      .map((path) => ({ path, desired: spec[path], actual: state[path] })),
} as unknown as ComponentType;

const plain = { exact: [], cleared: [] };
const none = { at: 7, tags: undefined, outputs: new Map() };
const baseWith = (spec: unknown, more: Partial<Base> = {}): Base => ({
  ...none,
  source: 'piece',
  spec,
  notRepresented: [],
  ...more,
});
const knownWith = (state: unknown, outputs: Recalled['outputs'] = new Map()): Recalled => ({
  ...none,
  source: 'known-good',
  spec: {},
  state,
  captured: null,
  outputs,
});
const nobody = (): undefined => undefined;

describe('what is sent', () => {
  test('is what is said where nothing is known', () => {
    expect(layered(plain, type, { port: 1, a: { b: 2 } }, undefined)).toEqual({
      spec: { port: 1, a: { b: 2 } },
      kept: [],
      lost: [],
      displaced: [],
      removed: [],
    });
  });

  test('is what is said over what there is', () => {
    const base = baseWith({ port: 9, a: { c: 3 }, redirect: 'there' }, { notRepresented: ['odd', 'port[0]'] });
    expect(layered(plain, type, { port: 1, forward: 'here' }, base)).toEqual({
      spec: { port: 1, forward: 'here', a: { c: 3 } },
      kept: ['a.c'],
      lost: ['odd', 'port[0]'],
      displaced: ['redirect'],
      removed: [],
    });
  });

  test('what no spec can say is no loss where the playbook says it, or tells all', () => {
    const base = baseWith({}, { notRepresented: ['secret, which nobody decrypted', 'a.b', 'some words'] });
    expect(layered(plain, type, { secret: 's', a: { b: 1 } }, base).lost).toEqual(['some words']);
    expect(layered({ ...plain, exact: [''] }, type, {}, base).lost).toEqual([]);
    expect(layered({ ...plain, exact: ['a'] }, type, {}, base).lost).toHaveLength(3);
  });

  test('what cannot stand beside what is said is lost as a whole, and says why', () => {
    const base = baseWith({ port: 'http', a: 1 }, { notRepresented: ['odd'], passing: ['count'] });
    const { kept, lost, spec } = layered(plain, type, { b: 2 }, base);
    expect(spec).toEqual({ b: 2 });
    expect(kept).toEqual([]);
    expect(lost).toHaveLength(3);
    expect(lost[0]).toMatch(/^what the playbook does not say \(it cannot stand beside what it says: port: /);
    expect(lost.slice(1)).toEqual(['odd', 'count, as it was']);
  });

  test('what a type has words for is taken away', () => {
    const { removed, spec } = layered(plain, type, { without: ['a.b'] }, baseWith({ a: { b: 1, c: 2 } }));
    expect(spec).toMatchObject({ a: { c: 2 } });
    expect(removed).toEqual([{ path: 'a.b', actual: 1 }]);
  });
});

describe('differences', () => {
  const component = { exact: [] as string[], cleared: [] as string[], ignore: [] as string[] };

  test('are those that the type finds, less what is left to others', () => {
    const paths = (more: Partial<typeof component>): readonly string[] =>
      differencesIn({ ...component, ...more }, type, { port: 1, a: 2 }, { port: 2, a: 3 }).map((each) => each.path);
    expect(paths({})).toEqual(['port', 'a']);
    expect(paths({ ignore: ['a'] })).toEqual(['port']);
  });

  test('are what is to be taken away and is there, told once, but for what is usual', () => {
    const state = { port: 2, a: { b: 1 }, level: 'usual', more: 'x' };
    const found = differencesIn({ ...component, exact: [''] }, type, { port: 1 }, state);
    expect(found).toEqual([
      { path: 'port', desired: 1, actual: 2 },
      { path: 'a', desired: undefined, actual: { b: 1 } },
      { path: 'more', desired: undefined, actual: 'x' },
    ]);
    expect(differencesIn({ ...component, cleared: ['more'] }, type, {}, state)).toEqual([
      { path: 'more', desired: undefined, actual: 'x' },
    ]);
    const unlike = differencesIn({ ...component, cleared: ['a.b'] }, type, { a: { c: 1 } }, state);
    expect(unlike.map((each) => each.path)).toEqual(['a']);
  });
});

describe('tags', () => {
  test('stay, but for relight’s own and those that only AWS may write', () => {
    const tags = { team: 'shop', 'relight:playbook': 'x', 'aws:made': 'y' };
    expect(tagsKept(baseWith({}, { tags }))).toEqual({ tags: { team: 'shop' }, leftOut: ['aws:made'] });
    expect(tagsKept(undefined)).toEqual({ tags: {}, leftOut: [] });
  });
});

describe('a base', () => {
  test('has nothing that its state says nothing true of, at any depth', () => {
    const state = { going: true, count: 0, rules: [{ id: 1, hits: 3 }], port: 1, empty: null };
    const base = baseOf(type, { ...none, source: 'piece', spec: {}, state, captured: undefined });
    expect(base).toMatchObject({
      spec: { rules: [{ id: 1 }], port: 1, empty: null },
      passing: ['count', 'rules[*].hits'],
    });
    expect(base.spec).not.toHaveProperty('count');
    const calm = baseOf(type, { ...none, source: 'piece', spec: {}, state: { count: 2 }, captured: undefined });
    expect(calm).toEqual({ ...none, source: 'piece', spec: { count: 2 }, notRepresented: [] });
  });

  test('of what is recalled is of its state', () => {
    expect(recalledBase(type, knownWith({ a: 1 }))).toMatchObject({ source: 'known-good', at: 7, spec: { a: 1 } });
  });
});

describe('beside its known good', () => {
  test('a piece tells what is not alike, gone and come', () => {
    const base = besideKnownGood(type, baseWith({ a: 1, b: 2, d: 4 }), knownWith({ a: 1, b: 3, c: 9 }), false, nobody);
    expect(base.unlike).toEqual(['b', 'd', 'c']);
    expect(base.spec).toEqual({ a: 1, b: 2, d: 4 });
    expect(besideKnownGood(type, baseWith({ a: 1 }), undefined, false, nobody)).toEqual(baseWith({ a: 1 }));
  });

  test('a piece has that laid over it where it is preferred, now and when it is looked at again', () => {
    const base = besideKnownGood(type, baseWith({ a: 1, b: 2 }), knownWith({ b: 3 }), true, nobody);
    expect(base).toMatchObject({ spec: { a: 1, b: 3 }, preferred: { b: 3 } });
    expect(base.unlike).toBeUndefined();
    expect(preferring(type, { ...base, spec: { b: 7, z: 1 } }).spec).toEqual({ b: 3, z: 1 });
    expect(preferring(type, baseWith({ b: 7 })).spec).toEqual({ b: 7 });
  });

  test('what a state says nothing true of is taken from there, and nothing else', () => {
    const base = baseWith({ port: 1 }, { passing: ['count'] });
    expect(besideKnownGood(type, base, knownWith({ count: 3, more: 1 }), false, nobody).spec).toEqual({
      count: 3,
      port: 1,
    });
    expect(besideKnownGood(type, baseWith({ port: 1 }), knownWith({ count: 3 }), false, nobody).spec).toEqual({
      port: 1,
    });
    expect(besideKnownGood(type, base, knownWith({}), false, nobody).spec).toEqual({ port: 1 });
  });

  test('a piece that is gone has all of it, but for what AWS still tells', () => {
    const base = baseWith({ a: 1 }, { source: 'remains', forgotten: ['b'] });
    const found = besideKnownGood(type, base, knownWith({ a: 2, b: 3 }), false, nobody);
    expect(found.spec).toEqual({ a: 1, b: 3 });
    expect(found.forgotten).toBeUndefined();
  });

  test('it names other pieces as they are called now', () => {
    const known = knownWith({ to: 'arn:aws:lb/before' }, new Map([['lb', { arn: 'arn:aws:lb/before' }]]));
    const base = besideKnownGood(type, baseWith({ to: 'arn:aws:lb/now' }), known, false, () => ({
      arn: 'arn:aws:lb/now',
    }));
    expect(base.unlike).toEqual([]);
  });
});

describe('ids that are new since', () => {
  const then = new Map([['lb', { dns: 'Shop-1.elb.example', arn: undefined, short: 'eu-west-1' }]]);

  test('take the place of the old ones, in any text at any depth, without regard to case', () => {
    const base = baseWith({ a: ['dualstack.shop-1.elb.example.'], b: { c: 'no', n: 1, x: null } }, { outputs: then });
    expect(repointed(base, () => ({ dns: 'Shop-2.elb.example' })).spec).toEqual({
      a: ['dualstack.Shop-2.elb.example.'],
      b: { c: 'no', n: 1, x: null },
    });
  });

  test('only where both are known, differ, and are long enough to be ids', () => {
    const base = baseWith({ a: 'Shop-1.elb.example', region: 'eu-west-1' }, { outputs: then });
    expect(repointed(base, () => ({ dns: 'Shop-1.elb.example' }))).toBe(base);
    expect(repointed(base, () => ({ short: 'us-east-1', dns: 'Shop-1.elb.example', arn: 'arn:aws:new' }))).toBe(base);
    expect(repointed(base, nobody)).toEqual({ ...base, stale: ['Shop-1.elb.example'] });
  });

  test('of twelve letters are ids, of eleven none', () => {
    const of = (old: string): unknown =>
      repointed(baseWith({ id: old }, { outputs: new Map([['x', { id: old }]]) }), () => ({ id: 'new' })).spec;
    expect(of('abcdefghijkl')).toEqual({ id: 'new' });
    expect(of('abcdefghijk')).toEqual({ id: 'abcdefghijk' });
  });
});

describe('all settings of a value', () => {
  test('items of a list with a key are settings of their own, another list is one, and what is empty or undefined is none', () => {
    const value = {
      rules: [{ id: 1, hits: 3, none: undefined }],
      names: ['a', 'b'],
      empty: {},
      no: [],
      gone: undefined,
    };
    expect([...settingsIn(value, { isOne: () => false, keys: { rules: ['id'], names: [] } })]).toEqual([
      ['rules[1].id', 1],
      ['rules[1].hits', 3],
      ['names', ['a', 'b']],
    ]);
  });
});

describe('places', () => {
  test('are named by patterns as long as they, or by shorter ones that hold them', () => {
    expect(isAt(['a', 0, 'b'], ['a', '*', 'b'])).toBe(true);
    expect(isAt(['a', 0, 'b'], ['a', '*'])).toBe(false);
    expect(isAt(['a'], ['a', '*'])).toBe(false);
    expect(isWithin(['a', 0, 'b'], ['a'])).toBe(true);
    expect(isWithin(['a'], ['a', '*'])).toBe(false);
    expect(isWithin(['b'], ['a'])).toBe(false);
  });
});
