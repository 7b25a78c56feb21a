// What is special about items: batches per table, DynamoDB's own value types, conditions on every write.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { classify } from '../../src/aws/errors.ts';
import type { AwsAccess } from '../../src/aws/access.ts';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import type { Target } from '../../src/components/contract.ts';
import { item } from '../../src/components/dynamodb-item/index.ts';
import type { ItemSpec } from '../../src/components/dynamodb-item/schema.ts';
import { layered } from '../../src/settings/layered.ts';
import { table } from '../../src/components/dynamodb-table/index.ts';
import { bench, changing, establish, look, reading, specOf, stateOf, type Bench } from '../helpers/aws.ts';

let where: Bench;

beforeEach(async () => {
  where = bench();
  await madeTable('deployer-state');
  where.wire.length = 0;
});

async function madeTable(name: string, type = 'S'): Promise<void> {
  await establish(table, { id: name, spec: specOf(table, { name, hashKey: { name: 'service', type } }) }, where);
}

function target(
  service: string,
  attributes: object = { status: 'deployed' },
  tableName = 'deployer-state',
): Target<ItemSpec> {
  return { id: `${tableName}-${service}`, spec: specOf(item, { table: tableName, key: { service }, attributes }) };
}

function calls(operation: string): number {
  return where.wire.filter((call) => call.operation === operation).length;
}

describe('observing items', () => {
  it('asks for 100 keys of a table in one call, consistently', async () => {
    const targets = Array.from({ length: 150 }, (_, index) => target(`service-${index}`));
    for (const each of targets.slice(0, 120)) await item.create(each, changing(where));
    where.wire.length = 0;

    const seen = await item.observe(targets, reading(where));

    expect([...seen.values()].filter((each) => each.kind === 'present')).toHaveLength(120);
    expect([...seen.values()].filter((each) => each.kind === 'absent')).toHaveLength(30);
    expect(calls('BatchGetItem')).toBe(2);
    expect(where.wire[0]?.input).toMatchObject({ RequestItems: { 'deployer-state': { ConsistentRead: true } } });
  });

  it('takes a missing table for absence, and keeps it from hiding the items of another', async () => {
    const there = target('deployer-api');
    await item.create(there, changing(where));
    const elsewhere = target('deployer-api', {}, 'no-such-table');

    const seen = await item.observe([there, elsewhere], reading(where));

    expect(seen.get(there.id)?.kind).toBe('present');
    expect(seen.get(elsewhere.id)).toMatchObject({
      kind: 'absent',
      detail: expect.stringContaining('no-such-table') as string,
    });
  });

  it('lets a key that does not fit its table spoil only its own answer', async () => {
    const there = target('deployer-api');
    await item.create(there, changing(where));
    const misfit = { id: 'misfit', spec: specOf(item, { table: 'deployer-state', key: { name: 'deployer-api' } }) };

    const seen = await item.observe([there, misfit], reading(where));

    expect(seen.get(there.id)?.kind).toBe('present');
    expect(seen.get('misfit')).toMatchObject({ kind: 'unknown', reason: 'invalid' });
  });

  it('asks again for what was left unprocessed, and gives up as throttled', async () => {
    const leaving = target('deployer-api');
    await item.create(leaving, changing(where));
    let left = 2;
    const send = ({ input }: { readonly input: { readonly RequestItems: object } }): Promise<object> => {
      left -= 1;
      return Promise.resolve(left >= 0 ? { UnprocessedKeys: input.RequestItems } : itemsOf('deployer-api'));
    };
    const aws: AwsAccess = { ...where.aws, client: () => ({ send }) };
    expect((await look(item, leaving, { ...where, aws })).kind).toBe('present');
    left = 3;
    expect(await look(item, leaving, { ...where, aws })).toMatchObject({ kind: 'unknown', reason: 'throttled' });
  });
});

function itemsOf(service: string): object {
  return { Responses: { 'deployer-state': [{ service: { S: service }, status: { S: 'deployed' } }] } };
}

