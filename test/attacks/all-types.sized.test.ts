// One piece of each type, all of them the playbook's own, under every kind of forged answer.
import { attackKinds } from './kinds.ts';
import { allTypes } from './scenarios.ts';
import { attackAll } from './suite.ts';

attackAll(await allTypes(), attackKinds);
