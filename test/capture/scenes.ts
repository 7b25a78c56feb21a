// The everyday shapes and more, as worlds to be captured.
import type { Shape } from '../shapes/shape.ts';
import { blueGreen, greenLive } from '../shapes/worlds/blue-green.ts';
import { fargate } from '../shapes/worlds/fargate.ts';
import { gpu } from '../shapes/worlds/gpu.ts';
import { mesh } from '../shapes/worlds/mesh.ts';
import { network } from '../shapes/worlds/network.ts';
import { oidc } from '../shapes/worlds/oidc.ts';
import { regions } from '../shapes/worlds/regions.ts';
import { worker } from '../shapes/worlds/worker.ts';
import { unprovenEntry, type Scene } from './scene.ts';
import { service } from './taking.ts';
import { byHand } from './worlds/by-hand.ts';
import { crowd } from './worlds/crowd.ts';
import { deployer } from './worlds/deployer.ts';
import { failover } from './worlds/failover.ts';
import { native } from './worlds/native.ts';
import { odd } from './worlds/odd.ts';
import { twoDoors } from './worlds/two-doors.ts';

function everyday(shape: Shape, more: Partial<Scene> = {}): Scene {
  const named = Object.values(shape.pieces).find((each) => each.startsWith('service ')) ?? '';
  const { build, name, params, playbook, unlock } = shape;
  return {
    ...{ name, playbook, build, start: service(named.slice('service '.length)) },
    ...(params === undefined ? {} : { params }),
    ...(unlock === undefined ? {} : { unlock }),
    ...(shape.along === undefined ? {} : { along: shape.along }),
    ...more,
  };
}

/** AWS CodeDeploy alone deploys it. */
const notChanged = { blocked: 'service', because: /AWS does not change .* of a service of the CODE_DEPLOY controller/ };

/** Which of the two is live is for it to say, and the group that is made again is another one. */
const groupGone = /its target group checkout-(blue|green) does not exist/;

/**
 * Its live target group lost, AWS lets nobody but CodeDeploy change it. And a listener whose way is left to CodeDeploy is made anew with
 * the way that it had: led elsewhere by hand, it leads elsewhere then too, and ECS takes no group that no load balancer knows.
 */
const ofCodeDeploy =
  /^(?:heals: service: service\.wait failed: .*target group checkout-\w+ does not exist|order: service: AWS answered CreateService |nothing-left: service: a second plan would create service: )/;

/** What goes with it takes the rule along, whose client secret nobody can read. */
const withRule = ['rule', 'listener', 'load-balancer', 'target-group', 'everything'] as const;
const untold = {
  blocked: 'rule',
  because: /authenticateOidc.clientSecret is not in the playbook, and AWS tells it to nobody/,
};

export const scenes: readonly Scene[] = [
  everyday(fargate),
  everyday(network),
  everyday(mesh),
  everyday(blueGreen, {
    refusals: { 'task-definition': notChanged },
    partly: { 'target-group-blue': groupGone },
    counterExample: ofCodeDeploy,
  }),
  everyday(greenLive, {
    refusals: { 'task-definition': notChanged },
    partly: { 'target-group-green': groupGone },
    counterExample: ofCodeDeploy,
  }),
  everyday(gpu),
  everyday(oidc, { refusals: Object.fromEntries(withRule.map((id) => [id, untold])) }),
  everyday(regions, { strays: { 'load-balancer': 'health check of ' } }),
  everyday(worker, {
    asked: { tables: ['worker-state'] },
    counterExample: unprovenEntry,
  }),
  crowd,
  deployer,
  failover,
  twoDoors,
  byHand,
  odd,
  native,
];
