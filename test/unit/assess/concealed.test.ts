// What nobody is to read of a component: in its spec, in its state, and in the words about it.
import { describe, expect, test } from 'vitest';
import {
  factsPathMask,
  redactedAssessment,
  redactedAssessments,
  specPathMask,
  withoutSeen,
} from '../../../src/assess/concealed.ts';
import type { ComponentType, Difference, Json } from '../../../src/components/contract.ts';
import { hideBehind } from '../../../src/util/path-mask.ts';
import { nothingToRedact, type Redactor } from '../../../src/util/redact.ts';
import { hiddenValue } from '../../../src/util/secrets.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

type Declared = NonNullable<ComponentType['traits']['sensitive']>;

function typeOf(declared?: Declared, factsPath?: (path: string) => string | undefined): ComponentType {
  const type = scriptedRig('a').types.get('test/node');
  if (type === undefined) throw new Error('no type');
  const judging = { ...type.judging, ...(factsPath === undefined ? {} : { factsPath }) };
  return { ...type, judging, traits: { ...type.traits, ...(declared === undefined ? {} : { sensitive: declared }) } };
}

const value = { token: 't', pin: 'p', size: 1 };
const marked = (...sensitive: readonly string[]): { readonly sensitive: readonly string[] } => ({ sensitive });

describe('places in a spec', () => {
  test('are what the playbook marks and what the type declares, both', () => {
    const declared = { spec: ['pin'], facts: [] };
    expect(hideBehind(value, specPathMask(marked(), typeOf()))).toEqual(value);
    expect(hideBehind(value, specPathMask(marked('token'), typeOf()))).toEqual({ ...value, token: hiddenValue });
    expect(hideBehind(value, specPathMask(marked(), typeOf(declared)))).toEqual({ ...value, pin: hiddenValue });
    expect(hideBehind(value, specPathMask(marked('token'), typeOf(declared)))).toEqual({
      token: hiddenValue,
      pin: hiddenValue,
      size: 1,
    });
  });

  test('are worked out once for a type', () => {
    const declared = { spec: ['pin'], facts: [] };
    expect(specPathMask(marked(), typeOf(declared))).toBe(specPathMask(marked(), typeOf(declared)));
  });
});

describe('places in facts', () => {
  test('are where the type says that the marked ones are', () => {
    const type = typeOf(undefined, (path) => (path === 'secret' ? 'token' : undefined));
    expect(hideBehind(value, factsPathMask(marked('secret'), type))).toEqual({ ...value, token: hiddenValue });
  });

  test('that nobody can tell are everywhere', () => {
    const type = typeOf(undefined, () => undefined);
    expect(JSON.stringify(hideBehind(value, factsPathMask(marked('other'), type)))).not.toMatch(/"(t|p)"/);
    expect(JSON.stringify(hideBehind(value, factsPathMask(marked('other'), typeOf())))).not.toMatch(/"(t|p)"/);
  });

  test('are what the type declares, too', () => {
    const type = typeOf({ spec: [], facts: ['pin'] });
    expect(hideBehind(value, factsPathMask(marked(), type))).toEqual({ ...value, pin: hiddenValue });
    expect(hideBehind(value, factsPathMask(marked(), typeOf()))).toEqual(value);
  });
});

describe('a description of what is there', () => {
  const seen = (actual: Json, path = 'token'): (() => readonly Difference[]) => {
    return () => [{ path, desired: 'x', actual }];
  };

  test('is left alone where nothing is marked: what differs is not even asked for', () => {
    const never = (): never => {
      throw new Error('asked');
    };
    expect(withoutSeen('token abc', marked(), never)).toBe('token abc');
  });

  test('has what stands in marked places hidden, in each place', () => {
    expect(withoutSeen('abc, then abc', marked('token'), seen('abc'))).toBe(`${hiddenValue}, then ${hiddenValue}`);
    expect(withoutSeen('abc', marked('token'), seen('abc', 'other'))).toBe('abc');
    expect(withoutSeen('size 17', marked('token'), seen(17))).toBe(`size ${hiddenValue}`);
  });

  test('hides a value that holds another one as a whole', () => {
    const diff = (): readonly Difference[] => [
      { path: 'token', desired: 'x', actual: 'abc' },
      { path: 'pin', desired: 'x', actual: 'abcdef' },
    ];
    expect(withoutSeen('is abcdef', marked('token', 'pin'), diff)).toBe(`is ${hiddenValue}`);
  });

  test('hides members of what differs as a whole, and nothing beside them', () => {
    const all = { secret: { token: 'abc', tags: ['def'] }, open: 'ghi' };
    const text = withoutSeen('abc def ghi', marked('all.secret'), seen(all, 'all'));
    expect(text).toContain('ghi');
    expect(text).not.toMatch(/abc|def/);
  });

  test('of what is not there, or empty, hides nothing', () => {
    const absent = (): readonly Difference[] => [{ path: 'token', desired: 'x', actual: undefined }];
    expect(withoutSeen('as it is', marked('token'), absent)).toBe('as it is');
    expect(withoutSeen('as it is', marked('token'), seen(''))).toBe('as it is');
    expect(withoutSeen('null', marked('token'), seen(null))).toBe('null');
  });
});

describe('judgements', () => {
  const shout: Redactor = {
    text: (text) => text.replaceAll('secret', '(hidden)'),
    masked: (text) => text,
    json: (json) => JSON.parse(JSON.stringify(json).replaceAll('secret', '(hidden)')) as Json,
  };

  test('have no secrets in any of their words', async () => {
    const rig = scriptedRig('app; entry owner=app');
    rig.world.remove('app');
    const judged = await rig.judge('entry');
    const told = {
      ...judged,
      reasons: [{ kind: 'drifted' as const, text: 'a secret differs' }],
      differences: [{ path: 'x', desired: 'secret', actual: ['secret'], kind: 'changed' as const, immutable: false }],
      leftover: judged.leftover === null ? null : { ...judged.leftover, because: 'of secret' },
      found: 'active, secret',
    };
    expect(judged.leftover).not.toBeNull();
    const hidden = redactedAssessment(told, shout);
    expect(JSON.stringify(hidden)).not.toContain('secret');
    expect(hidden).toMatchObject({
      id: 'entry',
      verdict: 'orphaned',
      reasons: [{ text: 'a (hidden) differs' }],
      differences: [{ path: 'x', desired: '(hidden)', actual: ['(hidden)'] }],
      leftover: { owner: 'app', because: 'of (hidden)' },
      found: 'active, (hidden)',
    });
    const plain = redactedAssessment({ ...told, leftover: null, found: null }, shout);
    expect(plain).toMatchObject({ leftover: null, found: null });
    const all = redactedAssessments(new Map([['entry', told]]), shout);
    expect(all.get('entry')).toEqual(hidden);
  });

  test('are the same value where nothing is secret', async () => {
    const judged = await scriptedRig('a').judge('a');
    expect(redactedAssessment(judged, nothingToRedact)).toBe(judged);
    const all = new Map([['a', judged]]);
    expect(redactedAssessments(all, nothingToRedact)).toBe(all);
  });
});
