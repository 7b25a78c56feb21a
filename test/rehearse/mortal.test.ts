import { beforeAll, describe, expect, test } from 'vitest';
import { startProcess } from '../../src/rehearse/mortal.ts';
import { endOf, openTheatre, type Theatre } from '../../src/rehearse/theatre.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';

describe('a killed process', () => {
  let theatre: Theatre;
  beforeAll(async () => {
    theatre = await openTheatre(playbookOf(readShipped('deployer-api.yaml')));
  });

  test('sends nothing and writes nothing after its death, and whoever comes next finishes, wherever it died', async () => {
    const scene = await theatre.scene({ service: 'lost', cname: 'lost' });
    const whole = await theatre.stage(scene).attempt({ kind: 'repair' });
    if (whole.kind !== 'ran') throw new Error(`unexpected ${whole.kind}`);
    const lines = whole.journal.records.length;
    expect(lines).toBeGreaterThan(20);
    for (let line = 1; line <= lines; line += 3) {
      const stage = theatre.stage(scene);
      const within = startProcess(stage.access('change'));
      let written = 0;
      let sent = Number.NaN;
      const killed = await stage.attempt({
        kind: 'repair',
        within,
        onRecord: () => {
          written += 1;
          if (written !== line) return;
          within.kill();
          sent = stage.wire.length;
        },
      });
      expect(killed).toMatchObject({ kind: 'killed', records: { length: line } });
      await stage.clock.sleep(600_000);
      expect([stage.wire.length, written], `after line ${line}`).toEqual([sent, line]);

      await stage.attempt({ kind: 'repair' });
      const end = await endOf(stage, 'repair');
      expect([end.healthy, end.serving, end.plan.steps.length], `after line ${line}`).toEqual([true, true, 0]);
    }
  });

  test('lets the time of the world go on', async () => {
    const stage = theatre.stage(await theatre.scene({ service: 'lost' }));
    const within = startProcess(stage.access('change'));
    const attempt = stage.attempt({ kind: 'repair', within });
    await stage.clock.sleep(10_000);
    within.kill();
    expect((await attempt).kind).toBe('killed');
    const before = stage.clock.now();
    await stage.clock.sleep(5_000);
    expect(stage.clock.now() - before).toBe(5_000);
    expect(within.alive()).toBe(false);
  });
});