describe('comparing items', () => {
  it('leaves other attributes alone, in looking and in writing', async () => {
    await put({ service: { S: 'api' }, status: { S: 'broken' }, owner: { S: 'somebody' } });
    const wanted = target('api', { status: 'deployed' });
    const state = await stateOf(item, wanted, where);
    const differences = item.diff(wanted.spec, state);
    expect(differences).toEqual([{ path: 'attributes.status', desired: 'deployed', actual: 'broken' }]);

    await item.update(wanted, state, differences, changing(where));

    expect((await stateOf(item, wanted, where)).item).toEqual({
      service: { S: 'api' },
      status: { S: 'deployed' },
      owner: { S: 'somebody' },
    });
  });

  it('reads every kind of value as a playbook would write it', async () => {
    const attributes = {
      text: 'a',
      number: 1.5,
      big: '123456789012345678901234567890',
      yes: true,
      nothing: null,
      list: ['a', 1, { deep: [true] }],
      map: { inner: { value: 7 } },
      set: ['b', 'a'],
      numbers: [3, 20],
    };
    await put({
      service: { S: 'api' },
      text: { S: 'a' },
      number: { N: '1.50' },
      big: { N: '123456789012345678901234567890' },
      yes: { BOOL: true },
      nothing: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '1' }, { M: { deep: { L: [{ BOOL: true }] } } }] },
      map: { M: { inner: { M: { value: { N: '7' } } } } },
      set: { SS: ['a', 'b'] },
      numbers: { NS: ['20', '3'] },
    });
    const wanted = target('api', attributes);
    expect(item.diff(wanted.spec, await stateOf(item, wanted, where))).toEqual([]);
    const other = target('api', { ...attributes, map: { inner: { value: 8 } } });
    expect(item.diff(other.spec, await stateOf(item, other, where)).map((each) => each.path)).toEqual([
      'attributes.map.inner.value',
    ]);
  });

  it('writes a set where there is a set', async () => {
    await put({ service: { S: 'api' }, zones: { SS: ['a'] } });
    const wanted = target('api', { zones: ['b', 'c'] });
    const state = await stateOf(item, wanted, where);
    await item.update(wanted, state, item.diff(wanted.spec, state), changing(where));
    expect((await stateOf(item, wanted, where)).item['zones']).toEqual({ SS: ['b', 'c'] });
  });

  it('shows no value whose name promises a secret', async () => {
    await put({ service: { S: 'api' }, apiToken: { S: 'old-one' }, config: { M: { password: { S: 'hunter2' } } } });
    const wanted = target('api', { apiToken: 'new-one', config: { password: 'hunter3' } });
    const state = await stateOf(item, wanted, where);
    const text = JSON.stringify([item.diff(wanted.spec, state), item.describe(state)]);
    expect(text).toContain('attributes.apiToken');
    for (const secret of ['old-one', 'new-one', 'hunter']) expect(text).not.toContain(secret);
  });
});

