// What was captured is proved: each state that its pieces can be in, played and recovered in a world of its own.
import { expect, test } from 'vitest';
import { prove, type Proof } from '../../src/prove/prove.ts';
import { systemClock } from '../../src/util/clock.ts';
import { sized } from '../helpers/sized.ts';
import { worldOf, type Scene } from './scene.ts';
import { scenes } from './scenes.ts';
import { take } from './taking.ts';

const mesh = scenes.filter(({ name }) => name.includes('Service Connect'));

/** Cannot be deployed into a world of its own, rightly: what it takes is told to nobody, or is named by an id. */
const undeployable: Readonly<Record<string, RegExp>> = {
  'OpenID Connect in front': /clientSecret/,
  'two listeners, one name in two zones': /hosted zone Z[0-9A-Z]+ does not exist/,
};

const proved = scenes.filter(({ name }) => undeployable[name] === undefined);

test.each(Object.entries(undeployable))('%s: cannot be proved, and why is told', async (name, why) => {
  const scene = scenes.find((each) => each.name === name);
  if (scene === undefined) throw new Error(`no scene ${name}`);
  await expect(proofOf(scene)).rejects.toThrow(why);
});

/** Each takes its half minute: the long run has the most different ones, and all of them on demand (`RELIGHT_PROOFS=all`). */
const different = proved.filter(({ name }) => /network load balancer|failover|listener of others|a worker/i.test(name));
const long = process.env['RELIGHT_PROOFS'] === 'all' ? proved : different;

test('the long run has some', () => {
  expect(different.length).toBeGreaterThanOrEqual(3);
  expect(proved.length).toBeGreaterThan(different.length);
});

test.each(sized({ quick: mesh, long }).map((scene) => ({ scene })))(
  '$scene.name: proved, or with a counter-example that is true',
  async ({ scene }) => {
    const { counterExamples, outcomes } = await proofOf(scene);
    expect(outcomes.length).toBeGreaterThan(10);
    const broken = counterExamples.map(
      ({ promise }) => `${promise.promise}: ${promise.components.join(', ')}: ${promise.seen}`,
    );
    if (scene.counterExample === undefined) expect(broken).toEqual([]);
    else expect(broken.filter((each) => scene.counterExample?.test(each) !== true)).toEqual([]);
  },
);

async function proofOf(scene: Scene): Promise<Proof> {
  const { rig } = await worldOf(scene);
  const { playbook, text } = await take(rig, scene.start, scene.asked);
  return prove(playbook, {
    source: { file: playbook.file, text, params: {}, modules: [], exhaustive: false },
    workers: 1,
    counterExamples: 5,
    seed: 1,
    quick: true,
    clock: systemClock,
    cpuSeconds: () => 0,
  });
}
