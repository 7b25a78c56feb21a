// Right before a change each rule of the plan is asked again: what has come since the plan stops the step.
import { describe, expect, test } from 'vitest';
import type { CascadedPiece, Lead, Observation } from '../../src/components/contract.ts';
import type { Resumption } from '../../src/plan/plan.ts';
import type { StepError } from '../../src/run/journal/events.ts';
import { accepting } from '../helpers/accepting.ts';
import { awsError, type Piece, type TypeOptions } from '../helpers/scripted.ts';
import { scriptedRig, type ScriptedRig, type ScriptedRun } from '../helpers/scripted-rig.ts';

const ours = { 'relight:playbook': 'shop' };
const guarded = { ...ours, 'relight:protect': 'true' };
const resumed = (tokens: Readonly<Record<string, string>>): Resumption => ({
  run: 'run-0',
  made: ['a'],
  deletes: [],
  tokens,
});

function errorOf(run: ScriptedRun, step: string): StepError | undefined {
  return run.report.steps.find((each) => each.id === step)?.error ?? undefined;
}

function waitsIn({ events }: ScriptedRun): readonly string[] {
  return events.flatMap((each) => (each.type === 'step-waiting' ? [each.detail] : []));
}

/** Executes the plan of one playbook by another one over a world like it, as if the file had changed in between. */
async function executedBy(rig: ScriptedRig, planned: ScriptedRig): Promise<ScriptedRun> {
  return rig.execute(await rig.look(), planned.planFrom(await planned.look(), 'teardown'));
}

describe('protection', () => {
  test('by the playbook holds for whatever plan is run', async () => {
    const rig = scriptedRig('a protect');
    const run = await executedBy(rig, scriptedRig('a'));
    expect(errorOf(run, 'a.delete')).toMatchObject({
      class: 'protected',
      message: 'the playbook protects it, and it is not changed',
    });
    expect(rig.world.changes).toEqual([]);
  });

  test('that comes between two tries of an update stops the second', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    rig.world.on('update a', () => {
      rig.world.set('a', { tags: guarded });
      throw awsError('Throttling');
    });
    expect(errorOf(await rig.run(), 'a.update')).toMatchObject({ class: 'protected' });
    expect(rig.world.changes).toEqual(['update a']);
  });

  test('of a piece that came before the first try of a create is not the step’s own doing', async () => {
    const rig = scriptedRig('a', { deployed: false });
    const run = await rig.run('repair', {}, () => {
      rig.world.make('a', { name: 'a', size: 9 }, guarded);
    });
    expect(errorOf(run, 'a.create')).toMatchObject({ class: 'protected' });
    expect(rig.world.changes).toEqual([]);
  });

  test('of a half-made piece is no leave to delete it', async () => {
    const resumes = resumed({ 'a.create': 'relight-1' });
    const planned = scriptedRig('a');
    const rig = scriptedRig('a protect');
    rig.world.set('a', { tags: guarded });
    const plan = planned.planFrom(await planned.look(), 'teardown');
    const run = await rig.execute(await rig.look(), { ...plan, resumes });
    expect(errorOf(run, 'a.delete')).toMatchObject({ class: 'protected' });
  });
});

describe('a piece whose tags have gone since the plan', () => {
  const untag = (rig: ScriptedRig) => (): void => {
    rig.world.set('a', { tags: {} });
  };

  test('is not deleted: its name alone proves nothing', async () => {
    const rig = scriptedRig('a');
    const error = errorOf(await rig.run('teardown', {}, untag(rig)), 'a.delete');
    expect(error).toMatchObject({ class: 'unproven' });
    expect(error?.message).toContain('it carries no relight tags');
    expect(error?.message).toContain('--accept a:ownership');
    expect(rig.world.changes).toEqual([]);
  });

  test('may be put right', async () => {
    const rig = scriptedRig('a');
    rig.world.drift('a', 'size', 7);
    expect((await rig.run('repair', {}, untag(rig))).report.result).toBe('succeeded');
  });

  test('is not deleted although that was accepted when it had them', async () => {
    const rig = scriptedRig('a');
    const run = await rig.run('teardown', { allowances: { accepted: accepting('a:ownership') } }, untag(rig));
    expect(errorOf(run, 'a.delete')).toMatchObject({ class: 'unproven' });
  });
});

