// Settings beyond the playbook, drawn by lot, on pieces that are then lost, changed, deleted to be made anew or half made:
// none of them is lost that no plan named. The seed is printed; RELIGHT_SEED=<n> plays others, and with RELIGHT_PATH=<path>,
// which a failure tells beside its smallest case, that case alone.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { componentTypes } from '../../src/components/index.ts';
import type { ComponentType } from '../../src/components/contract.ts';
import { drawn, partOf, seed, sized } from '../helpers/sized.ts';
import { playCases } from './settings/cases.ts';
import { caseDrawn, playSettings, type Case } from './settings/game.ts';

const lots = drawn({ quick: 50, long: 2_000 });
const { numRuns } = lots;
const path = process.env['RELIGHT_PATH'];

describe('what the playbook does not say', () => {
  test(`is not lost in silence (seed ${lots.seed})`, async () => {
    const { failure, sum } = await playCases({ ...lots, ...(path === undefined ? {} : { path }) });
    console.log(`seed ${lots.seed}: ${JSON.stringify(sum)}`);
    expect(failure).toBeUndefined();
    if (path !== undefined) return;
    // Cases in which nothing is set, lost or made again prove nothing.
    expect(sum.compared).toBeGreaterThan(20 * numRuns);
    expect(sum.put).toBeGreaterThan(3 * numRuns);
    expect(sum.refused).toBeLessThan(sum.put / 10);
    expect(sum.changes).toBeGreaterThan(numRuns);
    expect(sum.finished).toBeGreaterThan(numRuns / 2);
    expect(sum.named).toBeGreaterThan(numRuns / 10);
  });
});

/** A type that does not see one field of what there is. */
function blind(name: string, field: string): ReadonlyMap<string, ComponentType> {
  const type = componentTypes.get(name);
  if (type === undefined) throw new Error(`no type ${name}`);
  const specOf: ComponentType['undo']['specOf'] = (...asked) => {
    const told = type.undo.specOf(...asked);
    const fields = Object.entries(told.spec as object).filter(([each]) => each !== field);
    return { ...told, spec: Object.fromEntries(fields) };
  };
  return new Map([...componentTypes, [name, { ...type, undo: { ...type.undo, specOf } }]]);
}

describe('a fault that is planted', () => {
  const faults = [
    ['dynamodb/table', 'timeToLive', 'state', 'live'],
    ['ssm/parameter', 'description', 'level', 'update'],
    ['route53/health-check', 'failureThreshold', 'check', 'update'],
  ] as const;
  // The long run looks for all of them, and for the smallest case of each.
  const planted = sized({ quick: partOf(faults, 1, () => undefined), long: faults });
  test.each(planted)(
    '%s without its %s: is found, and told by one piece and one hand',
    async (type, field, piece, hand) => {
      const types = blind(type, field);
      const light = caseDrawn.filter(({ shape }) => shape.containers === null && shape.balancing === null);
      const property = fc.asyncProperty(light, async (played) => {
        const { broken } = await playSettings(played, { types });
        expect(broken).toEqual([]);
      });
      const { counterexample, failed } = await fc.check(property, {
        seed,
        numRuns: 300,
        endOnFailure: sized({ quick: true, long: false }),
      });
      expect(failed).toBe(true);
      const [smallest] = counterexample ?? [];
      if (sized({ quick: true, long: false })) return;
      expect(handsIn(smallest)).toEqual([`${piece}.${hand}`]);
    },
  );
});

function handsIn(played: Case | undefined): readonly string[] {
  return Object.entries(played?.pieces ?? {}).flatMap(([id, { beyond }]) =>
    Object.keys(beyond).map((hand) => `${id}.${hand}`),
  );
}
