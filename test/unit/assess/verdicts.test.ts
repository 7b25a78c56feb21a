// What relight makes of what it saw: each verdict with the sentence that people read, and which of several wins.
import { describe, expect, test } from 'vitest';
import type { ScriptedRig } from '../../helpers/scripted-rig.ts';
import { scriptedRig } from '../../helpers/scripted-rig.ts';

// base ── app ── entry (meaningless without app)
const text = 'base shared; app -> base.arn; entry type=test/entry owner=app -> app.arn; extra owner=app -> base.arn';

interface Case {
  readonly name: string;
  readonly happened: (rig: ScriptedRig) => void;
  readonly of: string;
  readonly verdict: string;
  readonly reasons: readonly string[];
}

const cases: readonly Case[] = [
  { name: 'as wanted', happened: () => undefined, of: 'app', verdict: 'healthy', reasons: [] },
  {
    name: 'gone',
    happened: ({ world }) => {
      world.remove('app');
    },
    of: 'app',
    verdict: 'missing',
    reasons: ['missing: not there'],
  },
  {
    name: 'no permission to look',
    happened: ({ world }) => {
      world.hide('app');
    },
    of: 'app',
    verdict: 'unknown',
    reasons: ['unknown: denied: no look at app'],
  },
  {
    name: 'a status word that nobody lists',
    happened: ({ world }) => {
      world.set('app', { status: 'FROZEN' });
    },
    of: 'app',
    verdict: 'unknown',
    reasons: ['unknown: unlisted status word FROZEN'],
  },
  {
    name: 'tagged by another playbook',
    happened: ({ world }) => {
      world.set('app', { tags: { 'relight:playbook': 'billing' } });
    },
    of: 'app',
    verdict: 'foreign',
    reasons: ['foreign: tagged as belonging to playbook billing'],
  },
  {
    name: 'a shared piece may be another playbook’s own',
    happened: ({ world }) => {
      world.set('base', { tags: { 'relight:playbook': 'platform' } });
    },
    of: 'base',
    verdict: 'healthy',
    reasons: [],
  },
  {
    name: 'on its way',
    happened: ({ world }) => {
      world.set('app', { status: 'creating' });
    },
    of: 'app',
    verdict: 'settling',
    reasons: ['settling: is being created'],
  },
  {
    name: 'on its way out: not drifted, not dangling, whatever its fields say',
    happened: ({ world }) => {
      world.set('app', { status: 'deleting' });
      world.drift('app', 'size', 7);
    },
    of: 'app',
    verdict: 'settling',
    reasons: ['settling: is being deleted'],
  },
  {
    name: 'a field differs',
    happened: ({ world }) => {
      world.drift('app', 'size', 7);
    },
    of: 'app',
    verdict: 'drifted',
    reasons: ['drifted: size differs'],
  },
  {
    name: 'in sync and sick',
    happened: ({ world }) => {
      world.set('app', { status: 'sick' });
    },
    of: 'app',
    verdict: 'unhealthy',
    reasons: ['unhealthy: is sick'],
  },
  {
    name: 'refers to another one than the current',
    happened: ({ world }) => {
      world.drift('app', 'links', { base: 'arn:base:0' });
    },
    of: 'app',
    verdict: 'drifted',
    reasons: ['drifted: links.base differs', 'dangling: links.base does not refer to the current base'],
  },
  {
    name: 'refers to something that is gone',
    happened: ({ world }) => {
      world.remove('base');
    },
    of: 'app',
    verdict: 'drifted',
    reasons: ['drifted: links.base differs', 'dangling: links.base refers to base, which is gone'],
  },
  {
    name: 'refers to something on its way out: still in sync, and dangling soon',
    happened: ({ world }) => {
      world.set('base', { status: 'deleting' });
    },
    of: 'app',
    verdict: 'healthy',
    reasons: ['dangling: links.base refers to base, which is on its way out'],
  },
  {
    name: 'left over, of a type that cannot be used again',
    happened: ({ world }) => {
      world.remove('app');
    },
    of: 'entry',
    verdict: 'orphaned',
    reasons: [
      'orphaned: left over by app, which is gone; speaks of what is gone and cannot stay',
      'drifted: links.app differs',
      'dangling: links.app refers to app, which is gone',
    ],
  },
  {
    name: 'left over, and fit to stay',
    happened: ({ world }) => {
      world.remove('app');
    },
    of: 'extra',
    verdict: 'orphaned',
    reasons: ['orphaned: left over by app, which is gone; fits and can stay'],
  },
  {
    name: 'left over by an owner on its way out',
    happened: ({ world }) => {
      world.set('app', { status: 'deleting' });
    },
    of: 'extra',
    verdict: 'orphaned',
    reasons: ['orphaned: left over by app, which is on its way out; fits and can stay'],
  },
  {
    name: 'left over and drifted',
    happened: ({ world }) => {
      world.remove('app');
      world.drift('extra', 'size', 7);
    },
    of: 'extra',
    verdict: 'orphaned',
    reasons: [
      'orphaned: left over by app, which is gone; is not as the playbook wants it and cannot stay',
      'drifted: size differs',
    ],
  },
  {
    name: 'left over and broken for good',
    happened: ({ world }) => {
      world.remove('app');
      world.set('extra', { status: 'failed' });
    },
    of: 'extra',
    verdict: 'orphaned',
    reasons: [
      'orphaned: left over by app, which is gone; has failed for good and cannot stay',
      'unhealthy: has failed for good',
    ],
  },
  {
    name: 'left over and sick: may heal when its owner is back',
    happened: ({ world }) => {
      world.remove('app');
      world.set('extra', { status: 'sick' });
    },
    of: 'extra',
    verdict: 'orphaned',
    reasons: ['orphaned: left over by app, which is gone; fits and can stay', 'unhealthy: is sick'],
  },
  {
    name: 'an owner that nobody could see leaves nothing over',
    happened: ({ world }) => {
      world.hide('app');
    },
    of: 'extra',
    verdict: 'healthy',
    reasons: [],
  },
  {
    name: 'a lost piece is not left over by its lost owner',
    happened: ({ world }) => {
      world.remove('app', 'extra');
    },
    of: 'extra',
    verdict: 'missing',
    reasons: ['missing: not there'],
  },
  {
    name: 'no tags of ours',
    happened: ({ world }) => {
      world.set('app', { tags: {} });
    },
    of: 'app',
    verdict: 'healthy',
    reasons: ['untagged: carries no relight tags: taken as ours by its name'],
  },
  {
    name: 'of a kind that carries no tags',
    happened: ({ world }) => {
      world.set('app', { tags: undefined });
    },
    of: 'app',
    verdict: 'healthy',
    reasons: [
      "unproven: is not provably this playbook's: no tagged piece of it is named there, and no receipt or marker tells",
    ],
  },
  {
    name: 'protected by its tag',
    happened: ({ world }) => {
      world.set('app', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' } });
    },
    of: 'app',
    verdict: 'healthy',
    reasons: ['protected: protected by its tag in AWS'],
  },
  {
    name: 'a protect tag that says something else',
    happened: ({ world }) => {
      world.set('app', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'false' } });
    },
    of: 'app',
    verdict: 'healthy',
    reasons: [],
  },
];

