import { beforeAll, describe, expect, test } from 'vitest';
import { startProcess } from '../../src/rehearse/world/killable.ts';
import { endOf, openEnvironment, type RehearsalEnvironment } from '../../src/rehearse/world/environment.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

describe('a killed process', () => {
  let environment: RehearsalEnvironment;
  beforeAll(async () => {
    environment = await openEnvironment(playbookOf(readShipped('deployer-api.yaml')));
  });

  test('sends nothing and writes nothing after its death, and whoever comes next finishes, wherever it died', async () => {
    const scene = await environment.scene({ service: 'lost', cname: 'lost' });
    const whole = await environment.harness(scene).attempt({ kind: 'repair' });
    if (whole.kind !== 'ran') throw new Error(`unexpected ${whole.kind}`);
    const lines = whole.journal.records.length;
    expect(lines).toBeGreaterThan(20);
    for (let line = 1; line <= lines; line += 3) {
      const harness = environment.harness(scene);
      const within = startProcess(harness.access('change'));
      let written = 0;
      let sent = Number.NaN;
      const killed = await harness.attempt({
        kind: 'repair',
        within,
        onRecord: () => {
          written += 1;
          if (written !== line) return;
          within.kill();
          sent = harness.wire.length;
        },
      });
      expect(killed).toMatchObject({ kind: 'killed', records: { length: line } });
      await harness.clock.sleep(600_000);
      expect([harness.wire.length, written], `after line ${line}`).toEqual([sent, line]);

      await harness.attempt({ kind: 'repair' });
      const end = await endOf(harness, 'repair');
      expect([end.healthy, end.serving, end.plan.steps.length], `after line ${line}`).toEqual([true, true, 0]);
    }
  });

  test('lets the time of the world go on', async () => {
    const harness = environment.harness(await environment.scene({ service: 'lost' }));
    const within = startProcess(harness.access('change'));
    const attempt = harness.attempt({ kind: 'repair', within });
    await harness.clock.sleep(10_000);
    within.kill();
    expect((await attempt).kind).toBe('killed');
    const before = harness.clock.now();
    await harness.clock.sleep(5_000);
    expect(harness.clock.now() - before).toBe(5_000);
    expect(within.alive()).toBe(false);
  });
});
