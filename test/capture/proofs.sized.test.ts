// What was captured is proved: each state that its pieces can be in, played and recovered in a world of its own.
import { expect, test } from 'vitest';
import { prove } from '../../src/prove/prove.ts';
import { systemClock } from '../../src/util/clock.ts';
import { sized } from '../helpers/sized.ts';
import { worldOf } from './scene.ts';
import { scenes } from './scenes.ts';
import { take } from './taking.ts';

const mesh = scenes.filter(({ name }) => name.includes('Service Connect'));

test.each(sized({ quick: mesh, long: scenes }).map((scene) => ({ scene })))(
  '$scene.name: proved, or with a counter-example that is true',
  async ({ scene }) => {
    const { rig } = await worldOf(scene);
    const { playbook, text } = await take(rig, scene.start, scene.asked);
    const { counterExamples, outcomes } = await prove(playbook, {
      source: { file: playbook.file, text, params: {}, modules: [], exhaustive: false },
      workers: 1,
      counterExamples: 5,
      seed: 1,
      quick: true,
      clock: systemClock,
      cpuSeconds: () => 0,
    });
    expect(outcomes.length).toBeGreaterThan(10);
    const broken = counterExamples.map(
      ({ promise }) => `${promise.promise}: ${promise.components.join(', ')}: ${promise.seen}`,
    );
    if (scene.counterExample === undefined) expect(broken).toEqual([]);
    else expect(broken.filter((each) => scene.counterExample?.test(each) !== true)).toEqual([]);
  },
);
