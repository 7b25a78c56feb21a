// A whole run: who it is run as, what its result is called, what the probes add, and who is left out of breath.
import { describe, expect, test } from 'vitest';
import type { Prober } from '../../src/run/probe/probe.ts';
import { dnsCheck, httpCheck } from '../helpers/playbook.ts';
import { awsError, stubAccess } from '../helpers/scripted.ts';
import { contentProber, identity, scriptedRig, ScriptedRig } from '../helpers/scripted-rig.ts';

describe('branches', () => {
  //  a ── b
  //  x ── y
  test('a branch that is ready runs while another is held', async () => {
    const rig = scriptedRig('a; b -> a; x; y -> x', { deployed: false });
    const held = rig.world.hold('create a');
    const seen = await rig.look();
    const running = rig.execute(seen, rig.planFrom(seen, 'repair'));
    await held.arrived;
    await rig.clock.sleep(10_000);
    expect(rig.world.changes).toEqual(['create a', 'create x', 'create y']);
    held.release();
    expect((await running).report.result).toBe('succeeded');
  });

  test('steps that look at the same time look together', async () => {
    const rig = scriptedRig('a; b; c', { deployed: false });
    await rig.run();
    expect(rig.world.looks.slice(1)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
  });

  //  a ── b
  //  x ── y
  test('under halt, after the first failure nothing starts', async () => {
    const rig = scriptedRig('a; b -> a; x; y -> x', { deployed: false, recovery: { onFailure: 'halt' } });
    rig.world.takes.create = 30;
    rig.world.on('create a', () => {
      throw awsError('AccessDenied');
    });
    const { report } = await rig.run();
    expect(report.result).toBe('partial');
    expect(report.steps.map((step) => [step.id, step.status, step.rootCauses, step.detail])).toEqual([
      ['a.create', 'failed', [], 'create sent'],
      ['x.create', 'succeeded', [], 'is being created'],
      ['b.create', 'skipped', ['a.create'], 'waited for a.create, which failed'],
      ['y.create', 'skipped', [], 'the run halted after a failure'],
    ]);
  });
});

describe('results', () => {
  test('blocked pieces make a run partial, although every step succeeded', async () => {
    const rig = scriptedRig('a; b');
    rig.world.hide('a');
    rig.world.remove('b');
    const { report } = await rig.run();
    expect(report.result).toBe('partial');
    expect(report.blocked).toEqual([{ component: 'a', because: 'could not be seen: denied: no look at a' }]);
  });

  test('nothing succeeded: failed', async () => {
    const rig = scriptedRig('a', { deployed: false });
    rig.world.on('create a', () => {
      throw awsError('AccessDenied');
    });
    expect((await rig.run()).report.result).toBe('failed');
  });
});

describe('identity', () => {
  const cases = [
    ['another account', { account: '999999999999', arn: identity.arn }],
    ['another caller', { account: identity.account, arn: 'arn:aws:iam::123456789012:user/bob' }],
  ] as const;

  test.each(cases)('%s than the plan was made for: refused before the first step', async (_name, other) => {
    class Moved extends ScriptedRig {
      override readonly aws = stubAccess(other);
    }
    const plain = scriptedRig('a', { deployed: false });
    const rig = new Moved(plain.playbook, { deployed: false });
    const run = await rig.run();
    expect(run.report.result).toBe('refused');
    expect(run.report.interruption).toBe(`the caller is now ${other.arn}, the plan was made for ${identity.arn}`);
    expect(run.events.map((event) => event.type)).toEqual([
      'run-started',
      'identity-checked',
      'run-interrupted',
      'run-finished',
    ]);
    expect(rig.world.changes).toEqual([]);
  });
});

describe('probes', () => {
  const verify = [httpCheck('http://shop/health'), dnsCheck('shop.example', ['${a.arn}'])];

  test('run after everything else, with outputs in place, and their answers are told', async () => {
    const rig = scriptedRig('a', { deployed: false, verify });
    const asked: string[] = [];
    const prober: Prober = {
      ...contentProber,
      dns: async (name, type) => {
        asked.push(`${name} ${type} after ${rig.world.changes.join()}`);
        return { values: ['ARN:a:1.'] };
      },
    };
    const { report } = await rig.run('repair', { prober });
    expect(asked).toEqual(['shop.example CNAME after create a']);
    expect(report.steps.slice(1).map((step) => step.detail)).toEqual([
      'GET http://shop/health: 200',
      'shop.example CNAME: arn:a:1',
    ]);
  });

  test('are not waited for where what they need is blocked; they are asked once, and say so', async () => {
    const verify = [dnsCheck('b', ['right'])];
    const rig = scriptedRig('a; b -> a.arn; c', { verify });
    rig.world.hide('a');
    rig.world.drift('b', 'size', 7);
    rig.world.remove('c');
    let asked = 0;
    const prober: Prober = {
      ...contentProber,
      dns: async () => {
        asked += 1;
        return { values: ['another'] };
      },
    };
    const { report } = await rig.run('repair', { prober });
    expect(asked).toBe(1);
    const probe = report.steps.find((step) => step.action === 'verify');
    expect(probe?.error?.message).toMatch(/; not waited for, as a.* could not be put right$/);
    expect(probe?.seconds).toBeLessThan(2);
  });

  test('a wrong answer is asked for again until its time is over, then the run is partial', async () => {
    const rig = scriptedRig('a', { deployed: false, verify: [httpCheck('http://shop/health')] });
    let tries = 0;
    const prober: Prober = {
      ...contentProber,
      http: async () => {
        tries += 1;
        return { status: 503, body: '' };
      },
    };
    const { report } = await rig.run('repair', { prober });
    expect(report.result).toBe('partial');
    expect(report.steps[1]?.error).toEqual({
      class: 'deadline',
      code: 'probe',
      message: 'GET http://shop/health: 503, wanted 200',
    });
    expect(tries).toBe(6);
  });

  test('left out on request: no step of theirs is run or reported', async () => {
    const rig = scriptedRig('a', { deployed: false, verify });
    const { report } = await rig.run('repair', { verify: false });
    expect(report).toMatchObject({ result: 'succeeded', probed: false });
    expect(report.steps.map((step) => step.id)).toEqual(['a.create']);
  });

  test('a stop while they wait ends the run tidily', async () => {
    const rig = scriptedRig('a', { deployed: false, verify: [httpCheck('http://shop/health')] });
    const stop = new AbortController();
    const prober: Prober = {
      ...contentProber,
      http: async () => {
        void rig.clock.sleep(500).then(() => {
          stop.abort();
        });
        return { error: 'ECONNREFUSED' };
      },
    };
    const run = await rig.run('repair', { prober, stop: stop.signal });
    expect(run.events.at(-1)).toMatchObject({ type: 'run-finished', result: 'partial' });
    expect(run.report.steps[1]?.error).toMatchObject({ class: 'interrupted' });
  });
});

test('the journal begins with the plan and ends with the result, numbered without gaps', async () => {
  const rig = scriptedRig('a; b -> a', { deployed: false });
  const { journal } = await rig.run();
  expect(journal.records[0]).toMatchObject({ seq: 1, type: 'run-started', version: 1, tool: 'relight test' });
  expect(journal.records.at(-1)).toMatchObject({ type: 'run-finished', result: 'succeeded' });
  expect(journal.records.map((each) => each.seq)).toEqual(journal.records.map((_, index) => index + 1));
});
