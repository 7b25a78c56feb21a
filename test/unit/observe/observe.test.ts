// The look at AWS: what is looked for together and what after something else, and that "could not be seen" is never "nothing".
import { describe, expect, test } from 'vitest';
import { GateRefusal } from '../../../src/aws/gate.ts';
import type { Lead, Observation, Referrer } from '../../../src/components/contract.ts';
import { factsIn } from '../../../src/observe/facts.ts';
import { isForbidden } from '../../../src/observe/forbidden.ts';
import { loadActing } from '../../../src/observe/loading.ts';
import { readContext } from '../../../src/observe/context.ts';
import { lookAt } from '../../../src/observe/look-at.ts';
import { observations } from '../../../src/observe/look.ts';
import { observeCascades, observeLeads, typeOf, type Observations } from '../../../src/observe/observe.ts';
import { awsError, type TypeOptions } from '../../helpers/scripted.ts';
import { scriptedRig, startOfTime, type ScriptedRig } from '../../helpers/scripted-rig.ts';

function lookOf(rig: ScriptedRig, earlier?: Observations): Promise<Observations> {
  return observations(rig.playbook, rig.graph.createOrder, rig.observeContext, earlier);
}

function only(rig: ScriptedRig) {
  const [component] = [...rig.playbook.components.values()];
  if (component === undefined) throw new Error('no component');
  return component;
}

describe('rounds', () => {
  test('pieces that their spec alone tells are looked at together, one call for each type', async () => {
    const rig = scriptedRig('a; b; entry type=test/entry; c -> a.name');
    await lookOf(rig);
    expect(rig.world.looks.toSorted()).toEqual([['a', 'b', 'c'], ['entry']]);
  });

  test('what lives in another piece is looked at when that has been seen, as deep as it goes', async () => {
    const rig = scriptedRig('rule -> in=listener.arn; listener -> in=lb.arn; lb');
    await lookOf(rig);
    expect(rig.world.looks).toEqual([['lb'], ['listener'], ['rule']]);
  });

  test('a place that the spec alone tells costs no round', async () => {
    const rig = scriptedRig('lb; listener -> in=lb.name');
    await lookOf(rig);
    expect(rig.world.looks).toEqual([['lb', 'listener']]);
  });

  test('a reference to what is no place costs no round, and needs nothing to be there', async () => {
    const rig = scriptedRig('a; c -> a.arn; d -> in=a.arn');
    rig.world.remove('a');
    const { byId } = await lookOf(rig);
    expect(rig.world.looks).toEqual([['a', 'c']]);
    expect([...byId].map(([id, { kind }]) => [id, kind])).toEqual([
      ['a', 'absent'],
      ['c', 'present'],
      ['d', 'absent'],
    ]);
  });

  test('what needs several places waits for the last of them', async () => {
    const types = { 'test/node': { locators: ['in', 'at'], containers: ['in'] } };
    const rig = scriptedRig('a; b -> in=a.arn; c -> in=a.arn, at=b.arn; d -> in=b.arn, at=a.arn', { types });
    await lookOf(rig);
    expect(rig.world.looks).toEqual([['a'], ['b'], ['c', 'd']]);
  });
});

describe('what has no place', () => {
  const types = { 'test/node': { locators: ['in', 'at'], containers: ['in'] } };

  test('is absent when what it lives in is gone, and is not asked for', async () => {
    const rig = scriptedRig('lb; listener -> in=lb.arn', { types });
    rig.world.remove('lb');
    const { byId } = await lookOf(rig);
    expect(byId.get('listener')).toEqual({
      kind: 'absent',
      at: startOfTime,
      detail: 'lb, which it lives in, is gone',
      via: 'lb',
    });
    expect(rig.world.looks).toEqual([['lb']]);
  });

  test('is unknown while what it lives in is', async () => {
    const rig = scriptedRig('lb; listener -> in=lb.arn', { types });
    rig.world.hide('lb');
    expect((await lookOf(rig)).byId.get('listener')).toEqual({
      kind: 'unknown',
      reason: 'upstream',
      at: startOfTime,
      detail: 'cannot be looked up while lb is unknown',
      via: 'lb',
    });
  });

  test('is unknown, and not absent, when what it is merely found by is gone', async () => {
    const rig = scriptedRig('lb; record -> at=lb.arn', { types });
    rig.world.remove('lb');
    expect((await lookOf(rig)).byId.get('record')).toEqual({
      kind: 'unknown',
      reason: 'upstream',
      at: startOfTime,
      detail: "cannot be looked up without lb's arn",
      via: 'lb',
    });
  });

  test('is not asked for together with those that have one', async () => {
    const rig = scriptedRig('lb; a -> in=lb.arn; b', { types });
    rig.world.remove('lb');
    await lookOf(rig);
    expect(rig.world.looks.flat().toSorted()).toEqual(['b', 'lb']);
  });
});