describe('an untagged piece that was accepted', () => {
  const allowances = { accepted: accepting('a:ownership') };

  test('is deleted', async () => {
    const rig = scriptedRig('a');
    rig.world.set('a', { tags: {} });
    expect((await rig.run('teardown', { allowances })).report.result).toBe('succeeded');
  });

  test('is not, once another one has its name', async () => {
    const rig = scriptedRig('a');
    rig.world.set('a', { tags: {} });
    const run = await rig.run('teardown', { allowances }, () => {
      rig.world.remove('a');
      rig.world.make('a', { name: 'a', size: 1 }, {});
    });
    expect(errorOf(run, 'a.delete')).toMatchObject({ class: 'unproven' });
    expect(rig.world.changes).toEqual([]);
  });
});

describe('content that the plan knew to be ours by what this run cannot tell', () => {
  async function changed(meanwhile: (rig: ScriptedRig) => void): Promise<ScriptedRun> {
    let known = true;
    const claim = () =>
      known ? { strange: undefined, proof: 'a receipt tells' } : { strange: undefined, proof: undefined };
    const rig = scriptedRig('a type=test/record; b', { types: { 'test/record': { claim } } });
    rig.world.drift('a', 'size', 7);
    return rig.run('repair', {}, () => {
      known = false;
      meanwhile(rig);
    });
  }

  test('is changed while it is as it was then', async () => {
    expect((await changed(() => undefined)).report.result).toBe('succeeded');
  });

  test('is left alone once it says something else', async () => {
    const run = await changed(({ world }) => {
      world.drift('a', 'size', 8);
    });
    expect(errorOf(run, 'a.update')).toMatchObject({ class: 'unproven' });
  });
});

describe('what serves', () => {
  const types: Readonly<Record<string, TypeOptions>> = {
    'test/front': { traffic: { from: [], to: [] } },
    'test/service': {
      traffic: { from: ['at'], to: [] },
      serves: ({ status }: Piece) => (status === 'active' ? 'a healthy target' : undefined),
    },
  };

  test('by now, of components that the plan leaves alone too, keeps what leads there', async () => {
    const rig = scriptedRig('front type=test/front; service type=test/service -> at=front.name', { types });
    rig.world.set('service', { status: 'sick' });
    const seen = await rig.look();
    const plan = rig.planFrom(seen, 'teardown');
    const only = {
      ...plan,
      steps: plan.steps.filter((step) => step.component === 'front').map((step) => ({ ...step, after: [] })),
    };
    rig.world.set('service', { status: 'active' });
    const run = await rig.execute(seen, only);
    expect(errorOf(run, 'front.delete')).toMatchObject({ class: 'serving' });
    expect(errorOf(run, 'front.delete')?.message).toContain('front (leads to service: a healthy target)');
    expect(rig.world.changes).toEqual([]);
  });
});

describe('what answers where a piece leads', () => {
  interface Asked {
    readonly run: ScriptedRun;
    readonly rig: ScriptedRig;
    readonly asked: readonly (readonly string[])[];
  }

  interface LedOptions {
    /** Which field of the record differs. */
    readonly field?: string;
    readonly kind?: 'repair' | 'teardown';
    readonly allowDowntime?: boolean;
    readonly names?: readonly string[];
  }

  async function led(answers: () => readonly Lead[], options: LedOptions = {}): Promise<Asked> {
    const { field = 'size', kind = 'repair', allowDowntime = false, names = ['lb.example'] } = options;
    const asked: (readonly string[])[] = [];
    const record: TypeOptions = {
      traffic: { from: [], to: ['size'] },
      leadsTo: () => names,
      leads: async (each) => {
        asked.push(each);
        return answers();
      },
    };
    const rig = scriptedRig('a type=test/record; base', { types: { 'test/record': record } });
    rig.world.drift('a', field, 7);
    const run = await rig.run(kind, { allowances: { allowDowntime } });
    return { run, rig, asked };
  }

  const serving: Lead = { to: 'lb.example', serves: '2 healthy targets', seen: true };
  const unseen: Lead = { ...serving, seen: false };

  test.each(['repair', 'teardown'] as const)('keeps it from being taken away by a %s', async (kind) => {
    const { run, rig, asked } = await led(() => [{ ...serving, serves: null }, serving], { kind });
    const step = kind === 'repair' ? 'a.update' : 'a.delete';
    expect(errorOf(run, step)).toMatchObject({ class: 'serving' });
    expect(errorOf(run, step)?.message).toContain('leads to lb.example: 2 healthy targets');
    expect(rig.world.changes.filter((each) => each.endsWith(' a'))).toEqual([]);
    expect(asked).toEqual([['lb.example']]);
  });

  test('that could not be seen keeps it from being deleted, and not from being led elsewhere', async () => {
    expect(errorOf((await led(() => [unseen], { kind: 'teardown' })).run, 'a.delete')).toMatchObject({
      class: 'serving',
    });
    expect((await led(() => [unseen])).run.report.result).toBe('succeeded');
  });

  test('is not asked where nothing is taken away, where downtime is allowed, or where it leads to no name', async () => {
    for (const options of [{ field: 'pinned' }, { allowDowntime: true }, { names: [] }]) {
      const { run, asked } = await led(() => [serving], options);
      expect(run.report.result).toBe('succeeded');
      expect(asked).toEqual([]);
    }
  });

  test('may answer late, and is waited for; what may not be asked stops the step', async () => {
    let asked = 0;
    const late = await led(() => {
      asked += 1;
      if (asked < 3) throw awsError('Throttling', 'slower');
      return [];
    });
    expect(late.run.report.result).toBe('succeeded');
    expect(waitsIn(late.run)[0]).toBe('nobody can tell what answers behind it: Throttling: slower');
    const denied = await led(() => {
      throw awsError('AccessDenied', 'not you');
    });
    expect(errorOf(denied.run, 'a.update')).toMatchObject({ class: 'denied', code: 'AccessDenied' });
    const bug = await led(() => {
      throw new TypeError('no such member');
    });
    expect(errorOf(bug.run, 'a.update')).toMatchObject({ class: 'internal' });
  });
});

