// `expected`: differences from other services that are meant, and every mistake in them with its place.
import { expect, test } from 'vitest';
import { expectationsOf } from '../../../src/compare/expected.ts';
import { codes, head, shown, sound } from './load.ts';

const components = 'components:\n  web: { type: test/node, spec: {} }\n  tasks: { type: test/node, spec: {} }\n';
const playbook = (...entries: readonly string[]): string =>
  `${head}${components}expected:\n${entries.map((each) => `  - ${each}\n`).join('')}`;

test('are read as they are said', () => {
  const { expected } = sound(
    playbook(
      "{ component: web, field: 'containers[*].environment.LEVEL', is: behind, because: why, with: production }",
      '{ component: web, as: frontend, because: renamed }',
      '{ component: tasks, because: none there }',
    ),
  );
  expect(expected).toEqual([
    {
      component: 'web',
      field: 'containers[*].environment.LEVEL',
      is: 'behind',
      as: undefined,
      because: 'why',
      with: 'production',
    },
    { component: 'web', field: undefined, is: undefined, as: 'frontend', because: 'renamed', with: undefined },
    { component: 'tasks', field: undefined, is: undefined, as: undefined, because: 'none there', with: undefined },
  ]);
  expect(sound(head + components).expected).toEqual([]);
});

test('count where the other playbook is the one they are about', () => {
  const own = sound(
    playbook(
      '{ component: web, because: any }',
      '{ component: web, because: by name, with: deployer-api }',
      '{ component: web, because: by environment, with: production }',
      '{ component: web, because: by alias, with: shop-prod }',
      '{ component: web, because: of another, with: elsewhere }',
    ),
  );
  const target = 'region: eu-west-1, environment: production, alias: shop-prod }';
  const other = sound(head.replace('region: eu-west-1 }', target) + components);
  expect(expectationsOf('right', own, other).map(({ because, by }) => `${by} ${because}`)).toEqual([
    'right any',
    'right by name',
    'right by environment',
    'right by alias',
  ]);
});

test.each([
  ['no reason', '{ component: web }', '9:5 missing-key', 'because'],
  ['no component', '{ because: x }', '9:5 missing-key', 'component'],
  ['a component that is not here', '{ component: wep, because: x }', '9:18 unknown-component', 'did you mean "web"?'],
  ['a key that is none', '{ component: web, becuase: x }', '9:23 unknown-key', 'did you mean "because"?'],
  [
    'a way that is none',
    '{ component: web, field: a, is: behnd, because: x }',
    '9:37 invalid-value',
    'did you mean "behind"?',
  ],
  ['a way without a field', '{ component: web, is: ahead, because: x }', '9:27 invalid-value', 'a field beside it'],
  [
    'another name beside a field',
    '{ component: web, field: a, as: b, because: x }',
    '9:37 invalid-value',
    'without field',
  ],
  ['a field that is no path', "{ component: web, field: 'a..b', because: x }", '9:30 invalid-value', 'a path such as'],
  ['an open bracket', "{ component: web, field: 'a[b', because: x }", '9:30 invalid-value', 'a path such as'],
  ['a reason without a word', "{ component: web, because: '' }", '9:32 invalid-value', ''],
])('%s is told with its place', (_name, entry, code, text) => {
  expect(codes(playbook(entry))).toContain(code);
  expect(shown(playbook(entry))).toContain(text);
});

test('what is said twice is odd, and no mistake', () => {
  const twice = playbook('{ component: web, field: a, because: x }', '{ component: web, field: a, because: y }');
  expect(codes(twice)).toEqual(['10:5 expected-twice']);
  expect(sound(twice).expected).toHaveLength(2);
  expect(
    codes(playbook('{ component: web, field: a, because: x }', '{ component: web, field: b, because: x }')),
  ).toEqual([]);
});

test('change the digest of the file, and nothing that a recovery works from', () => {
  const [one, other] = [sound(head + components), sound(playbook('{ component: web, because: x }'))];
  expect(other.digest).not.toBe(one.digest);
  expect([...other.components.values()].map(({ id, spec }) => ({ id, spec }))).toEqual(
    [...one.components.values()].map(({ id, spec }) => ({ id, spec })),
  );
});
