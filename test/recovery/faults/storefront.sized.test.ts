// The storefront after a bad day: pieces of three services are gone. Each AWS call of its recovery in turn meets each
// misfortune.
import { expect, test } from 'vitest';
import { deployedRig, readShipped } from '../../helpers/rig.ts';
import { sized } from '../../helpers/sized.ts';
import { playAll } from './suite.ts';

test('converges, or stops with the cause named, and deletes nothing else', async () => {
  const rig = await deployedRig(readShipped('storefront.yaml'));
  await rig.break(['shop-service', 'shop-health-check', 'cart-targets', 'search-rule']);
  const told = await playAll({ what: 'pieces of three services are lost', strategy: 'repair', rig }, 0);
  expect(told.converged).toBeGreaterThan(sized({ quick: 4, long: 100 }));
  expect(told.stopped).toBeGreaterThan(sized({ quick: 1, long: 10 }));
  console.log(told.text);
});