describe('what points at a piece', () => {
  function pointing(
    text: string,
    look: (rig: ScriptedRig) => Observation<Piece> | undefined,
    from: () => readonly (readonly [record: string, component: string | undefined])[] = () => [],
  ): ScriptedRig {
    const zone: TypeOptions = {
      listsReferrers: true,
      observe: async (targets, { noteReferrer }) => {
        for (const [record, component] of from()) noteReferrer?.({ from: record, component, to: 'a.example' });
        return new Map(targets.map(({ id, spec }) => [id, look(rig) ?? rig.world.look(spec.name)]));
      },
    };
    const types = { 'test/zone': zone, 'test/named': { aliases: () => ['a.example'] } };
    const rig: ScriptedRig = scriptedRig(text, { types });
    return rig;
  }

  const nothing = (): undefined => undefined;

  const text = 'a type=test/named; zone type=test/zone shared; record';

  test('is listed again, and waited for while it cannot be', async () => {
    let until = Number.NEGATIVE_INFINITY;
    const rig = pointing(text, ({ clock }) =>
      clock.now() < until
        ? { kind: 'unknown', reason: 'throttled', detail: 'Rate exceeded', at: clock.now() }
        : undefined,
    );
    const run = await rig.run('teardown', {}, () => {
      until = rig.clock.now() + 5_000;
    });
    expect(run.report.result).toBe('succeeded');
    expect(waitsIn(run)).toContain('zone cannot be seen: Rate exceeded');
  });

  test.each(['denied', 'invalid', 'upstream', 'status'] as const)(
    'cannot be told where the look is %s',
    async (reason) => {
      let hidden = false;
      const rig = pointing(text, ({ clock }) =>
        hidden ? { kind: 'unknown', reason, detail: 'no look', at: clock.now() } : undefined,
      );
      const run = await rig.run('teardown', {}, () => {
        hidden = true;
      });
      expect(errorOf(run, 'a.delete')).toMatchObject({
        class: 'denied',
        message: 'nobody can tell whether zone points at it: no look',
      });
      expect(waitsIn(run)).toEqual([]);
    },
  );

  test.each([
    ['of the playbook itself that could not be deleted keeps it', [['CNAME own', 'record']], 'CNAME own'],
    [
      'in no component is named first',
      [
        ['CNAME own', 'record'],
        ['CNAME strange', undefined],
      ],
      'CNAME strange',
    ],
  ] as const)('a record %s', async (_what, records, named) => {
    let found: readonly (readonly [string, string | undefined])[] = [];
    const rig = pointing(text, nothing, () => found);
    const run = await rig.run('teardown', {}, () => {
      found = records;
      rig.world.hide('record');
    });
    expect(errorOf(run, 'a.delete')).toMatchObject({
      class: 'pointed-at',
      message: `${named} points at it, and would name what is gone: change it first`,
    });
    expect(rig.world.changes).not.toContain('delete a');
  });

  test('a record that is gone counts no more, although a listing from before shows it', async () => {
    const rig = pointing(text, nothing, () => [['CNAME own', 'record']]);
    expect((await rig.run('teardown')).report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['delete record', 'delete a']);
  });
});

