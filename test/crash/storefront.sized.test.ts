// The same for three services behind one shared load balancer.
import { afterAll, describe, expect, test } from 'vitest';
import { deployedRig, playbookOf, readShipped, seededRig } from '../helpers/rig.ts';
import { sized } from '../helpers/sized.ts';
import { surviveCrashes } from './suite.ts';

const text = readShipped('storefront.yaml');
/** Crash points of each world in a quick run. */
const quick = 8;
let points = 0;
afterAll(() => {
  console.log(`storefront: ${points} crash points survived`);
});

describe('killed at every journal record and every AWS call, the storefront comes back the same', () => {
  test.each([
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
  ] as const)('%s', async (_what, world, kind) => {
    const survived = await surviveCrashes({ rig: await world(), kind }, quick);
    expect(survived).toBeGreaterThanOrEqual(sized({ quick, long: 50 }));
    points += survived;
  });
});
