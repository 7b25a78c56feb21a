// The Deployer API: each AWS call of four recoveries in turn meets each misfortune, once, and those that may last also
// for good.
import { describe, expect, test } from 'vitest';
import { deployedRig, ownedBy, playbookOf, readShipped } from '../../helpers/rig.ts';
import { sized } from '../../helpers/sized.ts';
import { playAll, type Scenario } from './suite.ts';

const text = readShipped('deployer-api.yaml');

async function broken(what: string, strategy: Scenario['strategy'], lost: readonly string[]): Promise<Scenario> {
  const rig = await deployedRig(text);
  await rig.break(lost);
  return { what, strategy, rig };
}

const scenarios: readonly (() => Promise<Scenario>)[] = [
  () => broken('the service is lost', 'repair', ['service']),
  () => broken('the load balancer is lost', 'repair', ['load-balancer']),
  () => broken('all is lost', 'repair', ownedBy(playbookOf(text))),
  () => broken('all is taken down and made anew', 'rebuild', ['service']),
];

describe('faults', () => {
  test.each(scenarios.map((make, index) => [index, make] as const))(
    'scenario %i: converges, or stops with the cause named, and deletes nothing else',
    async (index, make) => {
      const told = await playAll(await make(), index);
      expect(told.converged).toBeGreaterThan(sized({ quick: 4, long: 100 }));
      expect(told.stopped).toBeGreaterThan(sized({ quick: 1, long: 10 }));
      console.log(told.text);
    },
  );
});
