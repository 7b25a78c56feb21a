// The storefront (rules of a shared load balancer, aliases, several services) under every kind of forged answer.
import { deployedRig, readShipped } from '../helpers/rig.ts';
import { attackKinds } from './kinds.ts';
import { attackAll } from './suite.ts';

const whole = await deployedRig(readShipped('storefront.yaml'));

attackAll([{ what: 'the storefront is well', command: 'status', rig: whole, quick: 60 }], attackKinds);
