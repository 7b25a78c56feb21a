// The same for three services behind one shared load balancer.
import { afterAll, describe, expect, test } from 'vitest';
import { deployedRig, playbookOf, readShipped, seededRig } from '../helpers/rig.ts';
import { sized } from '../helpers/sized.ts';
import { quickPoints, surviveCrashes } from './suite.ts';

const text = readShipped('storefront.yaml');
let points = 0;
afterAll(() => {
  console.log(`storefront: ${points} crash points survived`);
});

const worlds = [
  ['deployed for the first time', () => seededRig(playbookOf(text)), 'repair'],
  [
    'a service lost, repaired',
    async () => {
      const rig = await deployedRig(text);
      await rig.break(['shop-service']);
      return rig;
    },
    'repair',
  ],
] as const;

describe('killed at every journal record and every AWS call, the storefront comes back the same', () => {
  test.each(worlds)('%s', async (what, world, kind) => {
    const turn = worlds.findIndex(([name]) => name === what);
    const survived = await surviveCrashes({ rig: await world(), kind }, turn);
    expect(survived).toBeGreaterThanOrEqual(sized({ quick: quickPoints, long: 50 }));
    points += survived;
  });
});
