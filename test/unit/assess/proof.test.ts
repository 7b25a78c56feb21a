// Whose a piece without tags is: what is proof, what speaks against it, and which word is the last.
import { describe, expect, test } from 'vitest';
import { assess } from '../../../src/assess/assess.ts';
import {
  adoptionKey,
  isTagless,
  namesToAskFor,
  nothingKnown,
  ownershipOf,
  pieceOf,
  type Author,
  type Known,
  type Ownership,
  type ProofInputs,
} from '../../../src/assess/proof.ts';
import type { ComponentType, Evidence, Judging } from '../../../src/components/contract.ts';
import type { Component } from '../../../src/playbook/model.ts';
import { scriptedRig, type ScriptedRig, type Seen } from '../../helpers/scripted-rig.ts';

type Judged = Partial<Judging>;

interface Case {
  readonly rig: ScriptedRig;
  readonly seen: Seen;
  readonly component: Component;
  readonly inputs: ProofInputs;
  readonly state: unknown;
  readonly type: ComponentType;
}

/** The first component, whose type judges as it is told. */
async function caseOf(
  text: string,
  judged: Judged,
  known: Partial<Known> = {},
  before?: (rig: ScriptedRig) => void,
): Promise<Case> {
  const rig = scriptedRig(text);
  before?.(rig);
  const seen = await rig.look();
  const { observations } = seen;
  const [component] = [...rig.playbook.components.values()];
  const plain = rig.types.get('test/node');
  if (component === undefined || plain === undefined) throw new Error('no component');
  const type = { ...plain, judging: { ...plain.judging, ...judged } };
  const observation = observations.byId.get(component.id);
  const inputs: ProofInputs = {
    playbook: rig.playbook,
    types: new Map([...rig.types, ['test/node', type]]),
    outputsOf: (id) => observations.outputs.get(id),
    observed: (id) => observations.byId.get(id),
    known: { ...nothingKnown, ...known },
  };
  const state = observation?.kind === 'present' ? observation.state : undefined;
  return { rig, seen, component, inputs, state, type };
}

async function ownership(judged: Judged, known: Partial<Known> = {}): Promise<Ownership | undefined> {
  const { component, inputs, state } = await caseOf('a', judged, known);
  return ownershipOf(component, { state, tags: undefined }, inputs);
}

const author = (playbook: string, run = 'run-1'): Author => ({ playbook, run, wrote: ['what it wrote'] });
const wroteA = (by: Author): Partial<Known> => ({ authors: new Map([['a', by]]) });
const claiming = (strange: string | undefined, proof: string | undefined): Judged => ({
  claim: () => ({ strange, proof }),
});
const marked = (playbook: string): Judged => ({ markerOf: () => ({ playbook }) });

describe('a piece', () => {
  test('is asked for proof where its kind carries no tags, or it shows none', async () => {
    const { type } = await caseOf('a', {});
    expect(isTagless(type, {})).toBe(false);
    expect(isTagless(type, undefined)).toBe(true);
    expect(isTagless({ ...type, judging: { ...type.judging, ...claiming('x', 'y') } }, {})).toBe(true);
  });

  test('with tags, or that is shared, is asked for none', async () => {
    const { component, inputs, state } = await caseOf('a', {});
    expect(ownershipOf(component, { state, tags: {} }, inputs)).toBeUndefined();
    expect(ownershipOf({ ...component, shared: true }, { state, tags: undefined }, inputs)).toBeUndefined();
  });
});

describe('is the playbook’s', () => {
  test('by what its content proves', async () => {
    expect(await ownership(claiming(undefined, 'it names a piece'))).toEqual({
      kind: 'own',
      because: 'it names a piece',
    });
  });

  test('by its marker, which says more than content', async () => {
    expect(await ownership({ ...claiming(undefined, 'it names a piece'), ...marked('shop') })).toEqual({
      kind: 'own',
      because: 'it carries the marker of this playbook',
    });
  });

  test('by a receipt alone, where content tells nothing', async () => {
    expect(await ownership({}, wroteA(author('shop')))).toEqual({
      kind: 'own',
      because: 'an earlier run of this playbook wrote it',
    });
  });
});

