// What a playbook does not say stays, whatever a recovery has to write, delete and make again.
import { describe, expect, test } from 'vitest';
import { deployedRig, playbookOf, readShipped, unfinished, type Rig } from '../helpers/rig.ts';
import { enrich, settingsOf } from '../helpers/richer.ts';

const text = readShipped('deployer-api.yaml');

async function richer(): Promise<Rig> {
  const rig = await deployedRig(text);
  await enrich(rig);
  return rig;
}

/** @param image undefined: the playbook as it ships */
function withContainer(fields: string, component = ''): string {
  return text
    .replace("- { name: api, image: '${params.image}', port: 8080 }", `- { name: api, port: 8080, ${fields} }`)
    .replace('  task-definition:\n', `  task-definition:\n${component}`);
}

describe('what the playbook does not say', () => {
  test('stays when one image is changed', async () => {
    const rig = await richer();
    const before = await settingsOf(rig);
    const other = rig.withPlaybook(playbookOf(withContainer("image: 'registry.example/deployer-api:2'")));
    const { plan, report } = await other.recover('repair');
    expect(unfinished(report)).toEqual([]);
    const { settings } = plan.components.find((each) => each.id === 'task-definition') ?? {};
    expect(settings).toMatchObject({ from: 'piece', lost: [] });
    expect(settings?.kept).toEqual(
      expect.arrayContaining([
        'taskRole',
        'ephemeralStorage.sizeInGiB',
        'containers[api].environment.LOG_LEVEL',
        'containers[api].user',
      ]),
    );
    const after = JSON.stringify(await settingsOf(other));
    expect(JSON.parse(after.replace(/(registry[^"]*):2"/, '$1:1.42"'))).toEqual(before);
  });

  test('stays when all is torn down and made again', async () => {
    const rig = await richer();
    const before = await settingsOf(rig);
    const { plan, report } = await rig.recover('rebuild');
    expect(unfinished(report)).toEqual([]);
    expect(plan.steps.filter((each) => each.destructive).length).toBeGreaterThan(4);
    expect(await settingsOf(rig)).toEqual(before);
    expect(JSON.stringify(before)).toContain('"idle_timeout.timeout_seconds":"120"');
  });

  test('is no drift', async () => {
    const rig = await richer();
    expect([...(await rig.status()).values()].filter((each) => each.verdict !== 'healthy')).toEqual([]);
  });
});

describe('what the playbook takes away', () => {
  test('null: just that, as a difference that is put right', async () => {
    const rig = await richer();
    const other = rig.withPlaybook(
      playbookOf(withContainer("image: '${params.image}', user: null, environment: { LOG_LEVEL: null, PORT: '1' }")),
    );
    const { plan, report } = await other.recover('repair');
    expect(unfinished(report)).toEqual([]);
    const paths = plan.steps.find((each) => each.id === 'task-definition.update')?.differences.map((each) => each.path);
    expect(paths).toEqual(expect.arrayContaining(['containers[api].user']));
    const after = JSON.stringify((await settingsOf(other))['task-definition']);
    expect(after).not.toContain('LOG_LEVEL');
    expect(after).not.toContain('"user"');
    expect(after).toContain('"taskRole"');
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });

  test('exact: all of a part that it does not say', async () => {
    const rig = await richer();
    const exact = "    settings: { exact: ['containers[*].environment', taskRole] }\n";
    const other = rig.withPlaybook(playbookOf(withContainer("image: '${params.image}'", exact)));
    const { report } = await other.recover('repair');
    expect(unfinished(report)).toEqual([]);
    const after = JSON.stringify((await settingsOf(other))['task-definition']);
    expect(after).not.toContain('LOG_LEVEL');
    expect(after).not.toContain('taskRole');
    expect(after).toContain('"user":"app"');
    expect((await other.plan('repair')).plan.steps).toEqual([]);
  });
});
