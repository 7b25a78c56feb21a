// Consent names its reason: each lifts the doubts of its own kind and no others, and no more of them than were shown.
import { describe, expect, test } from 'vitest';
import type { CascadedPiece, Observation } from '../../../src/components/contract.ts';
import {
  consentReasons,
  consentsIn,
  consentsTo,
  consentWord,
  consentWords,
  isLifted,
  mergedConsents,
  noConsents,
  readConsentWord,
  unneededConsents,
  type ConsentReason,
} from '../../../src/plan/consent.ts';
import type { Plan, PlanKind, PlannedComponent } from '../../../src/plan/plan.ts';
import type { RunStarted } from '../../../src/run/journal/read-journal.ts';
import { unfinishedRun } from '../../../src/run/journal/unfinished.ts';
import { accepting } from '../../helpers/accepting.ts';
import type { Piece, ScriptedSpec, TypeOptions } from '../../helpers/scripted.ts';
import { partOf, scriptedRig, type ScriptedRig } from '../../helpers/scripted-rig.ts';

/** What speaks against taking `piece` down. */
interface World {
  /** What it says that nothing proves to be ours. */
  stranger: string | undefined;
  /** Records in no component that point at it. */
  referrers: readonly string[];
  /** The component that lists such records cannot be seen. */
  unseen: boolean;
  /** In no component, and deleted with it. */
  pieces: readonly CascadedPiece[];
  /** What it holds. */
  contents: string | undefined;
}

const listener: CascadedPiece = { kind: 'piece', what: 'listener HTTP:8443', id: 'arn:listener-1', tags: undefined };

const quiet: World = { stranger: undefined, referrers: [], unseen: false, pieces: [], contents: undefined };

/** Those that keep a component as it is until they are lifted; an effect refuses the plan (effects.test.ts). */
const blocking = consentReasons.filter((each) => each !== 'effect');

const causes: Readonly<Record<Exclude<ConsentReason, 'effect'>, Partial<World>>> = {
  ownership: { stranger: 'theirs' },
  referrers: { referrers: ['CNAME www.example'] },
  unseen: { unseen: true },
  cascade: { pieces: [listener] },
  loss: { contents: 'items' },
};

function rigOf(world: World): ScriptedRig {
  const piece: TypeOptions = {
    claim: () =>
      world.stranger === undefined
        ? { strange: undefined, proof: 'its own name' }
        : { strange: world.stranger, proof: undefined },
    aliases: () => ['piece.example'],
    cascade: async () => world.pieces,
    holds: async () => world.contents,
  };
  const zone: TypeOptions = {
    listsReferrers: true,
    observe: async (targets, { now, noteReferrer: point }) => {
      for (const from of world.referrers) point?.({ from, component: undefined, to: 'piece.example' });
      return new Map(targets.map(({ id, spec }) => [id, world.unseen ? hidden(now()) : there(spec, now())]));
    },
  };
  return scriptedRig('piece type=test/piece; zone type=test/zone shared', {
    types: { 'test/piece': piece, 'test/zone': zone },
  });
}

function hidden(at: number): Observation<Piece> {
  return { kind: 'unknown', reason: 'denied', detail: 'no look', at };
}

function there(fields: ScriptedSpec, at: number): Observation<Piece> {
  const state = { fields, status: 'active', tags: undefined, generation: 1, revision: 1, until: undefined };
  return { kind: 'present', state, tags: undefined, at };
}

function reasonsIn(plan: Plan): readonly string[] {
  return (partOf(plan, 'piece').consents ?? []).map((each) => each.reason);
}

function planOf(rig: ScriptedRig, kind: PlanKind, ...words: readonly string[]): Promise<Plan> {
  return rig.plan(kind, [], { accepted: accepting(...words) });
}

