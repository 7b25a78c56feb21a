// What of a piece a table may hold: all but secrets, and the names of what is left out; and what comes of that when the piece
// is made again.
import { describe, expect, test } from 'vitest';
import { openFacts, recalledFrom, wordsOf, type WordedPiece } from '../../../src/cli/state/known-good-words.ts';
import { rememberedIn, type GoodVersion } from '../../../src/cli/state/known-good.ts';
import { typeOf } from '../../../src/observe/observe.ts';
import type { Playbook } from '../../../src/playbook/model.ts';
import { besideKnownGood, recalledBase, type Recalled } from '../../../src/settings/base.ts';
import { layered } from '../../../src/settings/layered.ts';
import { deployedRig, playbookOf } from '../../helpers/rig.ts';

const head = `apiVersion: relight/v1
kind: Playbook
metadata: { name: front }
target: { account: '123456789012', region: eu-west-1 }
params:
  licence: { type: string, sensitive: true, default: licence-of-9911-shops }
`;
const playbook = playbookOf(`${head}components:
  tasks:
    type: ecs/task-definition
    spec:
      family: front
      containers: [{ name: api, image: 'registry.example/api:1', environment: { LEVEL: info } }]
  entry:
    type: dynamodb/item
    sensitive: [attributes.seed]
    spec: { table: shop, key: { id: '1' }, attributes: { seed: a-seed-of-trees, status: open } }
`);

/** A piece that is described in a playbook's words. */
function recalled(spec: object, more: Partial<Recalled> = {}): Recalled {
  const worded = { spec, notRepresented: [], withheld: [] };
  return {
    source: 'known-good',
    at: 1,
    spec,
    state: null,
    captured: null,
    tags: {},
    outputs: new Map(),
    worded,
    ...more,
  };
}

function worded(id: string, each: Recalled, of: Playbook = playbook): WordedPiece {
  const component = of.components.get(id);
  if (component === undefined) throw new Error(`no ${id}`);
  const type = typeOf(component, of.types);
  const found = wordsOf([{ component, type, recalled: each }], of.secrets.redactor).get(id);
  if (found === undefined) throw new Error('not kept at all');
  return found;
}

const item = (attributes: object): Recalled => recalled({ table: 'shop', key: { id: '1' }, attributes });
const tasks = (container: object): Recalled =>
  recalled({ family: 'front', containers: [{ name: 'api', image: 'registry.example/api:1', ...container }] });

