// A process that dies at any instant of a recovery of the Deployer API leaves nothing that the next one cannot finish.
import { afterAll, describe, expect, test } from 'vitest';
import { deployedRig, playbookOf, readShipped, seededRig, type Rig } from '../helpers/rig.ts';
import { enrich } from '../helpers/richer.ts';
import { sized } from '../helpers/sized.ts';
import { quickPoints, surviveCrashes } from './suite.ts';

const text = readShipped('deployer-api.yaml');
let points = 0;
afterAll(() => {
  console.log(`deployer-api: ${points} crash points survived`);
});

async function lost(...ids: readonly string[]): Promise<Rig> {
  const rig = await deployedRig(text);
  await rig.break(ids);
  return rig;
}

/** With settings that the playbook does not say. */
async function richer(): Promise<Rig> {
  const rig = await deployedRig(text);
  await enrich(rig);
  return rig;
}

const worlds = [
  ['deployed for the first time', () => seededRig(playbookOf(text)), 'repair'],
  ['the service lost, repaired', () => lost('service'), 'repair'],
  ['the load balancer lost, repaired', () => lost('load-balancer'), 'repair'],
  ['the service lost, rebuilt', () => lost('service'), 'rebuild'],
  ['richer than the playbook, rebuilt', richer, 'rebuild'],
] as const;

describe('killed at every journal record and every AWS call, deployer-api comes back the same', () => {
  test.each(worlds)('%s', async (what, world, kind) => {
    const turn = worlds.findIndex(([name]) => name === what);
    const survived = await surviveCrashes({ rig: await world(), kind }, turn);
    expect(survived).toBeGreaterThanOrEqual(sized({ quick: quickPoints, long: 50 }));
    points += survived;
  });
});
