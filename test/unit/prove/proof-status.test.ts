// What makes a certificate stale, what it is told by, and what leaves the recoveries proved.
import { expect, test } from 'vitest';
import { graphOf } from '../../../src/engine.ts';
import { certify } from '../../../src/prove/certificate/certificate.ts';
import { provedDigest } from '../../../src/prove/certificate/parts.ts';
import { statusOf, proofStatusText } from '../../../src/prove/certificate/proof-status.ts';
import { playbookOf, readShipped } from '../../helpers/rig.ts';
import { outcomeWith, proofOf } from '../../helpers/proofs.ts';

const text = readShipped('deployer-api.yaml');
const playbook = playbookOf(text);
const longest = outcomeWith({ disaster: { service: 'lost' }, seconds: 800 });
const certificate = certify(proofOf(playbook, graphOf(playbook), [longest]), 0);

/** The shipped playbook with something said otherwise; a mistake in the test when it says the same. */
function changed(from: string, to: string): typeof playbook {
  const other = text.replace(from, to);
  if (other === text) throw new Error(`the playbook does not say ${from}`);
  return playbookOf(other);
}

test.each([
  ['its owner', 'owner: team-werkzeugschmiede', 'owner: somebody-else'],
  ['its description', "description: Wonderland's Deployer API", 'description: the one that deploys'],
  ['labels', 'metadata:', 'metadata:\n  labels: { tier: "1" }'],
  ['the wish for a proof', 'recovery:\n', 'guards: { requireProof: 30d }\nrecovery:\n'],
  ['the description of a component', 'type: ecs/cluster', 'type: ecs/cluster\n    description: ours'],
  [
    'what may differ from others',
    'root: service',
    'expected: [{ component: service, field: desiredCount, because: smaller }]\nroot: service',
  ],
  ['what a parameter may be', 'maximum: 20', 'maximum: 30'],
])('%s changes no recovery', (_what, from, to) => {
  const other = changed(from, to);
  expect(other.digest).not.toBe(playbook.digest);
  expect(statusOf(certificate, other, 1)).toMatchObject({ status: 'valid', changes: [] });
  expect(provedDigest(other)).toBe(provedDigest(playbook));
});

test.each([
  ['onFailure: continue', 'onFailure: halt', ['recovery has changed']],
  ['default: 2, minimum', 'default: 3, minimum', ['component service has changed', 'param replicas has changed']],
  ['environment: production', 'environment: staging', ['target has changed']],
  ['status: 200, within: 5m', 'status: 204, within: 5m', ['verify has changed']],
  ['params:\n', 'params:\n  more: { type: string, default: x }\n', ['param more was added']],
  ['root: service', 'root: listener', ['root has changed']],
])('%s: what has changed is named', (from, to, changes) => {
  const other = changed(from, to);
  const status = statusOf(certificate, other, 1);
  expect(status).toMatchObject({ status: 'stale', changes: expect.arrayContaining(changes) as unknown });
  expect(provedDigest(other)).not.toBe(provedDigest(playbook));
});

test('another objective leaves the recoveries proved, and is held against the times that were proved', () => {
  const other = changed('rto: 15m', 'rto: 10m');
  expect(proofStatusText(statusOf(certificate, other, 1), other)).toContain(
    '; the objective was 15m00s and is 10m00s: the longest recovery took 13m20s, longer than that',
  );
  expect(statusOf(certificate, changed('rto: 15m', 'rto: 14m'), 1)).toMatchObject({
    changes: ['the objective was 15m00s and is 14m00s: the longest recovery took 13m20s, within it'],
  });
  expect(statusOf(certificate, changed('objectives: { rto: 15m }', ''), 1)).toMatchObject({
    changes: ['the objective was 15m00s and is none'],
  });
});

test('another lock is told and makes nothing stale', () => {
  const other = changed('root: service', 'lock: dynamodb://locks\nroot: service');
  expect(statusOf(certificate, other, 1)).toMatchObject({ status: 'valid', changes: ['lock has changed'] });
});