describe('a second look', () => {
  test('is only at what was unknown, keeps when the first began, and gathers what points where', async () => {
    let calls = 0;
    const point: Referrer = { from: 'CNAME www', component: undefined, to: 'lb.example' };
    const rig = scriptedRig('zone type=test/zone; a', {
      types: {
        'test/zone': {
          observe: async (targets, { noteReferrer, now }) => {
            calls += 1;
            noteReferrer?.(point);
            return new Map(targets.map(({ id }) => [id, { kind: 'absent', at: now() }]));
          },
        },
      },
    });
    rig.world.hide('a');
    const first = await lookOf(rig);
    expect(first.referrers).toEqual([point]);
    rig.world.see('a');
    await rig.clock.sleep(1_000);
    const second = await lookOf(rig, first);
    expect(second.at).toBe(startOfTime);
    expect(second.byId.get('a')?.kind).toBe('present');
    expect(second.referrers).toEqual([point]);
    expect(calls).toBe(1);
  });

  test('the same pointer noted twice is one, and all are in the order of where they stand', async () => {
    const to = 'lb.example';
    const noted = ['b', 'c', 'a', 'b'].map((from): Referrer => ({ from, component: undefined, to }));
    const rig = scriptedRig('zone type=test/zone', {
      types: {
        'test/zone': {
          observe: async (targets, { noteReferrer, now }) => {
            for (const each of noted) noteReferrer?.(each);
            return new Map(targets.map(({ id }) => [id, { kind: 'absent', at: now() }]));
          },
        },
      },
    });
    expect((await lookOf(rig)).referrers.map((each) => each.from)).toEqual(['a', 'b', 'c']);
  });

  test('a type that says nothing about a piece makes it unknown, not absent', async () => {
    const rig = scriptedRig('a', { types: { 'test/node': { observe: async () => new Map() } } });
    expect((await lookOf(rig)).byId.get('a')).toEqual({
      kind: 'unknown',
      reason: 'invalid',
      detail: 'test/node said nothing about a',
      at: startOfTime,
    });
  });

  test('of nothing asks nothing', async () => {
    const rig = scriptedRig('a');
    const context = readContext(rig.observeContext);
    const view = { seen: new Map(), lookup: () => undefined, types: rig.types, components: [] };
    expect((await lookAt([], view, context)).size).toBe(0);
  });
});

describe('what a piece holds', () => {
  async function contentsOf(text: string, type: TypeOptions, meanwhile?: (rig: ScriptedRig) => void) {
    const rig = scriptedRig(text, { types: { 'test/table': type } });
    meanwhile?.(rig);
    return Object.fromEntries((await lookOf(rig)).contents);
  }

  test('is told: something, nothing, or that nobody could see it', async () => {
    expect(await contentsOf('t type=test/table', { holds: async () => 'items' })).toEqual({
      t: { kind: 'some', detail: 'items' },
    });
    expect(await contentsOf('t type=test/table', { holds: async () => undefined })).toEqual({ t: { kind: 'none' } });
    const denied = () => Promise.reject(awsError('AccessDenied', 'not you'));
    expect(await contentsOf('t type=test/table', { holds: denied })).toEqual({
      t: { kind: 'unknown', detail: 'AccessDenied: not you' },
    });
  });

  test('is asked only of pieces that are there, are not shared, and are of a kind that may hold something', async () => {
    const holds = { holds: async () => 'items' };
    expect(await contentsOf('t type=test/table shared', holds)).toEqual({});
    expect(await contentsOf('t type=test/table', {})).toEqual({});
    expect(
      await contentsOf('t type=test/table', holds, ({ world }) => {
        world.remove('t');
      }),
    ).toEqual({});
    expect(
      await contentsOf('t type=test/table', holds, ({ world }) => {
        world.hide('t');
      }),
    ).toEqual({});
  });

  test('the playbook’s own pieces in it that are there are taken off: they go first', async () => {
    const counts: number[] = [];
    const holds: TypeOptions = {
      heldBy: ['test/item'],
      holds: async (_state, own) => {
        counts.push(own);
        return undefined;
      },
    };
    const rig = scriptedRig(
      `t type=test/table; other; third; n -> t.name; i type=test/item -> t.name; j type=test/item -> t.name
       k type=test/item -> other.name; l type=test/item -> other.name, t.name; m type=test/item -> third.name`,
      { types: { 'test/table': holds, 'test/item': {} } },
    );
    rig.world.remove('j');
    await lookOf(rig);
    expect(counts).toEqual([2]);
  });

  test.each([
    ['a bug', new TypeError('no such member')],
    ['the gate', new GateRefusal('ecs:ListTasks', 'no read')],
  ])('%s is no answer: it is thrown', async (_what, error) => {
    await expect(contentsOf('t type=test/table', { holds: () => Promise.reject(error) })).rejects.toBe(error);
  });
});