describe('what AWS deletes with a piece', () => {
  const listener: CascadedPiece = { kind: 'piece', what: 'listener HTTP:80', id: 'arn:listener:1', tags: undefined };

  function cascading(text: string, answers: () => readonly CascadedPiece[]): ScriptedRig {
    return scriptedRig(text, { types: { 'test/lb': { cascade: async () => answers() } } });
  }

  test('may be what the same run deletes', async () => {
    const rig = cascading('lb type=test/lb; listener -> in=lb.arn', () => [listener]);
    expect((await rig.run('teardown')).report.result).toBe('succeeded');
    expect(rig.world.changes).toEqual(['delete listener', 'delete lb']);
  });

  test('may not be a component that stays, although it came to live there only after the plan', async () => {
    let told: readonly CascadedPiece[] = [];
    const rig = cascading('lb type=test/lb; listener', () => told);
    const seen = await rig.look();
    const plan = rig.planFrom(seen, 'teardown', ['listener']);
    told = [listener];
    const run = await rig.execute(seen, plan);
    expect(errorOf(run, 'lb.delete')).toMatchObject({
      class: 'cascade',
      message: 'listener (listener HTTP:80), which stays, would be deleted with it: plan again',
    });
    rig.world.remove('listener');
  });

  test('may not be what carries the tag of others, whatever was accepted', async () => {
    let told: readonly CascadedPiece[] = [];
    const rig = cascading('lb type=test/lb', () => told);
    const run = await rig.run('teardown', { allowances: { accepted: accepting('lb:cascade') } }, () => {
      told = [{ ...listener, tags: { 'relight:playbook': 'billing' } }];
    });
    expect(errorOf(run, 'lb.delete')?.message).toContain('which belongs to playbook billing');
    expect(rig.world.changes).toEqual([]);
  });

  test.each([
    ['AccessDenied', 'denied'],
    ['ExpiredToken', 'expired'],
    ['ValidationError', 'invalid'],
  ])('is to be told: %s stops the step', async (code, kind) => {
    let broken = false;
    const rig = cascading('lb type=test/lb', () => {
      if (broken) throw awsError(code, 'no');
      return [];
    });
    const run = await rig.run('teardown', {}, () => {
      broken = true;
    });
    expect(errorOf(run, 'lb.delete')).toMatchObject({
      class: kind,
      message: `nobody can tell what would be deleted with it: ${code}: no`,
    });
    expect(rig.world.changes).toEqual([]);
  });

  test('may be told late: the piece is looked at again, and nothing is asked of one that has gone', async () => {
    let [asked, failing] = [0, false];
    const rig = cascading('lb type=test/lb', () => {
      asked += 1;
      if (!failing) return [];
      rig.world.remove('lb');
      throw awsError('Throttling', 'slower');
    });
    const run = await rig.run('teardown', {}, () => {
      [asked, failing] = [0, true];
    });
    expect(waitsIn(run)).toEqual(['nobody can tell what would be deleted with it: Throttling: slower']);
    expect(asked).toBe(1);
  });

  test('a bug of the question is called one', async () => {
    let broken = false;
    const rig = cascading('lb type=test/lb', () => {
      if (broken) throw new TypeError('no such member');
      return [];
    });
    const run = await rig.run('teardown', {}, () => {
      broken = true;
    });
    expect(errorOf(run, 'lb.delete')).toMatchObject({ class: 'internal' });
  });
});