describe('each verdict and its sentences', () => {
  test.each(cases)('$name', async ({ happened, of, verdict, reasons }) => {
    const rig = scriptedRig(text);
    happened(rig);
    const assessment = await rig.judge(of);
    expect(assessment.verdict).toBe(verdict);
    expect(assessment.reasons.map((each) => `${each.kind}: ${each.text}`)).toEqual(reasons);
  });
});

test('names up to three differing fields, and counts the rest', async () => {
  const rig = scriptedRig('app', { types: { 'test/node': {} } });
  rig.world.set('app', { fields: {} });
  expect((await rig.judge('app')).reasons[0]?.text).toBe('name, size differ');
  const wide = scriptedRig('a; b; c; d; app -> a.arn, b.arn, c.arn, d.arn');
  wide.world.set('app', { fields: { name: 'app', size: 1 } });
  expect((await wide.judge('app')).reasons[0]?.text).toBe('links.a, links.b, links.c and 1 more differ');
});

describe('precedence', () => {
  // Everything at once; each row heals the worst of the row before.
  const worse: readonly (readonly [string, (rig: ScriptedRig) => void])[] = [
    [
      'unknown',
      ({ world }) => {
        world.set('extra', { status: 'FROZEN' });
      },
    ],
    [
      'foreign',
      ({ world }) => {
        world.set('extra', { status: 'creating' });
      },
    ],
    [
      'settling',
      ({ world }) => {
        world.set('extra', { tags: { 'relight:playbook': 'shop' } });
      },
    ],
    [
      'orphaned',
      ({ world }) => {
        world.set('extra', { status: 'sick' });
      },
    ],
    [
      'drifted',
      (rig) => {
        rig.world.make('app', { name: 'app', size: 1 }, {});
      },
    ],
    [
      'unhealthy',
      ({ world }) => {
        world.drift('extra', 'size', 1);
      },
    ],
    [
      'healthy',
      ({ world }) => {
        world.set('extra', { status: 'active' });
      },
    ],
  ];

  test('the worst wins, all reasons are kept, and the verdict’s own comes first', async () => {
    const rig = scriptedRig(text);
    rig.world.remove('app');
    rig.world.drift('extra', 'size', 7);
    rig.world.set('extra', { tags: { 'relight:playbook': 'billing' } });
    const told: string[] = [];
    for (const [verdict, heal] of worse) {
      heal(rig);
      const assessment = await rig.judge('extra');
      told.push(assessment.reasons.map((each) => each.kind).join(' '));
      expect(assessment.verdict).toBe(verdict);
    }
    expect(told).toEqual([
      'unknown foreign orphaned drifted',
      'foreign settling orphaned drifted',
      'settling orphaned drifted',
      'orphaned drifted unhealthy',
      'drifted unhealthy',
      'unhealthy',
      '',
    ]);
  });
});

