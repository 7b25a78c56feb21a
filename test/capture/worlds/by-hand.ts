// A load balancer whose targets somebody registered by hand: no service is behind it.
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { place, type Scene } from '../scene.ts';
import { alias, front, https, targets } from './simple.ts';

export const byHand: Scene = {
  name: 'a load balancer with targets by hand',
  playbook: place,
  start: { kind: 'load-balancer', words: 'legacy' },
  // Registrations go with their group.
  along: { 'target-group': ['target group legacy'] },
  build: async (hands) => {
    const door = await front(hands, 'legacy', { Scheme: 'internal' });
    const group = await targets(hands, 'legacy');
    await https(hands, door, group);
    await hands.elb.send(
      new RegisterTargetsCommand({
        TargetGroupArn: group,
        Targets: [
          { Id: '10.0.0.7', Port: 8080 },
          { Id: '10.0.0.8', Port: 8080 },
        ],
      }),
    );
    await hands.records('shop.example', { Name: 'legacy.shop.example', Type: 'A', ...alias(door) });
  },
};