describe('is nobody’s for sure', () => {
  const strange = "says theirs, which is not provably this playbook's";

  test('where nothing tells', async () => {
    expect(await ownership(claiming(undefined, undefined))).toEqual({
      kind: 'unproven',
      strange: false,
      because: "is not provably this playbook's: no tagged piece of it is named there, and no receipt or marker tells",
    });
  });

  test('where another playbook’s marker or receipt is, whatever the content proves', async () => {
    const proven = claiming(undefined, 'it names a piece');
    expect(await ownership({ ...proven, ...marked('billing') })).toEqual({
      kind: 'unproven',
      strange: false,
      because: 'carries the marker of playbook billing',
      author: 'billing',
    });
    expect(await ownership(proven, wroteA(author('billing', 'run-7')))).toEqual({
      kind: 'unproven',
      strange: false,
      because: 'was written by playbook billing in run run-7',
      author: 'billing',
    });
  });

  test('where something strange is said, whatever else proves; who said it is told where that is known', async () => {
    expect(await ownership(claiming('theirs', 'it names a piece'))).toEqual({
      kind: 'unproven',
      because: strange,
      strange: true,
    });
    expect(await ownership({ ...claiming('theirs', 'x'), ...marked('shop') })).toEqual({
      kind: 'unproven',
      because: strange,
      strange: true,
    });
    expect(await ownership(claiming('theirs', 'x'), wroteA(author('shop')))).toEqual({
      kind: 'unproven',
      because: strange,
      strange: true,
    });
    expect(await ownership({ ...claiming('theirs', 'x'), ...marked('billing') })).toEqual({
      kind: 'unproven',
      because: `${strange}: it carries the marker of playbook billing`,
      strange: true,
      author: 'billing',
    });
    expect(await ownership(claiming('theirs', 'x'), wroteA(author('billing', 'run-7')))).toEqual({
      kind: 'unproven',
      because: `${strange}: playbook billing wrote it in run run-7`,
      strange: true,
      author: 'billing',
    });
  });

  test('what is said where something is marked as sensitive is not repeated', async () => {
    const { component, inputs, state } = await caseOf('a', claiming('their secret', undefined));
    const sensitive = { ...component, sensitive: ['size'] };
    expect(ownershipOf(sensitive, { state, tags: undefined }, inputs)).toMatchObject({
      because: "says something that is kept hidden, and is not provably this playbook's",
    });
  });
});

describe('receipts', () => {
  test('are found by each spelling of the piece; the latest run has the last word', async () => {
    const spelled: Judged = { spellings: () => ['zone-1/a', 'zone.example/a'] };
    const by = (...entries: readonly (readonly [string, Author])[]): Promise<Ownership | undefined> =>
      ownership(spelled, { authors: new Map(entries) });
    expect(await by(['zone-1/a', author('shop')])).toMatchObject({ kind: 'own' });
    expect(await by(['a', author('shop')])).toMatchObject({ kind: 'own' });
    expect(await by(['b', author('shop')])).toMatchObject({ kind: 'unproven' });
    const [old, late] = [author('shop', '2026-01'), author('billing', '2026-02')];
    expect(await by(['zone-1/a', old], ['zone.example/a', late])).toMatchObject({ author: 'billing' });
    expect(await by(['zone-1/a', late], ['zone.example/a', old])).toMatchObject({ author: 'billing' });
    const turned = [author('billing', '2026-01'), author('shop', '2026-02')] as const;
    expect(await by(['zone-1/a', turned[0]], ['zone.example/a', turned[1]])).toMatchObject({ kind: 'own' });
    expect(await by(['zone-1/a', turned[1]], ['zone.example/a', turned[0]])).toMatchObject({ kind: 'own' });
  });

  test('of this playbook are evidence for its content, and those of others are none', async () => {
    const written = async (by: Author): Promise<unknown> => {
      let given: unknown;
      await ownership(
        {
          claim: (_spec, _state, evidence) => {
            given = evidence.written;
            return { strange: undefined, proof: 'x' };
          },
        },
        wroteA(by),
      );
      return given;
    };
    expect(await written(author('shop'))).toEqual(['what it wrote']);
    expect(await written(author('billing'))).toEqual([]);
  });
});

test('evidence: each piece of the playbook, how it stands, and what of it no other piece can have', async () => {
  let evidence: Evidence | undefined;
  const { component, inputs, state } = await caseOf(
    'a; base shared; gone; hidden; untagged; theirs; none; mine',
    {
      claim: (_spec, _state, given) => {
        evidence = given;
        return { strange: undefined, proof: undefined };
      },
    },
    {},
    ({ world }) => {
      world.remove('gone');
      world.hide('hidden');
      world.set('untagged', { tags: {} });
      world.set('theirs', { tags: { 'relight:playbook': 'billing' } });
      world.set('none', { tags: undefined });
    },
  );
  ownershipOf(component, { state, tags: undefined }, inputs);
  expect(evidence).toMatchObject({ playbook: 'shop', account: '123456789012', region: 'eu-west-1', written: [] });
  const pieces = evidence?.pieces() ?? [];
  expect(Object.fromEntries(pieces.map((each) => [each.component, each.status]))).toEqual({
    a: 'tagged',
    base: 'other',
    gone: 'gone',
    hidden: 'other',
    untagged: 'untagged',
    theirs: 'other',
    none: 'other',
    mine: 'tagged',
  });
  expect(pieces.find((each) => each.component === 'mine')).toMatchObject({
    type: 'test/node',
    outputs: { name: 'mine', arn: 'arn:mine:1', revision: 'mine:1:1' },
    unique: ['arn:mine:1', 'mine:1:1'],
  });
  expect(pieces.find((each) => each.component === 'gone')?.unique).toEqual([]);
  expect(evidence?.pieces()).toBe(pieces);
});