describe.each(blocking)('what consent to %s lifts', (reason) => {
  const others = consentReasons.filter((each) => each !== reason).map((each) => consentWord('piece', each));

  test.each(['rebuild', 'teardown'] as const)(
    'by a %s: without it nothing is changed; the plan names it',
    async (kind) => {
      const rig = rigOf({ ...quiet, ...causes[reason] });
      const part = partOf(await rig.plan(kind), 'piece');
      expect(part.disposition).toBe('blocked');
      expect(part.because).toContain(`--accept piece:${reason}`);
      expect(part.consents).toMatchObject([{ reason, given: false }]);
    },
  );

  test('all others together do not lift it, nor does its like for another component', async () => {
    const rig = rigOf({ ...quiet, ...causes[reason] });
    const plan = await planOf(rig, 'teardown', ...others, `zone:${reason}`);
    expect(partOf(plan, 'piece').disposition).toBe('blocked');
    expect(plan.steps).toEqual([]);
  });

  test('what the plan says to type helps, and is in the plan', async () => {
    const rig = rigOf({ ...quiet, ...causes[reason] });
    const plan = await planOf(rig, 'teardown', `piece:${reason}`);
    expect(plan.steps.map((step) => step.id)).toEqual(['piece.delete']);
    expect(plan.accepted).toEqual([`piece:${reason}`]);
    expect(partOf(plan, 'piece').consents).toMatchObject([{ reason, given: true }]);
    const { report } = await rig.run('teardown', {
      verify: false,
      allowances: { accepted: accepting(`piece:${reason}`) },
    });
    expect(report.result).toBe('succeeded');
    expect(report.accepted).toEqual([`piece:${reason}`]);
  });

  test('given while nothing needed it, it grants nothing to the run', async () => {
    const world = { ...quiet };
    const rig = rigOf(world);
    const allowances = { accepted: accepting(`piece:${reason}`) };
    const { report } = await rig.run('teardown', { verify: false, allowances }, () => {
      Object.assign(world, causes[reason]);
      if (reason === 'ownership') rig.world.drift('piece', 'size', 'theirs');
    });
    expect(report.steps.map((step) => [step.id, step.status])).toEqual([['piece.delete', 'failed']]);
    expect(rig.world.changes).toEqual([]);
  });
});

describe('several doubts about one component', () => {
  const all: World = blocking.reduce<World>((world, reason) => ({ ...world, ...causes[reason] }), quiet);
  // What cannot be listed hides what it would list.
  const seen = { ...all, unseen: false };
  const needed = ['ownership', 'referrers', 'cascade', 'loss'] as const;

  test('are told all at once, with one command that helps', async () => {
    const plan = await rigOf(seen).plan('teardown');
    expect(reasonsIn(plan)).toEqual(needed);
    const { because } = partOf(plan, 'piece');
    expect(because).toContain(
      'If all of that is right: relight teardown playbook.yaml --accept piece:cascade --accept piece:loss --accept piece:ownership --accept piece:referrers',
    );
    const words = [...because.matchAll(/--accept (\S+)/g)].map((match) => match[1] ?? '');
    expect((await planOf(rigOf(seen), 'teardown', ...words)).steps.map((step) => step.id)).toEqual(['piece.delete']);
  });

  test.each(needed)('each needs its own: without %s nothing is changed', async (missing) => {
    const words = needed.filter((each) => each !== missing).map((each) => consentWord('piece', each));
    const plan = await planOf(rigOf(seen), 'teardown', ...words);
    expect(plan.steps).toEqual([]);
    expect((partOf(plan, 'piece').consents ?? []).filter((each) => !each.given).map((each) => each.reason)).toEqual([
      missing,
    ]);
  });

  test('many of one kind are counted in words and listed in the data', async () => {
    const referrers = ['A', 'B', 'C', 'D', 'E'];
    const part = partOf(await rigOf({ ...quiet, referrers }).plan('teardown'), 'piece');
    expect(part.because).toContain(
      'cannot be deleted while A, B, C and 2 more, which are in no component, point at it',
    );
    expect(part.consents?.map((each) => each.subject)).toEqual(referrers);
  });

  test('what no consent lifts is told instead of flags that would not help', async () => {
    const guarded: CascadedPiece = { ...listener, tags: { 'relight:protect': 'true' } };
    const part = partOf(await rigOf({ ...seen, pieces: [guarded] }).plan('teardown'), 'piece');
    expect(part.because).not.toContain('--accept');
    expect(part.because).toContain(
      'To accept that would not help: cannot be deleted: listener HTTP:8443, which is protected',
    );
    expect(part.consents).toBeUndefined();
    expect(part.because.split('would be: ')).toHaveLength(2);
  });
});

describe('what was accepted is what was shown', () => {
  test.each([
    ['one more record', 'referrers', { referrers: ['CNAME www.example', 'CNAME new.example'] }],
    ['another companion', 'cascade', { pieces: [{ ...listener, id: 'arn:listener-2' }] }],
    ['another content', 'ownership', { stranger: 'of a third' }],
  ] as const)('%s that comes after the plan is not', async (_what, reason, later) => {
    const world: World = { ...quiet, ...causes[reason] };
    const rig = rigOf(world);
    const allowances = { accepted: accepting(`piece:${reason}`) };
    const { report } = await rig.run('teardown', { verify: false, allowances }, () => {
      Object.assign(world, later);
      if (reason === 'ownership') rig.world.drift('piece', 'size', 'of a third');
    });
    expect(report.steps.map((step) => [step.id, step.status])).toEqual([['piece.delete', 'failed']]);
    expect(rig.world.changes).toEqual([]);
  });

  test('a run that is gone on with takes over what was shown to it, and nothing that has come since', async () => {
    const world: World = { ...quiet, ...causes.referrers };
    const rig = rigOf(world);
    const plan = await planOf(rig, 'teardown', 'piece:referrers');
    const left = unfinishedRun([startedWith(plan)]);
    const carried = left?.accepted ?? noConsents;
    expect((await rig.plan('teardown', [], { accepted: carried })).steps.map((step) => step.id)).toEqual([
      'piece.delete',
    ]);
    world.referrers = ['CNAME new.example'];
    expect((await rig.plan('teardown', [], { accepted: carried })).steps).toEqual([]);
  });
});

