// A service that ECS itself deploys blue/green: two target groups, and rules whose requests it leads from one to the other.
import { roleArn } from '../../shapes/hands.ts';
import { place, type Scene } from '../scene.ts';
import { service } from '../taking.ts';
import { closed, front, targets, tasks } from './simple.ts';

const moved = [
  'rule quotes:443 at 10',
  'rule quotes:443 at 20',
  'target group quotes-blue',
  'target group quotes-green',
];

export const native: Scene = {
  name: 'blue/green by ECS',
  playbook: place,
  start: service('shop/quotes'),
  // A change of the service is deployed, and requests are led to the other target group.
  along: Object.fromEntries(
    [
      'task-definition',
      'load-balancer',
      'listener',
      'rule-10',
      'rule-20',
      'target-group-blue',
      'target-group-green',
    ].map((id) => [id, moved]),
  ),
  build: async (hands) => {
    hands.holds({ kind: 'role', role: roleArn('ecs-load-balancing') });
    const door = await front(hands, 'quotes');
    const listener = await closed(hands, door);
    const [blue, green] = [await targets(hands, 'quotes-blue'), await targets(hands, 'quotes-green')];
    const rule = (Priority: number, host: string, weights: readonly [number, number]): Promise<string> =>
      hands.rule({
        ListenerArn: listener,
        Priority,
        Conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [host] } }],
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: blue, Weight: weights[0] },
                { TargetGroupArn: green, Weight: weights[1] },
              ],
            },
          },
        ],
      });
    const production = await rule(10, 'quotes.shop.example', [100, 0]);
    const test = await rule(20, 'test.quotes.shop.example', [0, 100]);
    await hands.cluster({ clusterName: 'shop' });
    await tasks(hands, {
      cluster: 'shop',
      name: 'quotes',
      more: {
        deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
        loadBalancers: [
          {
            targetGroupArn: blue,
            containerName: 'app',
            containerPort: 8080,
            advancedConfiguration: {
              alternateTargetGroupArn: green,
              productionListenerRule: production,
              testListenerRule: test,
              roleArn: roleArn('ecs-load-balancing'),
            },
          },
        ],
      },
    });
  },
};