describe('what would be deleted with a piece', () => {
  const piece = { kind: 'piece', what: 'listener HTTP:80', id: 'arn:listener', tags: undefined } as const;

  async function cascadesOf(cascade: TypeOptions['cascade'], meanwhile?: (rig: ScriptedRig) => void) {
    const rig = scriptedRig('lb', { types: { 'test/node': cascade === undefined ? {} : { cascade } } });
    meanwhile?.(rig);
    const seen = await lookOf(rig);
    return Object.fromEntries(await observeCascades([only(rig)], seen, rig.observeContext));
  }

  test('is told, or that nobody could see it', async () => {
    expect(await cascadesOf(async () => [piece])).toEqual({ lb: { kind: 'told', pieces: [piece] } });
    expect(await cascadesOf(() => Promise.reject(awsError('Throttling', 'slower')))).toEqual({
      lb: { kind: 'unknown', detail: 'Throttling: slower' },
    });
  });

  test('is asked by the piece as it is known, with what it refers to', async () => {
    const asked: unknown[] = [];
    const rig = scriptedRig('lb; listener type=test/listener -> lb.arn', {
      types: {
        'test/listener': {
          cascade: async (target) => {
            asked.push(target);
            return [];
          },
        },
      },
    });
    const seen = await lookOf(rig);
    await observeCascades([...rig.playbook.components.values()], seen, rig.observeContext);
    expect(asked).toEqual([{ id: 'listener', spec: { name: 'listener', size: 1, links: { lb: 'arn:lb:1' } } }]);
  });

  test('is not asked of what is not there, or of a kind that takes nothing along', async () => {
    expect(await cascadesOf(undefined)).toEqual({});
    const gone = await cascadesOf(
      async () => [piece],
      ({ world }) => {
        world.remove('lb');
      },
    );
    expect(gone).toEqual({});
  });

  test.each([
    ['a bug', new TypeError('no such member')],
    ['the gate', new GateRefusal('ecs:ListTasks', 'no read')],
  ])('%s is no answer: it is thrown', async (_what, error) => {
    await expect(cascadesOf(() => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('what answers where a piece leads', () => {
  const lead: Lead = { to: 'lb.example', serves: 'a healthy target', seen: true };

  async function leadsOf(
    leads: ((names: readonly string[]) => Promise<readonly Lead[]>) | undefined,
    id = 'a',
    deployed = true,
  ) {
    const rig = scriptedRig('a', { deployed });
    const plain = typeOf(only(rig), rig.types);
    const type = { ...plain, judging: { ...plain.judging, ...(leads === undefined ? {} : { leads }) } };
    const context = { ...rig.observeContext, types: new Map([['test/node', type]]) };
    const seen = await observations(rig.playbook, rig.graph.createOrder, context);
    return Object.fromEntries(await observeLeads(rig.playbook, new Map([[id, ['lb.example']]]), seen, context));
  }

  test('is told by name, or that nobody could see it', async () => {
    const asked: (readonly string[])[] = [];
    const told = await leadsOf(async (names) => {
      asked.push(names);
      return [lead];
    });
    expect(told).toEqual({ a: { kind: 'told', leads: [lead] } });
    expect(asked).toEqual([['lb.example']]);
    expect(await leadsOf(() => Promise.reject(awsError('AccessDenied', 'not you')))).toEqual({
      a: { kind: 'unknown', detail: 'AccessDenied: not you' },
    });
  });

  test('is not told of a kind that leads nowhere, of what is not there, or of what is no component', async () => {
    expect(await leadsOf(undefined)).toEqual({});
    expect(await leadsOf(async () => [lead], 'a', false)).toEqual({});
    expect(await leadsOf(async () => [lead], 'b')).toEqual({});
  });

  test.each([
    ['a bug', new TypeError('no such member')],
    ['the gate', new GateRefusal('ecs:ListTasks', 'no read')],
  ])('%s is no answer: it is thrown', async (_what, error) => {
    await expect(leadsOf(() => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('a context for one look', () => {
  test('makes each shared read once, and another context makes it again', async () => {
    const rig = scriptedRig('a');
    let reads = 0;
    const read = async (): Promise<number> => (reads += 1);
    const context = readContext(rig.observeContext);
    expect(await Promise.all([context.once('list', read), context.once('list', read)])).toEqual([1, 1]);
    expect(await context.once('other', read)).toBe(2);
    expect(await readContext(rig.observeContext).once('list', read)).toBe(3);
  });

  test('lets as many calls be under way as the playbook allows, and no more', async () => {
    const rig = scriptedRig('a', { recovery: { concurrency: 2 } });
    const { limit } = readContext(rig.observeContext);
    let [underWay, most] = [0, 0];
    const call = async (): Promise<void> => {
      underWay += 1;
      most = Math.max(most, underWay);
      await Promise.resolve();
      underWay -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => limit(call)));
    expect(most).toBe(2);
  });

  test('a component of a type that is not there is a bug', () => {
    const rig = scriptedRig('a');
    expect(() => typeOf(only(rig), new Map())).toThrow('Internal error: no component type test/node');
  });
});

describe('small looks', () => {
  const unknown = (reason: 'denied' | 'throttled', detail: string): Observation<unknown> => ({
    kind: 'unknown',
    reason,
    detail,
    at: 0,
  });

  test('forbidden is what is denied for want of permissions, not for credentials that have run out', () => {
    expect(isForbidden(unknown('denied', 'AccessDenied: not you'))).toBe(true);
    expect(isForbidden(unknown('denied', 'AccessDenied: the token has not Expired'))).toBe(true);
    expect(isForbidden(unknown('denied', 'ExpiredToken: too old'))).toBe(false);
    expect(isForbidden(unknown('denied', 'RequestExpired: too old'))).toBe(false);
    expect(isForbidden(unknown('throttled', 'Throttling: slower'))).toBe(false);
    expect(isForbidden({ kind: 'absent', at: 0 })).toBe(false);
  });

  test('facts of a piece are what is there and its tags; of what was not seen, that alone', () => {
    const type = typeOf(only(scriptedRig('a')), scriptedRig('a').types);
    expect(factsIn(type, { kind: 'present', at: 0, state: { size: 1 }, tags: { a: 'b' } })).toEqual({
      presence: 'present',
      state: { size: 1 },
      tags: { a: 'b' },
    });
    expect(factsIn(type, { kind: 'present', at: 0, state: { size: 1 }, tags: undefined }).tags).toBeNull();
    expect(factsIn(type, { kind: 'absent', at: 0 })).toEqual({ presence: 'absent', state: null, tags: null });
    expect(factsIn(type, unknown('denied', 'no'))).toEqual({ presence: 'unknown', state: null, tags: null });
  });

  test('types that act by files load them once asked; others cost nothing', async () => {
    const plain = typeOf(only(scriptedRig('a')), scriptedRig('a').types);
    let loaded = 0;
    const load = async (): Promise<void> => {
      await Promise.resolve();
      loaded += 1;
    };
    await loadActing([plain, { ...plain, load }, { ...plain, load }]);
    expect(loaded).toBe(2);
    await loadActing([plain]);
    expect(loaded).toBe(2);
  });
});
