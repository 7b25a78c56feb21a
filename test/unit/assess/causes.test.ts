// Which trouble explains which: status names root causes, not everything that fell over with them.
import { describe, expect, test } from 'vitest';
import { scriptedRig, type ScriptedRig } from '../../helpers/scripted-rig.ts';

async function causes(rig: ScriptedRig): Promise<Readonly<Record<string, string | null>>> {
  const { assessments } = await rig.look();
  return Object.fromEntries([...assessments].map(([id, each]) => [id, each.cause]));
}

describe('causes', () => {
  test('healthy ones have none', async () => {
    expect(await causes(scriptedRig('a; b -> a.arn'))).toEqual({ a: null, b: null });
  });

  test('what lives in a lost container is lost because of it, at any depth', async () => {
    const rig = scriptedRig('lb; listener -> in=lb.arn; rule -> in=listener.arn; other');
    rig.world.remove('lb', 'listener', 'rule');
    expect(await causes(rig)).toEqual({ lb: 'lb', listener: 'lb', rule: 'lb', other: null });
    expect((await rig.judge('listener')).reasons[0]?.text).toBe('lb, which it lives in, is gone');
  });

  test('what cannot be looked up because of an unknown one is unknown because of it', async () => {
    const rig = scriptedRig('lb; listener -> in=lb.arn; rule -> in=listener.arn');
    rig.world.hide('lb');
    expect(await causes(rig)).toEqual({ lb: 'lb', listener: 'lb', rule: 'lb' });
    expect(await rig.judge('listener')).toMatchObject({
      verdict: 'unknown',
      reasons: [{ text: 'cannot be looked up while lb is unknown' }],
    });
  });

  test('a leftover is there because of its owner, also when the owner comes later in create order', async () => {
    const rig = scriptedRig('lb owner=app; app -> lb.arn; entry type=test/entry owner=app -> app.arn');
    rig.world.remove('app');
    expect(await causes(rig)).toEqual({ lb: 'app', app: 'app', entry: 'app' });
  });

  test('a leftover’s cause is its owner’s own cause', async () => {
    const rig = scriptedRig('lb; app -> in=lb.arn; extra owner=app');
    rig.world.remove('lb', 'app');
    expect(await causes(rig)).toEqual({ lb: 'lb', app: 'lb', extra: 'lb' });
  });

  test('a dangling reference is explained by what it refers to', async () => {
    const rig = scriptedRig('lb; cname -> lb.arn');
    rig.world.remove('lb');
    expect(await causes(rig)).toEqual({ lb: 'lb', cname: 'lb' });
  });

  test('a reference to an old incarnation of a healthy one is its own trouble', async () => {
    const rig = scriptedRig('lb; cname -> lb.arn');
    rig.world.drift('cname', 'links', { lb: 'arn:lb:0' });
    expect(await causes(rig)).toEqual({ lb: null, cname: 'cname' });
  });

  test('a drift beside the reference is its own trouble', async () => {
    const rig = scriptedRig('lb; cname -> lb.name');
    rig.world.remove('lb');
    rig.world.drift('cname', 'size', 9);
    expect(await causes(rig)).toEqual({ lb: 'lb', cname: 'cname' });
  });

  test('a sick one is explained by the trouble it depends on', async () => {
    const rig = scriptedRig('db; app -> db; web -> app');
    rig.world.set('db', { status: 'failed' });
    rig.world.set('app', { status: 'sick' });
    rig.world.set('web', { status: 'sick' });
    expect(await causes(rig)).toEqual({ db: 'db', app: 'db', web: 'db' });
  });

  test('a lost piece is its own cause, whatever else is lost', async () => {
    const rig = scriptedRig('db; app -> db.name');
    rig.world.remove('db', 'app');
    expect(await causes(rig)).toEqual({ db: 'db', app: 'app' });
  });

  test('what somebody has changed by hand is a cause of its own, beside what its loss explains', async () => {
    const rig = scriptedRig('lb; listener -> lb.arn; app -> lb.arn');
    rig.world.remove('lb');
    rig.world.drift('listener', 'size', 7);
    expect(await causes(rig)).toMatchObject({ lb: 'lb', listener: 'listener', app: 'lb' });
  });

  test('so is a leftover that somebody has changed', async () => {
    const rig = scriptedRig('lb owner=service; group owner=service; service -> lb.arn, group.arn');
    rig.world.remove('service');
    rig.world.drift('group', 'size', 7);
    expect(await causes(rig)).toEqual({ lb: 'service', group: 'group', service: 'service' });
  });
});