describe('types of values', () => {
  const everyType = {
    service: { S: 'api' },
    text: { S: '7' },
    number: { N: '7' },
    long: { N: '12345678901234567890.5' },
    bytes: { B: new Uint8Array([0, 1]) },
    texts: { SS: ['b', 'a'] },
    numbers: { NS: ['2.50', '1'] },
    many: { BS: [new Uint8Array([1]), new Uint8Array([0])] },
    list: { L: [{ N: '1' }, { SS: ['x'] }, { M: { B: { BOOL: true } } }] },
    map: { M: { inner: { M: { SS: { S: 'looks like a type' } } }, two: { N: '2' } } },
    nothing: { NULL: true },
    on: { BOOL: false },
  };

  it('are told by a spec, and come back with it', async () => {
    await put(everyType);
    const bare = target('api', {});
    const before = await stateOf(item, bare, where);
    const { notRepresented, spec } = item.undo.specOf(bare.spec, before, undefined);
    expect(notRepresented).toEqual([]);
    expect(spec.attributes).toMatchObject({
      text: '7',
      number: 7,
      long: { N: '12345678901234567890.5' },
      bytes: { B: 'AAE=' },
      list: [1, { SS: ['x'] }, { M: { B: true } }],
      map: { inner: { M: { SS: 'looks like a type' } }, two: 2 },
    });
    await item.delete(bare, before, changing(where));
    await item.create({ id: 'again', spec: item.traits.schema.parse(spec) }, changing(where));
    const after = await stateOf(item, bare, where);
    expect(item.judging.facts(after)).toEqual(item.judging.facts(before));
  });

  it('are compared where they are said, and are those of what is there where they are not', async () => {
    await put(everyType);
    const paths = async (attributes: object): Promise<readonly string[]> => {
      const wanted = target('api', attributes);
      return item.diff(wanted.spec, await stateOf(item, wanted, where)).map(({ path }) => path);
    };
    expect(
      await paths({ texts: ['a', 'b'], numbers: [1, 2.5], long: '12345678901234567890.5', bytes: 'AAE=' }),
    ).toEqual([]);
    expect(await paths({ number: { N: '7.0' }, numbers: { NS: ['1.0', '25e-1'] }, text: { S: '7' } })).toEqual([]);
    expect(await paths({ texts: { L: ['a', 'b'] }, text: 7, number: '7', bytes: { S: 'AAE=' }, on: null })).toEqual([
      ...['attributes.texts', 'attributes.text', 'attributes.number', 'attributes.bytes', 'attributes.on'],
    ]);
    // Maps key by key, lists as a whole.
    expect(await paths({ map: { two: 2 }, list: [1] })).toEqual(['attributes.list']);
  });

  it('are written, beside what a map has and the spec does not say', async () => {
    await put(everyType);
    const wanted = target('api', { map: { two: { SS: ['x'] }, M: 'm' }, text: { N: 8 } });
    const state = await stateOf(item, wanted, where);
    await item.update(wanted, state, item.diff(wanted.spec, state), changing(where));
    expect((await stateOf(item, wanted, where)).item).toMatchObject({
      map: { M: { inner: { M: { SS: { S: 'looks like a type' } } }, two: { SS: ['x'] }, M: { S: 'm' } } },
      text: { N: '8' },
    });
  });

  it('stay when a playbook says the value without one, also when the item is made again', async () => {
    await put(everyType);
    const said = target('api', { texts: ['a', 'c'], long: '12345678901234567890.5', map: { two: 3 } });
    const state = await stateOf(item, said, where);
    const base = { source: 'piece', at: 0, tags: undefined, outputs: new Map() } as const;
    const { spec: there, notRepresented } = item.undo.specOf(said.spec, state, undefined);
    const laid = layered({ exact: [], cleared: [] }, item, said.spec, { ...base, spec: there, notRepresented });
    expect(laid.lost).toEqual([]);
    expect(laid.kept).toEqual(expect.arrayContaining(['attributes.bytes', 'attributes.numbers']));
    expect((laid.spec as ItemSpec).attributes).toMatchObject({
      texts: { SS: ['a', 'c'] },
      long: { N: '12345678901234567890.5' },
      map: { inner: { M: { SS: 'looks like a type' } }, two: 3 },
    });
  });

  it.each([
    [{ N: 'seven' }, 'a number'],
    [{ SS: [] }, 'a list of texts'],
    [{ B: '%' }, 'base64'],
    [{ NULL: false }, 'expected true'],
    [{ NS: ['1', 'x'] }, 'a list of numbers'],
  ])('that do not fit are refused: %j', (value, told) => {
    const answer = item.traits.schema.safeParse({ table: 'state', key: { id: 'a' }, attributes: { value } });
    expect(answer.success ? 'accepted' : JSON.stringify(answer.error.issues)).toContain(told);
  });

  it('of keys are texts, numbers and binary values', async () => {
    await madeTable('by-bytes', 'B');
    const spec = specOf(item, { table: 'by-bytes', key: { service: { B: 'AAE=' } }, attributes: { status: 'up' } });
    await establish(item, { id: 'bytes', spec }, where);
    expect((await stateOf(item, { id: 'bytes', spec }, where)).item['service']).toEqual({ B: 'AAE=' });
  });
});

describe('attributes that are taken away', () => {
  const without = (names: readonly string[]): Target<ItemSpec> => {
    return { id: 'api', spec: specOf(item, { table: 'deployer-state', key: { service: 'api' }, without: names }) };
  };

  it('go, and null is a value', async () => {
    await put({
      service: { S: 'api' },
      old: { S: 'x' },
      kept: { S: 'y' },
      map: { M: { one: { N: '1' }, two: { N: '2' } } },
    });
    const wanted = without(['old', 'never-there']);
    const state = await stateOf(item, wanted, where);
    const differences = item.diff(wanted.spec, state);
    expect(differences).toEqual([{ path: 'attributes.old', desired: undefined, actual: 'x' }]);
    const inMap = { path: 'attributes.map.one', desired: undefined, actual: 1 };
    await item.update(wanted, state, [...differences, inMap], changing(where));
    const after = await stateOf(item, wanted, where);
    expect(after.item).toEqual({ service: { S: 'api' }, kept: { S: 'y' }, map: { M: { two: { N: '2' } } } });
    const nulled = target('api', { kept: null });
    await item.update(nulled, after, item.diff(nulled.spec, after), changing(where));
    expect((await stateOf(item, nulled, where)).item['kept']).toEqual({ NULL: true });
    expect(item.traits.nulls).toEqual(['attributes']);
  });

  it('do not come back with an item that is made again', () => {
    const { spec } = without(['old']);
    const there = { ...spec, without: undefined, attributes: { old: 'x', kept: 'y' } };
    const base = { source: 'run', at: 0, tags: undefined, outputs: new Map(), notRepresented: [] } as const;
    const laid = layered({ exact: [], cleared: [] }, item, spec, { ...base, spec: there });
    expect(laid).toMatchObject({ kept: ['attributes.kept'], spec: { attributes: { kept: 'y' } } });
    expect((laid.spec as ItemSpec).attributes).not.toHaveProperty('old');
  });
});

