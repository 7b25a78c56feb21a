// What a network load balancer's listeners and target groups can be in, and that a proof plays it to the end: nothing there
// answers by itself, and many ports may be taken.
import { beforeAll, describe, expect, test } from 'vitest';
import { ClassifiedError } from '../../src/aws/errors.ts';
import { graphOf } from '../../src/engine.ts';
import { caseText } from '../../src/prove/cases/case.ts';
import { plainCases, statesOf } from '../../src/prove/cases/states.ts';
import { tryCase, type Bench } from '../../src/prove/one.ts';
import { outcomeOf } from '../../src/prove/promises/outcome.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import { typeNamed } from '../../src/rehearse/world/operator.ts';
import { broker } from '../helpers/broker.ts';
import { playbookOf } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';

const playbook = playbookOf(broker);
const { cover, disasters } = statesOf(playbook, graphOf(playbook), { quick: true, random: 0, seed: 1 });
let bench: Bench;
beforeAll(async () => {
  bench = await openBenchFor(playbook);
});

const singles = disasters.filter((each) => Object.keys(each).length === 1);
const cases = plainCases(singles, playbook).filter(({ disaster }) => !Object.values(disaster).includes('lost'));

describe('behind a network load balancer', () => {
  test.each(sampled(cases, 12, ({ disaster }) => Object.values(disaster).join()).map((each) => [caseText(each), each]))(
    '%s',
    async (_text, each) => {
      const outcome = outcomeOf(await tryCase(bench, each));
      expect(outcome.broken).toEqual([]);
      expect(outcome.unfallen, 'it has fallen').toEqual([]);
    },
  );

  // It stands on the port that another one would be put on.
  test.each([
    ['target-group', 'held'],
    ['listener', 'dangling'],
    ['name', 'dangling'],
    ['service', 'unhealthy'],
  ] as const)('%s %s comes about', async (id, state) => {
    const { marks, data } = await bench.environment.scene({ [id]: state });
    expect(marks[0]?.what).toEqual(expect.any(String));
    expect(JSON.stringify(data)).not.toBe(JSON.stringify(bench.environment.deployed));
  });

  test('what AWS refuses by hand too is no error of the proof, and has not fallen', async () => {
    const type = typeNamed('elbv2/target-group', playbook.types);
    const inject = (): Promise<never> =>
      Promise.reject(new ClassifiedError('conflict', 'taken', { code: 'Duplicate' }));
    const held = { kind: 'done', unless: () => undefined, inject, until: 'settled' } as const;
    const barred = { ...type, rehearsal: { ...type.rehearsal, hindrances: { ...type.rehearsal.hindrances, held } } };
    const types = new Map([...playbook.types, [type.traits.type, barred]]);
    const disaster = { 'target-group': 'held' } as const;
    const other = await openBenchFor({ ...playbook, types });
    const outcome = outcomeOf(
      await tryCase(other, { disaster, strategy: 'rebuild', variation: { kind: 'none' }, accepted: [] }),
    );
    expect(outcome.unfallen).toEqual([{ component: 'target-group', state: 'held', because: 'Duplicate: taken' }]);
    expect([outcome.result, outcome.because]).toEqual(['healed', []]);
  });

  test('what is no state of such pieces is told', () => {
    const told = cover.impossible.filter(({ component }) => component === 'listener').map(({ state }) => state);
    expect(told).toEqual(expect.arrayContaining(['drifted', 'displaced']));
  });
});
