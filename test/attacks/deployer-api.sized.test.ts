// The Deployer API under every kind of forged answer: status, recovery of all that is lost, teardown.
import { deployedRig, ownedBy, playbookOf, readShipped } from '../helpers/rig.ts';
import { attackKinds } from './kinds.ts';
import { attackAll } from './suite.ts';

const text = readShipped('deployer-api.yaml');
const whole = await deployedRig(text);
const lost = await deployedRig(text);
await lost.break(ownedBy(playbookOf(text)));

attackAll(
  [
    { what: 'the Deployer API is well', command: 'status', rig: whole, quick: 200 },
    { what: 'all of the Deployer API is lost', command: 'repair', rig: lost, quick: 110 },
    { what: 'the Deployer API is well', command: 'teardown', rig: whole, quick: 90 },
  ],
  attackKinds,
);