describe('writing items', () => {
  it('does not overwrite what somebody else has written', async () => {
    await put({ service: { S: 'api' }, status: { S: 'theirs' } });
    const wanted = target('api', { status: 'deployed' });
    const failure: unknown = await item.create(wanted, changing(where)).catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
    expect((await stateOf(item, wanted, where)).item['status']).toEqual({ S: 'theirs' });
  });

  it('does not bring back half of an item that was deleted in the meantime', async () => {
    const old = target('api', { status: 'deployed', serviceArn: 'arn:old' });
    await item.create(old, changing(where));
    const state = await stateOf(item, old, where);
    await item.delete(old, state, changing(where));
    const wanted = target('api', { status: 'deployed', serviceArn: 'arn:new' });
    const failure: unknown = await item
      .update(wanted, state, item.diff(wanted.spec, state), changing(where))
      .catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
    expect((await look(item, wanted, where)).kind).toBe('absent');
  });
});

describe('an item that has been changed since it was seen', () => {
  const everyKind = {
    service: { S: 'api' },
    status: { S: 'old' },
    count: { N: '1.50' },
    on: { BOOL: true },
    none: { NULL: true },
    bytes: { B: new Uint8Array([1, 2, 3]) },
    many: { BS: [new Uint8Array([4]), new Uint8Array([5])] },
    names: { SS: ['b', 'a'] },
    list: { L: [{ S: 'x' }, { B: new Uint8Array([6]) }] },
    map: { M: { inner: { N: '3' } } },
  };
  const wanted = target('api', { status: 'deployed', extra: 'added' });

  it('is not deleted', async () => {
    await put(everyKind);
    const state = await stateOf(item, wanted, where);
    await put({ ...everyKind, map: { M: { inner: { N: '4' } } } });
    const failure: unknown = await item.delete(wanted, state, changing(where)).catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
    expect((await look(item, wanted, where)).kind).toBe('present');
  });

  it.each([
    ['an attribute that would be overwritten', { status: { S: 'theirs' } }],
    ['an attribute that was not there', { extra: { S: 'theirs' } }],
  ])('is not updated: %s', async (_name, change) => {
    await put(everyKind);
    const state = await stateOf(item, wanted, where);
    await put({ ...everyKind, ...change });
    const failure: unknown = await item
      .update(wanted, state, item.diff(wanted.spec, state), changing(where))
      .catch((error: unknown) => error);
    expect(classify(failure).class).toBe('conflict');
    expect((await stateOf(item, wanted, where)).item).toMatchObject(change);
  });

  it('is updated when only others’ attributes have changed, and deleted when it is as it was seen', async () => {
    await put(everyKind);
    const state = await stateOf(item, wanted, where);
    await put({ ...everyKind, count: { N: '2' } });
    await item.update(wanted, state, item.diff(wanted.spec, state), changing(where));
    const now = await stateOf(item, wanted, where);
    expect(now.item).toMatchObject({ status: { S: 'deployed' }, extra: { S: 'added' }, count: { N: '2' } });
    await item.delete(wanted, now, changing(where));
    expect((await look(item, wanted, where)).kind).toBe('absent');
  });

  it('with more attributes than an expression can compare is deleted all the same', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`attribute-${index}`, { S: 'x' }]));
    await put({ ...everyKind, ...many });
    await item.delete(wanted, await stateOf(item, wanted, where), changing(where));
    expect((await look(item, wanted, where)).kind).toBe('absent');
  });
});

describe('the spec of an item', () => {
  it.each([
    ['a number that has lost digits', { table: 'state', key: { id: 12345678901234567890 } }],
    ['no key', { table: 'state', key: {} }],
    ['an attribute that is part of the key', { table: 'state', key: { id: 'a' }, attributes: { id: 'b' } }],
    ['an unknown field', { table: 'state', key: { id: 'a' }, attribute: {} }],
  ])('refuses %s', (_what, spec) => {
    expect(item.traits.schema.safeParse(spec).success).toBe(false);
  });
});

async function put(values: NonNullable<ConstructorParameters<typeof PutItemCommand>[0]['Item']>): Promise<void> {
  await where.aws.client(dynamodb).send(new PutItemCommand({ TableName: 'deployer-state', Item: values }));
}