describe('differences', () => {
  test('an ignored field and all below it are nobody’s drift', async () => {
    const rig = scriptedRig('a; app ignore=links -> a.arn; other ignore=size');
    rig.world.drift('app', 'links', { a: 'arn:a:0' });
    rig.world.drift('other', 'size', 7);
    expect((await rig.judge('app')).verdict).toBe('healthy');
    expect((await rig.judge('other')).verdict).toBe('healthy');
  });

  test('what names nothing at all does not dangle', async () => {
    const rig = scriptedRig('a; app -> a.arn');
    rig.world.drift('app', 'links', null);
    const { differences, reasons } = await rig.judge('app');
    expect(differences).toMatchObject([{ actual: null, kind: 'changed' }]);
    expect(reasons.map((each) => each.kind)).toEqual(['drifted']);
  });

  test('tells what is wanted, what is there, of what kind it is and whether it can be changed', async () => {
    const rig = scriptedRig('a; app -> a.arn, pinned=a.name');
    rig.world.drift('app', 'links', { a: 'arn:a:0' });
    rig.world.drift('app', 'pinned', 'b');
    rig.world.drift('app', 'size', null);
    expect((await rig.judge('app')).differences).toEqual([
      { path: 'size', desired: 1, actual: null, kind: 'changed', immutable: false },
      { path: 'pinned', desired: 'a', actual: 'b', kind: 'dangling', immutable: true },
      { path: 'links.a', desired: 'arn:a:1', actual: 'arn:a:0', kind: 'dangling', immutable: false },
    ]);
  });

  test('what cannot be compared because the other one could not be seen is unknown, never drifted', async () => {
    const rig = scriptedRig('base; app -> base.arn');
    rig.world.hide('base');
    const assessment = await rig.judge('app');
    expect(assessment).toMatchObject({ verdict: 'unknown', cause: 'base', differences: [] });
    expect(assessment.reasons).toEqual([
      { kind: 'unknown', text: 'links.base cannot be compared while base is unknown' },
    ]);
  });

  test('a value of an unseen one that is known from its spec alone is compared', async () => {
    const rig = scriptedRig('base; app -> base.name');
    rig.world.hide('base');
    expect((await rig.judge('app')).verdict).toBe('healthy');
  });
});