describe('what a consent is bound to', () => {
  async function keyOf(judged: Judged, before?: (rig: ScriptedRig) => void, text = 'a'): Promise<string> {
    const { component, inputs, state } = await caseOf(text, judged, {}, before);
    return adoptionKey(component, state, inputs);
  }
  const made = (rig: ScriptedRig): void => {
    rig.world.remove('a');
    rig.world.make('a', { name: 'a', size: 1 }, {});
  };
  const grown = (rig: ScriptedRig): void => {
    rig.world.drift('a', 'size', 9);
  };
  const saying: Judged = {
    says: (_spec, state) => {
      const { fields } = state as { readonly fields: Readonly<Record<string, number>> };
      return { size: fields['size'] ?? null, of: [null, { b: 1, a: 2 }] };
    },
  };

  test('a piece with tags: that very one, whatever it looks like', async () => {
    expect(await keyOf({})).toMatch(/^[0-9a-f]{64}$/);
    expect(await keyOf({}, grown)).toBe(await keyOf({}));
    expect(await keyOf({}, made)).not.toBe(await keyOf({}));
    expect(await keyOf({}, undefined, 'b')).not.toBe(await keyOf({}));
  });

  test('a piece without: what it says, whichever it is', async () => {
    expect(await keyOf(saying, made)).toBe(await keyOf(saying));
    expect(await keyOf(saying, grown)).not.toBe(await keyOf(saying));
    expect(await keyOf(saying, undefined, 'b')).not.toBe(await keyOf(saying));
  });

  test('the order in which members are told says nothing, that of a list does', async () => {
    const said = (value: () => ReturnType<NonNullable<Judging['says']>>): Promise<string> => keyOf({ says: value });
    expect(await said(() => ({ b: 1, a: [1, 2] }))).toBe(await said(() => ({ a: [1, 2], b: 1 })));
    expect(await said(() => [1, 2])).not.toBe(await said(() => [2, 1]));
    expect(await said(() => null)).not.toBe(await said(() => ({})));
    expect(await said(() => ({ a: null }))).not.toBe(await said(() => ({ a: 0 })));
    expect(await said(() => [])).not.toBe(await said(() => ({})));
  });

  test('where nothing tells one generation from the next: the ids that AWS gives to each anew', async () => {
    const key = async (before?: (rig: ScriptedRig) => void): Promise<string> => {
      const { component, inputs, state, type } = await caseOf('a', {}, {}, before);
      const undo = Object.fromEntries(
        Object.entries(type.undo).filter(([name]) => name !== 'generation'),
      ) as ComponentType['undo'];
      const types = new Map([['test/node', { ...type, undo }]]);
      return adoptionKey(component, state, { ...inputs, types });
    };
    expect(await key(made)).not.toBe(await key());
    // The revision is another one with each change of the same piece.
    expect(
      await key(({ world }) => {
        world.set('a', { revision: 5 });
      }),
    ).toBe(await key());
  });

  test('the name that all playbooks would give it: its last spelling, else its identity', async () => {
    const { state, type } = await caseOf('a', { spellings: () => ['first', 'last'] });
    expect(pieceOf(type, { name: 'a' }, state)).toBe('last');
    expect(pieceOf({ ...type, judging: { ...type.judging, spellings: () => [] } }, { name: 'a' }, state)).toBe('a');
  });
});

describe('an adoption', () => {
  test('lifts the doubt about just the piece that was adopted', async () => {
    const { inputs, rig, seen } = await caseOf('a', claiming(undefined, undefined));
    const judge = (known: Known) => assess(rig.playbook, rig.graph, seen.observations, inputs.types, known).get('a');
    const key = judge(nothingKnown)?.reasons.find((each) => each.kind === 'unproven')?.key;
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    const adopted = (by: string): ReturnType<typeof judge> =>
      judge({ ...nothingKnown, adopted: new Map([['a', { key: by, by: 'ann', at: '2026-01-01T00:00:00Z' }]]) });
    expect(adopted(key ?? '')?.reasons).toEqual([{ kind: 'adopted', text: 'adopted by ann at 2026-01-01T00:00:00Z' }]);
    expect(adopted('other')?.reasons.map((each) => each.kind)).toEqual(['unproven']);
  });
});

describe('names to ask for before a piece is taken away', () => {
  async function names(
    judged: Judged,
    owner: boolean,
    text = 'a; base shared',
    leads: readonly string[] = ['BASE', 'other.example'],
  ): Promise<readonly string[]> {
    const { component, inputs, state } = await caseOf(text, { leadsTo: () => leads, ...judged });
    return namesToAskFor(component, state, inputs, owner);
  }
  const own = claiming(undefined, 'it names a piece');

  test('are all that it leads to', async () => {
    expect(await names(own, false)).toEqual(['BASE', 'other.example']);
    expect(await names({}, true)).toEqual(['BASE', 'other.example']);
    expect(await names(own, true, 'a; base shared', [])).toEqual([]);
  });

  test('but for shared pieces, where it is the playbook’s own and serves for one component only', async () => {
    expect(await names(own, true, 'a; base shared', ['base', 'other.example'])).toEqual(['other.example']);
    expect(await names(own, true, 'a; base', ['base', 'other.example'])).toEqual(['base', 'other.example']);
  });
});
