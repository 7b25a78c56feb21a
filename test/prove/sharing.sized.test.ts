// What one recovery has shown is not played again by another: each comes to the very same as where all is played to its end.
import { beforeAll, describe, expect, test } from 'vitest';
import { graphOf } from '../../src/engine.ts';
import type { Case } from '../../src/prove/cases/case.ts';
import { plainCases, statesOf } from '../../src/prove/cases/states.ts';
import { representativesOf, variedCases } from '../../src/prove/cases/variations.ts';
import { tryCase, type Bench } from '../../src/prove/one.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import { outcomeOf, type Outcome } from '../../src/prove/promises/outcome.ts';
import { playbookOf, readShipped } from '../helpers/rig.ts';
import { partOf, sized } from '../helpers/sized.ts';

async function outcome(bench: Bench, each: Case): Promise<Outcome> {
  return outcomeOf(await tryCase(bench, each));
}

describe.each(sized({ quick: ['deployer-api.yaml'], long: ['deployer-api.yaml', 'storefront.yaml'] }))('%s', (name) => {
  const playbook = playbookOf(readShipped(name));
  const states = statesOf(playbook, graphOf(playbook), { quick: false, random: 40, seed: 3 });
  const plain = plainCases(states.disasters, playbook);
  let sharing: Bench;
  let exhaustive: Bench;

  beforeAll(async () => {
    sharing = await openBenchFor(playbook);
    exhaustive = await openBenchFor(playbook, undefined, true);
  });

  test('states and pairs of them, by both strategies', async () => {
    const some = partOf(plain, sized({ quick: 6, long: 120 }), ({ disaster, strategy }) =>
      sized({ quick: strategy, long: `${Object.values(disaster).join(' ')} ${strategy}` }),
    );
    for (const each of some) {
      expect(await outcome(sharing, each)).toEqual(await outcome(exhaustive, each));
    }
  });

  test('crashes after each record', async () => {
    const single = plain.filter(({ disaster }) => Object.keys(disaster).length < 2);
    // What is wholly gone takes the most steps to come back, and a repair of it stands for the others.
    const gone = single.filter(
      ({ disaster, strategy }) => strategy === 'repair' && Object.values(disaster).join() === 'lost',
    );
    const alone = sized({ quick: gone, long: single });
    const outcomes: Outcome[] = [];
    for (const each of alone) outcomes.push(await outcome(sharing, each));
    const representatives = representativesOf(outcomes, playbook, true);
    const all = variedCases(representatives, []).cases.filter(({ variation }) => variation.kind === 'crash');
    // All of them in the long run, those of the quick one too: how many come to the same is to be told of enough.
    const crashes = partOf(all, sized({ quick: 12, long: all.length }), ({ strategy }) => strategy);
    expect(crashes.length).toBeGreaterThan(10);
    const futures = new Set<string | null>();
    for (const each of crashes) {
      const { future, ...found } = await outcome(sharing, each);
      const { future: none, ...whole } = await outcome(exhaustive, each);
      expect({ each, found }).toEqual({ each, found: whole });
      expect([future, none]).toEqual([expect.any(String), null]);
      futures.add(future);
    }
    // Some come to the same, and not all.
    expect(futures.size).toBeGreaterThan(1);
    expect(futures.size).toBeLessThan(crashes.length);
  });
});
