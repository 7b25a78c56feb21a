// Saved plans: sealed, bound to what they were made from, refused when anything of that has moved.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { ModifyTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dynamodb } from '../../src/aws/services/dynamodb.ts';
import { ecs } from '../../src/aws/services/ecs.ts';
import { elbv2 } from '../../src/aws/services/elbv2.ts';
import { execute, look, movedFrom, planAgain, savedPlanFrom, tool } from '../../src/engine.ts';
import type { PlanKind } from '../../src/plan/plan.ts';
import {
  otherPlace,
  otherPlaybook,
  otherTool,
  outOfTime,
  paramsFor,
  readSavedPlan,
} from '../../src/plan/saved-check.ts';
import { savedPlanText, sealOf, type Moved, type SavedPlan } from '../../src/plan/saved.ts';
import { movedLines } from '../../src/report/moved-text.ts';
import { createMemoryJournal } from '../../src/run/journal/journal.ts';
import { deployedRig, mutations, outputOf, playbookOf, readShipped, troubles, type Rig } from '../helpers/rig.ts';
import { overwriteCname, tag } from './hands.ts';

const text = readShipped('deployer-api.yaml');
const minute = 60_000;

async function save(rig: Rig, kind: PlanKind = 'repair', excluded: readonly string[] = []): Promise<SavedPlan> {
  const { session, assessed, plan } = await rig.plan(kind, { excluded: new Set(excluded) });
  return savedPlanFrom(session, assessed, plan, {
    id: '20160905-090000-0123456789abcdef',
    ttl: 15 * minute,
    excluded: new Set(excluded),
    sandbox: true,
  });
}

async function moved(rig: Rig, saved: SavedPlan): Promise<readonly Moved[]> {
  const session = await rig.open('read');
  return movedFrom(session, await look(session), saved);
}

/** Deployed, with the service gone: the plan makes the state entry and the service anew. */
async function outage(): Promise<Rig> {
  const rig = await deployedRig(text);
  await rig.break(['service']);
  return rig;
}

function withSeal(saved: SavedPlan, change: object): string {
  const { seal, ...body } = { ...saved, ...change };
  expect(seal).toBe(saved.seal);
  return savedPlanText({ ...body, seal: sealOf(body) });
}

const reasonOf = (file: string): string => {
  const result = readSavedPlan(file);
  return result.kind === 'refused' ? result.reason : '(sound)';
};