describe('protection and leftovers', () => {
  test('the playbook’s own protection is told and kept without any tag', async () => {
    const rig = scriptedRig('app protect');
    const assessment = await rig.judge('app');
    expect(assessment.protected).toBe(true);
    expect(assessment.reasons).toEqual([{ kind: 'protected', text: 'protected by the playbook' }]);
  });

  test('onOrphan decides against the type’s own judgement, and is named', async () => {
    const rig = scriptedRig('app; entry type=test/entry owner=app keep; extra owner=app replace');
    rig.world.remove('app');
    expect((await rig.judge('entry')).leftover).toEqual({
      owner: 'app',
      fits: false,
      disposition: 'keep',
      because: 'left over by app, which is gone; speaks of what is gone and cannot stay (onOrphan: keep)',
    });
    expect((await rig.judge('extra')).leftover).toMatchObject({ fits: true, disposition: 'replace' });
  });

  test('a shared piece is nobody’s leftover', async () => {
    const rig = scriptedRig('app; base shared owner=app');
    rig.world.remove('app');
    expect((await rig.judge('base')).verdict).toBe('healthy');
  });

  test('a leftover that outlives a verdict worse than orphaned is not decided on', async () => {
    const rig = scriptedRig('app; extra owner=app');
    rig.world.remove('app');
    rig.world.set('extra', { tags: { 'relight:playbook': 'billing' } });
    expect(await rig.judge('extra')).toMatchObject({ verdict: 'foreign', leftover: null });
  });
});

test('a piece in no survey was not looked at: unknown, never missing', async () => {
  const rig = scriptedRig('app');
  const seen = await rig.look();
  const { assess } = await import('../../../src/assess/assess.ts');
  const blind = assess(rig.playbook, rig.graph, { ...seen.observations, byId: new Map() }, rig.types);
  expect(blind.get('app')).toMatchObject({
    verdict: 'unknown',
    reasons: [{ kind: 'unknown', text: 'was not looked at' }],
  });
});

describe('what a reason carries', () => {
  test('a doubt about a piece is bound to that piece; what says something of others is not', async () => {
    const untagged = scriptedRig('a');
    untagged.world.set('a', { tags: {} });
    expect((await untagged.judge('a')).reasons).toMatchObject([
      { kind: 'untagged', key: expect.any(String) as string },
    ]);
    const judged = async (strange: string | undefined) => {
      const rig = scriptedRig('a type=test/record', {
        types: { 'test/record': { claim: () => ({ strange, proof: undefined }) } },
      });
      return (await rig.judge('a')).reasons.find((each) => each.kind === 'unproven');
    };
    expect(await judged(undefined)).toHaveProperty('key');
    expect(await judged('theirs')).not.toHaveProperty('key');
    expect(await judged('theirs')).not.toHaveProperty('owner');
  });

  test('that the verdict comes of stands first', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    rig.world.set('a', { status: 'sick', tags: { 'relight:playbook': 'billing' } });
    expect((await rig.judge('a')).reasons.map((each) => each.kind)).toEqual(['foreign', 'drifted', 'unhealthy']);
    rig.world.set('a', { tags: { 'relight:playbook': 'shop', 'relight:protect': 'true' }, status: 'failed' });
    const { reasons, verdict } = await rig.judge('a');
    expect(reasons[0]?.kind).toBe(verdict);
  });

  test('fields that cannot be changed are told apart, also where there are several such', async () => {
    const rig = scriptedRig('a -> pinned=b.name; b', { types: { 'test/node': { immutable: ['pinned', 'zone'] } } });
    rig.world.drift('a', 'pinned', 'x');
    rig.world.drift('a', 'size', 7);
    const { differences } = await rig.judge('a');
    expect(Object.fromEntries(differences.map((each) => [each.path, each.immutable]))).toEqual({
      size: false,
      pinned: true,
    });
  });

  test('a leftover that names by its id what is gone cannot stay; by its name it can', async () => {
    const left = async (output: 'arn' | 'name') => {
      const rig = scriptedRig(`app; base; extra owner=app -> base.${output}`);
      rig.world.remove('app', 'base');
      return (await rig.judge('extra')).leftover;
    };
    expect(await left('name')).toMatchObject({ fits: true });
    expect(await left('arn')).toMatchObject({ fits: false });
  });
});