describe('a piece in a table', () => {
  test('is without environment variables, and says which', () => {
    const environment = { LEVEL: 'info', DB: 'postgres://front' };
    const { spec, withheld } = worded('tasks', tasks({ environment, user: 'node' }));
    expect(spec).toEqual({
      family: 'front',
      containers: [{ name: 'api', image: 'registry.example/api:1', user: 'node' }],
    });
    expect(withheld).toEqual(['containers[api].environment.LEVEL', 'containers[api].environment.DB']);
  });

  test('keeps the names of secrets in their stores, which are none', () => {
    const secrets = {
      DB_PASSWORD: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf',
      TOKEN: '/front/token',
    };
    const { spec, withheld } = worded('tasks', tasks({ secrets }));
    expect(spec).toMatchObject({ containers: [{ secrets }] });
    expect(withheld).toEqual([]);
    const mixed = item({ secrets: { a: 'arn:aws:x', b: 'plain-3141' } });
    expect(worded('entry', mixed).withheld).toEqual(['attributes.secrets']);
  });

  test.each([
    ['marked', { seed: 'another-seed-77' }, 'another-seed-77'],
    ['under a name that promises one', { apiToken: 'tok-31415926' }, 'tok-31415926'],
    ['the playbook’s, elsewhere', { remark: 'uses licence-of-9911-shops' }, 'licence-of-9911-shops'],
    ['a password in a URL', { url: 'https://front:pass-2718@db.example/' }, 'pass-2718'],
    ['a key that holds one', { 'licence-of-9911-shops': 'x' }, 'licence-of-9911-shops'],
    ['within a typed value', { peers: { M: { a: { S: 'b' }, token: { S: 'tok-31415926' } } } }, 'tok-31415926'],
    ['of curl', { check: 'curl -fsS -u probe:hush-4711 http://localhost/' }, 'hush-4711'],
    ['of curl, word by word', { check: ['curl', '--user', 'probe:hush-4711', 'http://localhost/'] }, 'hush-4711'],
    ['a JSON Web Token', { hint: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmcm9udCJ9.c2lnbmF0dXJl' }, 'eyJzdWIiOiJmcm9udCJ9'],
    ['a password in a URL that holds a slash', { url: 'redis://:pa/ss@cache.example:6379' }, 'pa/ss'],
    ['a token in a URL', { url: 'https://0123456789abcdef0123@git.example/x' }, '0123456789abcdef0123'],
    ['a password without a URL', { dsname: 'app:hush-4711@tcp(db:3306)/shop' }, 'hush-4711'],
    ['a parameter of a URL', { url: 'jdbc:mysql://db/shop?user=app&password=hush-4711' }, 'hush-4711'],
    ['an option of a command', { run: 'serve --api-key hush-4711 --port 80' }, 'hush-4711'],
    ['an access key id', { who: 'AKIAIOSFODNN7EXAMPLE' }, 'AKIAIOSFODNN7EXAMPLE'],
    ['within a list', { all: ['a', 'licence-of-9911-shops'] }, 'licence-of-9911-shops'],
  ])('has no secret that is %s, and keeps the rest', (_what, attributes, secret) => {
    const found = worded('entry', item({ ...attributes, status: 'open' }));
    expect(JSON.stringify(found)).not.toContain(secret);
    expect(found.spec).toEqual({ table: 'shop', key: { id: '1' }, attributes: { status: 'open' } });
    expect(found.withheld).toHaveLength(1);
    expect(found.withheld[0]).toMatch(/^attributes\./);
  });

  test('has none where the same value stands in the open too', () => {
    const found = worded('entry', item({ apiToken: 'tok-31415926', copy: 'tok-31415926', status: 'open' }));
    expect(JSON.stringify(found)).not.toContain('tok-31415926');
    expect(found.withheld).toEqual(['attributes.apiToken', 'attributes.copy']);
  });

  test('has no tag that is one', () => {
    const tags = { team: 'web', token: 'tok-31415926', note: 'licence-of-9911-shops' };
    const found = worded('tasks', { ...tasks({}), tags });
    expect(found.tags).toEqual({ team: 'web' });
    expect(found.withheld).toEqual(['tag token', 'tag note']);
  });

  test('is not kept at all where what it is found by is secret', () => {
    const other = playbookOf(`${head}components:
  entry:
    type: dynamodb/item
    sensitive: [key.id]
    spec: { table: shop, key: { id: a-secret-key-1 }, attributes: { status: open } }
`);
    const component = other.components.get('entry');
    if (component === undefined) throw new Error('no entry');
    const piece = { component, type: typeOf(component, other.types), recalled: item({ status: 'open' }) };
    expect(wordsOf([piece], other.secrets.redactor).get('entry')).toBeUndefined();
  });

  test('tells by its facts that it was changed, and not what a secret in it is', () => {
    const component = playbook.components.get('entry');
    if (component === undefined) throw new Error('no entry');
    const type = typeOf(component, playbook.types);
    const facts = (seed: string, status: string, more: object = {}): string => {
      const state = { item: { id: { S: '1' }, seed: { S: seed }, status: { S: status }, ...more } };
      const seen = { kind: 'present', at: 1, state, tags: undefined } as never;
      return openFacts([{ component, type, seen }], playbook.secrets.redactor);
    };
    expect(facts('one', 'open')).toBe(facts('two', 'open'));
    expect(facts('one', 'open')).not.toBe(facts('one', 'shut'));
    // Under a name that promises one, and once more in the open.
    const twice = (token: string): string =>
      facts('one', 'open', { apiToken: { S: token }, copy: { S: `by ${token}` } });
    expect(twice('tok-31415926')).toBe(twice('tok-27182818'));
  });

  test('is kept where only something that promises a secret is called as it is', () => {
    const found = worded('entry', item({ apiToken: 'shop', status: 'open' }));
    expect(found.locators).toMatchObject({ table: 'shop' });
    expect(found.withheld).toContain('attributes.apiToken');
  });
});

describe('made again from it', () => {
  const component = playbook.components.get('tasks');
  if (component === undefined) throw new Error('no tasks');
  const type = typeOf(component, playbook.types);
  const good = recalledFrom(
    worded('tasks', tasks({ environment: { LEVEL: 'info', DB: 'x-1' }, user: 'node' })),
    1,
    new Map(),
  );

  test('a piece says what is lost: what was not kept and the playbook does not say', () => {
    const { kept, lost, spec } = layered(component, type, component.spec, recalledBase(type, good));
    expect(lost).toEqual(['containers[api].environment.DB']);
    expect(kept).toEqual(['containers[api].user']);
    expect(spec).toMatchObject({ containers: [{ user: 'node', environment: { LEVEL: 'info' } }] });
  });

  test('what was not kept is not told as unlike what there is', () => {
    const there = recalledBase(type, tasks({ environment: { DB: 'y-2' }, user: 'root' }));
    expect(besideKnownGood(type, there, good, false, () => undefined).unlike).toEqual(['containers[api].user']);
  });

  test('of a piece of which AWS still tells something, only what that lacks is lost', () => {
    const remains = { ...recalledBase(type, tasks({ environment: { DB: 'x-1' } })), source: 'remains' as const };
    const base = besideKnownGood(type, remains, good, false, () => undefined);
    expect(layered(component, type, component.spec, base).lost).toEqual([]);
  });

  const versionOf = (name: string, each: Recalled, file: string | null): GoodVersion => ({
    ...{
      name,
      file,
      at: '2026-01-01T00:00:00.000Z',
      table: null,
      by: null,
      from: null,
      components: ['tasks'],
      notKept: {},
      shown: name,
    },
    pieces: new Map([['tasks', { type: 'ecs/task-definition', recalled: each }]]),
  });
  /** As a file has it, with its secrets. */
  async function whole(user: string): Promise<Recalled> {
    const rig = await deployedRig(`${head}components:
  tasks:
    type: ecs/task-definition
    spec:
      family: front
      containers: [{ name: api, image: 'registry.example/api:1', user: ${user}, environment: { DB: x-1 } }]
`);
    const seen = (await rig.fork().look()).observations.byId.get('tasks');
    if (seen?.kind !== 'present') throw new Error('not there');
    return {
      source: 'known-good',
      at: 1,
      spec: component?.spec,
      state: seen.state,
      captured: null,
      tags: {},
      outputs: new Map(),
    };
  }

  test('a file of one’s own that says the same comes first, since it has the secrets', async () => {
    const own = await whole('node');
    const inTable = recalledFrom(worded('tasks', own), 2, new Map());
    expect(inTable.worded?.withheld).toEqual(['containers[api].environment.DB']);
    const session = { playbook, types: playbook.types };
    const { memory } = rememberedIn([versionOf('new', inTable, null), versionOf('old', own, '/old')], session);
    expect(memory.get('tasks')).toEqual([own, inTable]);
    const other = await whole('root');
    const apart = rememberedIn([versionOf('new', inTable, null), versionOf('old', other, '/old')], session);
    expect(apart.memory.get('tasks')).toEqual([inTable, other]);
  });
});
