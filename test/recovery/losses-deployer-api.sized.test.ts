// Every single loss and every pair of losses of the Deployer API, recovered by both strategies.
import { describe, test } from 'vitest';
import { deployedRig, ownedBy, playbookOf, readShipped } from '../helpers/rig.ts';
import { sampled } from '../helpers/sized.ts';
import { pairsOf, playLoss, type Loss } from './losses.ts';

const text = readShipped('deployer-api.yaml');
const owned = ownedBy(playbookOf(text));
const urls = ['https://deployer-api.wonderland.example/health'];

const consequences: Loss['consequences'] = {
  // A new revision has a new ARN.
  'task-definition': ['service'],
  // AWS deletes listeners with their load balancer; the record would name one that is gone.
  'load-balancer': ['listener', 'cname'],
  // AWS deletes no target group that a listener forwards to, so the operator deleted that first; the new one has a new ARN.
  'target-group': ['listener', 'service'],
  // The state entry speaks of a service that is gone.
  service: ['state-entry'],
};

describe('one component lost', () => {
  test.each(owned)('%s', async (id) => {
    await playLoss(await deployedRig(text), { lost: [id], consequences, urls }, ['repair', 'rebuild']);
  });
});

describe('two components lost', () => {
  test.each(sampled(pairsOf(owned), 4))('%s and %s', async (...lost) => {
    await playLoss(await deployedRig(text), { lost, consequences, urls }, ['repair', 'rebuild']);
  });
});