describe('the file', () => {
  test('is read as it was written', async () => {
    const saved = await save(await outage());
    expect(readSavedPlan(savedPlanText(saved))).toEqual({ kind: 'sound', saved });
    expect(saved).toMatchObject({ kind: 'relight/plan', version: 1, tool, strategy: 'repair', excluded: [] });
    expect(Date.parse(saved.expiresAt) - Date.parse(saved.createdAt)).toBe(15 * minute);
  });

  test('holds what steps and probes need and what that depends on, and nothing else', async () => {
    const saved = await save(await outage());
    expect(Object.keys(saved.observed).sort()).toEqual([
      'cluster',
      'cname',
      'listener',
      'load-balancer',
      'service',
      'state-entry',
      'state-table',
      'target-group',
      'task-definition',
    ]);
  });

  test('is refused when it is something else', async () => {
    const saved = await save(await outage());
    const file = savedPlanText(saved);
    expect(reasonOf('')).toBe('the file is empty');
    expect(reasonOf(text)).toContain('is not JSON');
    for (const length of [1, 100, file.length - 2]) expect(reasonOf(file.slice(0, length))).toContain('cut off');
    for (const other of ['null', '7', '[]', '{}', '{"kind":"relight/run","version":1}']) {
      expect(reasonOf(other)).toBe('the file is JSON, but no plan of relight');
    }
    expect(reasonOf(withSeal(saved, { version: 2 }))).toBe(
      'the file has format version 2, this relight reads version 1',
    );
    expect(reasonOf(withSeal(saved, { steps: undefined, plan: { version: 1 } }))).toContain('it lacks what a plan has');
    expect(reasonOf(withSeal(saved, { strategy: 'rebuild' }))).toBe('it contradicts itself about strategy');
    expect(reasonOf(withSeal(saved, { id: '../../etc/x' }))).toContain('it lacks what a plan has: id');
  });

  test('is refused when it was edited, in what it means or in its bytes', async () => {
    const saved = await save(await outage());
    const file = savedPlanText(saved);
    const edited = 'its seal does not fit: the file was edited or damaged since it was written';
    expect(reasonOf(savedPlanText({ ...saved, expiresAt: '2099-01-01T00:00:00.000Z' }))).toBe(edited);
    expect(reasonOf(file.replace('"action": "create"', '"action": "delete"'))).toBe(edited);
    expect(reasonOf(savedPlanText({ ...saved, seal: '0'.repeat(64) }))).toBe(edited);
    expect(reasonOf(file.replaceAll('\n', '\r\n'))).toBe(edited);
    expect(reasonOf(file.trimEnd())).toBe(edited);
    expect(reasonOf(file.replace('"version": 1,', '"version": 1,\n  "version": 1,'))).toBe(edited);
  });

  test('any ten bytes changed: refused', async () => {
    const file = Buffer.from(savedPlanText(await save(await outage())));
    const edits = fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 10,
    });
    fc.assert(
      fc.property(edits, (list) => {
        const damaged = Buffer.from(file);
        for (const [at, by] of list) damaged[at] = (damaged[at] ?? 0) ^ by;
        if (damaged.equals(file)) return;
        let decoded: string;
        try {
          decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(damaged);
        } catch {
          // No text at all: refused before it gets here.
          return;
        }
        expect(reasonOf(decoded)).not.toBe('(sound)');
      }),
      { seed: 20160905, numRuns: 300 },
    );
    // One byte at a time, kept printable, so that most of them are still JSON.
    for (let at = 0; at < file.length; at += 37) {
      const damaged = Buffer.from(file);
      damaged[at] = file[at] === 0x31 ? 0x32 : 0x31;
      expect({ at, reason: reasonOf(damaged.toString()) }).not.toMatchObject({ reason: '(sound)' });
    }
  });

  test('keeps no value whose name promises a secret, and notices its change all the same', async () => {
    const rig = await outage();
    const put = (password: string): Promise<unknown> =>
      rig.operator.client(dynamodb).send(
        new PutItemCommand({
          TableName: 'deployer-state',
          Item: {
            service: { S: 'deployer-api' },
            serviceArn: { S: 'arn:aws:ecs:eu-west-1:123456789012:service/wonderland/deployer-api' },
            status: { S: 'deployed' },
            dbPassword: { S: password },
          },
        }),
      );
    await put('correct horse');
    const saved = await save(rig);
    expect(savedPlanText(saved)).not.toContain('correct horse');
    expect(await moved(rig, saved)).toEqual([]);
    await put('battery staple');
    expect(await moved(rig, saved)).toEqual([
      { component: 'state-entry', path: '(a value that is kept out of plans)', then: '(hidden)', now: '(hidden)' },
    ]);
  });
});