describe('an update', () => {
  test('leaves what is ignored as it is', async () => {
    const rig = scriptedRig('base; a ignore=size -> base.name');
    rig.world.drift('a', 'size', 9);
    rig.world.drift('a', 'links', { base: 'other' });
    expect((await rig.run()).report.result).toBe('succeeded');
    expect(rig.world.pieces.get('a')?.fields).toMatchObject({ size: 9, links: { base: 'base' } });
  });

  test('keeps what was there once, however often it is tried; its capture is told whether the piece goes', async () => {
    const leaves: boolean[] = [];
    const capture: TypeOptions['capture'] = async (_target, _state, _context, each) => {
      leaves.push(each);
      return null;
    };
    const rig = scriptedRig('a', { types: { 'test/node': { capture } } });
    rig.world.drift('a', 'size', 7);
    const busy = (): void => {
      throw awsError('Throttling');
    };
    rig.world.on('update a', busy, busy);
    const run = await rig.run();
    expect([...run.journal.beforeImages.keys()]).toEqual(['a.update']);
    await rig.run('teardown', { runId: 'run-2' });
    expect(leaves).toEqual([false, true]);
  });

  test('that an unfinished run may have half done is known to be that', async () => {
    const halfway = async (tokens: Readonly<Record<string, string>>): Promise<unknown> => {
      const rig = scriptedRig('a');
      rig.world.drift('a', 'size', 7);
      const { events } = await rig.run('repair', { allowances: { resumes: resumed(tokens) } });
      return events.find((each) => each.type === 'before-image')?.halfway;
    };
    expect(await halfway({ 'a.update': 'relight-1' })).toBe(true);
    expect(await halfway({ 'b.update': 'relight-1' })).toBeUndefined();
  });

  test('of which one field is done and another was changed by others is not half done', async () => {
    const rig = scriptedRig('base; a -> base.name');
    rig.world.drift('a', 'size', 7);
    rig.world.drift('a', 'links', { base: 'other' });
    rig.world.on('update a', () => {
      rig.world.drift('a', 'size', 1);
      rig.world.drift('a', 'links', { base: 'of a third' });
      throw awsError('InternalFailure', 'oops', 500);
    });
    const images = (await rig.run()).events.filter((each) => each.type === 'before-image');
    expect(images.map((each) => each.halfway)).toEqual([undefined, undefined]);
  });
});

describe('a step', () => {
  test('names the reference whose output is not known, among several', async () => {
    const rig = scriptedRig('x; lb; cname -> x.arn, at=x.name, lb.arn');
    rig.world.remove('lb', 'cname');
    const seen = await rig.look();
    const run = await rig.execute(seen, rig.planFrom(seen, 'repair', ['lb']));
    expect(errorOf(run, 'cname.create')?.message).toBe('links.lb needs an output of lb that is not known');
  });

  test('waits until a piece on its way out is gone, and then makes it', async () => {
    const rig = scriptedRig('a');
    rig.world.set('a', { status: 'deleting', until: rig.clock.now() + 20_000 });
    const run = await rig.run();
    expect(run.report.steps.map((each) => [each.id, each.status])).toEqual([
      ['a.wait', 'succeeded'],
      ['a.create', 'succeeded'],
    ]);
    expect(rig.world.changes).toEqual(['create a']);
  });

  test('sends the token of the unfinished run, and its own where AWS does not take that', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', () => {
      throw awsError('ValidationError', 'used before');
    });
    const run = await rig.run('repair', { allowances: { resumes: resumed({ 'a.create': 'relight-1' }) } });
    const tokens = run.events.flatMap((each) => (each.type === 'step-intended' ? [each.token] : []));
    expect(run.report.result).toBe('succeeded');
    expect(tokens[0]).toBe('relight-1');
    expect(tokens[1]).toMatch(/^relight-[0-9a-f]{28}$/);
  });

  test('does not change its token for another trouble', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', () => {
      throw awsError('Throttling');
    });
    const run = await rig.run('repair', { allowances: { resumes: resumed({ 'a.create': 'relight-1' }) } });
    const tokens = run.events.flatMap((each) => (each.type === 'step-intended' ? [each.token] : []));
    expect(tokens).toEqual(['relight-1', 'relight-1']);
  });

  test('that deletes what others know for no time says nothing of a time', async () => {
    const rig = scriptedRig('a');
    const { events } = await rig.run('teardown');
    expect(Object.keys(events.find((each) => each.type === 'step-intended') ?? {})).not.toContain('lingerSeconds');
  });

  test('that was refused says that nothing has changed', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', () => {
      throw awsError('AccessDenied');
    });
    expect((await rig.run()).events.find((each) => each.type === 'step-failed')).toMatchObject({ unchanged: true });
  });

  test('in whose way nothing stands that this run lets go of gives up after two minutes', async () => {
    const held = async (text: string): Promise<number> => {
      const rig = scriptedRig(text);
      const busy = (): void => {
        throw awsError('ResourceInUse', 'held');
      };
      rig.world.on('delete a', ...Array.from({ length: 100 }, () => busy));
      const { report } = await rig.run('teardown');
      expect(report.steps.find((each) => each.id === 'a.delete')?.error).toMatchObject({ class: 'conflict' });
      return report.steps.find((each) => each.id === 'a.delete')?.seconds ?? 0;
    };
    expect(await held('a; b')).toBeLessThan(200);
    expect(await held('a; b -> a')).toBeGreaterThan(250);
    expect(await held('a; b -> a.arn')).toBeGreaterThan(250);
  });
});
