// The Deployer API under every kind of forged answer: status, recovery of all that is lost, teardown.
import { attackKinds } from './kinds.ts';
import { deployerApi } from './scenarios.ts';
import { attackAll } from './suite.ts';

attackAll(await deployerApi(), attackKinds);