describe('what it is bound to', () => {
  const caller = async (rig: Rig): Promise<Parameters<typeof otherPlace>[1]> => {
    const { account, alias, arn, region } = (await rig.open('read')).identity;
    return { account, alias, arn, region, sandbox: true };
  };

  test('tool', async () => {
    const saved = await save(await outage());
    expect(otherTool(saved, tool)).toBeUndefined();
    expect(otherTool(saved, 'relight 9.0.0')).toBe(`it was made by ${tool}, this is relight 9.0.0`);
  });

  test('playbook and parameters', async () => {
    const saved = await save(await outage());
    const same = playbookOf(`# a comment\n${text}`, paramsFor(saved, {}));
    expect(otherPlaybook(saved, same)).toBeUndefined();
    const edited = playbookOf(text.replace('onFailure: continue', 'onFailure: halt'));
    expect(otherPlaybook(saved, edited)).toBe(
      'the playbook playbook.yaml is not the one that the plan was made from ' +
        `(digest then ${saved.playbook.digest}, now ${edited.digest})`,
    );
    const more = playbookOf(text, paramsFor(saved, { replicas: '3' }));
    expect(otherPlaybook(saved, more)).toMatch(/^the parameters differ: replicas was 2, is 3 \(digest then /);
  });

  test('place and caller', async () => {
    const rig = await outage();
    const saved = await save(rig);
    const here = await caller(rig);
    expect(otherPlace(saved, here)).toBeUndefined();
    expect(otherPlace(saved, { ...here, sandbox: false })).toContain('made in a sandbox, and this is not one');
    expect(otherPlace({ ...saved, sandbox: false }, here)).toContain('this is a sandbox');
    const other = { ...here, account: '999999999999', region: 'us-east-1', arn: 'arn:aws:iam::999999999999:user/eve' };
    expect(otherPlace(saved, other)).toBe(
      'it was made in another place or by another caller: account was 123456789012, is 999999999999; ' +
        'region was eu-west-1, is us-east-1; ' +
        'caller was arn:aws:iam::123456789012:user/operator, is arn:aws:iam::999999999999:user/eve',
    );
  });

  test('time', async () => {
    const saved = await save(await outage());
    const [made, end] = [Date.parse(saved.createdAt), Date.parse(saved.expiresAt)];
    expect(outOfTime(saved, end - 1)).toBeUndefined();
    expect(outOfTime(saved, end)).toBe(`it expired at ${saved.expiresAt}: it was valid for 15m`);
    expect(outOfTime(saved, made - 4 * minute)).toBeUndefined();
    expect(outOfTime(saved, made - 6 * minute)).toContain('a clock is wrong');
  });
});

describe('what moved', () => {
  test('nothing, a while later', async () => {
    const rig = await outage();
    const saved = await save(rig);
    await rig.clock.sleep(14 * minute);
    expect(await moved(rig, saved)).toEqual([]);
  });

  test('a field, upstream of the steps', async () => {
    const rig = await outage();
    const saved = await save(rig);
    const arn = await outputOf(rig, 'target-group', 'arn');
    await rig.operator
      .client(elbv2)
      .send(new ModifyTargetGroupCommand({ TargetGroupArn: arn, HealthCheckPath: '/up' }));
    await tag(rig, 'load-balancer', 'team', 'red-queen');
    const moves = await moved(rig, saved);
    expect(moves).toEqual([
      { component: 'load-balancer', path: 'tags.team', then: null, now: 'red-queen' },
      { component: 'target-group', path: 'healthCheck.path', then: '/health', now: '/up' },
    ]);
    expect(movedLines(moves)).toEqual([
      '  load-balancer: tags.team: (none) → red-queen',
      '  target-group: healthCheck.path: /health → /up',
    ]);
  });

  test('a piece that is lost, and one that has appeared', async () => {
    const rig = await outage();
    const saved = await save(rig);
    await rig.break(['state-entry']);
    await rig.recover('repair');
    await rig.break(['state-entry']);
    const moves = await moved(rig, saved);
    expect(moves).toEqual([
      { component: 'service', path: 'presence', then: 'absent', now: 'present' },
      { component: 'state-entry', path: 'presence', then: 'present', now: 'absent' },
    ]);
    expect(movedLines(moves)).toEqual(['  service: absent → present', '  state-entry: present → absent']);
  });

  test('the record that a probe asks for: the run could only end in part', async () => {
    const rig = await outage();
    const saved = await save(rig);
    const overwritten = rig.fork();
    await overwriteCname(overwritten, 'elsewhere.example');
    expect((await moved(overwritten, saved)).map((each) => each.component)).toEqual(['cname']);
    await rig.break(['cname']);
    expect(await moved(rig, saved)).toEqual([{ component: 'cname', path: 'presence', then: 'present', now: 'absent' }]);
  });

  test('where there is nothing to do, what the probes need is looked at all the same', async () => {
    const rig = await deployedRig(text);
    const saved = await save(rig);
    expect(saved.plan.steps).toEqual([]);
    expect(Object.keys(saved.observed).sort()).toEqual(['cname', 'load-balancer']);
  });

  test('records are told by their names, however they are spelled, and by a star', async () => {
    for (const [probed, isConcerned] of [
      ['https://DEPLOYER-API.wonderland.example./health', true],
      ['https://deployer-api.wonderland.example:8443/health', true],
      ['https://other.wonderland.example/health', false],
    ] as const) {
      const probe = `verify:\n  - http: { url: '${probed}', status: 200 }\n`;
      const rig = (await outage()).withPlaybook(playbookOf(text.replace(/^verify:\n[^]*$/m, probe)));
      expect([probed, 'cname' in (await save(rig)).observed]).toEqual([probed, isConcerned]);
    }
    const starred = text.replace('name: deployer-api.wonderland.example', "name: '*.wonderland.example'");
    expect(starred).not.toBe(text);
    const rig = (await outage()).withPlaybook(playbookOf(starred));
    expect(Object.keys((await save(rig)).observed)).toContain('cname');
  });

  test('a piece that cannot be seen any more', async () => {
    const rig = await outage();
    const saved = await save(rig);
    rig.faults.add({ service: 'dynamodb', operation: 'BatchGetItem', kind: 'access-denied' });
    const [move, ...others] = await moved(rig, saved);
    expect(move).toMatchObject({ component: 'state-entry', path: 'presence', then: 'present' });
    expect(move?.now).toMatch(/^unknown: AccessDenied/);
    expect(others).toEqual([]);
  });

  test('tasks that come and go do not count', async () => {
    const rig = await deployedRig(text);
    await rig.break(['state-entry']);
    const saved = await save(rig);
    expect(Object.keys(saved.observed)).toContain('service');
    const at = { cluster: 'wonderland', service: 'deployer-api' };
    const again = new UpdateServiceCommand({ ...at, forceNewDeployment: true });
    await rig.operator.client(ecs).send(again);
    for (const wait of [1_000, 30_000, 10 * minute]) {
      await rig.clock.sleep(wait);
      expect(await moved(rig, saved)).toEqual([]);
    }
  });

  test('a field that the playbook leaves to others does not count; else it does', async () => {
    const closed = text.replace(/\n +ignore: \[desiredCount\].*/, '');
    expect(closed).not.toBe(text);
    const count = { component: 'service', path: 'desiredCount', then: 2, now: 3 };
    for (const [playbook, moves] of [
      [text, []],
      [closed, [count]],
    ] as const) {
      const rig = await deployedRig(playbook);
      await rig.break(['state-entry']);
      const saved = await save(rig);
      const at = { cluster: 'wonderland', service: 'deployer-api' };
      await rig.operator.client(ecs).send(new UpdateServiceCommand({ ...at, desiredCount: 3 }));
      await rig.clock.sleep(5 * minute);
      expect(await moved(rig, saved)).toEqual(moves);
    }
  });
});

describe('a run', () => {
  async function run(rig: Rig, saved: SavedPlan): Promise<{ readonly result: string; readonly first: unknown }> {
    const session = await rig.open('change');
    const request = { kind: saved.strategy, excluded: new Set(saved.excluded) };
    const { apart, moved: moves, plan, assessed } = await planAgain(session, await look(session), saved, request);
    expect([moves, apart]).toEqual([[], []]);
    const journal = createMemoryJournal('run-1', rig.clock);
    const report = await execute(session, assessed, plan, {
      openJournal: (sink) => ({
        ...journal,
        record: (event) => {
          journal.record(event);
          const last = journal.records.at(-1);
          if (last !== undefined) sink(last);
        },
      }),
      prober: rig.sandbox.prober,
      verify: true,
      stop: new AbortController().signal,
      savedPlan: saved,
    });
    return { result: report.result, first: journal.records[0] };
  }

  test('does exactly the saved steps, also when something unrelated has moved; its journal names the plan', async () => {
    const rig = await outage();
    const file = savedPlanText(await save(rig));
    await rig.break(['health-check']);
    const read = readSavedPlan(file);
    if (read.kind !== 'sound') throw new Error(read.reason);
    const { saved } = read;
    rig.wire.length = 0;
    const { first } = await run(rig, saved);
    expect(first).toMatchObject({ type: 'run-started', savedPlan: { id: saved.id, seal: saved.seal } });
    expect(mutations(rig.wire).map((call) => call.operation)).toEqual(['DeleteItem', 'CreateService', 'PutItem']);
    expect(troubles(await rig.status())).toEqual({ 'health-check': 'missing' });
  });

  test('leaves it stale: what it did has moved', async () => {
    const rig = await outage();
    const saved = await save(rig);
    expect((await run(rig, saved)).result).toBe('succeeded');
    expect((await moved(rig, saved)).map((each) => each.component)).toContain('service');
  });
});
