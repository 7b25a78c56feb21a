// What was captured is proved: each state that its pieces can be in, played and recovered in a world of its own.
import { expect, test } from 'vitest';
import { prove } from '../../src/prove/prove.ts';
import { systemClock } from '../../src/util/clock.ts';
import { sized } from '../helpers/sized.ts';
import { worldOf } from './scene.ts';
import { scenes } from './scenes.ts';
import { take } from './taking.ts';

const mesh = scenes.filter(({ name }) => name.includes('Service Connect'));

/** Not proved yet, and why. */
const open: Readonly<Record<string, string>> = {
  'blue/green by AWS CodeDeploy, blue live': 'a world richer than the playbook does not come to rest',
  'blue/green by AWS CodeDeploy, green live': 'a world richer than the playbook does not come to rest',
  'OpenID Connect in front': 'a rule cannot be made without its client secret, which AWS never tells',
  'two listeners, one name in two zones': 'a proof’s world holds no private zone, which is named by its id',
};

for (const [name, why] of Object.entries(open)) test.todo(`${name}: ${why}`);

const proved = scenes.filter(({ name }) => open[name] === undefined);

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
