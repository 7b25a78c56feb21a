// The same on playbooks by lot: what is shared and what is played to its end come to the same verdicts. RELIGHT_PLAYBOOKS=<n> tries
// so many.
import { expect, test } from 'vitest';
import { graphOf } from '../../src/engine.ts';
import type { Case } from '../../src/prove/cases/case.ts';
import { plainCases, statesOf } from '../../src/prove/cases/states.ts';
import { representativesOf, variedCases } from '../../src/prove/cases/variations.ts';
import { tryCase } from '../../src/prove/one.ts';
import { openBenchFor } from '../../src/prove/pool.ts';
import { outcomeOf, type Outcome } from '../../src/prove/promises/outcome.ts';
import { seededRandom } from '../../src/util/random.ts';
import { playbookOf } from '../helpers/rig.ts';
import { partOf, seed, sized } from '../helpers/sized.ts';
import { lotsFrom, randomPlaybook } from '../safety/random-playbook.ts';

/** Larger ones show no more, and take long. */
const mostComponents = 8;
/** Of each playbook: plain ones, and crashes of their recoveries. */
const tried = { plain: 4, crashes: 6 } as const;

const playbooks = Number(process.env['RELIGHT_PLAYBOOKS'] ?? sized({ quick: 1, long: 10 }));

function smallPlaybook(random: () => number): ReturnType<typeof playbookOf> {
  for (;;) {
    const playbook = playbookOf(randomPlaybook(lotsFrom(random)));
    if (playbook.components.size <= mostComponents) return playbook;
  }
}

test('of playbooks by lot, sharing and exhaustive proofs tell the same', { timeout: 4 * 60 * 60_000 }, async () => {
  let recoveries = 0;
  let alike = 0;
  for (let index = 0; index < playbooks; index += 1) {
    const random = seededRandom(seed + index);
    const playbook = smallPlaybook(random);
    const states = statesOf(playbook, graphOf(playbook), { quick: false, random: 6, seed: seed + index });
    const plain = plainCases(states.disasters, playbook);
    const sharing = await openBenchFor(playbook);
    const exhaustive = await openBenchFor(playbook, undefined, true);
    const futures = new Set<string>();
    const same = async (each: Case): Promise<Outcome> => {
      const outcome = outcomeOf(await tryCase(sharing, each));
      const { future } = outcome;
      const whole = { ...outcomeOf(await tryCase(exhaustive, each)), future };
      expect({ index, each, outcome }).toEqual({ index, each, outcome: whole });
      recoveries += 1;
      if (future !== null && futures.has(future)) alike += 1;
      if (future !== null) futures.add(future);
      return outcome;
    };
    const outcomes: Outcome[] = [];
    for (const each of partOf(plain, tried.plain, ({ strategy }) => strategy, random)) outcomes.push(await same(each));
    const varied = variedCases(representativesOf(outcomes, playbook, false), []).cases;
    const crashes = varied.filter(({ variation }) => variation.kind === 'crash');
    for (const each of partOf(crashes, tried.crashes, () => '', random)) await same(each);
  }
  expect(recoveries).toBeGreaterThanOrEqual(playbooks * 4);
  // Where nothing is ever shared, nothing is compared.
  if (playbooks >= 10) expect(alike).toBeGreaterThan(0);
  console.log(
    `${String(playbooks)} playbooks, ${String(recoveries)} recoveries both ways, ${String(alike)} shown equal`,
  );
});