describe('a journal of version 0.1.0', () => {
  const former = (plan: Plan): RunStarted =>
    startedWith({
      ...plan,
      accepted: ['piece'],
      components: plan.components.map(withoutConsents),
    });

  test('lets the content that was in doubt then be changed, and nothing else happen', async () => {
    const world: World = { ...quiet, ...causes.ownership };
    const rig = rigOf(world);
    const left = unfinishedRun([former(await planOf(rig, 'teardown', 'piece:ownership'))]);
    expect(consentWords(left?.accepted ?? noConsents)).toEqual(['piece:ownership']);
    expect(left?.acceptedInVain).toEqual([]);
    const allowances = { accepted: left?.accepted ?? noConsents };
    expect((await rig.plan('teardown', [], allowances)).steps).toHaveLength(1);
    world.stranger = 'of a third';
    expect((await rig.plan('teardown', [], allowances)).steps).toEqual([]);
    Object.assign(world, causes.ownership, causes.loss);
    expect((await rig.plan('teardown', [], allowances)).steps).toEqual([]);
  });

  test('grants nothing for what it does not tell', async () => {
    for (const reason of ['referrers', 'unseen', 'cascade', 'loss'] as const) {
      const rig = rigOf({ ...quiet, ...causes[reason] });
      const left = unfinishedRun([former(await planOf(rig, 'teardown', `piece:${reason}`))]);
      expect(left?.acceptedInVain).toEqual(['piece']);
      expect((await rig.plan('teardown', [], { accepted: left?.accepted ?? noConsents })).steps).toEqual([]);
    }
  });
});

describe('as words', () => {
  test('are read as they are written', () => {
    const words = consentReasons.map((each) => consentWord('dns', each));
    expect(consentWords(consentsIn(words))).toEqual(words.toSorted());
    expect(readConsentWord('dns')).toEqual({ kind: 'bare', component: 'dns' });
    for (const text of ['dns:', 'dns:Loss', 'dns:loss:more', 'dns: loss']) {
      expect(readConsentWord(text)).toMatchObject({ kind: 'unknown-reason', component: 'dns' });
      expect(consentsIn([text])).toEqual(noConsents);
    }
    expect(consentsIn(['dns'])).toEqual(noConsents);
  });

  test('the wider of two consents holds, and neither widens another', () => {
    const shown = consentsTo('dns', [{ reason: 'referrers', subject: 'a' }]);
    const more = mergedConsents(shown, consentsTo('dns', [{ reason: 'referrers', subject: 'b' }]));
    expect(['a', 'b', 'c'].map((subject) => isLifted(more, 'dns', { reason: 'referrers', subject }))).toEqual([
      true,
      true,
      false,
    ]);
    const any = mergedConsents(more, consentsIn(['dns:referrers']));
    expect(isLifted(any, 'dns', { reason: 'referrers', subject: 'c' })).toBe(true);
    expect(isLifted(any, 'dns', { reason: 'loss', subject: 'contents' })).toBe(false);
    expect(isLifted(any, 'table', { reason: 'referrers', subject: 'a' })).toBe(false);
    expect(isLifted(shown, 'dns', { reason: 'referrers', subject: 'b' })).toBe(false);
  });

  test('those that nothing needs are told', async () => {
    const plan = await rigOf({ ...quiet, ...causes.loss }).plan('teardown');
    expect(unneededConsents(['piece:loss', 'piece:ownership', 'zone:loss'], plan)).toEqual([
      'piece:ownership',
      'zone:loss',
    ]);
  });
});

function withoutConsents(component: PlannedComponent): PlannedComponent {
  const { consents, ...others } = component;
  return consents === undefined ? component : others;
}

function startedWith(plan: Plan): RunStarted {
  const record: RunStarted = {
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    type: 'run-started',
    version: 1,
    runId: 'run-1',
    tool: 'relight test',
    plan,
    verify: false,
    sandbox: false,
  };
  return record;
}
